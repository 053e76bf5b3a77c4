package main

import (
	"fmt"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/grafana"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

// syncReport tells the steps of a sync.
type syncReport struct {
	w     world
	trial bool
	steps map[grafana.Action]int
}

// tell prints a step on a line: failures and what to look after as errors are.
func (r *syncReport) tell(s grafana.Step) {
	if r.steps == nil {
		r.steps = map[grafana.Action]int{}
	}
	r.steps[s.Action]++
	switch s.Action {
	case grafana.Failed:
		fmt.Fprintf(r.w.stderr, "promise: %s failed: %s\n", s.Thing, s.Err)
	case grafana.Missing:
		fmt.Fprintf(r.w.stderr, "promise: links of the dashboards lead to others that are not in Grafana: %s\n", s.Thing)
	case grafana.Gone:
		fmt.Fprintf(r.w.stdout, "left %s: these definitions have no valid SLO of its team\n", s.Thing)
	case grafana.Right:
		fmt.Fprintf(r.w.stdout, "left %s: %s\n", s.Thing, strings.TrimPrefix(s.Detail+", and all is right", ", and "))
	default:
		fmt.Fprintf(r.w.stdout, "%s %s\n", r.verb(s.Action), described(s))
	}
}

func described(s grafana.Step) string {
	if s.Detail == "" {
		return s.Thing
	}
	return s.Thing + ": " + s.Detail
}

// verb is what was done, or would be done.
func (r *syncReport) verb(a grafana.Action) string {
	if !r.trial {
		return string(a)
	}
	return map[grafana.Action]string{grafana.Created: "would create", grafana.Changed: "would change"}[a]
}

// sum prints the summary.
func (r *syncReport) sum(teams int) {
	would := ""
	if r.trial {
		would = "would be "
	}
	fmt.Fprintf(r.w.stderr, "%s: %d %screated, %d %schanged, %d failed\n",
		human.Count(teams, "team"), r.steps[grafana.Created], would, r.steps[grafana.Changed], would, r.steps[grafana.Failed])
}

func (r *syncReport) failed() bool { return r.steps[grafana.Failed] > 0 }
