package main

import (
	"time"

	"github.com/prometheus/common/model"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/forecast"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// row contains a result as scripts read it. Its keys are a contract.
type row struct {
	SLO string `json:"slo"`
	// Instance tells SLOs of one name apart; absent where one is alone.
	Instance  string  `json:"instance,omitempty"`
	Objective *string `json:"objective"`
	Service   *string `json:"service"`
	// Labels distinguish the rows of one objective. SLOLabels come from the
	// definition.
	Labels    map[string]string `json:"labels"`
	SLOLabels map[string]string `json:"sloLabels"`
	Target    *float64          `json:"target"`
	Window    window            `json:"window"`
	promiseFields

	SLI          budget.Value `json:"sli"`
	YesterdaySLI budget.Value `json:"yesterdaySli"`
	Events       eventFields  `json:"events"`
	Budget       budgetFields `json:"budget"`
	// BurnRates has a rate for each lookback, such as 1h.
	BurnRates  map[string]budget.Value `json:"burnRates"`
	ExhaustsAt *utc                    `json:"exhaustsAt"`
	// At the burn rate that goes on while an alert condition holds, and with a chance of
	// 50 %. ExhaustsAt is one of the two.
	ExhaustsAtRate     *utc         `json:"exhaustsAtRate"`
	ExhaustsByForecast *utc         `json:"exhaustsByForecast"`
	State              budget.State `json:"state"`
	// Forecast is null if too little is known.
	Forecast *forecast.Summary `json:"forecast"`
	// Firing is page, ticket, or null if no alert fires.
	Firing   *slo.Severity `json:"firing"`
	Coverage *float64      `json:"coverage"`
	// Share of the window so far that rests on partial answers.
	Provisional *float64 `json:"provisional"`
	// Incidents lists the worst first, and is null if they are not known.
	Incidents       []incident   `json:"incidents"`
	BackgroundShare budget.Value `json:"backgroundShare"`
	// Streak is absent unless it was asked for and is known.
	Streak *streakFields `json:"streak,omitempty"`
	// Data can end no later than AsOf.
	AsOf    *utc     `json:"asOf"`
	Notices []string `json:"notices"`
	Error   *string  `json:"error"`
}

type streakFields struct {
	// Windows in a row that were kept, and those among them that are not known.
	Kept    int `json:"kept"`
	Unknown int `json:"unknown"`
	// When the first of them began; null if none was kept.
	Since *utc `json:"since"`
	// Whether a miss came before; the streak may be longer if none did.
	AfterMiss bool `json:"afterMiss"`
}

type window struct {
	Kind  *string `json:"kind"`
	Start *utc    `json:"start"`
	End   *utc    `json:"end"`
	// TimeZone is where the window's days begin.
	TimeZone *string `json:"timeZone"`
}

type eventFields struct {
	Good  *float64 `json:"good"`
	Bad   *float64 `json:"bad"`
	Total *float64 `json:"total"`
}

type budgetFields struct {
	Total     budget.Value `json:"total"`
	Consumed  budget.Value `json:"consumed"`
	Remaining budget.Value `json:"remaining"`
	// What remains in events, and in minutes of full outage at the traffic that is
	// expected.
	RemainingEvents  budget.Value `json:"remainingEvents"`
	RemainingMinutes budget.Value `json:"remainingMinutes"`
	Estimated        *bool        `json:"estimated"`
}

type incident struct {
	Start utc `json:"start"`
	// End is null while it goes on.
	End *utc `json:"end"`
	// Kind is fast or slow.
	Kind         budget.IncidentKind `json:"kind"`
	Bad          float64             `json:"bad"`
	BudgetShare  budget.Value        `json:"budgetShare"`
	PeakBurnRate budget.Value        `json:"peakBurnRate"`
	// Open says that it may not be over.
	Open bool `json:"open"`
	// Change is the last one of the service in the day before; null if there was none, or
	// if ChangeUnknown says why that is not known.
	Change        *change `json:"change"`
	ChangeUnknown string  `json:"changeUnknown,omitempty"`
}

type change struct {
	At   utc    `json:"at"`
	What string `json:"what"`
}

// utc writes a time in UTC, to the millisecond at most.
type utc time.Time

// MarshalText writes RFC 3339, without a fraction of a second if there is none.
func (t utc) MarshalText() ([]byte, error) {
	return time.Time(t).UTC().Truncate(time.Millisecond).MarshalText()
}

// utcOrNil returns nil for the zero time.
func utcOrNil(t time.Time) *utc {
	if t.IsZero() {
		return nil
	}
	return new(utc(t))
}

func writeJSON(sys system, results []result, at time.Time) error {
	rows := make([]row, len(results))
	for i, r := range results {
		rows[i] = r.row(at)
	}
	return encodeJSON(sys.stdout, rows)
}

// row returns a result as scripts read it. What is not known is null.
func (r result) row(at time.Time) row {
	o := r.definitionRow(at)
	if r.err != nil {
		o.State = budget.StateNoData
		o.Error = new(r.err.Error())
		o.BurnRates = map[string]budget.Value{}
		for _, l := range budget.DefaultLookbacks() {
			o.BurnRates[formatLookback(l)] = budget.Value{}
		}
		return o
	}
	o.addStatus(r.status)
	o.addChanges(r)
	o.Forecast = r.forecast
	o.Due = r.due()
	if s := r.streak; s != nil {
		o.Streak = &streakFields{Kept: s.Kept, Unknown: s.Unknown, Since: utcOrNil(s.Since), AfterMiss: s.AfterMiss}
	}
	return o
}

// definitionRow returns a row with what the definition says.
func (r result) definitionRow(at time.Time) row {
	o := row{SLO: r.SLO.Name, Instance: r.SLO.Instance, Labels: r.labels.Map(), SLOLabels: r.SLO.Labels, AsOf: utcOrNil(r.asOf), Notices: append([]string{}, r.notices...)}
	if r.objective == nil {
		return o
	}
	o.promiseFields = r.promiseFields()
	o.Objective, o.Service, o.Target = &r.objective.Name, &r.SLO.Service, &r.objective.Target
	start, end := r.SLO.Window.At(at)
	o.Window = window{Kind: new("rolling"), Start: utcOrNil(start), End: utcOrNil(end), TimeZone: new("UTC")}
	if r.SLO.Window.Calendar {
		o.Window.Kind, o.Window.TimeZone = new("calendar"), new(r.SLO.Window.Anchor.Location().String())
	}
	return o
}

// addStatus adds what the account says.
func (o *row) addStatus(s budget.Status) {
	o.SLI, o.YesterdaySLI, o.State = s.SLI, s.YesterdaySLI, s.State
	o.Coverage, o.Provisional = &s.Coverage, &s.Provisional
	if s.Impossible == "" {
		o.Events = eventFields{&s.Good, &s.Bad, &s.Total}
	}
	if s.Firing != "" {
		o.Firing = &s.Firing
	}
	o.Budget = budgetFields{
		Total: s.Budget.Total, Consumed: s.Budget.Consumed, Remaining: s.Budget.Remaining,
		RemainingEvents: s.Left.Events, RemainingMinutes: s.Left.Minutes, Estimated: &s.Budget.Estimated,
	}
	o.BurnRates = map[string]budget.Value{}
	for _, b := range s.BurnRates {
		o.BurnRates[formatLookback(b.Lookback)] = b.Rate
	}
	o.ExhaustsAt, o.ExhaustsAtRate, o.ExhaustsByForecast = (*utc)(s.ExhaustsAt), (*utc)(s.ExhaustsAtRate), (*utc)(s.ExhaustsByForecast)
	o.Incidents = []incident{}
	for _, i := range s.Incidents {
		o.Incidents = append(o.Incidents, newIncident(i))
	}
	o.BackgroundShare = s.BackgroundShare
}

// addChanges adds the change before each incident.
func (o *row) addChanges(r result) {
	for i, one := range r.status.Incidents {
		before, err := r.changes.Before(one)
		switch {
		case err != nil:
			o.Incidents[i].ChangeUnknown = oneLine(err)
		case before != nil:
			o.Incidents[i].Change = &change{utc(before.At), before.What}
		}
	}
}

func newIncident(i budget.Incident) incident {
	w := incident{Start: utc(i.Start), Kind: i.Kind, Bad: i.Bad, BudgetShare: i.Share, PeakBurnRate: i.Peak, Open: i.Open}
	if !i.Open {
		w.End = new(utc(i.End))
	}
	return w
}

// formatLookback returns a duration as PromQL writes it, such as 1h or 3d.
func formatLookback(d time.Duration) string { return model.Duration(d).String() }
