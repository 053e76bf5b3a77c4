package forecast

import (
	"math"
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// simulate returns what is left of the budget on each path after so many cells each,
// and after how many cells none is left, +Inf if some always is.
func (m *model) simulate(o *outlook, ahead []float64, paths int) (left [][]float64, ends []float64) {
	s := m.simulator(o.horizon(), o.allowance*(o.soFar.total+m.expectedEvents(o.cells)))
	left, ends = make([][]float64, len(ahead)), make([]float64, paths)
	for j := range left {
		left[j] = make([]float64, paths)
	}
	for i := range paths {
		p := s.run(i, paths)
		ends[i] = o.exhaustion(p)
		for j, x := range ahead {
			left[j][i] = o.remaining(p, x)
		}
	}
	return left, ends
}

// forecast returns what may come of a window.
func (m *model) forecast(o *outlook, paths int) *Forecast {
	h := m.history
	f := &Forecast{Now: h.end, End: h.after(o.cells), Basis: m.basis(o), bands: newBands(h, o.cells)}
	left, ends := m.simulate(o, f.bands.ahead(), paths)
	f.bands.fill(left)
	slices.Sort(ends)
	within := func(d time.Duration) budget.Value { return chanceWithin(ends, float64(d)/float64(h.cell)) }
	f.Chances = Chances{Day: within(day), Week: within(week), Window: chanceWithin(ends, o.cells)}
	date := func(share float64) *time.Time { return h.date(ends[int(share*float64(len(ends)))]) }
	f.Dates = Dates{P10: date(0.1), P50: date(0.5), P90: date(0.9)}
	return f
}

// date returns the time after so many cells, nil if they are infinitely many.
func (h *history) date(cells float64) *time.Time {
	if math.IsInf(cells, 1) {
		return nil
	}
	t := h.after(cells)
	return &t
}

// chanceWithin returns the chance that a path ends within so many cells.
func chanceWithin(ends []float64, cells float64) budget.Value {
	n := 0
	for _, end := range ends {
		if end <= cells {
			n++
		}
	}
	return chance(n, len(ends))
}

// exhaust makes a miss certain.
func (f *Forecast) exhaust() {
	certain := budget.Some(1)
	f.Chances = Chances{Day: certain, Week: certain, Window: certain}
	f.Dates = Dates{P10: &f.Now, P50: &f.Now, P90: &f.Now}
}

// nextWindow simulates the events of the next window.
func (m *model) nextWindow(t budget.Terms, now time.Time, paths int) []outcome {
	from, to := m.history.nextWindow(t, now)
	s := m.simulator(max(1, int(math.Ceil(to))), (1-t.Target)*m.expectedEvents(to-from))
	outcomes := make([]outcome, paths)
	for i := range outcomes {
		p := s.run(i, paths)
		outcomes[i] = outcome{bad: at(p.bad, to) - at(p.bad, from), total: at(p.total, to) - at(p.total, from)}
	}
	return outcomes
}

// nextWindow returns after how many cells the next window begins and ends.
func (h *history) nextWindow(t budget.Terms, now time.Time) (from, to float64) {
	start, end := t.Window.At(now)
	if !t.Window.Calendar {
		return 0, float64(end.Sub(start)) / float64(h.cell)
	}
	_, nextEnd := t.Window.At(end.Add(1))
	return max(float64(end.Sub(h.end))/float64(h.cell), 0), float64(nextEnd.Sub(h.end)) / float64(h.cell)
}
