// Package budget is the arithmetic of error budgets: pure functions over
// readings of an account of good and bad events. It does no I/O, and its
// results depend on nothing but its arguments.
package budget

import "time"

// Reading is the account's entry for an interval (a, b].
type Reading struct {
	// Bad and Total are numbers of events; they need not be whole.
	Bad   float64 `json:"bad"`
	Total float64 `json:"total"`
	// Coverage is the share of the interval for which there was data, 0 to 1.
	Coverage float64 `json:"coverage"`
	// Provisional is the share of the interval, 0 to 1, of which answers
	// lacked data that the server knows of, so that the reading may be
	// another once they are whole.
	Provisional float64 `json:"provisional,omitempty"`
}

// Good returns the number of good events.
func (r Reading) Good() float64 { return r.Total - r.Bad }

// Account is the ledger of one SLO and label set, as far as it is filled.
type Account interface {
	// Reading is the difference of the ledger at to and at from. Parts of
	// the interval outside Span count as not covered.
	Reading(from, to time.Time) Reading
	// Step is the distance of the ledger's knots, which are aligned to the
	// epoch; between knots a reading is proportional to time.
	Step() time.Duration
	// Span is the interval that is filled.
	Span() (first, last time.Time)
	// Since is the end of the first step that had data, zero if none has.
	Since() time.Time
}

// Stepper is an Account that walks its steps faster than by reading each.
type Stepper interface {
	// EachStep yields, in order, the readings of those steps of (from, to] in
	// which more than ratio of the events were bad. The first and the last
	// step are cut to the interval. Steps are those of Account.Step.
	EachStep(from, to time.Time, ratio float64, yield func(from, to time.Time, r Reading))
}

// SLI returns the share of good events, 0 to 1; ok is false if there were none.
func (r Reading) SLI() (sli float64, ok bool) {
	if r.Total <= 0 {
		return 0, false
	}
	return r.Good() / r.Total, true
}

// BurnRate returns the error ratio in units of the allowed one,
// bad/total/(1-target): 1 spends exactly the budget by the window's end (Google
// SRE Workbook, ch. 5). ok is false if there were no events, or if the target
// allows no bad ones.
func (r Reading) BurnRate(target float64) (rate float64, ok bool) {
	if r.Total <= 0 || target >= 1 {
		return 0, false
	}
	return r.Bad / r.Total / (1 - target), true
}
