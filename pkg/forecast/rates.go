package forecast

// rates holds the history relative to the traffic that was expected.
type rates struct {
	// Bad events and all events by the expected events, of each cell; the oldest
	// first. Cells without data have the mean.
	bad, total []float64
	// Sums of bad events, and of expected ones, up to the start of each cell.
	sumBad, sumExpected []float64
	// Number of cells of a day.
	day int
}

// newRates returns the rates of a history.
func newRates(h *history, t *traffic) *rates {
	n := h.cells()
	r := &rates{day: h.perDay(), bad: make([]float64, n), total: make([]float64, n), sumBad: make([]float64, n+1), sumExpected: make([]float64, n+1)}
	for i := range n {
		r.set(i, h, t.expected(i-n))
	}
	level := r.mean(0, n)
	for i, known := range h.known {
		if !known {
			r.bad[i], r.total[i] = level, 1
		}
	}
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
	expected := r.sumExpected[j] - r.sumExpected[i]
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
	return &rates{bad: r.bad[:n], total: r.total[:n], sumBad: r.sumBad[:n+1], sumExpected: r.sumExpected[:n+1], day: r.day}
}
