package ledger

import (
	"math/rand/v2"
	"slices"
)

// What is sealed is held against the server's own count: each day, once it is
// over, against one increase() over that day, and after a fill a few days chosen
// at random. The two differ by what increase() does not see, which the ledger
// knows, and by what it extrapolates. A day that differs by more is counted again
// from all of its samples; if that does not help, people are told. If it does,
// series live for too short a time to be at grid points, and all days are checked.
const (
	// randomDays is how many days are checked after a fill.
	randomDays = 2
	// fullDayShare is the share of a day that must have data for it to be checked.
	fullDayShare = 0.9
	// maxDifferences is how many days that differ are kept.
	maxDifferences = 5
)

// dayChecks is what was, and is to be, held against the server's count.
type dayChecks struct {
	// next is the end of the last day that was considered.
	next int64
	// days are those to check, by their start, and done those that were.
	days, done []int64
	// differences are those that nothing explains, the latest last.
	differences []Comparison
}

// choose plans a few days of a stretch that was sealed at once.
func (c *dayChecks) choose(first, last int64) {
	from, to := ceil(first, day), floor(last, day)
	c.next = max(c.next, to)
	if n := (to - from) / day; n > 0 {
		for _, i := range rand.Perm(int(n))[:min(randomDays, n)] {
			c.days = append(c.days, from+int64(i)*day)
		}
	}
}

// addFinished adds the days that are over since it was last called.
func (c *dayChecks) addFinished(last int64) {
	if c.next == 0 {
		c.next = floor(last, day)
	}
	for ; c.next+day <= last; c.next += day {
		c.days = append(c.days, c.next)
	}
}

// addRest adds all days of a stretch that were not checked and are not to be, also
// those that have only just begun, or had when the stretch begins.
func (c *dayChecks) addRest(first, last int64) {
	for t := floor(last-1, day); t+day > first; t -= day {
		if !slices.Contains(c.days, t) && !slices.Contains(c.done, t) {
			c.days = append(c.days, t)
		}
	}
}

// record keeps a comparison that does not agree, and forgets earlier ones of its day.
func (c *dayChecks) record(compared Comparison) {
	c.differences = slices.DeleteFunc(c.differences, func(d Comparison) bool { return d.From.Equal(compared.From) })
	if !compared.Agrees() {
		c.differences = append(c.differences, compared)
	}
	if n := len(c.differences); n > maxDifferences {
		c.differences = slices.Clone(c.differences[n-maxDifferences:])
	}
}

// notices tells of the days that differ.
func (c *dayChecks) notices() (all []string) {
	for _, d := range c.differences {
		all = append(all, d.String()+", and counting all samples again does not explain why")
	}
	return all
}
