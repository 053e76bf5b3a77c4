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

// kind is how a type of query is answered.
type kind struct {
	// span is what the accounts must cover, nil if none are needed.
	span   func(frame.Params) budget.Span
	frames func(context.Context, []budget.Entry, frame.Params) data.Frames
	// size is that of a chart, nil if the answer is none.
	size func([]budget.Entry, frame.Params) (series, points int)
	// rows says that what failed has a row or a number in the answer.
	rows bool
	// ranged says that the answer is about the panel's range.
	ranged bool
	// numbers says that the answer is what alert rules compare.
	numbers bool
}

var answers = map[api.QueryType]kind{
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

// question is a query with what it selects.
type question struct {
	Query
	params frame.Params
	slos   []slo.SLO
	scope  promql.Scope
}

// answer gives the frames of a query; an error can come with frames.
func (d *Datasource) answer(ctx context.Context, q backend.DataQuery, alerting bool) (data.Frames, error) {
	asked, err := d.ask(ctx, q)
	if err != nil {
		return nil, err
	}
	frames, err := d.frames(ctx, asked, alerting)
	if err := cmp.Or(err, ctx.Err(), d.limits.checkRows(frames)); err != nil {
		return nil, err
	}
	return frames, nil
}

// frames are those that answer a question. If the context ends they are not all.
func (d *Datasource) frames(ctx context.Context, asked question, alerting bool) (data.Frames, error) {
	how := answers[asked.QueryType]
	if asked.QueryType == api.SLOs {
		return frame.SLOs(ctx, asked.slos, asked.params), nil
	}
	if len(asked.GroupBy) > 0 {
		if err := d.checkGroups(ctx, "groupBy", asked.slos, asked.scope); err != nil {
			return nil, err
		}
	}
	entries := d.entries(ctx, asked.slos, asked.scope, how.span(asked.params))
	if err := fatal(entries, alerting, how.rows); err != nil {
		return nil, err
	}
	if asked.QueryType == api.Contributors {
		parts, err := d.parts(ctx, asked)
		return frame.Contributors(ctx, entries, parts, asked.Label, asked.params), err
	}
	err := d.limits.checkEntries(len(entries) + len(asked.params.Broken))
	if how.size != nil {
		entries = d.worst(ctx, &asked, entries)
		err = d.limits.checkChart(how.size(entries, asked.params))
	}
	if err != nil {
		return nil, err
	}
	return how.frames(ctx, entries, asked.params), nil
}

// entries are the accounts of SLOs. Of their errors, panics are logged and limits
// named.
func (d *Datasource) entries(ctx context.Context, slos []slo.SLO, scope promql.Scope, span budget.Span) []budget.Entry {
	entries := held(d.ledgers.Entries(ctx, slos, scope, span))
	for i, e := range entries {
		logPanic(ctx, e.Err)
		entries[i].Err = fewerGroups("", e.Err)
	}
	return entries
}

// worst are the entries of as many SLOs as a chart shows. The question gets a
// notice of the others.
func (d *Datasource) worst(ctx context.Context, asked *question, entries []budget.Entry) []budget.Entry {
	worst, slos := frame.Worst(ctx, entries, d.limits.SLOs, asked.params)
	if slos > d.limits.SLOs {
		asked.params.Notices = append(asked.params.Notices, fmt.Sprintf(
			"Of %d SLOs, the %d with the least budget left are shown; select fewer, or have limits.slos raised in the settings of the data source", slos, d.limits.SLOs))
	}
	return worst
}

// checkGroups refuses groupings of which a field of the query asks, and that have
// too many groups.
func (d *Datasource) checkGroups(ctx context.Context, field string, slos []slo.SLO, scope promql.Scope) error {
	return fewerGroups(field+": ", d.ledgers.CheckGroups(ctx, slos, scope))
}

// fewerGroups is an error with what to do about it if there are too many groups.
func fewerGroups(field string, err error) error {
	if refused, ok := errors.AsType[*ledger.GroupsError](err); ok {
		return beyond("groups", field+refused.Error(), "group by labels with fewer values, or narrow the query with filters")
	}
	return err
}

func (d *Datasource) ask(ctx context.Context, q backend.DataQuery) (question, error) {
	if d.fault != nil {
		return question{}, d.fault
	}
	if q.TimeRange.From.Equal(time.Unix(0, 0)) && q.TimeRange.To.Equal(time.Unix(0, 0)) {
		q.TimeRange = backend.TimeRange{} // what a missing one comes as
	}
	query, err := parseQuery(q, d.limits, d.now())
	if err != nil {
		return question{}, err
	}
	c, err := d.library.Catalog(ctx)
	if err != nil {
		return question{}, err
	}
	selector, events, err := query.scope(d.limits, c.Attributes())
	if err != nil {
		return question{}, err
	}
	params, err := d.params(q, query)
	if err != nil {
		return question{}, err
	}
	asked := question{Query: query, slos: c.Select(selector), params: params}
	asked.scope = promql.Scope{Matchers: events}
	if len(query.GroupBy) > 0 {
		asked.scope.GroupBy = query.GroupBy
	}
	asked.params.Broken = refused(c, selector, answers[query.QueryType].numbers)
	if missing := c.Missing(selector); missing != "" {
		asked.params.Notices = append(asked.params.Notices, missing)
	}
	if len(asked.slos)+len(asked.params.Broken) > 0 {
		return asked, nil
	}
	if selector.Name() != "" {
		return question{}, badRequest("slos: " + c.NoMatch(selector))
	}
	notice := "No SLO is defined: " + d.definitions.whereToWrite()
	if len(c.SLOs) > 0 {
		notice = human.Sentence(c.NoMatch(selector))
	}
	asked.params.Notices = append(asked.params.Notices, notice)
	return asked, nil
}

// refused returns the refused definitions that a selector may be about. Alert
// rules for a team leave those without a team to the rules for the rest.
func refused(c *catalog.Catalog, s catalog.Selector, alerts bool) []frame.Broken {
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

// parts are the accounts of the selected SLOs, kept apart by the label too.
func (d *Datasource) parts(ctx context.Context, asked question) ([]budget.Entry, error) {
	var split []slo.SLO
	for _, one := range asked.slos {
		for _, o := range one.Objectives {
			plan, err := promql.PlanOf(one, o, asked.scope)
			if err != nil {
				continue // its whole account has the same error
			}
			part := one
			part.Objectives = []slo.Objective{o}
			part.GroupBy = append(slices.Clone(plan.GroupBy), asked.Label)
			split = append(split, part)
		}
	}
	scope := promql.Scope{Matchers: asked.scope.Matchers}
	if err := d.checkGroups(ctx, "label", split, scope); err != nil {
		return nil, err
	}
	return d.entries(ctx, split, scope, asked.params.BudgetSpan()), nil
}

// held drops accounts that a failure left without anything in them: there is
// nothing in them that could be shown, not even as out of date.
func held(entries []budget.Entry) []budget.Entry {
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

// fatal is the error of the query as a whole, if there is one: nothing could be
// answered and nothing in the answer would say so, or an alert rule asks and
// the server failed. An alert rule that got old or no numbers would be silent.
func fatal(entries []budget.Entry, alerting, rows bool) error {
	var first error
	some := rows
	for _, e := range entries {
		if alerting && e.Err != nil && serverFailed(e.Err) {
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

// serverFailed says that an error is not about one SLO's query alone.
func serverFailed(err error) bool {
	if kind, ok := upstream.KindOf(err); ok {
		return kind != upstream.BadQuery && kind != upstream.LimitExceeded
	}
	if _, panicked := errors.AsType[*guard.PanicError](err); panicked {
		return true
	}
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
