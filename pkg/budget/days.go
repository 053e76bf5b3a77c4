package budget

import "time"

// Day describes what one day of a window consumed.
type Day struct {
	// From midnight to midnight where the window's days begin, cut to the window.
	Start, End time.Time
	Reading
	// Consumed holds the share of the window's budget that its bad events consumed,
	// missing where nothing is known of the day.
	Consumed Value
	// Remaining holds the share of the budget that was left at its end.
	Remaining Value
}

// maxDays bounds the days of a window that are listed.
const maxDays = 400

// Days returns the days of the window (start, end] in order, by the budget that a target
// leaves of its events. What is listed adds up to what the window consumed.
func (e *Evaluation) Days(start, end time.Time, target float64) []Day {
	budget := budgetOf(read(e.account, start, end), target).Total
	remaining := quotient(budget.v, budget.v)
	loc := e.terms.location(e.options)
	var all []Day
	for from := start; from.Before(end) && len(all) < maxDays; {
		to := earlier(midnight(from.In(loc), 1), end)
		day := Day{Start: from, End: to, Reading: read(e.account, from, to)}
		if !day.empty() && day.impossible == consistent {
			day.Consumed = quotient(day.Bad, budget.v)
			remaining = Some(remaining.v - day.Consumed.v)
		}
		if budget.ok {
			day.Remaining = remaining
		}
		all = append(all, day)
		from = to
	}
	return all
}

// Outage returns for how long everything would have had to fail to consume as much as
// the window (start, end] did, at its average traffic, and how long the target allowed.
func (v Verdict) Outage(start, end time.Time) (taken, allowed time.Duration) {
	length := float64(end.Sub(start))
	return time.Duration((1 - v.SLI.Or(1)) * length), time.Duration((1 - v.Target) * length)
}
