package ledger

import "math"

// count is a cumulative count, or the difference of two.
type count struct {
	bad, total float64
	// covered is the time with data, in milliseconds.
	covered float64
}

func (k count) plus(o count) count {
	return count{k.bad + o.bad, k.total + o.total, k.covered + o.covered}
}

func (k count) minus(o count) count {
	return count{k.bad - o.bad, k.total - o.total, k.covered - o.covered}
}

func (k count) times(f float64) count { return count{k.bad * f, k.total * f, k.covered * f} }

// differs reports whether two counts differ by more than rounding.
func differs(a, b count) bool {
	apart := func(a, b float64) bool { return math.Abs(a-b) > 1e-6*(1+math.Abs(a)) }
	return apart(a.bad, b.bad) || apart(a.total, b.total) || apart(a.covered, b.covered)
}

// sumCells sums n cells at a time, cells that are left over aside.
func sumCells(cells []count, n int) []count {
	folded := make([]count, len(cells)/n)
	for i := range folded {
		for _, k := range cells[i*n : (i+1)*n] {
			folded[i] = folded[i].plus(k)
		}
	}
	return folded
}

// weight is as how many bad and as how many total events an event counts.
type weight struct{ bad, total float64 }

func (w weight) plus(o weight) weight { return weight{w.bad + o.bad, w.total + o.total} }

// events returns the count of n events.
func (w weight) events(n float64) count { return count{bad: w.bad * n, total: w.total * n} }
