package ledger

import (
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/ledger/counter"
)

// batch is where a source writes down what it finds, in cells of a fixed length,
// before it goes into the ledger.
type batch struct {
	window
	cellLength int64
	// groups holds cells by group; a group that was not met has none.
	groups [][]count
	// series is how many series had a value at the end of each cell; it is
	// nil if that is not known.
	series []int
	// unseen are the events, by the start of their cell, that increase()
	// does not count.
	unseen map[int64]count
	// said is what came with the answers behind it.
	caveats
	// recorded and downsampled say that it was read from records, or from
	// downsampled data.
	recorded, downsampled bool
}

func newBatch(w window, cell int64) *batch {
	return &batch{window: w, cellLength: cell, unseen: map[int64]count{}}
}

func (s *batch) cells() int { return int((s.last - s.first + s.cellLength - 1) / s.cellLength) }

// cellsOf returns the group's cells.
func (s *batch) cellsOf(group int) []count {
	for len(s.groups) <= group {
		s.groups = append(s.groups, nil)
	}
	if s.groups[group] == nil {
		s.groups[group] = make([]count, s.cells())
	}
	return s.groups[group]
}

// add writes n events into the cell (start, end] that holds t. Those that do not
// count in the sheet's window are left out, those that do though they are before
// its first cell go there. What counts as total events is data, though it be 0.
func (s *batch) add(group int, t int64, w weight, n float64) {
	if t <= s.after || t > s.until {
		return
	}
	i := s.cellOf(t)
	k := &s.cellsOf(group)[i]
	*k = k.plus(w.events(n))
	if w.total != 0 {
		k.covered = float64(s.lengthOf(i))
	}
}

// addEvenly writes n events that lie evenly in (from, to] into the cells of that time.
func (s *batch) addEvenly(group int, from, to int64, w weight, n float64) {
	for a := from; a < to; {
		b := min(to, s.first+int64(s.cellOf(a+1)+1)*s.cellLength)
		s.add(group, b, w, n*float64(b-a)/float64(to-from))
		a = b
	}
}

// addShare writes n events of a whole cell, which ends at t, into it: the share of
// the cell's time that the window counts.
func (s *batch) addShare(group int, t int64, w weight, n float64) {
	if t <= s.first || t > s.last {
		return
	}
	i := s.cellOf(t)
	start := s.first + int64(i)*s.cellLength
	after, until := start, min(t, s.until)
	if i == 0 {
		after = s.after
	}
	s.add(group, until, w, n*float64(until-after)/float64(t-start))
}

func (s *batch) cellOf(t int64) int { return int(max(0, t-s.first-1) / s.cellLength) }

// cellStart returns that of cell i.
func (s *batch) cellStart(i int) int64 { return s.first + int64(i)*s.cellLength }

// part returns the part of the sheet that is about the window, which is of whole
// cells.
func (s *batch) part(w window) *batch {
	c := newBatch(w, s.cellLength)
	c.caveats, c.recorded = s.caveats, s.recorded
	i := (w.first - s.first) / s.cellLength
	for group, cells := range s.groups {
		if cells != nil {
			copy(c.cellsOf(group), cells[i:])
		}
	}
	return c
}

// lengthOf returns that of cell i; the last may be cut short.
func (s *batch) lengthOf(i int) int64 {
	return min(s.cellLength, s.last-s.first-int64(i)*s.cellLength)
}

// emit writes what a track's sample shows; it is a counter.Emitter.
func (s *batch) emit(tr *counter.Track, t int64, e counter.Events) {
	w := weight{tr.Bad, tr.Total}
	s.add(tr.Group, t, w, e.N)
	if e.Unseen != 0 && t > s.after && t <= s.until {
		start := s.cellStart(s.cellOf(t))
		s.unseen[start] = s.unseen[start].plus(w.events(e.Unseen))
	}
}

// hasData reports whether any group has data in cell i.
func (s *batch) hasData(i int) bool {
	for _, cells := range s.groups {
		if cells != nil && cells[i].covered > 0 {
			return true
		}
	}
	return false
}

// addSeries notes how many series of a base there are in addition to those of
// others at the ends of the cells.
func (s *batch) addSeries(counts []int) {
	if s.series == nil {
		s.series = make([]int, s.cells())
	}
	for i, n := range counts {
		s.series[i] += n
	}
}

// seriesAt returns how many series there are at the ends of the cells, by those
// at points in time.
func (s *batch) seriesAt(at map[int64]int) []int {
	counts := make([]int, s.cells())
	for i := range counts {
		counts[i] = at[s.cellStart(i+1)]
	}
	return counts
}

// newStepGrace is how old a step may be that has no samples yet without counting as a
// step without data.
const newStepGrace = int64(2 * time.Minute / time.Millisecond)

// fillCoverage marks all cells of a step that has data in some. The last step may
// still be without: it is taken to be like the one before while it is young.
func (s *batch) fillCoverage(cells []count, perStep int) {
	covered := true
	for i := 0; i < len(cells); i += perStep {
		step := cells[i:min(i+perStep, len(cells))]
		data := false
		for _, k := range step {
			data = data || k.covered > 0
		}
		age := s.last - (s.first + int64(i)*s.cellLength)
		if !data && age < newStepGrace && i > 0 {
			data = covered
		}
		for j := range step {
			step[j].covered = 0
			if data {
				step[j].covered = float64(s.lengthOf(i + j))
			}
		}
		covered = data
	}
}

// seriesCountOf returns how many series there are at the ends of all cells, as far as is
// known.
func seriesCountOf(sheets []*batch) (n int) {
	for _, s := range sheets {
		for _, series := range s.series {
			n += series
		}
	}
	return n
}
