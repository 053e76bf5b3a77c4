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
	if e.fresh.Equal(e.now) {
		return e.recentEvents().empty()
	}
	return silentAt(e.account, e.now)
}

// recentEvents returns the events of the time in which data must not be missing, up to
// the moment to which the account is known.
func (e *Evaluation) recentEvents() Reading {
	return e.recent.get(func() Reading { return read(e.account, e.fresh.Add(-maxDataAge(e.account)), e.fresh) })
}

// DataAge returns how long ago the last step with data ended; ok is false if no
// step of the window in force had any, or if its counts are impossible. Data may
// have ended up to a step earlier.
func (e *Evaluation) DataAge() (age time.Duration, ok bool) {
	if e.Events().impossible != consistent {
		return 0, false
	}
	last := lastData(e.account, e.start, e.fresh)
	if last.IsZero() {
		return 0, false
	}
	return e.now.Sub(last), true
}

// lastData returns the end of the last step with data in (from, to], which may be
// after the data, or to if the step is not over. It is zero if no step had any.
func lastData(a Account, from, to time.Time) time.Time {
	step := stepOf(a)
	open := floor(to, step)
	since := func(steps int) time.Time { return later(from, open.Add(-time.Duration(steps)*step)) }
	most := int(open.Sub(from)/step) + 1
	n := sort.Search(most+1, func(n int) bool { return read(a, since(n), to).Coverage > 0 })
	switch {
	case n > most:
		return time.Time{}
	case n == 0:
		return to
	}
	return since(n - 1)
}
