package forecast

import (
	"math"
	"slices"
)

// rates holds the history relative to the traffic that was expected.
type rates struct {
	// Bad events and all events by the expected events, of each cell; the oldest
	// first. Cells without data have the mean.
	bad, total []float64
	// Sums of bad events, and of expected ones, up to the start of each cell.
	sumBad, sumExpected []float64
	// Number of cells of a day.
	day int
	// Median rate of a day.
	usual float64
	// Rate of the latest part of the last cell, and its share of the cell.
	latest, latestPart float64
}

// newRates returns the rates of a history.
func newRates(h *history, t *traffic) *rates {
	n := h.cells()
	r := &rates{
		day: h.perDay(), bad: make([]float64, n), total: make([]float64, n),
		sumBad: make([]float64, n+1), sumExpected: make([]float64, n+1),
	}
	for i := range n {
		r.set(i, h, t.expected(i-n))
	}
	level := r.mean(0, n)
	for i, known := range h.known {
		if !known {
			r.bad[i], r.total[i] = level, 1
		}
	}
	r.usual = r.medianDay()
	return r
}

func (r *rates) set(i int, h *history, expected float64) {
	if h.known[i] && expected > 0 {
		r.bad[i], r.total[i] = h.bad[i]/expected, h.total[i]/expected
		r.sumBad[i+1], r.sumExpected[i+1] = h.bad[i], expected
	}
	r.sumBad[i+1] += r.sumBad[i]
	r.sumExpected[i+1] += r.sumExpected[i]
}

// cells returns the number of cells.
func (r *rates) cells() int { return len(r.bad) }

// mean returns the bad events of cells from i up to j by the events expected in
// them, 0 if none were.
func (r *rates) mean(i, j int) float64 {
	expected := r.events(i, j)
	if expected <= 0 {
		return 0
	}
	return max(r.sumBad[j]-r.sumBad[i], 0) / expected
}

// events returns the events that were expected in cells from i up to j.
func (r *rates) events(i, j int) float64 { return r.sumExpected[j] - r.sumExpected[i] }

// before returns the rates as they were so many cells ago.
func (r *rates) before(cells int) *rates {
	n := r.cells() - cells
	return &rates{
		bad: r.bad[:n], total: r.total[:n], sumBad: r.sumBad[:n+1], sumExpected: r.sumExpected[:n+1],
		day: r.day, usual: r.usual,
	}
}

// medianDay returns the median rate of a day, or the mean of less than a day.
func (r *rates) medianDay() float64 {
	var days []float64
	for end := r.cells(); end >= r.day; end -= r.day {
		days = append(days, r.mean(end-r.day, end))
	}
	if len(days) == 0 {
		return r.mean(0, r.cells())
	}
	slices.Sort(days)
	return quantile(days, 0.5)
}

// most returns the most bad events that a cell has without a burst: counting alone
// rarely makes more of the usual rate.
func (r *rates) most(cell int) float64 {
	usual := r.usual * r.events(cell, cell+1)
	return 3*usual + 4*math.Sqrt(usual) + 3
}
