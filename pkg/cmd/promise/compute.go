package main

import (
	"context"
	"slices"
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

// compute judges the SLOs at a time, in their order. It gives up when the
// context ends.
func compute(ctx context.Context, q ledger.Querier, slos []slo.SLO, at time.Time, p *progress) []result {
	lots := make([][]result, len(slos))
	now := func() time.Time { return at }
	opts := ledger.Options{Now: now, Records: ledger.NewRecords(q, now)}
	var g errgroup.Group
	g.SetLimit(together)
	for i, s := range slos {
		g.Go(func() error {
			lots[i] = judge(ctx, q, s, opts, p.of(i))
			return nil
		})
	}
	_ = g.Wait()
	return slices.Concat(lots...)
}

// judge keeps the accounts of one SLO for as long as it takes. To them the time
// is over at the time of the judgement, so that nothing later counts.
func judge(ctx context.Context, q ledger.Querier, s slo.SLO, opts ledger.Options, report func(done, all int)) []result {
	defer report(1, 1)
	opts.Progress = report
	at, store := opts.Now(), ledger.NewStore(q, opts)
	span := func(t budget.Terms) (from, to time.Time) { return budget.Reach(t, at), at }
	var results []result
	for _, entry := range store.Entries(ctx, []slo.SLO{s}, promql.Scope{}, span) {
		results = append(results, resultOf(entry, at))
	}
	return results
}

func resultOf(entry budget.Entry, at time.Time) result {
	r := result{SLO: entry.SLO, objective: &entry.Objective, labels: entry.Labels, asOf: entry.AsOf, err: entry.Err}
	if entry.Err == nil {
		r.status = budget.Evaluate(entry.Account, entry.Terms(), at, budget.Options{})
		r.notices = remarks(entry, r.status, at)
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
