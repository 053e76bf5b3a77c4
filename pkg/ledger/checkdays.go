package ledger

import (
	"math/rand/v2"
	"slices"
)

const (
	// randomDays is how many days are checked after a fill.
	randomDays = 2
	// maxDifferences limits how many days that differ are kept.
	maxDifferences = 5
)

// dayChecks keeps track of the days whose count is compared with the server's own.
type dayChecks struct {
	// End of the last day that was planned.
	considered int64
	// planned and done list days by their start.
	planned, done []int64
	// differences that nothing explains, the latest last.
	differences []Comparison
}

// planRandom plans a few random days of a time that was sealed at once.
func (c *dayChecks) planRandom(first, last int64) {
	from, to := ceil(first, day), floor(last, day)
	c.considered = max(c.considered, to)
	if n := (to - from) / day; n > 0 {
		for _, i := range rand.Perm(int(n))[:min(randomDays, n)] {
			c.planned = append(c.planned, from+int64(i)*day)
		}
	}
}

// next returns the start of the next day to check; ok is false if there is none.
// Days that are over by last are planned first.
func (c *dayChecks) next(last int64) (start int64, ok bool) {
	c.planUpTo(last)
	if len(c.planned) == 0 {
		return 0, false
	}
	start = c.planned[0]
	c.planned, c.done = c.planned[1:], append(c.done, start)
	return start, true
}

// planUpTo plans the days that are over since it was last called.
func (c *dayChecks) planUpTo(last int64) {
	if c.considered == 0 {
		c.considered = floor(last, day)
	}
	for ; c.considered+day <= last; c.considered += day {
		c.planned = append(c.planned, c.considered)
	}
}

// planRest plans all days of a time that are neither planned nor done, including
// those that have only begun, or had begun before it.
func (c *dayChecks) planRest(first, last int64) {
	for t := floor(last-1, day); t+day > first; t -= day {
		if !slices.Contains(c.planned, t) && !slices.Contains(c.done, t) {
			c.planned = append(c.planned, t)
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

// notices returns a notice of each day that differs.
func (c *dayChecks) notices() (all []string) {
	for _, d := range c.differences {
		all = append(all, d.String()+", and counting all samples again does not explain why")
	}
	return all
}
