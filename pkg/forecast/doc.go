// Package forecast computes what may come of an error budget: bands for what will
// remain, the chance of a miss, and when the budget may run out. It is pure: the
// same account at the same time has the same forecast.
//
// The future is simulated. Its words: a path is one simulated future, in cells of
// equal length; a rate is the bad events of a cell by the events that were expected
// in it; the pool is the history in units of a day or a week from which paths take
// their rates; an episode is what has been going on until now, such as an outage or
// a leak, and goes on for some time in every path; a shock is an outage the like
// of which the history does not have.
//
// docs/forecast.md has the model with its sources, its limits, and how well it does.
package forecast
