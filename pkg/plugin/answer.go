package plugin

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/accounts"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/frame"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

const (
	typeContributors = "contributors"
	typeSLOs         = "slos"
)

// kind is how a type of query is answered.
type kind struct {
	// span is what the accounts must cover, nil if none are needed.
	span   func(frame.Params) accounts.Span
	frames func([]accounts.Entry, frame.Params) data.Frames
	// rows says that what failed has a row in the answer.
	rows bool
}

var answers = map[string]kind{
	"status":         {frame.Params.Present, frame.Status, true},
	"burnAlert":      {frame.Params.Present, frame.BurnAlert, false},
	"sli":            {frame.Params.Range, frame.SLI, false},
	"burnRate":       {frame.Params.Range, frame.BurnRate, false},
	"budget":         {frame.Params.Windowed, frame.Budget, false},
	"projection":     {frame.Params.Windowed, frame.Projection, false},
	"incidents":      {frame.Params.Windowed, frame.Incidents, false},
	"windows":        {frame.Params.Windowed, frame.Windows, false},
	typeContributors: {span: frame.Params.Windowed},
	typeSLOs:         {},
}

// question is a query with what it selects.
type question struct {
	Query
	params frame.Params
	slos   []slo.SLO
	scope  accounts.Scope
}

// answer gives the frames of a query; an error can come with frames.
func (d *Datasource) answer(ctx context.Context, q backend.DataQuery, alerting bool) (data.Frames, error) {
	asked, err := d.ask(ctx, q)
	if err != nil {
		return nil, err
	}
	how := answers[asked.QueryType]
	if asked.QueryType == typeSLOs {
		return frame.SLOs(asked.slos, asked.params), nil
	}
	entries := held(d.accounts.Of(ctx, asked.slos, asked.scope, how.span(asked.params)))
	if err := fatal(entries, alerting, how.rows); err != nil {
		return nil, err
	}
	if asked.QueryType == typeContributors {
		return frame.Contributors(entries, d.parts(ctx, asked), asked.Label, asked.params), nil
	}
	return how.frames(entries, asked.params), nil
}

func (d *Datasource) ask(ctx context.Context, q backend.DataQuery) (question, error) {
	if d.fault != nil {
		return question{}, d.fault
	}
	query, err := parseQuery(q)
	if err != nil {
		return question{}, err
	}
	set, err := d.library.definitions(ctx)
	if err != nil {
		return question{}, err
	}
	scope, err := query.scope(attributes(set.SLOs))
	if err != nil {
		return question{}, err
	}
	asked := question{Query: query, slos: scope.selection.of(set.SLOs), params: d.params(q, query)}
	asked.scope = accounts.Scope{Matchers: scope.events}
	if len(query.GroupBy) > 0 {
		asked.scope.GroupBy = query.GroupBy
	}
	asked.params.Broken = scope.selection.broken(set)
	if len(asked.slos) == 0 && len(asked.params.Broken) == 0 {
		if scope.selection.name != "" {
			return question{}, scope.selection.unknown(set)
		}
		asked.params.Notices = append(asked.params.Notices, nothing(query, len(set.SLOs)))
	}
	return asked, nil
}

// nothing says that no SLO is selected.
func nothing(q Query, defined int) string {
	if defined == 0 {
		return "No SLO is defined: write definitions in the settings of the data source"
	}
	return fmt.Sprintf("None of the %d SLOs matches the selection %q and the filters", defined, q.SLOs)
}

func (d *Datasource) params(q backend.DataQuery, query Query) frame.Params {
	return frame.Params{
		Now: d.now(), From: q.TimeRange.From, To: q.TimeRange.To,
		Interval: q.Interval, MaxDataPoints: q.MaxDataPoints,
		Lookbacks: query.lookbacks(), Top: query.Top,
		Budget: budget.Options{Location: d.location, Incidents: budget.IncidentOptions{Threshold: query.Threshold}},
	}
}

// parts are the accounts of the selected SLOs, kept apart by the label too.
func (d *Datasource) parts(ctx context.Context, asked question) []accounts.Entry {
	split := slices.Clone(asked.slos)
	var parts []accounts.Entry
	for _, one := range split {
		for _, o := range one.Objectives {
			by, err := groupedBy(one, o, asked.scope)
			if err != nil {
				continue // its whole account has the same error
			}
			one.Objectives = []slo.Objective{o}
			scope := accounts.Scope{GroupBy: append(slices.Clone(by), asked.Label), Matchers: asked.scope.Matchers}
			parts = append(parts, d.accounts.Of(ctx, []slo.SLO{one}, scope, asked.params.Windowed())...)
		}
	}
	return held(parts)
}

// held are the entries without accounts that a failure left unfilled: they hold
// nothing that could be shown as old.
func held(entries []accounts.Entry) []accounts.Entry {
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

func groupedBy(s slo.SLO, o slo.Objective, scope accounts.Scope) ([]string, error) {
	plan, err := accounts.Plan(s, o, scope)
	if err != nil {
		return nil, err
	}
	return plan.GroupBy, nil
}

// fatal is the error of the query as a whole, if there is one: nothing could be
// answered and nothing in the answer would say so, or an alert rule asks and
// the server failed. An alert rule that got old or no numbers would be silent.
func fatal(entries []accounts.Entry, alerting, rows bool) error {
	failed := 0
	var first error
	for _, e := range entries {
		if e.Err == nil {
			continue
		}
		if alerting && serverFailed(e.Err) {
			return e.Err
		}
		failed++
		if first == nil {
			first = e.Err
		}
	}
	if failed == len(entries) && !rows && noneHeld(entries) {
		return first
	}
	return nil
}

func noneHeld(entries []accounts.Entry) bool {
	return !slices.ContainsFunc(entries, func(e accounts.Entry) bool { return e.Account != nil })
}

// serverFailed says that an error is not about one SLO's query alone.
func serverFailed(err error) bool {
	if kind, ok := upstream.KindOf(err); ok {
		return kind != upstream.BadQuery && kind != upstream.TooMuch
	}
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
