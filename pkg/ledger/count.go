package ledger

import "math"

// count holds a cumulative count, or the difference of two.
type count struct {
	bad, total float64
	// Time that has data, in milliseconds.
	covered float64
}

func (c count) plus(o count) count {
	return count{c.bad + o.bad, c.total + o.total, c.covered + o.covered}
}

func (c count) minus(o count) count {
	return count{c.bad - o.bad, c.total - o.total, c.covered - o.covered}
}

func (c count) times(f float64) count { return count{c.bad * f, c.total * f, c.covered * f} }

// differs reports whether two counts differ by more than rounding.
func differs(a, b count) bool {
	apart := func(a, b float64) bool { return math.Abs(a-b) > 1e-6*(1+math.Abs(a)) }
	return apart(a.bad, b.bad) || apart(a.total, b.total) || apart(a.covered, b.covered)
}

// sumCells returns the sums of n cells at a time, without cells that are left over.
func sumCells(cells []count, n int) []count {
	folded := make([]count, len(cells)/n)
	for i := range folded {
		for _, c := range cells[i*n : (i+1)*n] {
			folded[i] = folded[i].plus(c)
		}
	}
	return folded
}

// weight says how many bad and how many total events an event counts as.
type weight struct{ bad, total float64 }

func (w weight) plus(o weight) weight { return weight{w.bad + o.bad, w.total + o.total} }

// events returns the count of n events.
func (w weight) events(n float64) count { return count{bad: w.bad * n, total: w.total * n} }
