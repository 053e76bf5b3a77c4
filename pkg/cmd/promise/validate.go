package main

import (
	"context"
	"fmt"

	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

// validate is the subcommand of that name.
type validate struct {
	Paths  []string `arg:"" name:"path" help:"Files, and folders in which all .yaml and .yml files are read."`
	Format string   `help:"How problems are printed: ${enum}; github makes annotations in GitHub Actions." enum:"text,json,github" default:"text"`
}

func (v *validate) run(ctx context.Context, w world) error {
	_, report, err := load(ctx, v.Paths)
	if err != nil {
		return err
	}
	if err := printers[v.Format](w.stdout, report.Problems); err != nil {
		return &exit{exitFailed, err.Error()}
	}
	failed, warned := catalog.Count(report.Problems, definition.Error), catalog.Count(report.Problems, definition.Warning)
	fmt.Fprintf(w.stderr, "%s, %s, %s\n",
		human.Count(len(report.Checked)-report.Uncountable, "valid SLO"), human.Count(failed, "error"), human.Count(warned, "warning"))
	if failed > 0 {
		return &exit{code: exitFailed}
	}
	return nil
}
