package budget

import (
	"iter"
	"time"
)

// ClosedWindow describes a calendar window that is over. It depends on nothing that
// came later.
type ClosedWindow struct {
	Start, End time.Time
	// By the target in force when the window opened.
	Verdict
}

// ClosedWindows returns the calendar windows that closed by now, the latest first, as
// far back as the account had data. Rolling windows never close: see Overspends.
// targetAt gives the target in force at a time; nil means the terms' target always.
func (e *Evaluation) ClosedWindows(targetAt func(time.Time) float64) iter.Seq[ClosedWindow] {
	targetAt = e.orTarget(targetAt)
	return func(yield func(ClosedWindow) bool) {
		first, ok := firstData(e.account)
		if !ok {
			return
		}
		for start, end := range e.closedSpans(first, e.now) {
			if !yield(ClosedWindow{Start: start, End: end, Verdict: e.Verdict(start, end, targetAt(start))}) {
				return
			}
		}
	}
}

// closedSpans yields the starts and ends of the calendar windows that closed in
// (from, to], the latest first.
func (e *Evaluation) closedSpans(from, to time.Time) iter.Seq2[time.Time, time.Time] {
	return func(yield func(start, end time.Time) bool) {
		if !e.terms.Window.Calendar {
			return
		}
		window := e.terms.Window
		for start, end := e.start, e.end; end.After(from) && inRange(start); start, end = window.Before(start) {
			if !end.After(to) && !yield(start, end) {
				return
			}
		}
	}
}

// orTarget returns targetAt, or the terms' target always if it is nil.
func (e *Evaluation) orTarget(targetAt func(time.Time) float64) func(time.Time) float64 {
	if targetAt != nil {
		return targetAt
	}
	return func(time.Time) float64 { return e.terms.Target }
}

// ClosedConsumption returns the share of its budget that the newest closed window
// had consumed, if it closed less than maxAge ago, and 0 if none did: more than 1
// is news of a missed window. Rolling windows never close, they only move on. It
// is missing if the account never had data, or if nothing can be said of that window.
func (e *Evaluation) ClosedConsumption(targetAt func(time.Time) float64, maxAge time.Duration) Value {
	first, ok := firstData(e.account)
	if !ok {
		return Value{}
	}
	for start, end := range e.closedSpans(first, e.now) {
		if e.now.Sub(end) >= maxAge {
			break
		}
		r := read(e.account, start, end)
		if r.Provisional > 0 || e.terms.unknown(r) != "" {
			return Value{}
		}
		return r.burn(e.orTarget(targetAt)(start))
	}
	return Some(0)
}
