package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"golang.org/x/sync/errgroup"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// together is how many SLOs are worked on at a time, which bounds the memory
// for their accounts. The requests have a limit of their own.
const together = 8

// result is how one SLO, objective and label set stands.
type result struct {
	SLO slo.SLO
	// objective is nil if the definition of the SLO was refused.
	objective *slo.Objective
	labels    labels.Labels
	// status is meaningless if there is an error.
	status budget.Status
	asOf   time.Time
	// notices are about the numbers.
	notices []string
	err     error
}

// judge says how SLOs stand at a time.
type judge struct {
	q  ledger.Querier
	at time.Time
	// check says that what was counted is held against the server's own count.
	check bool
}

// all judges the SLOs, in their order. It gives up when the context ends.
func (j judge) all(ctx context.Context, slos []slo.SLO, p *progress) []result {
	now := func() time.Time { return j.at }
	records := ledger.NewRecords(j.q, now)
	return each(slos, p, func(s slo.SLO, report func(done, all int)) []result {
		store := ledger.NewStore(j.q, ledger.Options{Now: now, Records: records, Progress: report})
		return j.one(ctx, store, s)
	})
}

// each works on several SLOs at a time and returns their results in their order.
func each[R any](slos []slo.SLO, p *progress, work func(s slo.SLO, report func(done, all int)) []R) []R {
	lots := make([][]R, len(slos))
	var g errgroup.Group
	g.SetLimit(together)
	for i, s := range slos {
		g.Go(func() error {
			report := p.of(i)
			defer report(1, 1)
			lots[i] = work(s, report)
			return nil
		})
	}
	_ = g.Wait()
	return slices.Concat(lots...)
}

// one keeps the accounts of one SLO for as long as it takes. To them the time is
// over at the time of the judgement, so that nothing later counts. Once they are
// filled they are kept up once, which asks again for what was partial and checks
// a day of each.
func (j judge) one(ctx context.Context, store *ledger.Store, s slo.SLO) []result {
	span := func(t budget.Terms) (from, to time.Time) { return t.Reach(j.at), j.at }
	entries := store.Entries(ctx, []slo.SLO{s}, promql.Scope{}, span)
	var unchecked []string
	if j.check && slices.ContainsFunc(entries, func(e budget.Entry) bool { return e.Err == nil }) {
		if err := store.Maintain(ctx); err != nil {
			unchecked = append(unchecked, fmt.Sprintf("The numbers could not be checked against the server's own count (%s)", oneLine(err)))
		}
		entries = store.Entries(ctx, []slo.SLO{s}, promql.Scope{}, span)
	}
	var results []result
	for _, entry := range entries {
		entry.Notices = slices.Concat(entry.Notices, unchecked)
		results = append(results, resultOf(entry, j.at))
	}
	return results
}

// oneLine writes an error on a line.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

func resultOf(entry budget.Entry, at time.Time) result {
	r := result{SLO: entry.SLO, objective: &entry.Objective, labels: entry.Labels, asOf: entry.AsOf, err: entry.Err}
	if entry.Err == nil {
		evaluation := entry.At(at, budget.Options{})
		r.status = evaluation.Status()
		r.notices = remarks(entry, evaluation)
	}
	return r
}

func failures(results []result) int {
	n := 0
	for _, r := range results {
		if r.err != nil {
			n++
		}
	}
	return n
}
