package ledger

import (
	"fmt"
	"math"
	"time"
)

const (
	// Two counts agree if they differ by at most relativeTolerance of the greater,
	// absoluteTolerance events, and twice the events that increase() does not see:
	// it extrapolates each series by up to a scrape at either end.
	relativeTolerance = 0.02
	absoluteTolerance = 10
)

// Comparison holds the ledger's count of a time beside the server's own. It counts
// events, also where the SLO evaluates time slices.
type Comparison struct {
	From, To time.Time
	// Bad and Total are the events that the ledger counted. UnseenBad and
	// UnseenTotal are those among them that increase() does not count: the first
	// value of a new counter, and events lost to a restart that the counter itself
	// does not show.
	Bad, Total, UnseenBad, UnseenTotal float64
	// ServerBad and ServerTotal are the events that increase() counts.
	ServerBad, ServerTotal float64
}

// Agrees reports whether the two differ by no more than new counters, restarts and
// extrapolation explain.
func (c Comparison) Agrees() bool {
	near := func(ours, unseen, theirs float64) bool {
		return math.Abs(ours-unseen-theirs) <= relativeTolerance*max(math.Abs(ours), math.Abs(theirs))+absoluteTolerance+2*math.Abs(unseen)
	}
	return near(c.Bad, c.UnseenBad, c.ServerBad) && near(c.Total, c.UnseenTotal, c.ServerTotal)
}

// Verdict is the outcome of a comparison.
type Verdict string

// The verdicts of a comparison.
const (
	// Both count the same, up to extrapolation.
	VerdictAgrees Verdict = "agrees"
	// What increase() does not see explains the difference.
	VerdictExplained Verdict = "explained"
	// Nothing explains the difference.
	VerdictDiffers Verdict = "differs"
	// Neither counts any event.
	VerdictNoData Verdict = "no_data"
)

// Verdict returns the outcome of the comparison.
func (c Comparison) Verdict() Verdict {
	plain := c
	plain.UnseenBad, plain.UnseenTotal = 0, 0
	switch {
	case c.Bad == 0 && c.Total == 0 && c.ServerBad == 0 && c.ServerTotal == 0:
		return VerdictNoData
	case !c.Agrees():
		return VerdictDiffers
	case !plain.Agrees():
		return VerdictExplained
	}
	return VerdictAgrees
}

// Difference returns by how many events the ledger's count, without those that
// increase() does not see, exceeds the server's.
func (c Comparison) Difference() (bad, total float64) {
	return c.Bad - c.UnseenBad - c.ServerBad, c.Total - c.UnseenTotal - c.ServerTotal
}

// String describes a comparison that does not agree.
func (c Comparison) String() string {
	return fmt.Sprintf("From %s to %s the ledger counts %s bad of %s events, of which increase() cannot see %s of %s; increase() counts %s of %s",
		formatTime(c.From.UnixMilli()), formatTime(c.To.UnixMilli()), formatCount(c.Bad), formatCount(c.Total), formatCount(c.UnseenBad), formatCount(c.UnseenTotal),
		formatCount(c.ServerBad), formatCount(c.ServerTotal))
}
