// Package budget computes error budgets: pure arithmetic over the good and bad
// events of an SLO. It does no I/O, and its results depend on nothing but its
// arguments. At evaluates an account at a moment; everything else is
// a method of its result.
//
// Its words: an account says how many events of an SLO were good and bad in any
// interval; terms are what the account is evaluated by; a fresh moment is one
// up to which the account is known; an account is silent while it has neither
// events nor data; numbers are provisional while partial answers may change them.
package budget

import "time"

// Reading counts the events of an account in an interval (a, b].
type Reading struct {
	// Bad and Total count events; they need not be whole.
	Bad   float64
	Total float64
	// Share of the interval for which there was data, 0 to 1.
	Coverage float64
	// Share of the interval, 0 to 1, whose answers lacked data that the server
	// knows of. The reading may change once it is complete.
	Provisional float64
	// How the counts contradict each other by more than the ends of the interval
	// explain, so that no number can be made of them.
	impossible contradiction
}

// Account gives the events of one SLO, objective and group at any time, as far
// as it is filled.
type Account interface {
	// Reading returns the events in (from, to]. Parts of the interval outside
	// Span count as not covered.
	Reading(from, to time.Time) Reading
	// Step returns the distance of the account's knots, which are aligned to the
	// epoch. Between knots a reading is proportional to time.
	Step() time.Duration
	// Span returns the interval that is filled.
	Span() (first, last time.Time)
	// Since returns the end of the first step that had data, zero if none has.
	Since() time.Time
}

// Stepper may be implemented by accounts that walk their steps faster than by
// reading each.
type Stepper interface {
	// EachStep yields, in order, the readings of those steps of (from, to] in
	// which more than ratio of the events were bad. The first and the last step
	// are cut to the interval.
	EachStep(from, to time.Time, ratio float64, yield func(from, to time.Time, r Reading))
	// EachBack yields the readings of n intervals of a length, each of which ends
	// where the one after it begins; the latest, which ends at to, comes first.
	EachBack(to time.Time, length time.Duration, n int, yield func(Reading))
}

// EachBack yields the readings of n intervals of an account, each of which ends where the
// one after it begins; the latest, which ends at to, comes first.
func EachBack(a Account, to time.Time, length time.Duration, n int, yield func(Reading)) {
	if s, ok := a.(Stepper); ok {
		s.EachBack(to, length, n, yield)
		return
	}
	readBack(a, to, length, n, yield)
}

// readBack yields the same without the account's help.
func readBack(a Account, to time.Time, length time.Duration, n int, yield func(Reading)) {
	for range n {
		from := to.Add(-length)
		yield(a.Reading(from, to))
		to = from
	}
}

// Good returns the number of good events.
func (r Reading) Good() float64 { return r.Total - r.Bad }

// SLI returns the share of good events, 0 to 1; ok is false if there were no
// events, or impossible counts.
func (r Reading) SLI() (sli float64, ok bool) {
	if r.Total <= 0 || r.impossible != consistent {
		return 0, false
	}
	return max(r.Good()/r.Total, 0), true
}

// BurnRate returns the error ratio in units of the allowed one,
// bad/total/(1-target): 1 consumes exactly the budget by the window's end (Google
// SRE Workbook, ch. 5). ok is false if there were no events, or impossible
// counts, or if the target allows no bad ones.
func (r Reading) BurnRate(target float64) (rate float64, ok bool) {
	if r.Total <= 0 || target >= 1 || r.impossible != consistent {
		return 0, false
	}
	return r.Bad / r.Total / (1 - target), true
}

// nothing stands in for the account of an SLO without data.
type nothing struct{}

// Reading implements Account.
func (nothing) Reading(_, _ time.Time) Reading { return Reading{} }

// Step implements Account.
func (nothing) Step() time.Duration { return defaultStep }

// Span implements Account.
func (nothing) Span() (first, last time.Time) { return time.Time{}, time.Time{} }

// Since implements Account.
func (nothing) Since() time.Time { return time.Time{} }
