package ledger

import "math"

// segment is a part of a curve: cumulative counts at the ends of cells of one
// length, linear in between. The last cell may be cut short. Empty cells before the
// first and after the last with any events are not stored, so that a group costs no
// more than it has.
type segment struct {
	first, last, cellLength int64
	// skipped counts the empty cells before those that are stored.
	skipped int
	// counts[0] is zero, and counts[i] the count up to the end of the i-th stored
	// cell. It is nil if none is stored.
	counts []count
}

// newSegment returns a segment without cells.
func newSegment(first, cell int64) segment {
	return segment{first: first, last: first, cellLength: cell}
}

// append adds a cell. Readers of an older copy of the segment do not see it.
func (s *segment) append(c count) {
	n := s.cells()
	s.last = s.first + int64(n+1)*s.cellLength
	if c == (count{}) {
		return
	}
	if s.counts == nil {
		s.skipped, s.counts = n, []count{{}}
	}
	for len(s.counts)-1 < n-s.skipped {
		s.counts = append(s.counts, s.counts[len(s.counts)-1])
	}
	s.counts = append(s.counts, s.counts[len(s.counts)-1].plus(c))
}

// appendWithSum adds the cells of a step, scaled to a given sum.
func (s *segment) appendWithSum(cells []count, sum count) {
	found := sumCells(cells, len(cells))[0]
	n := float64(len(cells))
	for _, c := range cells {
		s.append(count{
			bad:     shareOf(c.bad, found.bad, sum.bad, n),
			total:   shareOf(c.total, found.total, sum.total, n),
			covered: sum.covered / n,
		})
	}
}

// shareOf returns a cell's share of the sum, or an even one if what was found is
// far from it.
func shareOf(cell, found, sum, n float64) float64 {
	if found == 0 || math.Abs(found-sum) > 0.01*math.Abs(sum) {
		return sum / n
	}
	return sum * cell / found
}

// cumulative returns the count up to the end of n cells.
func (s segment) cumulative(n int) count {
	if s.counts == nil {
		return count{}
	}
	return s.counts[min(max(n-s.skipped, 0), len(s.counts)-1)]
}

// cell returns the count of cell i.
func (s segment) cell(i int) count { return s.cumulative(i + 1).minus(s.cumulative(i)) }

// cells returns the number of cells.
func (s segment) cells() int { return int((s.last - s.first + s.cellLength - 1) / s.cellLength) }

// at returns the cumulative count at t; outside the segment, the count at its
// nearer end.
func (s segment) at(t int64) count {
	t = min(max(t, s.first), s.last)
	i := int((t - s.first) / s.cellLength)
	start := s.first + int64(i)*s.cellLength
	if t == start {
		return s.cumulative(i)
	}
	length := min(s.cellLength, s.last-start)
	return s.cumulative(i).plus(s.cell(i).times(float64(t-start) / float64(length)))
}

// firstData returns the end of the first cell with data, 0 if there is none.
func (s segment) firstData() int64 {
	for i := s.skipped; i < s.skipped+len(s.counts)-1; i++ {
		if s.cell(i).covered > 0 {
			return s.first + int64(i+1)*s.cellLength
		}
	}
	return 0
}

// covers reports whether the segment has all of the step that begins at start.
func (s segment) covers(start, step int64) bool { return s.first <= start && start+step <= s.last }

// replaceCells returns the segment with other cells in the place of those from i
// on.
func (s segment) replaceCells(i int, cells []count) segment {
	changed := newSegment(s.first, s.cellLength)
	for j := range s.cells() {
		if j >= i && j-i < len(cells) {
			changed.append(cells[j-i])
		} else {
			changed.append(s.cell(j))
		}
	}
	changed.last = s.last
	return changed
}

// join returns segment a followed by segment b.
func join(a, b segment) segment {
	if len(b.counts) == 0 {
		a.last = b.last
		return a
	}
	if len(a.counts) == 0 {
		b.skipped += a.cells()
		b.first = a.first
		return b
	}
	n := a.cells() - a.skipped + b.skipped
	counts := make([]count, 0, n+len(b.counts))
	counts = append(counts, a.counts...)
	base := a.counts[len(a.counts)-1]
	for len(counts)-1 < n {
		counts = append(counts, base)
	}
	for _, c := range b.counts[1:] {
		counts = append(counts, base.plus(c))
	}
	return segment{first: a.first, last: b.last, cellLength: a.cellLength, skipped: a.skipped, counts: counts}
}

// truncate returns the segment up to the end of a cell.
func (s segment) truncate(last int64) segment {
	s.last = last
	if n := s.cells() - s.skipped; n < len(s.counts)-1 {
		s.counts = append([]count(nil), s.counts[:max(n, 0)+1]...)
	}
	return s
}

// after returns the segment after the end of a cell.
func (s segment) after(first int64) segment {
	later := newSegment(first, s.cellLength)
	for i := int((first - s.first) / s.cellLength); i < s.cells(); i++ {
		later.append(s.cell(i))
	}
	later.last = s.last
	return later
}

// keepLast drops cells that are older than a length, once there are as many of them
// as of the others.
func (s *segment) keepLast(length int64) {
	keep := int(length / s.cellLength)
	if s.cells() <= 2*keep {
		return
	}
	*s = s.after(s.last - int64(keep)*s.cellLength)
}

// bytes returns about how much memory the segment takes.
func (s segment) bytes() int { return 80 + cap(s.counts)*countBytes }
