package forecast

import (
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// history condenses an account into cells that end at a moment, the oldest first.
type history struct {
	cell time.Duration
	end  time.Time
	// Events of each cell. Where less than half of a cell was covered, known is false
	// and there are none.
	bad, total []float64
	known      []bool
	// Sums of what was read up to the start of each cell, and up to the end, whether
	// or not it was covered.
	sumBad, sumTotal []float64
}

const (
	// mostCells bounds how many cells a history has.
	mostCells = 8800
	// windowCells bounds how many cells a window has.
	windowCells = 800
	// knownCell is the minimum coverage of a cell that counts.
	knownCell = 0.5
)

// cellFor returns the length of cells for a window: a whole fraction of a day that
// is neither shorter than a step, nor so short that a window has too many of them.
func cellFor(window, step time.Duration) time.Duration {
	least := max(min(time.Hour, window/24), window/windowCells, step)
	for _, minutes := range []time.Duration{1, 5, 10, 15, 30, 60, 120, 180, 240, 360, 480, 720} {
		if cell := minutes * time.Minute; cell >= least {
			return cell
		}
	}
	return day
}

// newHistory condenses the length of an account before end, from its first data
// on.
func newHistory(a budget.Account, end time.Time, cell, length time.Duration) *history {
	since := a.Since().Add(-a.Step())
	if a.Since().IsZero() || !since.Before(end) {
		return &history{cell: cell, end: end, sumBad: []float64{0}, sumTotal: []float64{0}}
	}
	n := min(int(length/cell), int((end.Sub(since)+cell-1)/cell), mostCells)
	h := &history{cell: cell, end: end, bad: make([]float64, n), total: make([]float64, n), known: make([]bool, n)}
	read := h.read(a)
	h.sumBad, h.sumTotal = sums(h.bad), sums(h.total)
	for i, r := range read {
		h.scale(i, r)
	}
	return h
}

// read fills the cells with what the account has, and returns their coverage.
func (h *history) read(a budget.Account) (coverage []float64) {
	i := h.cells()
	coverage = make([]float64, i)
	budget.EachBack(a, h.end, h.cell, i, func(r budget.Reading) {
		i--
		bad, total := budget.Some(r.Bad), budget.Some(r.Total)
		if bad.OK() && total.OK() {
			h.total[i] = max(total.Or(0), 0)
			h.bad[i] = min(max(bad.Or(0), 0), h.total[i])
			coverage[i] = r.Coverage
		}
	})
	return coverage
}

// scale scales a cell that was covered in part, and empties one that was hardly
// covered.
func (h *history) scale(i int, coverage float64) {
	h.known[i] = coverage >= knownCell
	if !h.known[i] {
		h.bad[i], h.total[i] = 0, 0
		return
	}
	h.bad[i] /= min(coverage, 1)
	h.total[i] /= min(coverage, 1)
}

// sums returns the sums of the first 0, 1, 2 and so on numbers.
func sums(x []float64) []float64 {
	s := make([]float64, len(x)+1)
	for i, v := range x {
		s[i+1] = s[i] + v
	}
	return s
}

// cells returns the number of cells.
func (h *history) cells() int { return len(h.bad) }

// before returns the history as it was so many cells ago.
func (h *history) before(cells int) *history {
	n := max(h.cells()-cells, 0)
	return &history{
		cell: h.cell, end: h.end.Add(-time.Duration(cells) * h.cell),
		bad: h.bad[:n], total: h.total[:n], known: h.known[:n],
		sumBad: h.sumBad[:n+1], sumTotal: h.sumTotal[:n+1],
	}
}

// coverage returns for how much time there is data.
func (h *history) coverage() time.Duration {
	n := 0
	for _, known := range h.known {
		if known {
			n++
		}
	}
	return time.Duration(n) * h.cell
}

// perDay and perWeek return how many cells there are.
func (h *history) perDay() int  { return int(day / h.cell) }
func (h *history) perWeek() int { return int(week / h.cell) }
