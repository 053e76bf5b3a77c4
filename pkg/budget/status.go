package budget

import (
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Status summarizes an evaluation. Missing values are null, never 0 or 1.
type Status struct {
	// Window in force.
	Start, End time.Time
	// Share of good events of the window so far, and of the last full day.
	SLI, YesterdaySLI Value
	// Events of the window so far, 0 where the counts are impossible.
	Good, Bad, Total float64
	// Sentence about impossible counts of the window, empty if there are none. There
	// is no SLI and no budget then.
	Impossible string
	Budget     Budget
	Left       Left
	// In the order of the lookbacks asked for.
	BurnRates []BurnRate
	// When the budget runs out or, in the past, when it did. Nil is good news
	// unless the state is no_data.
	ExhaustsAt *time.Time
	// When it runs out at the burn rate that goes on while an alert condition holds,
	// and when if the errors of late go on. Nil if it does not, or has already.
	ExhaustsAtRate, ExhaustsByForecast *time.Time
	// Burn rate that goes on, missing if no alert condition holds any more.
	OngoingBurn Value
	State       State
	// Severity of the most urgent alert that fires, empty if none does.
	Firing slo.Severity
	// Share of the window so far for which there was data.
	Coverage float64
	// Share of the window so far that rests on partial answers, so that the
	// numbers may change.
	Provisional float64
	// Incidents of the window, worst first. Their shares and BackgroundShare add
	// up to Budget.Consumed.
	Incidents       []Incident
	BackgroundShare Value
	Alerts          []Alert
}

// Status returns the summary of the evaluation with its incidents.
func (e *Evaluation) Status() Status {
	s := e.Summary()
	s.Incidents, s.BackgroundShare = e.Incidents(), e.BackgroundShare()
	return s
}

// Summary returns the summary of the evaluation without incidents, which take longer to
// find than all else.
func (e *Evaluation) Summary() Status {
	events, fresh := e.Events(), e.freshEvents()
	if events.impossible != consistent {
		events.Bad, events.Total = 0, 0
	}
	return Status{
		Start: e.start, End: e.end,
		SLI: e.SLI(), YesterdaySLI: e.YesterdaySLI(),
		Good: max(events.Good(), 0), Bad: events.Bad, Total: events.Total,
		Impossible: e.Impossible(),
		Budget:     e.Budget(), BurnRates: e.BurnRates(),
		ExhaustsAt: e.ExhaustsAt(), ExhaustsAtRate: e.ExhaustsAtRate(), ExhaustsByForecast: e.ExhaustsByForecast(),
		OngoingBurn: e.OngoingBurn(), State: e.State(), Firing: e.Firing(), Left: e.Left(),
		Coverage: fresh.Coverage, Provisional: fresh.Provisional,
		Alerts: e.Alerts(),
	}
}
