package ledger

// window is a span of the ledger's grid and the time whose events count in it.
// The two differ by less than a minute, and only where what was recorded meets
// what was not: a record tells of the minute before it, wherever in its grid
// step it was made.
type window struct {
	// first and last are grid points.
	first, last int64
	// after and until bound the events: those seen in (after, until].
	after, until int64
}

// wholeSteps returns the window of exactly the steps in (first, last].
func wholeSteps(first, last int64) window { return window{first, last, first, last} }

// part returns what belongs to the steps in (first, last], which lie within w.
func (w window) part(first, last int64) window {
	p := wholeSteps(max(first, w.first), last)
	if p.first == w.first {
		p.after = w.after
	}
	if p.last == w.last {
		p.until = w.until
	}
	return p
}

// boundary is where one stretch of steps ends and the next begins: the grid point
// last, and the time after which events belong to the next.
type boundary struct{ last, after int64 }
