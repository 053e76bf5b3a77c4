package forecast

import (
	"math"
	"slices"
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
	// Events of the past that are still in the rolling window after each cell.
	pastBad, pastTotal []float64
}

// newOutlook returns the outlook at the end of a history.
func newOutlook(a budget.Account, t budget.Terms, now time.Time, h *history) *outlook {
	start, end := t.Window.At(now)
	o := &outlook{allowance: 1 - t.Target, calendar: t.Window.Calendar}
	if !o.calendar {
		o.cells = math.Round(float64(end.Sub(start)) / float64(h.cell))
		o.pastBad, o.pastTotal = leaving(h.sumBad, int(o.cells)), leaving(h.sumTotal, int(o.cells))
		return o
	}
	o.cells = float64(end.Sub(h.end)) / float64(h.cell)
	if start.Before(h.end) {
		r := a.Reading(start, h.end)
		o.soFar = outcome{bad: max(r.Bad, 0), total: max(r.Total, 0)}
	}
	return o
}

// leaving returns what is left of the last cells of a sum as they leave the window, one
// after another.
func leaving(sums []float64, cells int) []float64 {
	left := make([]float64, cells+1)
	last := len(sums) - 1
	for k := range left {
		left[k] = sums[last] - sums[min(max(last-cells+k, 0), last)]
	}
	return left
}

// horizon returns how many cells a path needs.
func (o *outlook) horizon() int { return max(1, int(math.Ceil(o.cells))) }

// window returns the events of the window in force after so many cells of a path,
// and the bad events that its budget allows.
func (o *outlook) window(p path, x float64) (bad, allowed float64) {
	if o.calendar {
		return o.soFar.bad + at(p.bad, x), o.allowance * (o.soFar.total + at(p.total, o.cells))
	}
	return at(o.pastBad, x) + at(p.bad, x), o.allowance * (at(o.pastTotal, x) + at(p.total, x))
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

// exhaustion returns after how many cells of a path no budget is left, +Inf if some
// always is.
func (o *outlook) exhaustion(p path) float64 {
	if o.calendar {
		return o.spent(p)
	}
	for k, bad := range p.bad[1:] {
		bad += o.pastBad[k+1]
		if bad > 0 && bad >= o.allowance*(o.pastTotal[k+1]+p.total[k+1]) {
			return float64(k + 1)
		}
	}
	return math.Inf(1)
}

// spent returns after how many cells of a path the budget of a calendar window is
// spent.
func (o *outlook) spent(p path) float64 {
	_, allowed := o.window(p, 0)
	least := max(allowed-o.soFar.bad, math.SmallestNonzeroFloat64)
	if at(p.bad, o.cells) < least {
		return math.Inf(1)
	}
	k, _ := slices.BinarySearch(p.bad, least)
	return min(float64(k), o.cells)
}

// at returns a cumulative sum after so many cells, which may be a fraction.
func at(sums []float64, x float64) float64 {
	i := int(x)
	if i >= len(sums)-1 {
		return sums[len(sums)-1]
	}
	return sums[i] + (x-float64(i))*(sums[i+1]-sums[i])
}
