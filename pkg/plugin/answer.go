package plugin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/api"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/frame"
	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// answerType describes how queries of a type are answered.
type answerType struct {
	// span says what the accounts must cover, nil if none are needed.
	span   func(frame.Params) budget.Span
	frames func(context.Context, []budget.Entry, frame.Params) data.Frames
	// size returns the size of a chart, nil if the answer is none.
	size func([]budget.Entry, frame.Params) (series, points int)
	// rows says that whatever failed has a row or a number in the answer.
	rows bool
	// ranged says that the answer is about the panel's range.
	ranged bool
	// numbers says that the answer is what alert rules compare.
	numbers bool
}

var answers = map[api.QueryType]answerType{
	api.Status:          {span: frame.Params.WindowSpan, frames: frame.Status, rows: true},
	api.BurnAlert:       {span: frame.Params.AlertSpan, frames: frame.BurnAlert, numbers: true},
	api.ExhaustionAlert: {span: frame.Params.WindowSpan, frames: frame.ExhaustionAlert, numbers: true},
	api.BudgetAlert:     {span: frame.Params.WindowSpan, frames: frame.BudgetAlert, numbers: true},
	api.WindowAlert:     {span: frame.Params.ClosedSpan, frames: frame.WindowAlert, numbers: true},
	api.NoDataAlert:     {span: frame.Params.WindowSpan, frames: frame.NoDataAlert, rows: true, numbers: true},
	api.SLI:             {span: frame.Params.RangeSpan, frames: frame.SLI, size: frame.SLISize, ranged: true},
	api.Events:          {span: frame.Params.RangeSpan, frames: frame.Events, size: frame.EventsSize, ranged: true},
	api.BurnRate:        {span: frame.Params.RangeSpan, frames: frame.BurnRate, size: frame.BurnRateSize, ranged: true},
	api.Budget:          {span: frame.Params.BudgetSpan, frames: frame.Budget, size: frame.BudgetSize, ranged: true},
	api.Projection:      {span: frame.Params.BudgetSpan, frames: frame.Projection, size: frame.ProjectionSize, ranged: true},
	api.Incidents:       {span: frame.Params.BudgetSpan, frames: frame.Incidents, ranged: true},
	api.Windows:         {span: frame.Params.BudgetSpan, frames: frame.Windows, ranged: true},
	api.Contributors:    {span: frame.Params.BudgetSpan, ranged: true},
	api.SLOs:            {},
}

// selectedQuery contains a query with what it selects.
type selectedQuery struct {
	Query
	params frame.Params
	slos   []slo.SLO
	scope  promql.Scope
}

// answer returns the frames of a query.
func (d *Datasource) answer(ctx context.Context, q backend.DataQuery, alerting bool) (data.Frames, error) {
	query, err := d.prepare(ctx, q)
	if err != nil {
		return nil, err
	}
	frames, err := d.frames(ctx, query, alerting)
	if err := cmp.Or(err, ctx.Err(), d.limits.checkRows(frames)); err != nil {
		return nil, err
	}
	return frames, nil
}

// frames returns the frames of a query. If the context ends, some may be missing.
func (d *Datasource) frames(ctx context.Context, query selectedQuery, alerting bool) (data.Frames, error) {
	how := answers[query.QueryType]
	if query.QueryType == api.SLOs {
		return frame.SLOs(ctx, query.slos, query.params), nil
	}
	if len(query.GroupBy) > 0 {
		if err := d.checkGroups(ctx, "groupBy", query.slos, query.scope); err != nil {
			return nil, err
		}
	}
	entries := d.entries(ctx, query.slos, query.scope, how.span(query.params))
	if err := queryError(entries, alerting, how.rows); err != nil {
		return nil, err
	}
	if query.QueryType == api.Contributors {
		parts, err := d.contributorEntries(ctx, query)
		return frame.Contributors(ctx, entries, parts, query.Label, query.params), err
	}
	err := d.limits.checkEntries(len(entries) + len(query.params.Broken))
	if how.size != nil {
		entries = d.worstEntries(ctx, &query, entries)
		err = d.limits.checkChart(how.size(entries, query.params))
	}
	if err != nil {
		return nil, err
	}
	return how.frames(ctx, entries, query.params), nil
}

