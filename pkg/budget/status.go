package budget

import "time"

// Status summarizes an evaluation. Missing values are null, never 0 or 1.
type Status struct {
	// Start and End are those of the window in force.
	Start, End time.Time
	// SLI is the share of good events of the window so far, and YesterdaySLI
	// that of the last full day of the calendar.
	SLI, YesterdaySLI Value
	// Good, Bad and Total count the events of the window so far.
	Good, Bad, Total float64
	Budget           Budget
	// BurnRates are in the order of the lookbacks asked for.
	BurnRates []BurnRate
	// ExhaustsAt is when the budget runs out or, in the past, when it did.
	// Nil is good news unless the state is no_data.
	ExhaustsAt *time.Time
	State      State
	// Coverage is the share of the window so far for which there was data.
	Coverage float64
	// Provisional is the share of the window so far that rests on partial
	// answers, so that the numbers may change.
	Provisional float64
	// Incidents of the window, worst first. Their shares and BackgroundShare
	// add up to Budget.Consumed.
	Incidents       []Incident
	BackgroundShare Value
	Alerts          []Alert
}

// Status returns the summary of the evaluation.
func (e *Evaluation) Status() Status {
	events, known := e.Events(), e.Known()
	return Status{
		Start: e.start, End: e.end,
		SLI: e.SLI(), YesterdaySLI: e.YesterdaySLI(),
		Good: events.Good(), Bad: events.Bad, Total: events.Total,
		Budget: e.Budget(), BurnRates: e.BurnRates(),
		ExhaustsAt: e.ExhaustsAt(), State: e.State(),
		Coverage: known.Coverage, Provisional: known.Provisional,
		Incidents: e.Incidents(), BackgroundShare: e.BackgroundShare(),
		Alerts: e.Alerts(),
	}
}
