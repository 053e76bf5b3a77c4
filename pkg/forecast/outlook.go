package forecast

import (
	"math"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// outlook is a window as it stands: what it has had, and what it will be held
// against.
type outlook struct {
	// Share of the events that may be bad.
	allowance float64
	calendar  bool
	// Events of the calendar window so far.
	soFar outcome
	// Cells from the end of the history to the end of the window in force; rolling:
	// of a whole window.
	cells float64
	past  *history
}

// newOutlook returns the outlook at the end of a history.
func newOutlook(a budget.Account, t budget.Terms, now time.Time, h *history) *outlook {
	start, end := t.Window.At(now)
	o := &outlook{allowance: 1 - t.Target, calendar: t.Window.Calendar, past: h}
	if !o.calendar {
		o.cells = math.Round(float64(end.Sub(start)) / float64(h.cell))
		return o
	}
	o.cells = float64(end.Sub(h.end)) / float64(h.cell)
	if start.Before(h.end) {
		r := a.Reading(start, h.end)
		o.soFar = outcome{bad: max(r.Bad, 0), total: max(r.Total, 0)}
	}
	return o
}

// horizon returns how many cells a path needs.
func (o *outlook) horizon() int { return max(1, int(math.Ceil(o.cells))) }

// window returns the events of the window in force after so many cells of a path,
// and the bad events that its budget allows.
func (o *outlook) window(p path, x float64) (bad, allowed float64) {
	if o.calendar {
		return o.soFar.bad + at(p.bad, x), o.allowance * (o.soFar.total + at(p.total, o.cells))
	}
	n := float64(o.past.cells())
	from, to := max(n+x-o.cells, 0), n
	bad = at(o.past.sumBad, to) - at(o.past.sumBad, min(from, to)) + at(p.bad, x)
	total := at(o.past.sumTotal, to) - at(o.past.sumTotal, min(from, to)) + at(p.total, x)
	return bad, o.allowance * total
}

// remaining returns the share of the budget that is left after so many cells of a
// path.
func (o *outlook) remaining(p path, x float64) float64 {
	bad, allowed := o.window(p, x)
	if allowed <= 0 {
		return 1
	}
	return 1 - bad/allowed
}

// exhausted returns after how many cells of a path no budget is left, +Inf if some
// always is.
func (o *outlook) exhausted(p path) float64 {
	for k := 1; k <= o.horizon(); k++ {
		x := min(float64(k), o.cells)
		if bad, allowed := o.window(p, x); bad > 0 && bad >= allowed {
			return x
		}
	}
	return math.Inf(1)
}

// at returns a cumulative sum after so many cells, which may be a fraction.
func at(sums []float64, x float64) float64 {
	i := int(x)
	if i >= len(sums)-1 {
		return sums[len(sums)-1]
	}
	return sums[i] + (x-float64(i))*(sums[i+1]-sums[i])
}
