// Package counter turns the samples of cumulative counters into events. It is pure:
// it asks no server and has no clock. docs/ledger.md has its rules as a table, which
// the tests go through.
//
// Its words, besides those of that page:
//
//	track     one series followed through time
//	instance  all series of one job and instance
//	kin       the series of an instance that also agree in every other label that
//	          does not distinguish events: those of one target
//	scrape    what an instance showed at one time
//	verdict   what other tracks, the witnesses, say about a restart
//
// From the bottom up: counter, instance, track; scrape, which holds what is known of
// one scrape; evidence, the rules for restarts and new series; tracker, which finds
// the tracks of series; walk, which goes through samples.
package counter

// maxCount is the largest value that is read as a count, 2^53: beyond it a float64
// does not tell single events apart, and sums of it lose small ones.
const maxCount = 1 << 53

// IsCount reports whether a sample's value can be a count: it is a number, not
// negative and not above 2^53.
func IsCount(v float64) bool { return v >= 0 && v <= maxCount }

// IsReset reports whether a counter that goes from one value to another was reset.
// A loss of less than jitter is no reset.
func IsReset(from, to float64) bool { return to < from*(1-jitter) }
