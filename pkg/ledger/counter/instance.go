package counter

// instance is all series of one job and instance.
type instance struct {
	number int
	// named is false if the series have no instance label: a sum over
	// processes falls without any of its parts having begun anew.
	named  bool
	kin    map[string]*kin
	scrape int
	// reset is when one of them was last seen before a reset.
	reset int64
	// pace is the highest number of events a second of any series so far.
	pace float64
}

// kin are the series of an instance that agree in all labels but those that tell
// events apart.
type kin struct {
	tracks []*Track
	// first is when one of them was first seen.
	first int64
	// young says that the counters were new when they were first seen.
	young bool
}

// earliest returns the earlier of two times, of which 0 is none.
func earliest(a, b int64) int64 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}
