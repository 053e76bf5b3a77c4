// Package counter turns the samples of cumulative counters into events. It is
// pure: it asks nobody and has no clock.
//
// Its words: a track is one series followed through time. An instance is all
// series of one job and instance; kin are those of them that also agree in every
// other label that does not tell events apart, which is what a target of a
// scrape is. A scrape is what an instance showed at one time.
package counter

// limit is the largest value that is read as a count, 2^53: beyond it a float64
// does not tell single events apart, and sums of it lose small ones.
const limit = 1 << 53

// IsCount reports whether a sample's value can be a count: it is a number, not
// negative and not above 2^53.
func IsCount(v float64) bool { return v >= 0 && v <= limit }

// IsReset reports whether a counter that goes from one value to another was reset.
func IsReset(from, to float64) bool { return to < from*(1-jitter) }
