package main

import (
	"context"
	"os"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/grafana"
)

// grafanaRules is the subcommand "grafana rules".
type grafanaRules struct {
	Definitions []string `help:"File or folder of definitions; can be repeated. Without any, one group of rules is about all SLOs." placeholder:"PATH" sep:"none"`
	Datasource  string   `help:"Uid of the data source." placeholder:"UID" default:"promise"`
	Out         string   `help:"File to write, also if it is there; by default the rules are printed." placeholder:"FILE"`
}

// Help is the long help of grafana rules.
func (grafanaRules) Help() string {
	return `The file is for Grafana's provisioning: put it into provisioning/alerting of its configuration. Each
team of the definitions has a group of alert rules in its folder "Promises of TEAM", and the SLOs of
nobody and of other teams have one in the folder "Promises", so that none is without alerts. Write it
anew when a team comes or goes; SLOs of teams that have a group already need nothing.

Rules that come from a file cannot be edited in Grafana; sync --alert-rules makes such as can be.
Give Grafana one or the other.

Problems of the definitions are printed to standard error as validate prints them.

Exit status: 0 all was written, 1 a definition is invalid or the file could not be written, 2 wrong
usage.

Examples:

  promise grafana rules --definitions slos/ --out provisioning/alerting/promises.yaml
  promise grafana rules --definitions slos/ --datasource slo-promise
  promise grafana rules`
}

func (r *grafanaRules) run(ctx context.Context, w world) error {
	var teams []string
	report := &catalog.Report{}
	if len(r.Definitions) > 0 {
		var c *catalog.Catalog
		var err error
		if c, report, err = load(ctx, r.Definitions); err != nil {
			return err
		}
		tell(w, report.Problems)
		teams = catalog.Teams(c.SLOs)
	}
	rules, err := grafana.RulesFile(teams, r.Datasource, r.command())
	if err != nil {
		return &exit{exitFailed, err.Error()}
	}
	if err := r.write(w, rules); err != nil {
		return &exit{exitFailed, err.Error()}
	}
	if catalog.Count(report.Problems, definition.Error) > 0 {
		return &exit{code: exitFailed}
	}
	return nil
}

func (r *grafanaRules) write(w world, rules []byte) error {
	if r.Out != "" {
		return os.WriteFile(r.Out, rules, 0o644)
	}
	_, err := w.stdout.Write(rules)
	return err
}

// command is what makes the same rules again, on one line.
func (r *grafanaRules) command() string {
	words := []string{"promise grafana rules"}
	for _, path := range r.Definitions {
		words = append(words, "--definitions", path)
	}
	if r.Datasource != "promise" {
		words = append(words, "--datasource", r.Datasource)
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}
