package plugin

import (
	"context"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/promise-slo/promise-slo-datasource/pkg/api"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/frame"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// selectedQuery contains a query with what it selects.
type selectedQuery struct {
	Query
	params frame.Params
	slos   []slo.SLO
	scope  promql.Scope
}

// prepare reads a query, and selects what it is about.
func (d *Datasource) prepare(ctx context.Context, q backend.DataQuery) (selectedQuery, error) {
	if d.fault != nil {
		return selectedQuery{}, d.fault
	}
	if q.TimeRange.From.Equal(time.Unix(0, 0)) && q.TimeRange.To.Equal(time.Unix(0, 0)) {
		q.TimeRange = backend.TimeRange{} // as the SDK passes a missing range
	}
	parsed, err := parseQuery(q, d.limits, d.now())
	if err != nil {
		return selectedQuery{}, err
	}
	c, err := d.library.Catalog(ctx)
	if err != nil {
		return selectedQuery{}, err
	}
	selector, events, err := parsed.scope(d.limits, c.Attributes())
	if err != nil {
		return selectedQuery{}, err
	}
	params, err := d.params(q, parsed)
	if err != nil {
		return selectedQuery{}, err
	}
	query := selectedQuery{Query: parsed, slos: c.Select(selector), params: params}
	query.scope = promql.Scope{Matchers: events}
	if len(query.GroupBy) > 0 {
		query.scope.GroupBy = query.GroupBy
	}
	query.params.Broken = brokenDefinitions(c, selector, answers[query.QueryType].numbers)
	if missing := c.Missing(selector); missing != "" {
		query.params.Notices = append(query.params.Notices, missing)
	}
	if len(query.slos)+len(query.params.Broken) > 0 {
		return query, nil
	}
	if selector.Name() != "" {
		return selectedQuery{}, badRequest("slos: " + c.NoMatch(selector))
	}
	notice := "No SLO is defined: " + d.definitions.whereToWrite()
	if len(c.SLOs) > 0 {
		notice = human.Sentence(c.NoMatch(selector))
	}
	query.params.Notices = append(query.params.Notices, notice)
	return query, nil
}

// brokenDefinitions returns the refused definitions that a selector may be about.
// Alert rules for a team leave those without a team to the rules for the rest.
func brokenDefinitions(c *catalog.Catalog, s catalog.Selector, alerts bool) []frame.Broken {
	refusals := c.Refusals(s)
	if alerts {
		refusals = c.RefusalsWithoutTeam(s)
	}
	var all []frame.Broken
	for _, r := range refusals {
		all = append(all, frame.Broken{SLO: r.SLO, Place: r.Place, Problem: r.Problem})
	}
	return all
}

func (d *Datasource) params(q backend.DataQuery, query Query) (frame.Params, error) {
	interval, points, err := d.limits.resolution(q)
	return frame.Params{
		Now: d.serverTime(), From: q.TimeRange.From, To: q.TimeRange.To,
		Interval: interval, MaxDataPoints: points, MaxRows: d.limits.Rows,
		Lookbacks: query.lookbacks(), Top: query.Top, Severity: query.Severity, InSeconds: query.Unit == api.Seconds,
		History: time.Duration(query.Since), Targets: query.Targets,
		Forecasts: d.forecasts,
		Budget:    budget.Options{Location: d.location, Incidents: budget.IncidentOptions{Threshold: query.Threshold, MinShare: query.MinShare}},
	}, err
}

// serverTime returns the time by the server's clock, by which its samples are dated.
func (d *Datasource) serverTime() time.Time { return d.now().Add(-ledger.ClockSkew(d.client)) }
