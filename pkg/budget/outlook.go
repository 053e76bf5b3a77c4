package budget

import "time"

// outlook is an account that goes on past now: what was read, then what is
// assumed. Traffic follows the pattern of the week, and the error ratio of
// the recent past goes on.
type outlook struct {
	account Account
	terms   Terms
	// now divides readings from assumptions, which stand for the time after
	// fresh.
	now, fresh time.Time
	traffic    *traffic
	ratio      Value
	// grain is the length below which the budget is taken not to run out
	// and come back: a step, in which all sums are linear, or a 2000th of a
	// long window.
	grain time.Duration
}

func newOutlook(a Account, t Terms, now time.Time, o Options) *outlook {
	start, end := t.Window.At(now)
	fresh := freshest(a, now)
	sofar := read(a, start, now)
	u := &outlook{account: a, terms: t, now: now, fresh: fresh}
	u.grain = max(stepOf(a), end.Sub(start)/2000)
	u.traffic = u.expect(start, sofar, o)
	u.ratio = u.recent(o.recentErrors(end.Sub(start)), sofar)
	return u
}

// expect is the future traffic: time slices come at a fixed pace, events as in
// earlier weeks, or at the mean of the window so far.
func (u *outlook) expect(start time.Time, sofar Reading, o Options) *traffic {
	loc := u.terms.location(o)
	if u.terms.sliced() {
		return steady(time.Hour.Hours()/u.terms.Slices.Length.Hours(), loc, u.fresh)
	}
	mean := hourly(sofar, u.now.Sub(start))
	if !mean.ok {
		history := time.Duration(weeksOfHistory*weekSeconds) * time.Second
		mean = hourly(read(u.account, u.fresh.Add(-history), u.fresh), history)
	}
	return weekly(u.account, loc, u.fresh, mean.Or(0))
}

// hourly is the mean number of events an hour over what was covered.
func hourly(r Reading, length time.Duration) Value {
	if r.Coverage <= 0 {
		return quotient(r.Total, length.Hours())
	}
	return quotient(r.Total, length.Hours()*r.Coverage)
}

// recent is the error ratio of the lookback, or of the window so far if there
// were no events in it. It is missing when the account has fallen silent:
// nothing can be assumed then.
func (u *outlook) recent(lookback time.Duration, sofar Reading) Value {
	if silent(u.account, u.now) {
		return Value{}
	}
	r := read(u.account, u.fresh.Add(-lookback), u.fresh)
	if r.Total <= 0 {
		r = sofar
	}
	return quotient(min(r.Bad, r.Total), r.Total)
}

// read is bad and total events in (from, to]. Coverage is that of the part
// that has been.
func (u *outlook) read(from, to time.Time) Reading {
	if !to.After(u.now) {
		return read(u.account, from, to)
	}
	r := read(u.account, from, u.fresh)
	future := u.traffic.between(later(from, u.fresh), to)
	r.Total += future
	r.Bad += future * u.ratio.Or(0)
	return r
}

// window is the one in force at t. Its reading goes up to t; budget is the
// number of events that may be bad in the whole of it, as far as is known now.
func (u *outlook) window(t time.Time) (r Reading, budget float64) {
	start, end := u.terms.Window.At(t)
	r = u.read(start, t)
	if !u.terms.Window.Calendar {
		return r, r.Total * u.terms.allowed()
	}
	return r, u.read(start, end).Total * u.terms.allowed()
}

// remaining is the share of the budget that is left at t: missing where there
// were no events, past the silence of the account, and in a future of which
// nothing can be assumed.
func (u *outlook) remaining(t time.Time) Value {
	if t.After(u.now) && !u.ratio.ok || !t.After(u.now) && silent(u.account, t) {
		return Value{}
	}
	r, budget := u.window(t)
	if r.Total <= 0 && !u.young(t) {
		return Value{}
	}
	return quotient(r.Bad, budget).less1()
}

// young says that the calendar window in force at t has only just begun, so
// that having no events is no news about it.
func (u *outlook) young(t time.Time) bool {
	start, _ := u.terms.Window.At(t)
	return u.terms.Window.Calendar && t.Sub(start) <= silence(u.account)
}

// exhausted says that nothing is left at t.
func (u *outlook) exhausted(t time.Time) bool {
	r, budget := u.window(t)
	return r.Bad > 0 && r.Bad >= budget
}
