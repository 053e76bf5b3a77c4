package budget

import (
	"sort"
	"time"
)

// MaxDataAge bounds the age of the last data; older, and the state is no_data.
// Accounts with long steps are given three of them.
const MaxDataAge = 30 * time.Minute

// maxDataAge returns the account's own limit: MaxDataAge or three steps.
func maxDataAge(a Account) time.Duration { return max(MaxDataAge, 3*stepOf(a)) }

// silentAt reports whether the account had neither events nor data in the time
// before t.
func silentAt(a Account, t time.Time) bool { return read(a, t.Add(-maxDataAge(a)), t).empty() }

func (e *Evaluation) isSilent() bool {
	return e.silent.get(func() bool { return silentAt(e.account, e.now) })
}

// DataAge returns how long ago the last step with data ended; ok is false if no
// step of the window in force had any, or if its counts cannot be. Data may have ended up to a step earlier.
func (e *Evaluation) DataAge() (age time.Duration, ok bool) {
	if e.Events().impossible != consistent {
		return 0, false
	}
	step := stepOf(e.account)
	open := floor(e.fresh, step)
	since := func(steps int) time.Time { return later(e.start, open.Add(-time.Duration(steps)*step)) }
	most := int(open.Sub(e.start)/step) + 1
	n := sort.Search(most+1, func(n int) bool { return read(e.account, since(n), e.fresh).Coverage > 0 })
	switch {
	case n > most:
		return 0, false
	case n == 0:
		return e.now.Sub(e.fresh), true
	}
	return e.now.Sub(since(n - 1)), true
}
