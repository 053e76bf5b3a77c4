package budget

import "time"

// forecast continues the account of an evaluation past now: what was read, then
// what is assumed. Traffic follows the pattern of the week, and an error
// ratio goes on: that of OngoingBurn while an alert condition holds, otherwise that
// of the recent past. Assumptions stand for the time after fresh.
type forecast struct {
	*Evaluation
	// Share of the events to come that is bad.
	ratio Value
	// Length below which the budget is taken not to run out and come back: a
	// step, in which all sums are linear, or a 2000th of a long window.
	grain time.Duration
}

func (e *Evaluation) forecast() *forecast { return e.future.get(e.newForecast) }

func (e *Evaluation) newForecast() *forecast {
	if ongoing := e.ongoingErrors(); ongoing.ok {
		return e.forecastAt(ongoing)
	}
	return e.forecastAt(e.errorsOfLate())
}

// forecastAt returns what comes if an error ratio goes on.
func (e *Evaluation) forecastAt(ratio Value) *forecast {
	return &forecast{Evaluation: e, ratio: ratio, grain: max(stepOf(e.account), e.end.Sub(e.start)/2000)}
}

// errorsOfLate returns the error ratio of the recent past.
func (e *Evaluation) errorsOfLate() Value {
	return e.recentErrors(e.options.recentErrors(e.end.Sub(e.start)))
}

// expectedTraffic returns what is assumed to come: time slices at a fixed pace,
// events as in earlier weeks, or at the mean of the window so far.
func (e *Evaluation) expectedTraffic() *traffic {
	loc := e.terms.location(e.options)
	if e.terms.countsSlices() {
		return steadyTraffic(time.Hour.Hours()/e.terms.Slices.Length.Hours(), loc, e.fresh)
	}
	mean := perHour(e.Events(), e.now.Sub(e.start))
	if !mean.ok {
		history := time.Duration(weeksOfHistory*weekSeconds) * time.Second
		mean = perHour(read(e.account, e.fresh.Add(-history), e.fresh), history)
	}
	if e.history != nil {
		return e.history.traffic(e.fresh, mean.Or(0))
	}
	return weeklyTraffic(e.account, loc, e.fresh, mean.Or(0))
}

// perHour returns the mean number of events an hour over what was covered.
func perHour(r Reading, length time.Duration) Value {
	if r.Coverage <= 0 {
		return quotient(r.Total, length.Hours())
	}
	return quotient(r.Total, length.Hours()*r.Coverage)
}

// recentErrors returns the error ratio of the lookback, or of the window so far
// if there were no events in it. It is missing while the account is silent:
// nothing can be assumed then.
func (e *Evaluation) recentErrors(lookback time.Duration) Value {
	if e.isSilent() {
		return Value{}
	}
	r := read(e.account, e.fresh.Add(-lookback), e.fresh)
	if r.Total <= 0 {
		r = e.Events()
	}
	return quotient(min(r.Bad, r.Total), r.Total)
}

// read returns bad and total events in (from, to]. Coverage is that of the part
// that has been.
func (f *forecast) read(from, to time.Time) Reading {
	if !to.After(f.now) {
		return read(f.account, from, to)
	}
	r := read(f.account, from, f.fresh)
	future := f.eventsToCome(from, to)
	r.Total += future
	r.Bad += future * f.ratio.Or(0)
	return r
}

// eventsToCome returns the number of events that are assumed in that part of (from, to]
// which is not known.
func (e *Evaluation) eventsToCome(from, to time.Time) float64 {
	return e.traffic.get(e.expectedTraffic).between(later(from, e.fresh), to)
}

// windowTotal returns the number of events of the window in force: those that were,
// and those that are assumed.
func (e *Evaluation) windowTotal() float64 {
	if !e.end.After(e.now) {
		return e.Events().Total
	}
	return e.freshEvents().Total + e.eventsToCome(e.start, e.end)
}

// window returns the events up to t of the window in force at t, and the number
// of events that may be bad in the whole of it, as far as is known now.
func (f *forecast) window(t time.Time) (r Reading, budget float64) {
	start, end := f.terms.Window.At(t)
	r = f.read(start, t)
	if !f.terms.Window.Calendar {
		return r, r.Total * f.terms.allowance()
	}
	return r, f.read(start, end).Total * f.terms.allowance()
}

// remaining returns the share of the budget that is left at t. It is missing where
// there were no events or impossible counts, while the account is silent, and in a
// future for which nothing can be assumed.
func (f *forecast) remaining(t time.Time) Value {
	if t.After(f.now) && !f.ratio.ok || !t.After(f.now) && silentAt(f.account, t) {
		return Value{}
	}
	r, budget := f.window(t)
	if r.impossible != consistent || r.Total <= 0 && !f.terms.youngAt(t, f.account) {
		return Value{}
	}
	return quotient(r.Bad, budget).complement()
}

// outOfBudget reports whether nothing is left at t.
func (f *forecast) outOfBudget(t time.Time) bool {
	r, budget := f.window(t)
	return r.Bad > 0 && r.Total > 0 && r.Bad >= budget
}
