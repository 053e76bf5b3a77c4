package main

import (
	"context"
	"os"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/grafana"
)

// grafanaRules writes alert rules for Grafana's provisioning.
type grafanaRules struct {
	reading
	Definitions []string `help:"File or folder of definitions; can be repeated. Without it, one group of rules covers all SLOs." placeholder:"PATH" sep:"none"`
	Datasource  string   `help:"UID of the data source." placeholder:"UID" default:"promise"`
	Out         string   `help:"File to write, which may exist; printed by default." placeholder:"FILE"`
}

// Help returns the long help of grafana rules.
func (grafanaRules) Help() string {
	return `The file is for Grafana's provisioning: put it into provisioning/alerting of its configuration. Each
team of the definitions gets a group of alert rules in its folder "Promises of TEAM". SLOs without a
team, and those of other teams, get one in the folder "Promises", so that every SLO has alerts. Write
the file again when a team comes or goes; a new SLO of a team that has a group needs nothing.

Rules from a file cannot be edited in Grafana. Those that sync --alert-rules creates can. Use one or
the other.

Problems of the definitions are printed to standard error as validate prints them.

Exit status: 0 everything was written, 1 a definition is invalid or the file could not be written,
2 wrong usage.

Examples:

  promise grafana rules --definitions slos/ --out provisioning/alerting/promises.yaml
  promise grafana rules --definitions slos/ --datasource slo-promise
  promise grafana rules`
}

func (r *grafanaRules) run(ctx context.Context, sys system) error {
	var teams []string
	report := &catalog.Report{}
	if len(r.Definitions) > 0 {
		var c *catalog.Catalog
		var err error
		if c, report, err = r.load(ctx, sys, r.Definitions); err != nil {
			return err
		}
		printErrors(sys, report.Problems)
		teams = catalog.Teams(c.SLOs)
	}
	rules, err := grafana.RulesFile(teams, r.Datasource, r.command())
	if err != nil {
		return &exit{exitFailed, err.Error()}
	}
	if err := r.write(sys, rules); err != nil {
		return &exit{exitFailed, err.Error()}
	}
	return failureOf(report.Problems)
}

func (r *grafanaRules) write(sys system, rules []byte) error {
	if r.Out != "" {
		return os.WriteFile(r.Out, rules, 0o644)
	}
	_, err := sys.stdout.Write(rules)
	return err
}

// command returns the command line that writes the same rules again.
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
