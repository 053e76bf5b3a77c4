package plugin

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// recentSeries limits how far back the server looks for labels and their values.
const recentSeries = 24 * time.Hour

// listEventLabels returns the labels by which events of the selected SLOs can be
// grouped: those of the series that they count, as far as the query of at least one
// of them keeps them.
func (d *Datasource) listEventLabels(r *http.Request) (any, error) {
	slos, err := d.selectSLOs(r)
	if err != nil {
		return nil, err
	}
	plans := compilePlans(slos)
	series := seriesSelectors(plans)
	if len(series) == 0 {
		return orEmpty(nil), nil
	}
	names, err := d.client.LabelNames(r.Context(), series, d.now().Add(-recentSeries), d.now())
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(orEmpty(names)), func(name string) bool {
		return !slices.ContainsFunc(plans, func(p *promql.Plan) bool { return p.Carries(name) })
	}), nil
}

// seriesValues returns the values of a label of the series that match.
func (d *Datasource) seriesValues(ctx context.Context, label string, matchers []string) ([]string, error) {
	values, err := d.client.LabelValues(ctx, label, matchers, d.now().Add(-recentSeries), d.now())
	return orEmpty(values), err
}

// compilePlans returns the plans of SLOs, without those of indicators that cannot be
// compiled: none of their events are counted.
func compilePlans(slos []slo.SLO) []*promql.Plan {
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

// seriesSelectors returns selectors of the series that plans count, each once.
func seriesSelectors(plans []*promql.Plan) []string {
	var all []string
	for _, p := range plans {
		all = append(all, p.Series()...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
