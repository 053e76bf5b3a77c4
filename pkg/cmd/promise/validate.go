package main

import (
	"context"
	"fmt"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
)

// validate is the subcommand of that name.
type validate struct {
	Paths  []string `arg:"" name:"path" help:"Files, and folders in which all .yaml and .yml files are read."`
	Format string   `help:"How problems are printed: ${enum}; github makes annotations in GitHub Actions." enum:"text,json,github" default:"text"`
}

func (v *validate) run(ctx context.Context, w world) error {
	set, err := load(ctx, v.Paths)
	if err != nil {
		return err
	}
	if err := printers[v.Format](w.stdout, set.Problems); err != nil {
		return &exit{exitFailed, err.Error()}
	}
	errors, warnings := count(set.Problems, definition.Error), count(set.Problems, definition.Warning)
	fmt.Fprintf(w.stderr, "%s, %s, %s\n", plural(len(set.SLOs)-uncountable(set), "valid SLO"), plural(errors, "error"), plural(warnings, "warning"))
	if errors > 0 {
		return &exit{code: exitFailed}
	}
	return nil
}

// uncountable is how many SLOs were read, but have queries whose events cannot
// be counted.
func uncountable(set *definition.Set) int {
	names := map[string]bool{}
	for _, p := range set.Problems {
		if p.Field == queryField {
			names[p.SLO] = true
		}
	}
	return len(names)
}
