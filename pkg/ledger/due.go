package ledger

import "time"

// firstAgain is after how long what is partial or unknown is asked for again for
// the first time; each further time is twice as long.
const firstAgain = time.Minute

// due is something that is done again and again.
type due struct {
	at    int64
	after time.Duration
}

// dueAfter returns what is due after a pause.
func dueAfter(now int64, pause time.Duration) due { return due{now + pause.Milliseconds(), pause} }

// soon makes it due after the first pause.
func (d *due) soon(now int64) { *d = dueAfter(now, firstAgain) }

// later makes it due after twice the last pause, which is at most the longest.
func (d *due) later(now int64, longest time.Duration) {
	*d = dueAfter(now, min(longest, max(firstAgain, 2*d.after)))
}

// isDue reports whether the time has come; a clock that went back is no reason
// to wait.
func (d *due) isDue(now int64) bool { return now >= d.at || d.at-now > d.after.Milliseconds() }
