package ledger

import "time"

// firstRetry is after how long what is partial or unknown is asked for again for
// the first time; each further time is twice as long.
const firstRetry = time.Minute

// schedule is something that is done again and again.
type schedule struct {
	next  int64
	pause time.Duration
}

// scheduleAfter returns what is due after a pause.
func scheduleAfter(now int64, pause time.Duration) schedule {
	return schedule{now + pause.Milliseconds(), pause}
}

// retrySoon makes it due after the first pause.
func (d *schedule) retrySoon(now int64) { *d = scheduleAfter(now, firstRetry) }

// backOff makes it due after twice the last pause, which is at most the longest.
func (d *schedule) backOff(now int64, longest time.Duration) {
	*d = scheduleAfter(now, min(longest, max(firstRetry, 2*d.pause)))
}

// isDue reports whether the time has come; a clock that went back is no reason
// to wait.
func (d *schedule) isDue(now int64) bool { return now >= d.next || d.next-now > d.pause.Milliseconds() }
