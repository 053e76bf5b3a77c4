package ledger

// run is a stretch of the ledger: cumulative counts at knots that are cell
// milliseconds apart, linear in between. The last cell may be cut short. Empty
// cells before the first and after the last with anything in it are not stored,
// so that a group costs what it has.
type run struct {
	first, last, cell int64
	// skipped is the number of empty cells before those that are stored.
	skipped int
	// knots[0] is zero; knots[i] is the count up to the end of the i-th cell
	// that is stored. It is nil if none is.
	knots []knot
}

// knot is a cumulative count, or the difference of two.
type knot struct {
	bad, total float64
	// covered is the time with data, in milliseconds.
	covered float64
}

func (k knot) plus(o knot) knot {
	return knot{k.bad + o.bad, k.total + o.total, k.covered + o.covered}
}

func (k knot) minus(o knot) knot {
	return knot{k.bad - o.bad, k.total - o.total, k.covered - o.covered}
}

func (k knot) times(f float64) knot { return knot{k.bad * f, k.total * f, k.covered * f} }

// newRun returns a run without cells.
func newRun(first, cell int64) run { return run{first: first, last: first, cell: cell} }

// append adds a cell. What readers of an older copy of the run see stays.
func (r *run) append(k knot) {
	n := r.cells()
	r.last = r.first + int64(n+1)*r.cell
	if k == (knot{}) {
		return
	}
	if r.knots == nil {
		r.skipped, r.knots = n, []knot{{}}
	}
	for len(r.knots)-1 < n-r.skipped {
		r.knots = append(r.knots, r.knots[len(r.knots)-1])
	}
	r.knots = append(r.knots, r.knots[len(r.knots)-1].plus(k))
}

// knot returns the count up to the end of n cells.
func (r run) knot(n int) knot {
	if r.knots == nil {
		return knot{}
	}
	return r.knots[min(max(n-r.skipped, 0), len(r.knots)-1)]
}

// with returns the run with other cells in the place of those from i on.
func (r run) with(i int, cells []knot) run {
	changed := newRun(r.first, r.cell)
	for j := range r.cells() {
		if j >= i && j-i < len(cells) {
			changed.append(cells[j-i])
		} else {
			changed.append(r.count(j))
		}
	}
	changed.last = r.last
	return changed
}

// joined returns run a followed by run b.
func joined(a, b run) run {
	if len(b.knots) == 0 {
		a.last = b.last
		return a
	}
	if len(a.knots) == 0 {
		b.skipped += a.cells()
		b.first = a.first
		return b
	}
	n := a.cells() - a.skipped + b.skipped
	knots := make([]knot, 0, n+len(b.knots))
	knots = append(knots, a.knots...)
	base := a.knots[len(a.knots)-1]
	for len(knots)-1 < n {
		knots = append(knots, base)
	}
	for _, k := range b.knots[1:] {
		knots = append(knots, base.plus(k))
	}
	return run{first: a.first, last: b.last, cell: a.cell, skipped: a.skipped, knots: knots}
}

// truncated returns the run up to a time that ends a cell.
func (r run) truncated(last int64) run {
	r.last = last
	if n := r.cells() - r.skipped; n < len(r.knots)-1 {
		r.knots = append([]knot(nil), r.knots[:max(n, 0)+1]...)
	}
	return r
}

// from returns the run after a time that begins a cell.
func (r run) from(first int64) run {
	later := newRun(first, r.cell)
	for i := int((first - r.first) / r.cell); i < r.cells(); i++ {
		later.append(r.count(i))
	}
	later.last = r.last
	return later
}

// at returns the cumulative count at t; outside the run, that at its nearer end.
func (r run) at(t int64) knot {
	t = min(max(t, r.first), r.last)
	i := int((t - r.first) / r.cell)
	start := r.first + int64(i)*r.cell
	if t == start {
		return r.knot(i)
	}
	length := min(r.cell, r.last-start)
	return r.knot(i).plus(r.count(i).times(float64(t-start) / float64(length)))
}

// count returns what cell i holds.
func (r run) count(i int) knot { return r.knot(i + 1).minus(r.knot(i)) }

// cells returns the number of cells.
func (r run) cells() int { return int((r.last - r.first + r.cell - 1) / r.cell) }

// since returns the end of the first cell with data, 0 if there is none.
func (r run) since() int64 {
	for i := r.skipped; i < r.skipped+len(r.knots)-1; i++ {
		if r.count(i).covered > 0 {
			return r.first + int64(i+1)*r.cell
		}
	}
	return 0
}

// bytes returns about how much memory the run takes.
func (r run) bytes() int { return 80 + cap(r.knots)*knotBytes }
