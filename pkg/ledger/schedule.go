package ledger

import "time"

// firstRetry is the pause after which what is partial or unknown is asked for again
// for the first time; each further pause is twice as long.
const firstRetry = time.Minute

// schedule says when something is done next.
type schedule struct {
	next  int64
	pause time.Duration
}

// scheduleAfter returns a schedule whose next time comes after a pause.
func scheduleAfter(now int64, pause time.Duration) schedule {
	return schedule{now + pause.Milliseconds(), pause}
}

// retrySoon sets the next time to the first pause from now.
func (s *schedule) retrySoon(now int64) { *s = scheduleAfter(now, firstRetry) }

// backOff doubles the pause, up to the longest.
func (s *schedule) backOff(now int64, longest time.Duration) {
	*s = scheduleAfter(now, min(longest, max(firstRetry, 2*s.pause)))
}

// isDue reports whether the time has come; a clock that was set back is no reason
// to wait.
func (s *schedule) isDue(now int64) bool { return now >= s.next || s.next-now > s.pause.Milliseconds() }

const (
	// The last day is rechecked every dayRecheck, one of dayPhases steps at a
	// time, and all that is sealed after longestRecheck at the latest.
	dayRecheck     = 5 * time.Minute
	dayPhases      = 3
	longestRecheck = 24 * time.Hour
)

// maintenance says what is due. It is for whoever has the ledger's turn.
type maintenance struct {
	partial, day, window schedule
	// phase selects the steps of the day that are next.
	phase int64
	check dayChecks
}

// postpone notes that steps were sealed just now, of which nothing is due yet.
func (m *maintenance) postpone(now int64, unknown bool) {
	m.day = scheduleAfter(now, dayRecheck)
	m.window = scheduleAfter(now, longestRecheck)
	if unknown {
		m.window.retrySoon(now)
	}
}
