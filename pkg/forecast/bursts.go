package forecast

import "math"

// bursts tells the cells that were far worse than usual from the rest, so that paths
// have bursts of other sizes than the few that have been seen.
type bursts struct {
	// Rates outside bursts, and what bursts add to them.
	calm, extra []float64
	// Standard deviation of the logarithm of the factor by which a path scales the
	// bursts of a unit.
	spread float64
}

const (
	// bandwidth is the spread of a smoothed bootstrap by that of the sizes seen.
	bandwidth = 0.75
	// priorSizes is how many sizes the prior, a standard deviation of 1 of the
	// logarithms, counts as.
	priorSizes = 2
)

// newBursts returns the bursts of rates in units of so many cells.
func newBursts(r *rates, unit int) *bursts {
	b := &bursts{calm: make([]float64, r.cells()), extra: make([]float64, r.cells())}
	for i, rate := range r.bad {
		b.calm[i] = rate
		if rate*r.events(i, i+1) > r.most(i) {
			b.calm[i], b.extra[i] = r.usual, rate-r.usual
		}
	}
	b.spread = bandwidth * spreadOf(b.sizes(unit))
	return b
}

// sizes returns the logarithms of what bursts came to in those units that had any.
func (b *bursts) sizes(unit int) []float64 {
	var logs []float64
	sum := sums(b.extra)
	for end := len(b.extra); end >= unit; end -= unit {
		if size := sum[end] - sum[end-unit]; size > 0 {
			logs = append(logs, math.Log(size))
		}
	}
	return logs
}

// spreadOf returns the standard deviation, drawn towards 1 where there are few
// numbers.
func spreadOf(x []float64) float64 {
	m := mean{}
	for _, v := range x {
		m.add(v)
	}
	squares := float64(priorSizes)
	for _, v := range x {
		squares += (v - m.of()) * (v - m.of())
	}
	return math.Sqrt(squares / (m.n + priorSizes - 1))
}
