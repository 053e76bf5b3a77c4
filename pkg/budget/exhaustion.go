package budget

import (
	"math"
	"time"
)

// HoursLeft returns how many hours remain until the budget runs out as
// projected, +Inf if it does not before the horizon of the exhaustion. Once it
// has run out it is zero, or less by the hours since. ok is false where the
// state is no_data or anything of the window rests on partial answers.
func HoursLeft(a Account, t Terms, now time.Time, o Options) (hours float64, ok bool) {
	if !t.judges(now) {
		return 0, false
	}
	u := newOutlook(a, t, now, o)
	b := u.budget()
	if u.unknown(b) || u.unsettled() {
		return 0, false
	}
	at := u.exhaustion()
	if at == nil {
		return math.Inf(1), true
	}
	hours = at.Sub(now).Hours()
	if b.Remaining.v <= 0 {
		hours = min(hours, 0)
	}
	return hours, true
}

// exhaustion returns the first time after now at which bad events reach the budget,
// nil if they do not before the window's end (rolling: within one window's
// length). If the budget is gone already it is when it went: in a calendar
// window the moment the budget was reached; in a rolling one the last moment
// it was crossed, as far back as the account reaches.
//
// The search halves the interval and leaves out every part in which bounds on
// the running sums rule a crossing out, so that it looks at few steps. What is
// left is searched down to the grain.
func (u *outlook) exhaustion() *time.Time {
	start, end := u.terms.Window.At(u.now)
	if u.exhausted(u.now) {
		return u.since(start)
	}
	if !u.ratio.ok || u.ratio.v <= 0 && u.terms.Window.Calendar {
		return nil
	}
	if !u.terms.Window.Calendar {
		end = u.now.Add(u.now.Sub(start))
	}
	if at, ok := u.firstCrossing(u.now, end); ok {
		return &at
	}
	return nil
}

// since returns when the exhausted budget was last crossed.
func (u *outlook) since(start time.Time) *time.Time {
	start = start.Add(1) // a window begins just after its start
	if !u.terms.Window.Calendar {
		first, ok := begin(u.account)
		if !ok || !first.Before(u.now) {
			return &u.now
		}
		start = first
	}
	if at, ok := u.lastCrossing(start, u.now); ok {
		return &at
	}
	return &u.now
}

// firstCrossing returns the first exhausted moment in (from, to].
func (u *outlook) firstCrossing(from, to time.Time) (time.Time, bool) {
	if _, most := u.excess(from, to); most < 0 {
		return time.Time{}, false
	}
	if to.Sub(from) <= u.grain {
		if !u.exhausted(to) {
			return time.Time{}, false
		}
		return u.crossing(from, to), true
	}
	mid := u.middle(from, to)
	if at, ok := u.firstCrossing(from, mid); ok {
		return at, true
	}
	return u.firstCrossing(mid, to)
}

// lastCrossing returns the end of the last moment in [from, to) that was not
// exhausted, given that to is.
func (u *outlook) lastCrossing(from, to time.Time) (time.Time, bool) {
	if least, _ := u.excess(from, to); least > 0 {
		return time.Time{}, false
	}
	if to.Sub(from) <= u.grain {
		if u.exhausted(from) {
			return time.Time{}, false
		}
		return u.crossing(from, to), true
	}
	mid := u.middle(from, to)
	if !u.exhausted(mid) {
		return u.lastCrossing(mid, to)
	}
	if at, ok := u.lastCrossing(mid, to); ok {
		return at, true
	}
	return u.lastCrossing(from, mid)
}

// excess bounds the bad events over the budget at every moment of [from, to],
// which lies in one calendar window.
func (u *outlook) excess(from, to time.Time) (least, most float64) {
	start, _ := u.terms.Window.At(from)
	if u.terms.Window.Calendar {
		start, end := u.terms.Window.At(to)
		budget := u.read(start, end).Total * u.terms.allowed()
		return u.read(start, from).Bad - budget, u.read(start, to).Bad - budget
	}
	lastStart, _ := u.terms.Window.At(to)
	outer, inner := u.read(start, to), u.read(lastStart, from)
	return inner.Bad - outer.Total*u.terms.allowed(), outer.Bad - inner.Total*u.terms.allowed()
}

// middle returns a knot strictly inside an interval longer than a step.
func (u *outlook) middle(from, to time.Time) time.Time {
	step := stepOf(u.account)
	mid := floor(from.Add(to.Sub(from)/2), step)
	if !mid.After(from) {
		mid = mid.Add(step)
	}
	return mid
}

// crossing is where, between a moment that is not exhausted and one that is,
// the budget runs out, to the millisecond.
func (u *outlook) crossing(from, to time.Time) time.Time {
	for to.Sub(from) > time.Millisecond {
		mid := from.Add(to.Sub(from) / 2)
		if u.exhausted(mid) {
			to = mid
		} else {
			from = mid
		}
	}
	return to
}
