package ledger

import "github.com/promise-slo/promise-slo-datasource/pkg/ledger/counter"

// sheet is where a source writes down what it finds, in cells of a fixed length,
// before it goes into the ledger.
type sheet struct {
	window
	cell int64
	// groups holds cells by group; a group that was not met has none.
	groups [][]knot
	// series is how many series had a value at the end of each cell; it is
	// nil if that is not known.
	series []int
	// unseen are the events, by the start of their cell, that increase()
	// does not count.
	unseen map[int64]knot
	// said is what came with the answers behind it.
	said
	// recorded and downsampled say that it was read from records, or from
	// downsampled data.
	recorded, downsampled bool
}

func newSheet(w window, cell int64) *sheet {
	return &sheet{window: w, cell: cell, unseen: map[int64]knot{}}
}

func (s *sheet) cells() int { return int((s.last - s.first + s.cell - 1) / s.cell) }

// of returns the group's cells.
func (s *sheet) of(group int) []knot {
	for len(s.groups) <= group {
		s.groups = append(s.groups, nil)
	}
	if s.groups[group] == nil {
		s.groups[group] = make([]knot, s.cells())
	}
	return s.groups[group]
}

// add writes n events into the cell (start, end] that holds t. Those that do not
// count in the sheet's window are left out, those that do though they are before
// its first cell go there. What counts as total events is data, though it be 0.
func (s *sheet) add(group int, t int64, w weight, n float64) {
	if t <= s.after || t > s.until {
		return
	}
	i := s.cellOf(t)
	k := &s.of(group)[i]
	*k = k.plus(w.times(n))
	if w.total != 0 {
		k.covered = float64(s.length(i))
	}
}

// lay writes n events that lie evenly in (from, to] into the cells of that time.
func (s *sheet) lay(group int, from, to int64, w weight, n float64) {
	for a := from; a < to; {
		b := min(to, s.first+int64(s.cellOf(a+1)+1)*s.cell)
		s.add(group, b, w, n*float64(b-a)/float64(to-from))
		a = b
	}
}

// spread writes n events of a whole cell, which ends at t, into it: the share of
// the cell's time that the window counts.
func (s *sheet) spread(group int, t int64, w weight, n float64) {
	if t <= s.first || t > s.last {
		return
	}
	i := s.cellOf(t)
	start := s.first + int64(i)*s.cell
	after, until := start, min(t, s.until)
	if i == 0 {
		after = s.after
	}
	s.add(group, until, w, n*float64(until-after)/float64(t-start))
}

func (s *sheet) cellOf(t int64) int { return int(max(0, t-s.first-1) / s.cell) }

// start returns that of cell i.
func (s *sheet) start(i int) int64 { return s.first + int64(i)*s.cell }

// cut returns the part of the sheet that is about the window, which is of whole
// cells.
func (s *sheet) cut(w window) *sheet {
	c := newSheet(w, s.cell)
	c.said, c.recorded = s.said, s.recorded
	i := (w.first - s.first) / s.cell
	for group, cells := range s.groups {
		if cells != nil {
			copy(c.of(group), cells[i:])
		}
	}
	return c
}

// length returns that of cell i; the last may be cut short.
func (s *sheet) length(i int) int64 {
	return min(s.cell, s.last-s.first-int64(i)*s.cell)
}

// take writes what a track's sample shows; it is a counter.Emitter.
func (s *sheet) take(tr *counter.Track, t int64, e counter.Events) {
	w := weight{tr.Bad, tr.Total}
	s.add(tr.Group, t, w, e.N)
	if e.Unseen != 0 && t > s.after && t <= s.until {
		start := s.start(s.cellOf(t))
		s.unseen[start] = s.unseen[start].plus(w.times(e.Unseen))
	}
}

// covered reports whether any group has data in cell i.
func (s *sheet) covered(i int) bool {
	for _, cells := range s.groups {
		if cells != nil && cells[i].covered > 0 {
			return true
		}
	}
	return false
}

// present notes how many series of a base there are in addition to those of
// others at the ends of the cells.
func (s *sheet) present(counts []int) {
	if s.series == nil {
		s.series = make([]int, s.cells())
	}
	for i, n := range counts {
		s.series[i] += n
	}
}

// presence returns how many series there are at the ends of the cells, by those
// at points in time.
func (s *sheet) presence(at map[int64]int) []int {
	counts := make([]int, s.cells())
	for i := range counts {
		counts[i] = at[s.start(i+1)]
	}
	return counts
}
