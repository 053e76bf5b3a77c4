package ledger

import "github.com/promise-slo/promise-slo-datasource/pkg/slo"

// evaluateSlice makes the count of a time slice into slices: how many it counts for,
// 0 or 1, and how bad it was.
func evaluateSlice(k count, method slo.Method, rule *slo.Slices) count {
	if k.total <= 0 {
		return evaluateEmptySlice(k, rule.Empty)
	}
	good := min(1, max(0, 1-k.bad/k.total))
	slice := count{total: 1, covered: k.covered}
	switch {
	case method == slo.RatioTimeslices:
		slice.bad = 1 - good
	case !rule.Op.Holds(good, rule.Target):
		slice.bad = 1
	}
	return slice
}

func evaluateEmptySlice(k count, policy slo.EmptySlice) count {
	slice := count{covered: k.covered}
	switch {
	case policy == slo.EmptyBad:
		slice.total, slice.bad = 1, 1
	case policy == slo.EmptyGood && k.covered > 0:
		slice.total = 1
	}
	return slice
}
