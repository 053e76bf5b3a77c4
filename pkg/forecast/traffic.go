package forecast

import "math"

// traffic holds the events that are expected in each cell, past and to come: the
// mean of the cell's place in the week, and growth from week to week.
type traffic struct {
	// Events of the cells of a week, as of the end of the history. The first is the
	// one that begins there.
	profile []float64
	// Growth of the logarithm from cell to cell, and its standard error.
	growth, uncertainty float64
	// Fewest events that a cell is divided by.
	least float64
}

// weeksOfGrowth bounds how far back growth is measured.
const weeksOfGrowth = 10

// expectTraffic returns the traffic of a history.
func expectTraffic(h *history) *traffic {
	t := &traffic{profile: make([]float64, h.perWeek())}
	t.growth, t.uncertainty = growthOf(h)
	t.fit(h)
	mean := 0.
	for _, m := range t.profile {
		mean += m / float64(len(t.profile))
	}
	t.least = mean / 50
	return t
}

// steadyTraffic returns traffic of so many events in every cell.
func steadyTraffic(h *history, events float64) *traffic {
	t := &traffic{profile: make([]float64, h.perWeek()), least: events}
	for i := range t.profile {
		t.profile[i] = events
	}
	return t
}

// fit fills the profile: the mean of the place in the week, drawn towards that of
// the place in the day by as much as a week of data.
func (t *traffic) fit(h *history) {
	daily := make([]mean, h.perDay())
	weekly := make([]mean, h.perWeek())
	for i, known := range h.known {
		if known {
			x := h.total[i] / t.level(i-h.cells())
			place := t.place(i - h.cells())
			weekly[place].add(x)
			daily[place%len(daily)].add(x)
		}
	}
	all := mean{}
	for _, d := range daily {
		all.merge(d)
	}
	for place, m := range weekly {
		t.profile[place] = m.towards(daily[place%len(daily)].towards(all.of()))
	}
}

// mean adds numbers up.
type mean struct {
	sum float64
	n   float64
}

func (m *mean) add(x float64)                { m.sum, m.n = m.sum+x, m.n+1 }
func (m *mean) merge(o mean)                 { m.sum, m.n = m.sum+o.sum, m.n+o.n }
func (m mean) of() float64                   { return m.sum / max(m.n, 1) }
func (m mean) towards(prior float64) float64 { return (m.sum + prior) / (m.n + 1) }

// place returns the place in the week of a cell, counted from the end of the
// history; earlier ones are negative.
func (t *traffic) place(cell int) int {
	n := len(t.profile)
	return (cell%n + n) % n
}

// level returns by what growth scales the profile in a cell.
func (t *traffic) level(cell int) float64 {
	if t.growth == 0 {
		return 1
	}
	return math.Exp(t.growth * (float64(cell) + 0.5))
}

// expected returns the events that are expected in a cell, and at least as many as
// can be divided by.
func (t *traffic) expected(cell int) float64 {
	return max(t.profile[t.place(cell)]*t.level(cell), t.least)
}

// growthOf returns the growth of traffic, drawn towards none by its uncertainty.
func growthOf(h *history) (growth, uncertainty float64) {
	weekly := weeklyTotals(h)
	if len(weekly) < 4 {
		return 0, 0
	}
	slope, deviation := regress(weekly)
	shrunk := slope * max(0, 1-4*deviation*deviation/max(slope*slope, 1e-12))
	n := float64(h.perWeek())
	return shrunk / n, deviation / n
}

// weeklyTotals returns the logarithms of the mean traffic of the last weeks, the
// oldest first, as far back as all of them had events and enough data.
func weeklyTotals(h *history) []float64 {
	var logs []float64
	n := h.perWeek()
	for w := 1; w <= weeksOfGrowth && w*n <= h.cells(); w++ {
		m := mean{}
		for i := h.cells() - w*n; i < h.cells()-(w-1)*n; i++ {
			if h.known[i] {
				m.add(h.total[i])
			}
		}
		if m.sum <= 0 || m.n < 0.9*float64(n) {
			break
		}
		logs = append([]float64{math.Log(m.of())}, logs...)
	}
	return logs
}

// regress returns the slope of a line through equidistant points, and its standard
// error.
func regress(y []float64) (slope, deviation float64) {
	n := float64(len(y))
	center := (n - 1) / 2
	mean, sxx, sxy := 0., 0., 0.
	for _, v := range y {
		mean += v / n
	}
	for i, v := range y {
		x := float64(i) - center
		sxx += x * x
		sxy += x * (v - mean)
	}
	slope = sxy / sxx
	residuals := 0.
	for i, v := range y {
		r := v - mean - slope*(float64(i)-center)
		residuals += r * r
	}
	return slope, math.Sqrt(residuals / (n - 2) / sxx)
}
