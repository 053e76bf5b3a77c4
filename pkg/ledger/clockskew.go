package ledger

import (
	"fmt"
	"time"
)

// Clock compares this machine's clock with a server's.
type Clock interface {
	// Skew returns by how much this machine's clock is ahead of the server's.
	Skew() (ahead time.Duration, known bool)
}

// minClockSkew is the difference between clocks from which on it matters. The
// server's clock is known to a second or two.
const minClockSkew = 30 * time.Second

// ClockSkew returns by how much this machine's clock is ahead of the server's, 0 if
// that is unknown or less than half a minute. The present is taken from the
// server's clock, which gave the samples their times: this machine's may be wrong,
// and may jump.
func ClockSkew(c Clock) time.Duration {
	if ahead, known := c.Skew(); known && ahead.Abs() >= minClockSkew {
		return ahead
	}
	return 0
}

// clockSkewOf returns the clock skew of a Querier that knows its server's clock, 0
// for others.
func clockSkewOf(q Querier) time.Duration {
	if c, ok := q.(Clock); ok {
		return ClockSkew(c)
	}
	return 0
}

// clockSkewNotice returns a notice of clocks that differ.
func clockSkewNotice(ahead time.Duration) string {
	word := "ahead of"
	if ahead < 0 {
		word = "behind"
	}
	return fmt.Sprintf("The clock of this machine is %s %s the server's, which is used instead; synchronize both", ahead.Abs().Round(time.Second), word)
}
