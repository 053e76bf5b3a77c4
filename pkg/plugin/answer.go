package plugin

import (
	"cmp"
	"context"
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/api"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/changes"
	"github.com/promise-slo/promise-slo-datasource/pkg/frame"
	"github.com/promise-slo/promise-slo-datasource/pkg/review"
)

// answerType describes kind queries of a type are answered.
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
	// panelsOnly says that the answer is too costly for alert rules, which ask every
	// minute.
	panelsOnly bool
	// numbers says that the answer is what alert rules compare.
	numbers bool
	// ahead says that the answer has forecasts.
	ahead bool
	// gated says that the answer is about SLOs whose policies block something.
	gated bool
}

var answers = map[api.QueryType]answerType{
	api.Status:          {span: frame.Params.WindowSpan, frames: frame.Status, rows: true, ahead: true},
	api.Summary:         {span: frame.Params.WindowSpan, frames: frame.Summary, rows: true},
	api.BurnAlert:       {span: frame.Params.AlertSpan, frames: frame.BurnAlert, numbers: true},
	api.ExhaustionAlert: {span: frame.Params.WindowSpan, frames: frame.ExhaustionAlert, numbers: true, ahead: true},
	api.BudgetAlert:     {span: frame.Params.WindowSpan, frames: frame.BudgetAlert, numbers: true},
	api.WindowAlert:     {span: frame.Params.ClosedSpan, frames: frame.WindowAlert, numbers: true},
	api.NoDataAlert:     {span: frame.Params.WindowSpan, frames: frame.NoDataAlert, rows: true, numbers: true},
	api.SLI:             {span: frame.Params.RangeSpan, frames: frame.SLI, size: frame.SLISize, ranged: true},
	api.Events:          {span: frame.Params.RangeSpan, frames: frame.Events, size: frame.EventsSize, ranged: true},
	api.BurnRate:        {span: frame.Params.RangeSpan, frames: frame.BurnRate, size: frame.BurnRateSize, ranged: true},
	api.Budget:          {span: frame.Params.BudgetSpan, frames: frame.Budget, size: frame.BudgetSize, ranged: true},
	api.Projection:      {span: frame.Params.BudgetSpan, frames: frame.Projection, size: frame.ProjectionSize, ranged: true, ahead: true},
	api.Days:            {span: frame.Params.BudgetSpan, frames: frame.Days, ranged: true},
	api.Incidents:       {span: frame.Params.BudgetSpan, frames: frame.Incidents, ranged: true},
	api.Outages:         {span: frame.Params.BudgetSpan, frames: frame.Outages, ranged: true},
	api.Windows:         {span: frame.Params.BudgetSpan, frames: frame.Windows, ranged: true},
	api.Kept:            {span: frame.Params.BudgetSpan, frames: frame.Kept, ranged: true},
	api.Targets:         {span: frame.Params.TargetsSpan, frames: frame.Targets, panelsOnly: true},
	api.Gate:            {span: frame.Params.GateSpan, frames: frame.Gate, rows: true, gated: true},
	api.GateHistory:     {span: frame.Params.GateHistorySpan, frames: frame.GateHistory, ranged: true, gated: true},
	api.Reviews:         {span: frame.Params.ReviewSpan, frames: frame.Reviews, ranged: true},
	api.ReviewAlert:     {span: frame.Params.ReviewAlertSpan, frames: frame.ReviewAlert, numbers: true},
	api.GateAlert:       {span: frame.Params.GateSpan, frames: frame.GateAlert, numbers: true, gated: true},
	api.Contributors:    {span: frame.Params.BudgetSpan, ranged: true},
	api.SLOs:            {},
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
	kind := answers[query.QueryType]
	if query.QueryType == api.SLOs {
		return frame.SLOs(ctx, query.slos, query.params), nil
	}
	if kind.gated {
		query.onlyGated()
	}
	if err := d.checkQuery(ctx, kind, query, alerting); err != nil {
		return nil, err
	}
	entries := d.entries(ctx, query.slos, query.scope, kind.span(query.params))
	if err := kind.failure(entries, alerting); err != nil {
		return nil, err
	}
	d.wantHistory(kind, entries, query)
	if query.QueryType == api.Contributors {
		parts, err := d.contributorEntries(ctx, query)
		return frame.Contributors(ctx, entries, parts, query.Label, query.params), err
	}
	if query.QueryType == api.Incidents {
		query.params.Changes = changes.ReadAll(ctx, d.client, entries, query.params.From.Add(-review.Suspicion), query.params.Moment())
	}
	err := d.checkEntries(query, entries)
	if kind.size != nil {
		entries = d.worstEntries(ctx, &query, entries)
		err = d.limits.checkChart(kind.size(entries, query.params))
	}
	if err != nil {
		return nil, err
	}
	return kind.frames(ctx, entries, query.params), nil
}

// checkQuery returns an error if a query costs too much, as far as is known before
// anything is read, or is not for alert rules.
func (d *Datasource) checkQuery(ctx context.Context, kind answerType, query selectedQuery, alerting bool) error {
	if kind.panelsOnly && alerting {
		return badRequest(fmt.Sprintf("queryType: %s is not for alert rules; choose a type that ends in Alert, such as burnAlert", query.QueryType))
	}
	if query.QueryType == api.Targets {
		if err := d.limits.checkReplay(stepsOfSLOs(query.slos, query.params.Targeting())); err != nil {
			return err
		}
	}
	if len(query.GroupBy) > 0 {
		return d.checkGroups(ctx, "groupBy", query.slos, query.scope)
	}
	return nil
}

// checkEntries returns an error if there are too many entries for the answer.
func (d *Datasource) checkEntries(query selectedQuery, entries []budget.Entry) error {
	if err := d.limits.checkEntries(len(entries) + len(query.params.Broken)); err != nil {
		return err
	}
	switch query.QueryType {
	case api.Targets:
		return d.limits.checkReplay(stepsOfEntries(entries, query.params.Targeting()))
	case api.GateHistory:
		return d.limits.checkGates(entries, query.params.From, query.params.Moment())
	default:
		return nil
	}
}

// failure returns the error of the query as a whole, if there is one: there is no
// answer and nothing in it would say so, or an alert rule asks and the server
// failed. With old numbers, or none, the rule would stay silent.
func (t answerType) failure(entries []budget.Entry, alerting bool) error {
	var first error
	some := t.rows
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
