package plugin

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// recentSeries is how far back the server is asked for labels and their values.
const recentSeries = 24 * time.Hour

// listEventLabels are the labels by which events of the selected SLOs can be
// told apart: those of the series that they count and that the query of at
// least one of them keeps.
func (d *Datasource) listEventLabels(r *http.Request) (any, error) {
	slos, err := d.selected(r)
	if err != nil {
		return nil, err
	}
	plans := plans(slos)
	series := seriesOf(plans)
	if len(series) == 0 {
		return list(nil), nil
	}
	names, err := d.client.LabelNames(r.Context(), series, d.now().Add(-recentSeries), d.now())
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(list(names)), func(name string) bool {
		return !slices.ContainsFunc(plans, func(p *promql.Plan) bool { return p.Carries(name) })
	}), nil
}

// seriesValues are the values of a label of the series that match.
func (d *Datasource) seriesValues(ctx context.Context, label string, matchers []string) ([]string, error) {
	values, err := d.client.LabelValues(ctx, label, matchers, d.now().Add(-recentSeries), d.now())
	return list(values), err
}

// plans are how the events of SLOs are counted, without those of indicators
// that cannot be rewritten: nothing of them is counted.
func plans(slos []slo.SLO) []*promql.Plan {
	var all []*promql.Plan
	for _, s := range slos {
		for _, o := range s.Objectives {
			if plan, err := promql.PlanOf(s, o, promql.Scope{}); err == nil {
				all = append(all, plan)
			}
		}
	}
	return all
}

// seriesOf are selectors of the series that plans count, each once.
func seriesOf(plans []*promql.Plan) []string {
	var all []string
	for _, p := range plans {
		all = append(all, p.Series()...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
