package budget

import "time"

// Status is everything about one objective at one moment. Missing values are
// null, never 0 or 1.
type Status struct {
	Target float64 `json:"target"`
	// Start and End are those of the window in force; a rolling window ends
	// at the moment of the evaluation.
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
	// SLI is the share of good events of the window so far, and
	// YesterdaySLI that of the last full day of the calendar.
	SLI          Value `json:"sli"`
	YesterdaySLI Value `json:"yesterdaySLI"`
	// Good, Bad and Total are the events of the window so far.
	Good   float64 `json:"good"`
	Bad    float64 `json:"bad"`
	Total  float64 `json:"total"`
	Budget Budget  `json:"budget"`
	// BurnRates are in the order of the lookbacks asked for.
	BurnRates []BurnRate `json:"burnRates"`
	// ExhaustsAt is when the budget runs out or, in the past, when it did.
	// Nil is good news unless the state is no_data.
	ExhaustsAt *time.Time `json:"exhaustsAt"`
	State      State      `json:"state"`
	// Coverage is the share of the window so far for which there was data, up
	// to the account's last knot if that is at most two steps old.
	Coverage float64 `json:"coverage"`
	// Provisional is the share of that time that rests on partial answers, so
	// that the numbers may be others once these are whole.
	Provisional float64 `json:"provisional"`
	// Incidents of the window, worst first. Their shares and
	// BackgroundShare add up to Budget.Consumed.
	Incidents       []Incident `json:"incidents"`
	BackgroundShare Value      `json:"backgroundShare"`
	Alerts          []Alert    `json:"alerts"`
}

// Evaluate judges an account at now. Terms that leave no budget, such as a
// target of 1, have no data.
func Evaluate(a Account, t Terms, now time.Time, o Options) Status {
	s := Status{State: StateNoData}
	if !t.judges(now) {
		return s
	}
	o = o.withDefaults()
	u := newOutlook(a, t, now, o)
	s.Target = t.Target
	s.Start, s.End = t.Window.At(now)
	s.count(read(a, s.Start, now))
	sofar := read(a, s.Start, u.fresh)
	s.Coverage, s.Provisional = sofar.Coverage, sofar.Provisional
	s.YesterdaySLI = yesterday(a, now.In(t.location(o)))
	s.Budget = u.budget()
	s.BurnRates = BurnRates(a, t.Target, now, o.Lookbacks)
	s.Incidents = Incidents(a, t.Target, s.Start, now, s.Budget.Total, o.Incidents)
	markOpen(s.Incidents, u.fresh, o.Incidents.Gap)
	s.BackgroundShare = background(s.Budget.Consumed, s.Incidents)
	s.Alerts = Alerts(a, t, now, o)
	s.ExhaustsAt = u.exhaustion()
	s.State = u.state(&s)
	return s
}

func (s *Status) count(r Reading) {
	s.Good, s.Bad, s.Total = r.Good(), r.Bad, r.Total
	s.SLI = r.sli()
}

// yesterday returns the SLI of the day before the one that now is in, midnight
// to midnight in now's location.
func yesterday(a Account, now time.Time) Value {
	y, m, d := now.Date()
	start := time.Date(y, m, d-1, 0, 0, 0, 0, now.Location())
	end := time.Date(y, m, d, 0, 0, 0, 0, now.Location())
	return read(a, start, end).sli()
}
