package ledger

import (
	"slices"
	"time"
)

// lingerLength is for how long steps that were sealed from the tail stay known in
// the tail's cells: the longest short lookback of the default alert conditions,
// and some more. A lookback that begins within such a step is exact to a cell,
// so that an alert resolves when the last of an incident has left it.
const lingerLength = int64(7 * time.Hour / time.Millisecond)

// linger keeps the cells of steps that are now sealed. How many events there
// are in each step stays as sealed.
func (l *Ledger) linger(s *sheet) {
	l.lingering = slices.Clone(l.lingering)
	for i, sealed := range l.book.runs {
		if i == len(l.lingering) {
			l.lingering = append(l.lingering, newRun(s.first, s.cell))
		}
		cells := &l.lingering[i]
		if cells.last != s.first {
			*cells = newRun(s.first, s.cell)
		}
		for step := range slices.Chunk(s.of(i), int(l.step/s.cell)) {
			cells.appendScaled(step, sealed.count(l.book.index(cells.last)))
		}
		cells.forget(lingerLength)
	}
}

// forget drops cells that are older than a length, once they are as many as
// the others.
func (r *run) forget(length int64) {
	keep := int(length / r.cell)
	if r.cells() <= 2*keep {
		return
	}
	*r = r.from(r.last - int64(keep)*r.cell)
}

// covers reports whether the run knows all of the step that begins at start.
func (r run) covers(start, step int64) bool { return r.first <= start && start+step <= r.last }
