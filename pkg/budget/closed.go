package budget

import (
	"iter"
	"time"
)

// ClosedWindow describes a window that is over. It depends on nothing that came
// later.
type ClosedWindow struct {
	Start, End time.Time
	// Target in force when the window opened.
	Target float64
	Reading
	SLI Value
	// Impossible reports that the counts contradict each other, so that there is
	// neither SLI nor budget.
	Impossible bool
	// Met reports whether the SLI reached the target, nil without a budget.
	Met    *bool
	Budget Budget
	// Worst incident of the window, nil if it had none.
	Worst *Incident
}

// ClosedWindows returns the windows that closed by now, the latest first, as far
// back as the account had data. Rolling windows are laid end to end backwards
// from now. targetAt gives the target in force at a time; nil means the terms'
// target always.
func (e *Evaluation) ClosedWindows(targetAt func(time.Time) float64) iter.Seq[ClosedWindow] {
	if targetAt == nil {
		targetAt = func(time.Time) float64 { return e.terms.Target }
	}
	return func(yield func(ClosedWindow) bool) {
		first, ok := firstData(e.account)
		if !ok {
			return
		}
		window := e.terms.Window
		for start, end := e.start, e.end; end.After(first) && inRange(start); start, end = window.Before(start) {
			if end.After(e.now) {
				continue
			}
			if !yield(e.newClosedWindow(start, end, targetAt(start))) {
				return
			}
		}
	}
}

func (e *Evaluation) newClosedWindow(start, end time.Time, target float64) ClosedWindow {
	r := read(e.account, start, end)
	c := ClosedWindow{
		Start: start, End: end, Target: target, Reading: r, SLI: r.sli(), Budget: budgetOf(r, target),
		Impossible: r.impossible != consistent,
	}
	if c.Budget.Total.ok {
		met := c.SLI.v >= target
		c.Met = &met
	}
	if found := findIncidents(e.account, target, start, end, c.Budget.Total, e.options.Incidents); len(found) > 0 {
		c.Worst = &found[0]
	}
	return c
}

// ClosedConsumption returns the share of its budget that the newest closed window
// had consumed, if it closed less than maxAge ago, and 0 if none did: more than 1
// is news of a missed window. Rolling windows never close, they only move on. It
// is missing if the account never had data, or too little in that window.
func (e *Evaluation) ClosedConsumption(targetAt func(time.Time) float64, maxAge time.Duration) Value {
	first, ok := firstData(e.account)
	if !ok {
		return Value{}
	}
	if !e.terms.Window.Calendar {
		return Some(0)
	}
	for c := range e.ClosedWindows(targetAt) {
		switch {
		case e.now.Sub(c.End) >= maxAge:
			return Some(0)
		case c.Provisional > 0:
			return Value{}
		case !e.terms.gapsAreBad() && read(e.account, later(c.Start, first), c.End).Coverage < MinCoverage:
			return Value{}
		}
		return c.Budget.Consumed
	}
	return Some(0)
}
