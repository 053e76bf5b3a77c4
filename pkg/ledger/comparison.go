package ledger

import (
	"fmt"
	"math"
	"time"
)

const (
	// Two counts agree if they differ by at most agreeing of the greater and
	// agreeingEvents, and twice the events that increase() does not see: it
	// extrapolates each series by up to a scrape at either end.
	relativeTolerance = 0.02
	absoluteTolerance = 10
)

// Comparison is the ledger's count of a stretch of time beside the server's. It
// is about events, also where the SLO judges time slices.
type Comparison struct {
	From, To time.Time
	// Bad and Total are the events that the ledger has counted, and
	// UnseenBad and UnseenTotal those among them that increase() does not
	// count: the first value of a counter that was born, and what lies under
	// a restart that the counter itself does not show.
	Bad, Total, UnseenBad, UnseenTotal float64
	// ServerBad and ServerTotal are what increase() counts.
	ServerBad, ServerTotal float64
}

// Agrees reports whether the two differ by no more than births, restarts and
// extrapolation explain.
func (c Comparison) Agrees() bool {
	near := func(ours, unseen, theirs float64) bool {
		return math.Abs(ours-unseen-theirs) <= relativeTolerance*max(ours, theirs)+absoluteTolerance+2*math.Abs(unseen)
	}
	return near(c.Bad, c.UnseenBad, c.ServerBad) && near(c.Total, c.UnseenTotal, c.ServerTotal)
}

// Verdict is what comes of a comparison, in one word.
type Verdict string

// The verdicts.
const (
	// VerdictAgrees: both count the same, up to extrapolation.
	VerdictAgrees Verdict = "agrees"
	// VerdictExplained: what increase() does not see explains the difference.
	VerdictExplained Verdict = "explained"
	// VerdictDiffers: nothing explains it.
	VerdictDiffers Verdict = "differs"
	// VerdictNoData: neither has counted any event.
	VerdictNoData Verdict = "no_data"
)

// Verdict returns what comes of the comparison.
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

// Difference returns by how many events the ledger's count, without what
// increase() does not see, exceeds the server's.
func (c Comparison) Difference() (bad, total float64) {
	return c.Bad - c.UnseenBad - c.ServerBad, c.Total - c.UnseenTotal - c.ServerTotal
}

// String tells of a comparison that does not agree.
func (c Comparison) String() string {
	return fmt.Sprintf("From %s to %s the ledger counts %s bad of %s events, of which increase() cannot see %s of %s; increase() counts %s of %s",
		clock(c.From.UnixMilli()), clock(c.To.UnixMilli()), events(c.Bad), events(c.Total), events(c.UnseenBad), events(c.UnseenTotal),
		events(c.ServerBad), events(c.ServerTotal))
}
