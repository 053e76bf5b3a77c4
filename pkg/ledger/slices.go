package ledger

import "github.com/promise-slo/promise-slo-datasource/pkg/slo"

// judge makes the count of a time slice into slices: how many it counts for,
// 0 or 1, and how bad it was.
func judge(k knot, method slo.Method, rule *slo.Slices) knot {
	if k.total <= 0 {
		return judgeEmpty(k, rule.Empty)
	}
	good := min(1, max(0, 1-k.bad/k.total))
	slice := knot{total: 1, covered: k.covered}
	switch {
	case method == slo.RatioTimeslices:
		slice.bad = 1 - good
	case !rule.Op.Holds(good, rule.Target):
		slice.bad = 1
	}
	return slice
}

func judgeEmpty(k knot, policy slo.EmptySlice) knot {
	slice := knot{covered: k.covered}
	switch {
	case policy == slo.EmptyBad:
		slice.total, slice.bad = 1, 1
	case policy == slo.EmptyGood && k.covered > 0:
		slice.total = 1
	}
	return slice
}

// fold sums n cells at a time, cells that are left over aside.
func fold(cells []knot, n int) []knot {
	folded := make([]knot, len(cells)/n)
	for i := range folded {
		for _, k := range cells[i*n : (i+1)*n] {
			folded[i] = folded[i].plus(k)
		}
	}
	return folded
}
