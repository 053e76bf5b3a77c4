package budget

import (
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Outcome describes what a target would have meant in the history, and what it
// allows in the next window.
type Outcome struct {
	Target float64
	Record
	// Bad events that a window allows, if traffic is as expected.
	AllowedEvents Value
	// Minutes of full outage, at the mean of the expected traffic, that consume them.
	AllowedMinutes Value
	// Pages and Tickets would have fired.
	Pages, Tickets Fired
	// Incidents that mattered, and those of them during which a page fired.
	Incidents, Paged int
}

// Fired counts alerts.
type Fired struct {
	Count int
	// How long they would have been firing in all. An alert that never resolves counts
	// once.
	Time time.Duration
	// Alerts whose lookbacks had something of an incident that mattered in them.
	Justified int
}

// MatteringShare says from which share of a window's budget on an incident matters.
const MatteringShare = 0.01

// Outcome returns what a target would have meant.
func (r *Replay) Outcome(target float64) Outcome {
	o := Outcome{Target: target, Record: r.Record(target), AllowedEvents: Allowance(r.nextWindow().Total, target)}
	if start, end := r.nextSpan(); o.AllowedEvents.ok {
		o.AllowedMinutes = Some(end.Sub(start).Minutes() * (1 - target))
	}
	incidents := r.MatteringIncidents(target)
	pages := r.Firings(target, slo.Page)
	o.Pages, o.Tickets = countAlerts(pages, incidents), countAlerts(r.Firings(target, slo.Ticket), incidents)
	o.Incidents = len(incidents)
	for _, i := range incidents {
		if slices.ContainsFunc(pages, func(f Firing) bool { return f.isAbout(i) }) {
			o.Paged++
		}
	}
	return o
}

func countAlerts(alerts []Firing, incidents []Incident) Fired {
	f := Fired{Count: len(alerts)}
	for _, a := range alerts {
		f.Time += a.To.Sub(a.From)
		if slices.ContainsFunc(incidents, a.isAbout) {
			f.Justified++
		}
	}
	return f
}

// isAbout reports whether something of the incident was in the lookback by which the
// alert fired, or came while it fired.
func (f Firing) isAbout(i Incident) bool { return i.End.After(f.Since) && i.Start.Before(f.To) }

// MatteringIncidents returns the incidents of the history that consumed at least
// MatteringShare of the budget that a target leaves in their window, worst first.
func (r *Replay) MatteringIncidents(target float64) []Incident {
	s := r.e.search(target, Allowance(r.eventsAround(r.k.last), target))
	s.a, s.o.MinShare = r.k, MatteringShare
	var all []Incident
	for _, i := range s.incidents(r.from, r.k.last) {
		i.Share = quotient(i.Bad, r.eventsAround(i.End)*(1-target))
		if i.Share.v >= MatteringShare {
			all = append(all, i)
		}
	}
	return all
}

// eventsAround returns the number of events of the window in force at a time, with
// those of gaps and of the time to come as they are expected.
func (r *Replay) eventsAround(t time.Time) float64 {
	start, end := r.e.terms.Window.At(t)
	if end.After(r.e.fresh) {
		return r.e.forecast().read(start, end).Total
	}
	reading := read(r.k, start, end)
	if reading.Coverage <= 0 {
		return reading.Total
	}
	return reading.Total / reading.Coverage
}

// nextWindow returns the events that are expected in the next window.
func (r *Replay) nextWindow() Reading {
	return r.next.get(func() Reading {
		if len(r.k.at) < 2 || r.e.isSilent() {
			return Reading{}
		}
		return Reading{Total: r.e.traffic.get(r.e.expectedTraffic).between(r.nextSpan())}
	})
}

// nextSpan returns the calendar window after the one in force, or the time in which
// the rolling window will have passed.
func (r *Replay) nextSpan() (start, end time.Time) {
	window := r.e.terms.Window
	if r.e.start.IsZero() {
		return r.e.now, r.e.now
	}
	if window.Calendar {
		return window.At(r.e.end.Add(1))
	}
	return r.e.now, window.Period.Add(r.e.now.UTC(), 1)
}