// entries returns the accounts of SLOs. It logs panics, and has errors about too
// many groups say what to do.
func (d *Datasource) entries(ctx context.Context, slos []slo.SLO, scope promql.Scope, span budget.Span) []budget.Entry {
	entries := dropEmpty(d.ledgers.Entries(ctx, slos, scope, span))
	for i, e := range entries {
		logPanic(ctx, e.Err)
		entries[i].Err = explainGroups("", e.Err)
	}
	return entries
}

// worstEntries returns the entries of as many SLOs as a chart shows. The query gets
// a notice of the others.
func (d *Datasource) worstEntries(ctx context.Context, query *selectedQuery, entries []budget.Entry) []budget.Entry {
	worst, slos := frame.Worst(ctx, entries, d.limits.SLOs, query.params)
	if slos > d.limits.SLOs {
		query.params.Notices = append(query.params.Notices, fmt.Sprintf(
			"Showing %d of %d SLOs, those with the least budget remaining; select fewer, or have limits.slos raised in the settings of the data source", d.limits.SLOs, slos))
	}
	return worst
}

// checkGroups returns an error if a field of the query asks for a grouping with too
// many groups.
func (d *Datasource) checkGroups(ctx context.Context, field string, slos []slo.SLO, scope promql.Scope) error {
	return explainGroups(field+": ", d.ledgers.CheckGroups(ctx, slos, scope))
}

// explainGroups adds what to do to an error about too many groups.
func explainGroups(field string, err error) error {
	if refused, ok := errors.AsType[*ledger.GroupsError](err); ok {
		return limitError("groups", field+refused.Error(), "group by labels with fewer values, or narrow the query with filters")
	}
	return err
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
		Now: d.now().Add(-ledger.ClockSkew(d.client)), From: q.TimeRange.From, To: q.TimeRange.To,
		Interval: interval, MaxDataPoints: points, MaxRows: d.limits.Rows,
		Lookbacks: query.lookbacks(), Top: query.Top, Severity: query.Severity,
		Budget: budget.Options{Location: d.location, Incidents: budget.IncidentOptions{Threshold: query.Threshold}},
	}, err
}

// contributorEntries returns the accounts of the selected SLOs, grouped by the
// label too.
func (d *Datasource) contributorEntries(ctx context.Context, query selectedQuery) ([]budget.Entry, error) {
	var split []slo.SLO
	for _, one := range query.slos {
		for _, o := range one.Objectives {
			plan, err := promql.PlanOf(one, o, query.scope)
			if err != nil {
				continue // its whole account has the same error
			}
			part := one
			part.Objectives = []slo.Objective{o}
			part.GroupBy = append(slices.Clone(plan.GroupBy), query.Label)
			split = append(split, part)
		}
	}
	scope := promql.Scope{Matchers: query.scope.Matchers}
	if err := d.checkGroups(ctx, "label", split, scope); err != nil {
		return nil, err
	}
	return d.entries(ctx, split, scope, query.params.BudgetSpan()), nil
}

// dropEmpty drops accounts that a failure left empty: nothing in them could be
// shown, not even as out of date.
func dropEmpty(entries []budget.Entry) []budget.Entry {
	for i, e := range entries {
		if e.Err == nil || e.Account == nil {
			continue
		}
		if first, last := e.Account.Span(); !first.Before(last) {
			entries[i].Account = nil
		}
	}
	return entries
}

// queryError returns the error of the query as a whole, if there is one: there is no
// answer and nothing in it would say so, or an alert rule asks and the server
// failed. With old numbers, or none, the rule would stay silent.
func queryError(entries []budget.Entry, alerting, rows bool) error {
	var first error
	some := rows
	for _, e := range entries {
		if alerting && e.Err != nil && isServerError(e.Err) {
			return e.Err
		}
		first = cmp.Or(first, e.Err)
		some = some || e.Account != nil
	}
	if some {
		return nil
	}
	return first
}

// isServerError reports whether an error is not about one SLO's query alone.
func isServerError(err error) bool {
	if kind, ok := upstream.KindOf(err); ok {
		return kind != upstream.BadQuery && kind != upstream.LimitExceeded
	}
	if _, panicked := errors.AsType[*guard.PanicError](err); panicked {
		return true
	}
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
