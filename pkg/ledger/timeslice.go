package ledger

import "github.com/promise-slo/promise-slo-datasource/pkg/slo"

// evaluateSlice turns the events of a time slice into a count of slices: 0 or 1,
// and how bad it was.
func evaluateSlice(c count, method slo.Method, rule *slo.Slices) count {
	if c.total <= 0 {
		return evaluateEmptySlice(c, rule.Empty)
	}
	good := min(1, max(0, 1-c.bad/c.total))
	slice := count{total: 1, covered: c.covered}
	switch {
	case method == slo.RatioTimeslices:
		slice.bad = 1 - good
	case !rule.Op.Holds(good, rule.Target):
		slice.bad = 1
	}
	return slice
}

func evaluateEmptySlice(c count, policy slo.EmptySlice) count {
	slice := count{covered: c.covered}
	switch {
	case policy == slo.EmptyBad:
		slice.total, slice.bad = 1, 1
	case policy == slo.EmptyGood && c.covered > 0:
		slice.total = 1
	}
	return slice
}
