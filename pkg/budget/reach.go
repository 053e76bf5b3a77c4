package budget

import "time"

// Span says from when to when an account is needed to answer a question about
// the terms.
type Span func(t Terms) (from, to time.Time)

// Reach returns how far back an account should go so that Evaluate, at a time
// and with the default options, finds all that it looks for: the window,
// yesterday, the longest lookback and, for calendar windows, the traffic of
// earlier weeks.
func Reach(t Terms, now time.Time) time.Time {
	if !t.judges(now) {
		return now
	}
	start, _ := t.Window.At(now)
	y, m, d := now.In(t.location(Options{})).Date()
	reach := earlier(start, time.Date(y, m, d-1, 0, 0, 0, 0, t.location(Options{})))
	for _, lookback := range DefaultLookbacks() {
		reach = earlier(reach, now.Add(-lookback))
	}
	if t.Window.Calendar && !t.sliced() {
		reach = earlier(reach, now.Add(-weeksOfHistory*weekSeconds*time.Second))
	}
	return reach
}

// AlertReach returns how far back an account should go so that Alerts, at a
// time, finds all that it looks for: the longest lookback of a condition.
func AlertReach(t Terms, now time.Time) time.Time {
	reach := now
	if !t.judges(now) {
		return reach
	}
	for _, r := range t.AlertConditions(now) {
		reach = earlier(reach, now.Add(-r.Long))
	}
	return reach
}
