package budget

import (
	"math"
	"time"
)

// read returns the account's reading, sanitized.
func read(a Account, from, to time.Time) Reading {
	if !from.Before(to) {
		return Reading{}
	}
	r := a.Reading(from, to)
	sanitized := r.sanitized()
	sanitized.impossible = findContradiction(a, r, from, to)
	return sanitized
}

// sanitized returns the reading with anything that is not a number taken for no data,
// so that NaN cannot spread, and with what rounding left below zero taken for
// zero.
func (r Reading) sanitized() Reading {
	if r.Bad >= 0 && r.Bad <= math.MaxFloat64 && r.Total >= 0 && r.Total <= math.MaxFloat64 &&
		r.Coverage >= 0 && r.Coverage <= 1 && r.Provisional >= 0 && r.Provisional <= 1 {
		return r
	}
	if !Some(r.Bad).ok || !Some(r.Total).ok || math.IsNaN(r.Coverage) {
		return Reading{Provisional: r.Provisional}
	}
	return Reading{
		Bad: max(r.Bad, 0), Total: max(r.Total, 0),
		Coverage: min(max(r.Coverage, 0), 1), Provisional: min(max(r.Provisional, 0), 1),
	}
}

// empty reports whether there was neither an event nor data.
func (r Reading) empty() bool { return r.Total <= 0 && r.Coverage <= 0 }

// sli returns SLI as a Value.
func (r Reading) sli() Value { return optional(r.SLI()) }

// burn returns BurnRate as a Value.
func (r Reading) burn(target float64) Value { return optional(r.BurnRate(target)) }

// defaultStep stands in for the step of an account that has none.
const defaultStep = 5 * time.Minute

func stepOf(a Account) time.Duration {
	if step := a.Step(); step > 0 {
		return step
	}
	return defaultStep
}

// freshest returns the moment up to which the account can be expected to be
// known: its last knot if that is not older than MaxDataAge or two steps, else
// now. Short lookbacks end there, so that neither a step that is not yet
// finished nor late samples count.
func freshest(a Account, now time.Time) time.Time {
	_, last := a.Span()
	if last.Before(now) && now.Sub(last) <= max(MaxDataAge, 2*stepOf(a)) {
		return last
	}
	return now
}

// firstData returns the start of the first step that had data; ok is false if none
// had.
func firstData(a Account) (first time.Time, ok bool) {
	since := a.Since()
	return since.Add(-stepOf(a)), !since.IsZero()
}

// floor returns the last multiple of step since the epoch that is not after t.
func floor(t time.Time, step time.Duration) time.Time {
	ns := t.UnixNano()
	rest := ns % int64(step)
	if rest < 0 {
		rest += int64(step)
	}
	return t.Add(-time.Duration(rest))
}

// later returns a unless b is later.
func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// earlier returns a unless b is earlier.
func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
