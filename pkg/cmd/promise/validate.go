package main

import (
	"context"
	"fmt"

	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

// validate checks definitions.
type validate struct {
	reading
	Paths  []string `arg:"" name:"path" help:"Files, and folders in which all .yaml and .yml files are read."`
	Format string   `help:"Output format: text, json, or github for annotations in GitHub Actions." enum:"text,json,github" default:"text"`
}

func (v *validate) run(ctx context.Context, sys system) error {
	_, report, err := v.load(ctx, sys, v.Paths)
	if err != nil {
		return err
	}
	if err := printers[v.Format](sys.stdout, report.Problems); err != nil {
		return &exit{exitFailed, err.Error()}
	}
	failed, warned := catalog.Count(report.Problems, definition.Error), catalog.Count(report.Problems, definition.Warning)
	fmt.Fprintf(sys.stderr, "%s, %s, %s\n",
		human.Count(len(report.Checked)-report.Uncountable, "valid SLO"), human.Count(failed, "error"), human.Count(warned, "warning"))
	if failed > 0 {
		return &exit{code: exitFailed}
	}
	return nil
}
