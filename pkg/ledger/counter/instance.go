package counter

// instance groups all series of one job and instance.
type instance struct {
	number int
	// hasLabel says that the series have an instance label. Others may be a sum
	// over processes, which falls without all of its parts starting anew.
	hasLabel bool
	kin      map[string]*kin
	scrape   int
	// The time at which one of them was last seen before a reset.
	reset int64
	// The highest number of events a second of any series so far.
	pace float64
}

// kin groups the series of an instance that agree in all labels but those that
// distinguish events.
type kin struct {
	tracks []*Track
	// When one of them was first seen.
	first int64
	// startedNew says that the counters were new when they were first seen.
	startedNew bool
}

// earliest returns the earlier of two times, of which 0 means none.
func earliest(a, b int64) int64 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// isKnown reports whether the kin had been there for so long before t that a series
// which is not among them did not exist.
func (of *kin) isKnown(t int64) bool { return of.first != 0 && t-of.first >= lookback }
