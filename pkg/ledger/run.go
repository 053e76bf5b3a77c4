package ledger

// run is a stretch of the ledger: cumulative counts at knots that are cell
// milliseconds apart, linear in between. The last cell may be cut short.
type run struct {
	first, last, cell int64
	// knots[0] is zero; knots[i] is the count up to first + i*cell.
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

func newRun(first, cell int64) run {
	return run{first: first, last: first, cell: cell, knots: []knot{{}}}
}

// append adds a cell. What readers of an older copy of the run see stays.
func (r *run) append(k knot) {
	r.knots = append(r.knots, r.knots[len(r.knots)-1].plus(k))
	r.last += r.cell
}

// with returns the run with other cells in the place of those from i on. What
// readers of the run see stays.
func (r run) with(i int, cells []knot) run {
	knots := make([]knot, len(r.knots))
	copy(knots, r.knots[:i+1])
	for j := i + 1; j < len(knots); j++ {
		if j-i-1 < len(cells) {
			knots[j] = knots[j-1].plus(cells[j-i-1])
		} else {
			knots[j] = knots[j-1].plus(r.count(j - 1))
		}
	}
	r.knots = knots
	return r
}

// joined returns run a followed by run b.
func joined(a, b run) run {
	base := a.knots[len(a.knots)-1]
	knots := make([]knot, 0, len(a.knots)+len(b.knots)-1)
	knots = append(knots, a.knots...)
	for _, k := range b.knots[1:] {
		knots = append(knots, base.plus(k))
	}
	return run{first: a.first, last: b.last, cell: a.cell, knots: knots}
}

// at returns the cumulative count at t; outside the run, that at its nearer end.
func (r run) at(t int64) knot {
	t = min(max(t, r.first), r.last)
	i := (t - r.first) / r.cell
	start := r.first + i*r.cell
	if t == start {
		return r.knots[i]
	}
	length := min(r.cell, r.last-start)
	between := r.knots[i+1].minus(r.knots[i])
	return r.knots[i].plus(between.times(float64(t-start) / float64(length)))
}

// count is what cell i holds.
func (r run) count(i int) knot { return r.knots[i+1].minus(r.knots[i]) }

// cells is the number of cells.
func (r run) cells() int { return len(r.knots) - 1 }

// since is the end of the first cell with data, 0 if there is none.
func (r run) since() int64 {
	for i := range r.cells() {
		if r.knots[i+1].covered > 0 {
			return r.first + int64(i+1)*r.cell
		}
	}
	return 0
}
