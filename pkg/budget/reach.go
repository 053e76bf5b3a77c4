package budget

import "time"

// Span returns from when to when an account is needed to answer a question about
// the terms.
type Span func(t Terms) (from, to time.Time)

// Reach returns how far back an account should go so that a Status at now, with
// the default options, finds all that it looks for: the window, yesterday, the
// longest lookback and, for calendar windows, the traffic of earlier weeks.
func (t Terms) Reach(now time.Time) time.Time {
	if !t.applyAt(now) {
		return now
	}
	start, _ := t.Window.At(now)
	return t.reachIn(start, now)
}

// reachIn returns Reach at now, in the window that began at start.
func (t Terms) reachIn(start, now time.Time) time.Time {
	reach := earlier(start, midnight(now.In(t.location(Options{})), -1))
	for _, lookback := range DefaultLookbacks() {
		reach = earlier(reach, now.Add(-lookback))
	}
	if t.Window.Calendar && !t.countsSlices() {
		reach = earlier(reach, now.Add(-weeksOfHistory*weekSeconds*time.Second))
	}
	return reach
}

// ReachSince returns how far back an account should go so that the budget is
// known at every time between from and now: Reach, and the window in force at
// from.
func (t Terms) ReachSince(from, now time.Time) time.Time {
	reach := t.Reach(now)
	if !t.applyAt(from) {
		return reach
	}
	start, _ := t.Window.At(from)
	return earlier(reach, start)
}

// ReplayReach returns how far back an account should go so that each window of a history
// since from is known as a whole: to the start of the first one that ends in it.
func (t Terms) ReplayReach(from time.Time) time.Time {
	if !t.applyAt(from) {
		return from
	}
	start, _ := t.Window.At(from.Add(1))
	return start
}

// AlertReach returns how far back an account should go so that Alerts finds all
// that it looks for: the longest lookback of a condition.
func (t Terms) AlertReach(now time.Time) time.Time {
	reach := now
	if !t.applyAt(now) {
		return reach
	}
	for _, c := range t.AlertConditions(now) {
		reach = earlier(reach, now.Add(-c.Long))
	}
	return reach
}

// Horizon returns how far ahead a projection is meaningful: to the end of the
// calendar window in force, or half a rolling window.
func (t Terms) Horizon(now time.Time) time.Time {
	if !t.applyAt(now) {
		return now
	}
	start, end := t.Window.At(now)
	if t.Window.Calendar {
		return end
	}
	return now.Add(end.Sub(start) / 2)
}
