package budget

import (
	"sort"
	"time"
)

// Silence is how long an account may have nothing at all before its state is
// no_data; accounts with long steps are given three of them.
const Silence = 30 * time.Minute

// silence is the account's own limit: Silence or three steps.
func silence(a Account) time.Duration { return max(Silence, 3*stepOf(a)) }

// silent says that the account had nothing at all in the time before t.
func silent(a Account, t time.Time) bool { return read(a, t.Add(-silence(a)), t).empty() }

// SilentFor is how long ago the last step with data ended; ok is false if none
// of the window in force had any. Data may have ended up to a step earlier.
func SilentFor(a Account, t Terms, now time.Time) (age time.Duration, ok bool) {
	if !t.judges(now) {
		return 0, false
	}
	start, _ := t.Window.At(now)
	fresh, step := freshest(a, now), stepOf(a)
	open := floor(fresh, step)
	since := func(steps int) time.Time { return later(start, open.Add(-time.Duration(steps)*step)) }
	most := int(open.Sub(start)/step) + 1
	n := sort.Search(most+1, func(n int) bool { return read(a, since(n), fresh).Coverage > 0 })
	switch {
	case n > most:
		return 0, false
	case n == 0:
		return now.Sub(fresh), true
	}
	return now.Sub(since(n - 1)), true
}
