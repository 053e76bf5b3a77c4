package budget

import (
	"slices"
	"time"
)

// OngoingBurn returns the burn rate that goes on while an alert condition holds:
// the one over its short lookback, or over a shorter one of another condition if
// that burns less. It is missing if no condition holds, and once a shorter lookback no
// longer burns as the condition asks: the lookbacks of tickets see an outage for
// hours after its end. Of several conditions it is the fastest one's.
func (e *Evaluation) OngoingBurn() Value {
	var fastest Value
	for _, a := range e.Alerts() {
		if rate := e.ongoing(a); rate.ok && rate.v > fastest.v {
			fastest = rate
		}
	}
	return fastest
}

// ongoing returns the burn rate at which a condition still holds, missing if it does
// not.
func (e *Evaluation) ongoing(a Alert) Value {
	rate := a.ShortBurn
	if !a.Firing() || !rate.ok {
		return Value{}
	}
	for _, other := range e.Alerts() {
		if other.Short < a.Short && other.ShortBurn.ok {
			rate.v = min(rate.v, other.ShortBurn.v)
		}
	}
	return optional(rate.v, rate.v > a.BurnRate)
}

// ongoingErrors returns the error ratio of OngoingBurn.
func (e *Evaluation) ongoingErrors() Value {
	rate := e.OngoingBurn()
	return optional(min(1, rate.v*e.terms.allowance()), rate.ok)
}

// ExhaustsAtRate returns when the budget runs out if the burn that an alert
// condition sees goes on. It is nil if no condition holds, if the budget lasts
// all the same, and once the budget has run out.
func (e *Evaluation) ExhaustsAtRate() *time.Time {
	if !e.OngoingBurn().ok || e.isExhausted() {
		return nil
	}
	return e.ExhaustsAt()
}

// ExhaustsByForecast returns when the budget runs out by the forecast, or if the
// errors of late go on where there is none, whether an alert condition holds or not. It
// is nil if the budget lasts, and once it has run out.
func (e *Evaluation) ExhaustsByForecast() *time.Time {
	if e.isExhausted() {
		return nil
	}
	if at, ok := e.runsOut(); ok {
		return at
	}
	if !e.OngoingBurn().ok {
		return e.ExhaustsAt()
	}
	return e.forecastAt(e.errorsOfLate()).exhaustion()
}

// runsOut returns when a budget that is left runs out by the forecast, not before now;
// ok is false without one.
func (e *Evaluation) runsOut() (at *time.Time, ok bool) {
	if e.options.RunsOut == nil || !e.enough() {
		return nil, false
	}
	at, ok = e.options.RunsOut()
	if ok && at != nil && at.Before(e.now) {
		at = &e.now
	}
	return at, ok
}

// isExhausted reports whether nothing is left of the budget, or nothing is known.
func (e *Evaluation) isExhausted() bool {
	return e.Events().impossible != consistent || e.forecast().outOfBudget(e.now)
}

// isBurning reports whether an alert condition holds.
func (e *Evaluation) isBurning() bool { return slices.ContainsFunc(e.Alerts(), Alert.Firing) }
