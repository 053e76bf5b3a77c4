package ledger

import (
	"fmt"
	"slices"
	"time"
)

// correction describes a change of sealed steps.
type correction struct {
	window
	// When it was made.
	at            int64
	before, after count
	// reason follows the word "because".
	reason string
}

// wasPartial is the reason for counting steps of partial answers again.
const wasPartial = "an earlier answer was partial"

const (
	// A notice of a correction is shown for as long as correctionShown; at most
	// maxCorrections are kept.
	correctionShown = int64(24 * time.Hour / time.Millisecond)
	maxCorrections  = 20
)

// noteCorrection keeps a correction and forgets the oldest where there are too many.
func (a *account) noteCorrection(c correction) {
	if a.corrections = append(a.corrections, c); len(a.corrections) > maxCorrections {
		a.corrections = slices.Clone(a.corrections[1:])
	}
}

// String returns the correction as a notice.
func (c correction) String() string {
	if c.after.covered = c.before.covered; !differs(c.before, c.after) {
		return fmt.Sprintf("From %s to %s the %s bad of %s events happened at other times than counted before, because %s",
			formatTime(c.first), formatTime(c.last), formatCount(c.after.bad), formatCount(c.after.total), c.reason)
	}
	return fmt.Sprintf("From %s to %s there are %s bad of %s events, where there were %s of %s, because %s",
		formatTime(c.first), formatTime(c.last), formatCount(c.after.bad), formatCount(c.after.total),
		formatCount(c.before.bad), formatCount(c.before.total), c.reason)
}
