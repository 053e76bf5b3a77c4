package main

import (
	"time"

	"github.com/prometheus/common/model"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// row is a result as scripts read it. Its keys are a contract.
type row struct {
	SLO       string  `json:"slo"`
	Objective *string `json:"objective"`
	Service   *string `json:"service"`
	// Labels tell the rows of one objective apart; SLOLabels are those of
	// the definition.
	Labels    map[string]string `json:"labels"`
	SLOLabels map[string]string `json:"sloLabels"`
	Target    *float64          `json:"target"`
	Window    window            `json:"window"`
	pledge

	SLI          budget.Value `json:"sli"`
	YesterdaySLI budget.Value `json:"yesterdaySli"`
	Events       counts       `json:"events"`
	Budget       allowance    `json:"budget"`
	// BurnRates are by lookback, such as 1h.
	BurnRates  map[string]budget.Value `json:"burnRates"`
	ExhaustsAt *utc                    `json:"exhaustsAt"`
	State      budget.State            `json:"state"`
	Coverage   *float64                `json:"coverage"`
	// Provisional is the share of the window so far that rests on partial
	// answers.
	Provisional *float64 `json:"provisional"`
	// Incidents are the worst first, null if they are not known.
	Incidents       []incident   `json:"incidents"`
	BackgroundShare budget.Value `json:"backgroundShare"`
	// AsOf is up to when there can be data.
	AsOf    *utc     `json:"asOf"`
	Notices []string `json:"notices"`
	Error   *string  `json:"error"`
}

type window struct {
	Kind  *string `json:"kind"`
	Start *utc    `json:"start"`
	End   *utc    `json:"end"`
}

type counts struct {
	Good  *float64 `json:"good"`
	Bad   *float64 `json:"bad"`
	Total *float64 `json:"total"`
}

type allowance struct {
	Total     budget.Value `json:"total"`
	Consumed  budget.Value `json:"consumed"`
	Remaining budget.Value `json:"remaining"`
	Estimated *bool        `json:"estimated"`
}

type incident struct {
	Start        utc          `json:"start"`
	End          utc          `json:"end"`
	Bad          float64      `json:"bad"`
	BudgetShare  budget.Value `json:"budgetShare"`
	PeakBurnRate budget.Value `json:"peakBurnRate"`
	// Open says that it may still be going on.
	Open bool `json:"open"`
}

// utc is a time that is written in UTC, to the millisecond at most.
type utc time.Time

// MarshalText writes RFC 3339, without a fraction of a second if there is none.
func (t utc) MarshalText() ([]byte, error) {
	return time.Time(t).UTC().Truncate(time.Millisecond).MarshalText()
}

func instant(t time.Time) *utc {
	if t.IsZero() {
		return nil
	}
	return new(utc(t))
}

func writeJSON(w world, results []result, at time.Time) error {
	rows := make([]row, len(results))
	for i, r := range results {
		rows[i] = r.row(at)
	}
	return indented(w.stdout, rows)
}

// row is the result with all that is known; what an error left unknown is null.
func (r result) row(at time.Time) row {
	o := r.defined(at)
	if r.err != nil {
		o.State = budget.StateNoData
		o.Error = new(r.err.Error())
		o.BurnRates = map[string]budget.Value{}
		for _, l := range budget.DefaultLookbacks() {
			o.BurnRates[lookback(l)] = budget.Value{}
		}
		return o
	}
	o.measured(r.status)
	o.Due = r.due()
	return o
}

// defined is what the definition says.
func (r result) defined(at time.Time) row {
	o := row{SLO: r.SLO.Name, Labels: r.labels.Map(), SLOLabels: r.SLO.Labels, AsOf: instant(r.asOf), Notices: append([]string{}, r.notices...)}
	if r.objective == nil {
		return o
	}
	o.pledge = r.pledged()
	o.Objective, o.Service, o.Target = &r.objective.Name, &r.SLO.Service, &r.objective.Target
	start, end := r.SLO.Window.At(at)
	o.Window = window{Kind: new("rolling"), Start: instant(start), End: instant(end)}
	if r.SLO.Window.Calendar {
		o.Window.Kind = new("calendar")
	}
	return o
}

// measured adds what the account says.
func (o *row) measured(s budget.Status) {
	o.SLI, o.YesterdaySLI, o.State = s.SLI, s.YesterdaySLI, s.State
	o.Coverage, o.Provisional = &s.Coverage, &s.Provisional
	o.Events = counts{&s.Good, &s.Bad, &s.Total}
	o.Budget = allowance{s.Budget.Total, s.Budget.Consumed, s.Budget.Remaining, &s.Budget.Estimated}
	o.BurnRates = map[string]budget.Value{}
	for _, b := range s.BurnRates {
		o.BurnRates[lookback(b.Lookback)] = b.Rate
	}
	if s.ExhaustsAt != nil {
		o.ExhaustsAt = instant(*s.ExhaustsAt)
	}
	o.Incidents = []incident{}
	for _, i := range s.Incidents {
		o.Incidents = append(o.Incidents, incident{utc(i.Start), utc(i.End), i.Bad, i.Share, i.Peak, i.Open})
	}
	o.BackgroundShare = s.BackgroundShare
}

// lookback is a length of time as PromQL writes it, such as 1h or 3d.
func lookback(d time.Duration) string { return model.Duration(d).String() }
