package ledger

import (
	"slices"
	"time"
)

// fineLength is for how long steps that were sealed from the tail stay known in
// the tail's cells: the longest short lookback of the default alert conditions,
// and some more. A lookback that begins within such a step is exact to a cell,
// so that an alert resolves when the last of an incident has left it.
const fineLength = int64(7 * time.Hour / time.Millisecond)

// addFine keeps the cells of steps that are now sealed. How many events there
// are in each step stays as sealed.
func (l *Ledger) addFine(s *batch) {
	l.recentFine = slices.Clone(l.recentFine)
	for i, sealed := range l.sealed.segments {
		if i == len(l.recentFine) {
			l.recentFine = append(l.recentFine, newSegment(s.first, s.cellLength))
		}
		cells := &l.recentFine[i]
		if cells.last != s.first {
			*cells = newSegment(s.first, s.cellLength)
		}
		for step := range slices.Chunk(s.cellsOf(i), int(l.step/s.cellLength)) {
			cells.appendWithSum(step, sealed.cell(l.sealed.index(cells.last)))
		}
		cells.keepLast(fineLength)
	}
}

// A reading that begins or ends within a sealed step takes its part of the
// step's events by time. Where that could matter, because the step holds more
// than a small share of all events, the step's samples are looked at again, so
// that each event falls on the side of the edge where it was seen.
const (
	// fineShare is the share of the events of a reading from which on a step
	// is looked at again.
	fineShare = 0.0002
	// maxFineSteps is how many such steps are kept.
	maxFineSteps = 16
)
