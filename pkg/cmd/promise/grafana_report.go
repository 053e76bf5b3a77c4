package main

import (
	"fmt"

	"github.com/promise-slo/promise-slo-datasource/pkg/grafana"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

// syncReport prints the steps of a sync, and counts them.
type syncReport struct {
	sys    system
	dryRun bool
	steps  map[grafana.Action]int
}

// print prints a step on a line: failures, and what needs attention, to stderr.
func (r *syncReport) print(s grafana.Step) {
	if r.steps == nil {
		r.steps = map[grafana.Action]int{}
	}
	r.steps[s.Action]++
	switch s.Action {
	case grafana.Failed:
		fmt.Fprintf(r.sys.stderr, "promise: %s failed: %s\n", s.Thing, s.Err)
	case grafana.Missing:
		fmt.Fprintf(r.sys.stderr, "promise: dashboards link to dashboards that are not in Grafana: %s\n", s.Thing)
	case grafana.Gone:
		fmt.Fprintf(r.sys.stdout, "kept %s: the definitions have no valid SLO of its team\n", s.Thing)
	case grafana.Unchanged:
		fmt.Fprintf(r.sys.stdout, "unchanged %s\n", describe(s))
	default:
		fmt.Fprintf(r.sys.stdout, "%s %s\n", r.verb(s.Action), describe(s))
	}
}

func describe(s grafana.Step) string {
	if s.Detail == "" {
		return s.Thing
	}
	return s.Thing + ": " + s.Detail
}

// verb returns what was done, or what would be done in a dry run.
func (r *syncReport) verb(a grafana.Action) string {
	if !r.dryRun {
		return string(a)
	}
	return map[grafana.Action]string{grafana.Created: "would create", grafana.Changed: "would change"}[a]
}

// printSummary prints how many steps of each kind there were.
func (r *syncReport) printSummary(teams int) {
	would := ""
	if r.dryRun {
		would = "would be "
	}
	fmt.Fprintf(r.sys.stderr, "%s: %d %screated, %d %schanged, %d failed\n",
		human.Count(teams, "team"), r.steps[grafana.Created], would, r.steps[grafana.Changed], would, r.steps[grafana.Failed])
}

func (r *syncReport) hasFailures() bool { return r.steps[grafana.Failed] > 0 }
