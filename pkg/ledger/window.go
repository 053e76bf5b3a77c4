package ledger

// window is a sequence of grid steps and the time whose events count in it. The two
// differ by less than a minute, and only where records meet the plan's own series:
// a record covers the minute before it, wherever in its grid step it was made.
type window struct {
	// first and last are grid points.
	first, last int64
	// after and until bound the events: those seen in (after, until].
	after, until int64
}

// wholeSteps returns the window of exactly the steps in (first, last].
func wholeSteps(first, last int64) window { return window{first, last, first, last} }

// part returns the part of w that belongs to the steps in (first, last].
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

// boundary separates two windows: the grid point last ends the first, and events
// after the time after belong to the second.
type boundary struct{ last, after int64 }
