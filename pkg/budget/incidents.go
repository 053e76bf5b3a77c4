package budget

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Incident describes a run of steps that burned the budget fast.
type Incident struct {
	// From the first fast step to the last, cut to the window.
	Start time.Time
	End   time.Time
	// Bad events from Start to End.
	Bad float64
	// Share of the window's budget that they consumed.
	Share Value
	// Burn rate of the fastest step.
	Peak Value
	// Open reports that it may still be going on: no gap that would end it has
	// passed yet.
	Open bool
}

// IncidentOptions configures what makes an incident; zero fields take the
// defaults.
type IncidentOptions struct {
	// Burn rate above which a step is fast, 1 by default: at more than that the
	// budget does not last.
	Threshold float64
	// Longest pause that does not end an incident, 15 minutes by default. So that a
	// slow leak counts as one incident, a pause may also last a quarter of the run
	// before it, up to four times Gap. The run must burn faster than Threshold with
	// its pauses counted in.
	Gap time.Duration
	// Minimum share of the window's budget that an incident consumes, a thousandth
	// by default; less belongs to the background. A negative share keeps all.
	MinShare float64
}

func (o IncidentOptions) withDefaults() IncidentOptions {
	if !(o.Threshold > 0) {
		o.Threshold = 1
	}
	if o.Gap <= 0 {
		o.Gap = 15 * time.Minute
	}
	if o.MinShare == 0 {
		o.MinShare = 0.001
	}
	return o
}

// Incidents returns the incidents of the window in force so far, worst first.
func (e *Evaluation) Incidents() []Incident {
	return e.incidents.get(func() []Incident { return e.IncidentsBetween(e.start, e.now) })
}

// IncidentsBetween returns the incidents in (from, to], worst first, with their
// shares of the budget of the window in force.
func (e *Evaluation) IncidentsBetween(from, to time.Time) []Incident {
	found := findIncidents(e.account, e.terms.Target, from, to, e.Budget().Total, e.options.Incidents)
	for i := range found {
		found[i].Open = e.fresh.Sub(found[i].End) <= e.options.Incidents.Gap
	}
	return found
}

// Length returns the time from the incident's start to its end.
func (i Incident) Length() time.Duration { return i.End.Sub(i.Start) }

// findIncidents returns the incidents in (from, to], worst first. budget is the
// number of events that may be bad in the whole window.
func findIncidents(a Account, target float64, from, to time.Time, budget Value, o IncidentOptions) []Incident {
	if !budget.ok || !inRange(from) || !inRange(to) {
		return nil
	}
	first, last := a.Span()
	d := detector{a: a, target: target, o: o, budget: budget.v, first: later(from, first), last: earlier(to, last)}
	d.scan(d.first, d.last)
	slices.SortStableFunc(d.found, func(x, y Incident) int {
		return cmp.Or(cmp.Compare(y.Bad, x.Bad), x.Start.Compare(y.Start))
	})
	if len(d.found) == 0 {
		return nil
	}
	return trimIncidents(d.found, read(a, from, to).Bad, budget.v)
}

// detector walks the steps and keeps the run that it is in. Its options have
// their defaults.
type detector struct {
	a      Account
	target float64
	budget float64
	o      IncidentOptions
	// Interval that is walked.
	first, last time.Time
	run         Incident
	found       []Incident
}

// scan walks the steps of (from, to].
func (d *detector) scan(from, to time.Time) {
	if s, ok := d.a.(Stepper); ok {
		s.EachStep(from, to, d.ratio(), func(from, to time.Time, r Reading) { d.step(from, to, r.sanitized()) })
	} else {
		d.walk(from, to)
	}
	d.close()
}

// walk passes over blocks of steps without a bad event at a glance.
func (d *detector) walk(from, to time.Time) {
	step := stepOf(d.a)
	block := step * min(24, math.MaxInt64/step)
	for from.Before(to) {
		end := earlier(to, floor(from, block).Add(block))
		for read(d.a, from, end).Bad > 0 {
			next := earlier(end, floor(from, step).Add(step))
			d.step(from, next, read(d.a, from, next))
			from = next
		}
		from = end
	}
}

func (d *detector) step(from, to time.Time, r Reading) {
	if !d.fast(r) || d.isUnfinished(from, to) && !d.fast(read(d.a, to.Add(-stepOf(d.a)), to)) {
		return
	}
	if !d.continues(from, to) {
		d.close()
		d.run = Incident{Start: from}
	}
	d.run.End = to
	d.run.Peak = Some(max(d.run.Peak.v, r.burn(d.target).v))
}

// isUnfinished reports whether a step is cut short by the end of the account. It may
// lack the last scrape of one of two counters that the same time before it has.
func (d *detector) isUnfinished(from, to time.Time) bool {
	return to.Equal(d.last) && to.Sub(from) < stepOf(d.a)
}

// fast reports whether a reading burns faster than the threshold.
func (d *detector) fast(r Reading) bool { return r.Bad > d.ratio()*r.Total }

// ratio returns the error ratio above which a step is fast, by more than what
// rounding does to differences of large sums.
func (d *detector) ratio() float64 {
	const rounding = 1 + 1e-6
	return d.o.Threshold * rounding * (1 - d.target)
}

// continues reports whether a fast step belongs to the run before it.
func (d *detector) continues(from, to time.Time) bool {
	if d.run.End.IsZero() {
		return false
	}
	pause := from.Sub(d.run.End)
	if pause == 0 {
		return true
	}
	quarter := d.run.End.Sub(d.run.Start) / 4
	return pause <= max(d.o.Gap, min(quarter, 4*d.o.Gap)) && d.fast(read(d.a, d.run.Start, to))
}

// close keeps the run, if there is one and it consumed enough.
func (d *detector) close() {
	if d.run.End.IsZero() {
		return
	}
	d.run.Bad = d.netBad(d.run.Start, d.run.End)
	d.run.Share = quotient(d.run.Bad, d.budget)
	if d.run.Share.ok && d.run.Share.v >= d.o.MinShare {
		d.found = append(d.found, d.run)
	}
	d.run = Incident{}
}

// netBad returns the bad events of a run, without those that the steps around it
// take back: where good and total are scraped apart, their difference is too large
// at one moment and too small at another.
func (d *detector) netBad(from, to time.Time) float64 {
	step := stepOf(d.a)
	net := d.a.Reading(from, to).Bad
	if !Some(net).ok {
		return read(d.a, from, to).Bad
	}
	before, after := 0., 0.
	for distance := step; distance <= max(d.o.Gap, step); distance += step {
		if start := floor(from, step).Add(-distance); !start.Before(d.first) {
			before = min(before, d.a.Reading(start, from).Bad)
		}
		if end := floor(to, step).Add(distance); !end.After(d.last) {
			after = min(after, d.a.Reading(to, end).Bad)
		}
	}
	return max(net+before+after, 0)
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
