package ledger

import (
	"fmt"
	"time"
)

// Clock knows a server's clock.
type Clock interface {
	// Skew returns by how much this machine's clock is ahead of the server's.
	Skew() (ahead time.Duration, known bool)
}

// minClockSkew is by how much clocks must differ for it to matter. The server's clock
// is known to a second or two.
const minClockSkew = 30 * time.Second

// ClockSkew returns by how much this machine's clock is ahead of the server's, 0 if
// that is not known or less than half a minute. What is now is asked of the
// server's clock, which gave the samples their times: this machine's may be wrong
// and may jump.
func ClockSkew(c Clock) time.Duration {
	if ahead, known := c.Skew(); known && ahead.Abs() >= minClockSkew {
		return ahead
	}
	return 0
}

// clockSkewOf returns Skew of a Querier that knows its server's clock, 0 for others.
func clockSkewOf(q Querier) time.Duration {
	if c, ok := q.(Clock); ok {
		return ClockSkew(c)
	}
	return 0
}

// clockSkewNotice tells by how much the clocks differ.
func clockSkewNotice(ahead time.Duration) string {
	word := "ahead of"
	if ahead < 0 {
		word = "behind"
	}
	return fmt.Sprintf("The clock of this machine is %s %s the server's, which counts; synchronise both", ahead.Abs().Round(time.Second), word)
}
