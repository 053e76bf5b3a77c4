package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"golang.org/x/sync/errgroup"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/changes"
	"github.com/promise-slo/promise-slo-datasource/pkg/forecast"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/review"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// maxConcurrent limits how many SLOs are worked on at a time, and so the memory for
// their accounts. Requests have a limit of their own.
const maxConcurrent = 8

// result contains the status of one SLO, objective and label set.
type result struct {
	SLO slo.SLO
	// A refused definition has no objective.
	objective *slo.Objective
	labels    labels.Labels
	// With an error, the status means nothing.
	status budget.Status
	// What may come, nil if too little is known.
	forecast *forecast.Summary
	// changes of the service since a day before the first incident.
	changes review.Changes
	asOf    time.Time
	notices []string
	err     error
	// Nil unless it was asked for and is known.
	streak *budget.Streak
}

// evaluator computes the status of SLOs at a time.
type evaluator struct {
	q  ledger.Querier
	at time.Time
	// How far back history is filled for the forecast, 0 for no further than the status
	// needs.
	history time.Duration
	// check compares a day of each account with the server's own count.
	check bool
	// streaks looks back four windows more, for how many were kept in a row.
	streaks bool
}

// all returns the results of the SLOs, in their order. It gives up when the context
// ends.
func (e evaluator) all(ctx context.Context, sys system, slos []slo.SLO) []result {
	now := func() time.Time { return e.at }
	records := ledger.NewRecords(e.q, now)
	return forEach(sys, slos, func(s slo.SLO, report func(done, all int)) []result {
		store := ledger.NewStore(e.q, ledger.Options{Now: now, Records: records, Progress: report})
		return e.one(ctx, store, s)
	})
}

// forEach works on several SLOs at a time, or whatever there is of each, and returns
// their results in their order. It shows the progress meanwhile.
func forEach[T, R any](sys system, slos []T, work func(s T, report func(done, all int)) []R) []R {
	p := newProgress(sys.stderr, len(slos))
	defer p.clear()
	perSLO := make([][]R, len(slos))
	var g errgroup.Group
	g.SetLimit(maxConcurrent)
	for i, s := range slos {
		g.Go(func() error {
			report := p.reporter(i)
			defer report(1, 1)
			perSLO[i] = work(s, report)
			return nil
		})
	}
	_ = g.Wait()
	return slices.Concat(perSLO...)
}

// one returns the results of one SLO, whose accounts it keeps only for that. Their
// time ends at the time of the status, so that nothing later counts. Once they are
// filled they are extended as far back as the history goes, and maintained once, which
// asks again for what was partial and checks a day of each.
func (e evaluator) one(ctx context.Context, store *ledger.Store, s slo.SLO) []result {
	span := func(t budget.Terms) (from, to time.Time) { return t.Reach(e.at), e.at }
	entries := store.Entries(ctx, []slo.SLO{s}, promql.Scope{}, span)
	var remarks []string
	if e.history > 0 {
		store.WantHistory(entries, func(budget.Terms) (from, to time.Time) { return e.at.Add(-e.history), e.at })
		if err := store.FillHistory(ctx); err != nil {
			remarks = append(remarks, fmt.Sprintf("The forecast rests on less history than it should, which could not be filled (%s)", oneLine(err)))
		}
		entries = store.Entries(ctx, []slo.SLO{s}, promql.Scope{}, span)
	}
	if e.check && slices.ContainsFunc(entries, func(e budget.Entry) bool { return e.Err == nil }) {
		if err := store.Maintain(ctx); err != nil {
			remarks = append(remarks, fmt.Sprintf("The numbers could not be checked against the server's own count (%s)", oneLine(err)))
		}
		entries = store.Entries(ctx, []slo.SLO{s}, promql.Scope{}, span)
	}
	entries, ended := budget.SplitEnded(entries, e.at)
	if text := budget.EndedNotice(ended); text != "" {
		remarks = append(remarks, text)
	}
	var results []result
	streaks := e.streaksOf(ctx, store, s)
	for _, entry := range entries {
		entry.Notices = slices.Concat(entry.Notices, remarks)
		r := newResult(entry, e.at)
		if streak, ok := streaks[entry.Objective.Name+entry.Labels.String()]; ok {
			r.streak = &streak
		}
		r.changes = e.changesBefore(ctx, entry, r.status.Incidents)
		results = append(results, r)
	}
	return results
}

// changesBefore returns the changes of what an entry measures since a day before the
// first incident, unknown if its promise names none.
func (e evaluator) changesBefore(ctx context.Context, entry budget.Entry, incidents []budget.Incident) review.Changes {
	query := review.ChangesQuery(entry)
	if query == "" || len(incidents) == 0 {
		return review.Changes{Err: errors.New("the promise names no series of changes")}
	}
	first := slices.MinFunc(incidents, func(a, b budget.Incident) int { return a.Start.Compare(b.Start) }).Start
	return changes.Read(ctx, e.q, query, first.Add(-review.Suspicion), e.at)
}

// streaksOf returns the streaks of an SLO, by objective and group, none unless they are
// asked for. They need older data, on which no other number may depend.
func (e evaluator) streaksOf(ctx context.Context, store *ledger.Store, s slo.SLO) map[string]budget.Streak {
	all := map[string]budget.Streak{}
	if !e.streaks {
		return all
	}
	span := func(t budget.Terms) (from, to time.Time) { return t.StreakReach(e.at), e.at }
	for _, entry := range store.Entries(ctx, []slo.SLO{s}, promql.Scope{}, span) {
		if entry.Err == nil {
			all[entry.Objective.Name+entry.Labels.String()] = entry.At(e.at, budget.Options{}).Streak(entry.Terms().StreakFrom(e.at), entry.TargetAt)
		}
	}
	return all
}

// oneLine returns an error on one line.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

func newResult(entry budget.Entry, at time.Time) result {
	r := result{SLO: entry.SLO, objective: &entry.Objective, labels: entry.Labels, asOf: entry.AsOf, err: entry.Err}
	if entry.Err == nil {
		ahead := func() *forecast.Forecast {
			return forecast.AsKnown(entry.Account, entry.Terms(), at, forecast.Options{})
		}
		evaluation := forecast.Evaluate(entry, at, budget.Options{}, ahead)
		r.status = evaluation.Status()
		r.notices = numberNotices(entry, evaluation.Evaluation)
		if f := evaluation.Forecast(); f != nil {
			c := forecast.Calibrate(entry.Account, entry.Terms(), at, forecast.Options{})
			r.forecast = new(f.Summary())
			r.forecast.Calibration = &c
		}
	}
	return r
}

func countErrors(results []result) int {
	n := 0
	for _, r := range results {
		if r.err != nil {
			n++
		}
	}
	return n
}
