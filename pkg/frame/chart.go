package frame

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// SLISize returns how many series SLI has of the entries, and how many points
// they have, at most.
func SLISize(entries []budget.Entry, p Params) (series, points int) {
	return size(entries, p, max(1, len(p.Lookbacks)), present)
}

// EventsSize returns the size of Events, as SLISize does.
func EventsSize(entries []budget.Entry, p Params) (series, points int) {
	return size(entries, p, 2, present)
}

// BurnRateSize returns the size of BurnRate, as SLISize does.
func BurnRateSize(entries []budget.Entry, p Params) (series, points int) {
	return size(entries, p, len(p.burnLookbacks()), present)
}

// BudgetSize returns the size of Budget, as SLISize does.
func BudgetSize(entries []budget.Entry, p Params) (series, points int) {
	return size(entries, p, 1, present)
}

// ProjectionSize returns the size of Projection, as SLISize does.
func ProjectionSize(entries []budget.Entry, p Params) (series, points int) {
	return size(entries, p, 6, horizon)
}

// size counts series of the entries with an account, and points from the range's
// start to the end of each.
func size(entries []budget.Entry, p Params, lines int, end func(Params, budget.Entry) time.Time) (series, points int) {
	for _, e := range entries {
		if e.Account == nil {
			continue
		}
		until := end(p, e)
		series += lines
		points += lines * (2 + int(max(0, until.Sub(p.From))/p.stepUntil(e, until)))
	}
	return series, points
}

func present(p Params, _ budget.Entry) time.Time { return p.now() }

// WorstN returns the entries of the n SLOs that consumed most of their budget, and
// the number of SLOs in all. It keeps the order, and entries without an account,
// about which the result has notices.
func WorstN(ctx context.Context, entries []budget.Entry, n int, p Params) (worst []budget.Entry, slos int) {
	if countSLOs(entries) <= n {
		return entries, countSLOs(entries)
	}
	consumed := map[string]float64{}
	var names []string
	for e := range withAccount(ctx, entries) {
		known, ok := consumed[e.SLO.ID()]
		if !ok {
			names, known = append(names, e.SLO.ID()), math.Inf(-1)
		}
		consumed[e.SLO.ID()] = max(known, p.evaluate(e).ConsumedForAlerts().Or(math.Inf(-1)))
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(consumed[b], consumed[a]) })
	kept := map[string]bool{}
	for _, name := range names[:min(n, len(names))] {
		kept[name] = true
	}
	for _, e := range entries {
		if e.Account == nil || kept[e.SLO.ID()] {
			worst = append(worst, e)
		}
	}
	return worst, len(names)
}

// countSLOs returns the number of SLOs among the entries with an account.
func countSLOs(entries []budget.Entry) int {
	names := map[string]bool{}
	for _, e := range entries {
		if e.Account != nil {
			names[e.SLO.ID()] = true
		}
	}
	return len(names)
}
