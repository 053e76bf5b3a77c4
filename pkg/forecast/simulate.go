package forecast

import (
	"math"
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// forecast simulates what may come of a window.
func (m *model) forecast(o *outlook, paths int) *Forecast {
	s := m.simulator(o.horizon(), o.allowance*(o.soFar.total+m.expectedEvents(o.cells)))
	b := newBands(m.history, o.cells)
	left := make([][]float64, len(b.p50))
	for j := range left {
		left[j] = make([]float64, paths)
	}
	ends := make([]float64, paths)
	for i := range paths {
		p := s.run(i, paths)
		ends[i] = o.exhausted(p)
		for j := range left {
			left[j][i] = o.remaining(p, b.cellAt(j))
		}
	}
	b.fill(left)
	f := &Forecast{Now: m.history.end, End: m.history.after(o.cells), Basis: m.basis(o), bands: b}
	f.expect(ends, m.history)
	return f
}

// expect fills in chances and dates from when each path is exhausted.
func (f *Forecast) expect(ends []float64, h *history) {
	slices.Sort(ends)
	within := func(d time.Duration) budget.Value {
		n, _ := slices.BinarySearchFunc(ends, float64(d)/float64(h.cell), func(end, limit float64) int {
			if end <= limit {
				return -1
			}
			return 1
		})
		return chance(n, len(ends))
	}
	f.Chances = Chances{Day: within(day), Week: within(week), Window: within(math.MaxInt64)}
	date := func(share float64) *time.Time {
		end := ends[int(share*float64(len(ends)))]
		if math.IsInf(end, 1) {
			return nil
		}
		t := h.after(end)
		return &t
	}
	f.Dates = Dates{P10: date(0.1), P50: date(0.5), P90: date(0.9)}
}

// exhaust makes a miss certain.
func (f *Forecast) exhaust() {
	certain := budget.Some(1)
	f.Chances = Chances{Day: certain, Week: certain, Window: certain}
	f.Dates = Dates{P10: &f.Now, P50: &f.Now, P90: &f.Now}
}

// nextWindow simulates the events of the next window.
func (m *model) nextWindow(t budget.Terms, now time.Time, paths int) []outcome {
	from, to := nextWindow(t, now, m.history)
	s := m.simulator(max(1, int(math.Ceil(to))), (1-t.Target)*m.expectedEvents(to-from))
	outcomes := make([]outcome, paths)
	for i := range outcomes {
		p := s.run(i, paths)
		outcomes[i] = outcome{bad: at(p.bad, to) - at(p.bad, from), total: at(p.total, to) - at(p.total, from)}
	}
	return outcomes
}

// nextWindow returns after how many cells the next window begins and ends.
func nextWindow(t budget.Terms, now time.Time, h *history) (from, to float64) {
	start, end := t.Window.At(now)
	if !t.Window.Calendar {
		return 0, float64(end.Sub(start)) / float64(h.cell)
	}
	_, to2 := t.Window.At(end.Add(1))
	return max(float64(end.Sub(h.end))/float64(h.cell), 0), float64(to2.Sub(h.end)) / float64(h.cell)
}

// after returns the time so many cells after the history.
func (h *history) after(cells float64) time.Time {
	return h.end.Add(time.Duration(cells * float64(h.cell)))
}
