package ledger

// sheet is where a walk writes down what it finds, in cells of a fixed length,
// before it goes into the ledger.
type sheet struct {
	first, last, cell int64
	// groups holds cells by group; a group that was not met has none.
	groups [][]knot
}

func newSheet(first, last, cell int64) *sheet {
	return &sheet{first: first, last: last, cell: cell}
}

func (s *sheet) cells() int { return int((s.last - s.first + s.cell - 1) / s.cell) }

// of is the group's cells.
func (s *sheet) of(group int) []knot {
	for len(s.groups) <= group {
		s.groups = append(s.groups, nil)
	}
	if s.groups[group] == nil {
		s.groups[group] = make([]knot, s.cells())
	}
	return s.groups[group]
}

// add writes events into the cell (start, end] that holds t. What is outside
// the sheet is left out.
func (s *sheet) add(group int, t int64, bad, total float64, data bool) {
	if t <= s.first || t > s.last {
		return
	}
	i := int((t - s.first - 1) / s.cell)
	k := &s.of(group)[i]
	k.bad += bad
	k.total += total
	if data {
		k.covered = float64(s.length(i))
	}
}

// length is that of cell i; the last may be cut short.
func (s *sheet) length(i int) int64 {
	return min(s.cell, s.last-s.first-int64(i)*s.cell)
}

// take is an emitter.
func (s *sheet) take(tr *track, t int64, events float64) {
	s.add(tr.group, t, tr.bad*events, tr.total*events, tr.total != 0)
}
