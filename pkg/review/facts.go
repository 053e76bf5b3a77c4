package review

import (
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Facts contains what is known of a miss.
type Facts struct {
	// Incidents of the window, worst first, with their shares of its budget.
	Incidents []budget.Incident
	// Remainder is the share of the budget that was consumed outside incidents.
	Remainder budget.Value
	// Alerts that held in the window, by the conditions as they are now, in order.
	Alerts []budget.Firing
	// Elsewhere contains what burned at the same time among the services that the
	// promise depends on, the greatest share first.
	Elsewhere []Burned
	// Changes of the service before and during the incidents, in order.
	Changes []Change
	// Course says how much of the window's budget was consumed when a quarter, a half,
	// three quarters and all of the window had passed.
	Course []Consumed
	// Contributors to the window, worst first; empty unless they were asked for.
	Contributors []budget.Contribution
	// Gaps says what could not be found out, and why.
	Gaps []string
}

// Burned describes an incident of another SLO.
type Burned struct {
	Entry budget.Entry
	budget.Incident
}

// Consumed says which share of the window's budget was consumed by a time.
type Consumed struct {
	At    time.Time
	Share budget.Value
}

// course returns how the budget went.
func (m Miss) course() []Consumed {
	const quarters = 4
	var all []Consumed
	for n := 1; n <= quarters; n++ {
		at := m.From.Add(m.To.Sub(m.From) * time.Duration(n) / quarters)
		share, reading := budget.Value{}, m.Entry.Account.Reading(m.From, at)
		if total, ok := m.Budget.Total.Get(); ok && total > 0 && reading.Coverage >= budget.MinCoverage {
			share = budget.Some(reading.Bad / total)
		}
		all = append(all, Consumed{at, share})
	}
	return all
}

// Evaluation returns what was known when the window ended, by the target in force.
func (m Miss) Evaluation(o budget.Options) *budget.Evaluation {
	terms := m.Entry.Terms()
	terms.Target = m.Target
	return budget.At(m.Entry.Account, terms, m.To, o)
}

// Sources contains what was read about a miss.
type Sources struct {
	// Dependencies are the entries of SLOs of services that its promise depends on.
	Dependencies []budget.Entry
	Changes      Changes
	// Parts of the account by what contributes to it; empty unless they were asked for.
	Parts map[string]budget.Account
}

// Facts returns what is known of the miss.
func (m Miss) Facts(from Sources, o budget.Options) Facts {
	evaluation := m.Evaluation(o)
	f := Facts{Incidents: evaluation.Incidents(), Remainder: evaluation.BackgroundShare(), Course: m.course()}
	if len(from.Parts) > 0 {
		f.Contributors = evaluation.Contributors(from.Parts, m.From, m.To, maxFacts)
	}
	replay := evaluation.Replay(m.From)
	for _, severity := range slo.Severities() {
		f.Alerts = append(f.Alerts, replay.Firings(m.Target, severity)...)
	}
	slices.SortStableFunc(f.Alerts, func(a, b budget.Firing) int { return a.From.Compare(b.From) })
	for _, e := range from.Dependencies {
		f.Elsewhere = append(f.Elsewhere, m.burned(e, f.Incidents, o)...)
	}
	slices.SortStableFunc(f.Elsewhere, func(a, b Burned) int {
		return int(1e6 * (b.Share.Or(0) - a.Share.Or(0)))
	})
	f.Changes = m.changesBefore(from.Changes, f.Incidents)
	return f
}

// burned returns the incidents of another entry in the time of incidents.
func (m Miss) burned(e budget.Entry, incidents []budget.Incident, o budget.Options) []Burned {
	if e.Account == nil {
		return nil
	}
	var all []Burned
	for _, other := range e.At(m.To, o).IncidentsBetween(m.From, m.To) {
		if slices.ContainsFunc(incidents, func(i budget.Incident) bool { return overlap(i, other) }) {
			all = append(all, Burned{e, other})
		}
	}
	return all
}

func overlap(a, b budget.Incident) bool { return a.Start.Before(b.End) && b.Start.Before(a.End) }

// DependenciesOf returns those of the SLOs that measure services which the promise
// about the miss depends on.
func (m Miss) DependenciesOf(slos []slo.SLO) []slo.SLO {
	promise := m.Entry.SLO.PromiseOf(m.Entry.Objective)
	if promise == nil {
		return nil
	}
	var all []slo.SLO
	for _, s := range slos {
		if slices.Contains(promise.DependsOn, s.Service) && s.ID() != m.Entry.SLO.ID() {
			all = append(all, s)
		}
	}
	return all
}

// changesBefore returns the last change before each incident, and those during it.
func (m Miss) changesBefore(changes Changes, incidents []budget.Incident) []Change {
	var all []Change
	for _, i := range incidents {
		if last, _ := changes.Before(i); last != nil {
			all = append(all, *last)
		}
		for _, c := range changes.All {
			if c.At.After(i.Start) && !c.At.After(i.End) {
				all = append(all, c)
			}
		}
	}
	slices.SortFunc(all, func(a, b Change) int { return a.At.Compare(b.At) })
	return slices.Compact(all)
}
