package ledger

import "math"

// segment is a stretch of the ledger: cumulative counts at knots that are cell
// milliseconds apart, linear in between. The last cell may be cut short. Empty
// cells before the first and after the last with anything in it are not stored,
// so that a group costs what it has.
type segment struct {
	first, last, cellLength int64
	// skipped is the number of empty cells before those that are stored.
	skipped int
	// knots[0] is zero; knots[i] is the count up to the end of the i-th cell
	// that is stored. It is nil if none is.
	counts []count
}

// newSegment returns a run without cells.
func newSegment(first, cell int64) segment {
	return segment{first: first, last: first, cellLength: cell}
}

// append adds a cell. What readers of an older copy of the run see stays.
func (r *segment) append(k count) {
	n := r.cells()
	r.last = r.first + int64(n+1)*r.cellLength
	if k == (count{}) {
		return
	}
	if r.counts == nil {
		r.skipped, r.counts = n, []count{{}}
	}
	for len(r.counts)-1 < n-r.skipped {
		r.counts = append(r.counts, r.counts[len(r.counts)-1])
	}
	r.counts = append(r.counts, r.counts[len(r.counts)-1].plus(k))
}

// appendWithSum adds the cells of a step, made to come to the given sum.
func (r *segment) appendWithSum(cells []count, sum count) {
	found := sumCells(cells, len(cells))[0]
	n := float64(len(cells))
	for _, k := range cells {
		r.append(count{
			bad:     shareOf(k.bad, found.bad, sum.bad, n),
			total:   shareOf(k.total, found.total, sum.total, n),
			covered: sum.covered / n,
		})
	}
}

// shareOf returns the share of sum that a cell has, or an even one if what was found
// is not about what was sealed.
func shareOf(cell, found, sum, n float64) float64 {
	if found == 0 || math.Abs(found-sum) > 0.01*math.Abs(sum) {
		return sum / n
	}
	return sum * cell / found
}

// cumulative returns the count up to the end of n cells.
func (r segment) cumulative(n int) count {
	if r.counts == nil {
		return count{}
	}
	return r.counts[min(max(n-r.skipped, 0), len(r.counts)-1)]
}

// cell returns what cell i holds.
func (r segment) cell(i int) count { return r.cumulative(i + 1).minus(r.cumulative(i)) }

// cells returns the number of cells.
func (r segment) cells() int { return int((r.last - r.first + r.cellLength - 1) / r.cellLength) }

// at returns the cumulative count at t; outside the run, that at its nearer end.
func (r segment) at(t int64) count {
	t = min(max(t, r.first), r.last)
	i := int((t - r.first) / r.cellLength)
	start := r.first + int64(i)*r.cellLength
	if t == start {
		return r.cumulative(i)
	}
	length := min(r.cellLength, r.last-start)
	return r.cumulative(i).plus(r.cell(i).times(float64(t-start) / float64(length)))
}

// firstData returns the end of the first cell with data, 0 if there is none.
func (r segment) firstData() int64 {
	for i := r.skipped; i < r.skipped+len(r.counts)-1; i++ {
		if r.cell(i).covered > 0 {
			return r.first + int64(i+1)*r.cellLength
		}
	}
	return 0
}

// covers reports whether the run knows all of the step that begins at start.
func (r segment) covers(start, step int64) bool { return r.first <= start && start+step <= r.last }

// replaceCells returns the run with other cells in the place of those from i on.
func (r segment) replaceCells(i int, cells []count) segment {
	changed := newSegment(r.first, r.cellLength)
	for j := range r.cells() {
		if j >= i && j-i < len(cells) {
			changed.append(cells[j-i])
		} else {
			changed.append(r.cell(j))
		}
	}
	changed.last = r.last
	return changed
}

// join returns run a followed by run b.
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
	knots := make([]count, 0, n+len(b.counts))
	knots = append(knots, a.counts...)
	base := a.counts[len(a.counts)-1]
	for len(knots)-1 < n {
		knots = append(knots, base)
	}
	for _, k := range b.counts[1:] {
		knots = append(knots, base.plus(k))
	}
	return segment{first: a.first, last: b.last, cellLength: a.cellLength, skipped: a.skipped, counts: knots}
}

// truncate returns the run up to a time that ends a cell.
func (r segment) truncate(last int64) segment {
	r.last = last
	if n := r.cells() - r.skipped; n < len(r.counts)-1 {
		r.counts = append([]count(nil), r.counts[:max(n, 0)+1]...)
	}
	return r
}

// after returns the run after a time that begins a cell.
func (r segment) after(first int64) segment {
	later := newSegment(first, r.cellLength)
	for i := int((first - r.first) / r.cellLength); i < r.cells(); i++ {
		later.append(r.cell(i))
	}
	later.last = r.last
	return later
}

// keepLast drops cells that are older than a length, once they are as many as
// the others.
func (r *segment) keepLast(length int64) {
	keep := int(length / r.cellLength)
	if r.cells() <= 2*keep {
		return
	}
	*r = r.after(r.last - int64(keep)*r.cellLength)
}

// bytes returns about how much memory the run takes.
func (r segment) bytes() int { return 80 + cap(r.counts)*knotBytes }
