package budget

import (
	"iter"
	"time"
)

// DailyVerdict says how an objective did on one day, midnight to midnight where the window's
// days begin.
type DailyVerdict struct {
	// The day that goes on ends at the moment of the evaluation.
	Start, End time.Time
	Reading
	SLI Value
	// Impossible reports that the counts contradict each other, so that there is
	// neither SLI nor budget.
	Impossible bool
	// Share of the budget of the whole window in force that the day consumed.
	Consumed Value
	// Met reports whether the SLI of the day reached the target, nil where that is not
	// known.
	Met *bool
	// Unknown says why it is not known whether the target was met, empty if it is.
	Unknown string
}

// Daily yields the days that end after from, the first first, and begins with the first
// of which there is data.
func (e *Evaluation) Daily(from time.Time) iter.Seq[DailyVerdict] {
	return func(yield func(DailyVerdict) bool) {
		first, _ := e.account.Span()
		from = later(from, first)
		if e.start.IsZero() || !inRange(from) {
			return
		}
		for start := midnight(from.In(e.Location()), 0); start.Before(e.now); start = midnight(start, 1) {
			if !yield(e.day(start, earlier(midnight(start, 1), e.now))) {
				return
			}
		}
	}
}

// day returns how a day did.
func (e *Evaluation) day(start, end time.Time) DailyVerdict {
	r := read(e.account, start, end)
	d := DailyVerdict{Start: start, End: end, Reading: r, SLI: r.sli(), Impossible: r.impossible != consistent}
	if total := e.Budget().Total; total.ok && !d.Impossible {
		d.Consumed = quotient(r.Bad, total.v)
	}
	d.Met, d.Unknown = e.met(r, e.terms.Target)
	return d
}
