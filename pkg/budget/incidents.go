package budget

import (
	"cmp"
	"slices"
	"time"
)

// IncidentKind says how an incident burned the budget.
type IncidentKind string

const (
	// FastIncident: so fast that a twentieth of the budget is gone in six hours, at
	// which somebody is called.
	FastIncident IncidentKind = "fast"
	// SlowIncident: slower, such as a leak that goes on for days.
	SlowIncident IncidentKind = "slow"
)

// Incident describes a time in which the budget burned faster than usual.
type Incident struct {
	// Cut to the window.
	Start time.Time
	End   time.Time
	Kind  IncidentKind
	// Bad events from Start to End.
	Bad float64
	// Share of the window's budget that they consumed.
	Share Value
	// Burn rate of the fastest step.
	Peak Value
	// Open reports that it may still be going on: there was no time yet in which it
	// would have had to show again.
	Open bool
}

// IncidentOptions configures what makes an incident; zero fields take the
// defaults.
type IncidentOptions struct {
	// Burn rate that an incident exceeds. 0 stands for twice the SLO's usual burn
	// rate, at most 1, at which the budget does not last, and at least a quarter.
	Threshold float64
	// Longest pause that never ends an incident, 15 minutes by default. A longer one
	// ends it if it takes back more than what burned on one of its sides.
	Gap time.Duration
	// Minimum share of the window's budget that an incident consumes, a hundredth by
	// default; less belongs to the background. A negative share keeps all.
	MinShare float64
}

func (o IncidentOptions) withDefaults() IncidentOptions {
	if !(o.Threshold > 0) {
		o.Threshold = 0
	}
	if o.Gap <= 0 {
		o.Gap = 15 * time.Minute
	}
	if o.MinShare == 0 {
		o.MinShare = defaultMinShare
	}
	return o
}

const (
	defaultMinShare = 0.01
	// Bounds of the burn rate that an incident exceeds by default.
	leastThreshold, mostThreshold = 0.25, 1
)

// Incidents returns the incidents of the window in force so far, worst first.
func (e *Evaluation) Incidents() []Incident {
	return e.incidents.get(func() []Incident { return e.IncidentsBetween(e.start, e.now) })
}

// IncidentsBetween returns the incidents in (from, to], worst first, with their
// shares of the budget of the window in force.
func (e *Evaluation) IncidentsBetween(from, to time.Time) []Incident {
	found := e.search(e.terms.Target, e.Budget().Total).incidents(from, to)
	for i := range found {
		found[i].Open = e.mayGoOn(found[i])
	}
	return found
}

// mostMissed is how many bad events may be missing after an incident before it is over:
// where so many are expected, none come once in twenty times.
const mostMissed = 3

// mayGoOn reports whether an incident has not been silent for long enough to be over.
func (e *Evaluation) mayGoOn(i Incident) bool {
	pause := e.fresh.Sub(i.End)
	if pause <= e.options.Incidents.Gap {
		return true
	}
	if i.Kind == FastIncident || pause > i.Length()/4 {
		return false
	}
	during, since := read(e.account, i.Start, i.End), read(e.account, i.End, e.fresh)
	return during.Total > 0 && since.Total*i.Bad/during.Total <= mostMissed
}

// Length returns the time from the incident's start to its end.
func (i Incident) Length() time.Duration { return i.End.Sub(i.Start) }

// search finds incidents by a target.
type search struct {
	a      Account
	target float64
	// Number of events that may be bad in the whole window, and its length.
	budget Value
	window time.Duration
	// Whether events come by chance, as requests fail. Time slices do not.
	random bool
	o      IncidentOptions
}

// search returns what finds incidents by a target that leaves a budget.
func (e *Evaluation) search(target float64, budget Value) search {
	return search{
		a: e.account, target: target, budget: budget, window: e.end.Sub(e.start),
		random: !e.terms.countsSlices(), o: e.options.Incidents,
	}
}

// incidents returns the incidents in (from, to], worst first.
func (s search) incidents(from, to time.Time) []Incident {
	if !s.budget.ok || !inRange(from) || !inRange(to) {
		return nil
	}
	first, last := s.a.Span()
	d := &detector{search: s, first: later(from, first), last: earlier(to, last)}
	all := read(s.a, from, to)
	if !(quotient(all.Bad, s.budget.v).v >= s.o.MinShare) {
		return nil
	}
	found := d.find()
	slices.SortStableFunc(found, func(x, y Incident) int {
		return cmp.Or(cmp.Compare(y.Bad, x.Bad), x.Start.Compare(y.Start))
	})
	if len(found) == 0 {
		return nil
	}
	return trimIncidents(found, all.Bad, s.budget.v)
}

// trimIncidents drops the smallest incidents, and cuts the last one, until all have no more
// bad events than their interval: the rest of it may have fewer than none.
func trimIncidents(worstFirst []Incident, bad, budget float64) []Incident {
	for n, i := range worstFirst {
		if i.Bad <= bad+1e-6*i.Bad {
			bad -= i.Bad
			continue
		}
		if bad <= 0 {
			return worstFirst[:n]
		}
		worstFirst[n].Bad, worstFirst[n].Share = bad, quotient(bad, budget)
		return worstFirst[:n+1]
	}
	return worstFirst
}

// background returns the share of the budget that was consumed outside incidents.
func background(consumed Value, incidents []Incident) Value {
	if !consumed.ok {
		return consumed
	}
	rest := consumed.v
	for _, i := range incidents {
		rest -= i.Share.v
	}
	return Some(max(0, rest))
}
