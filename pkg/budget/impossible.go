package budget

import (
	"fmt"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// EventCounter may be implemented by accounts whose readings do not count events
// themselves but time slices, in which contradictions between events cannot be
// seen.
type EventCounter interface {
	// Events returns the events in (from, to]; ok is false if readings count them.
	Events(from, to time.Time) (bad, total float64, ok bool)
}

// contradiction names how the counts of a reading contradict each other.
type contradiction uint8

const (
	consistent contradiction = iota
	// negativeTotal: fewer events than none.
	negativeTotal
	// tooManyBad: more bad events than events in all, or fewer good ones than none.
	tooManyBad
	// tooManyGood: more good events than events in all, or fewer bad ones than none.
	tooManyGood
)

// impossibleShare bounds the share of all events by which counts may contradict
// each other: two counters are not read in the same instant.
const impossibleShare = 0.001

// contradiction returns how the counts contradict each other by more than a slack.
func (r Reading) contradiction(slack float64) contradiction {
	switch {
	case r.Total < -slack:
		return negativeTotal
	case r.Bad > r.Total+slack:
		return tooManyBad
	case r.Bad < -slack:
		return tooManyGood
	}
	return consistent
}

// slack returns by how many events counts may contradict each other.
func (r Reading) slack() float64 { return 1 + impossibleShare*max(r.Total, 0) }

// findContradiction returns how the counts in an interval contradict each other,
// by more than the events of a step at either end: good and total may be scraped
// apart.
func findContradiction(a Account, r Reading, from, to time.Time) contradiction {
	r, counted := countEvents(a, r, from, to)
	if !counted && r.Bad >= 0 && r.Bad <= r.Total {
		return consistent
	}
	slack := r.slack()
	if known := min(r.Coverage, 1) * float64(to.Sub(from)); known > 0 {
		slack += max(r.Total, 0) * min(1, 2*float64(stepOf(a))/known)
	}
	return r.contradiction(slack)
}

// countEvents returns the reading with events where it counts time slices.
func countEvents(a Account, r Reading, from, to time.Time) (events Reading, counted bool) {
	c, ok := a.(EventCounter)
	if !ok {
		return r, false
	}
	bad, total, ok := c.Events(from, to)
	if ok {
		r.Bad, r.Total = bad, total
	}
	return r, ok
}

// Impossible returns a sentence if the counts of the window in force are impossible, so
// that no number can be made of them. It is empty otherwise.
func (e *Evaluation) Impossible() string {
	if e.Events().impossible == consistent {
		return ""
	}
	return e.terms.ImpossibleCounts(e.account, e.start, e.now)
}

// ImpossibleCounts returns a sentence if the counts of (from, to] are impossible: more
// bad or more good ones than there are in all, or fewer than none. It says which
// slip is likely, and is empty otherwise.
func (t Terms) ImpossibleCounts(a Account, from, to time.Time) string {
	if !from.Before(to) {
		return ""
	}
	r, _ := countEvents(a, a.Reading(from, to), from, to)
	kind := r.contradiction(r.slack())
	between := fmt.Sprintf("from %s to %s", human.Time(from), human.Time(to))
	switch kind {
	case negativeTotal:
		return fmt.Sprintf("Fewer events than none: %s %s; %s", human.Events(r.Total), between, t.likelySlip(kind, r))
	case tooManyBad:
		return fmt.Sprintf("More bad events than events in all: %s of %s %s; %s", human.Events(r.Bad), human.Events(r.Total), between, t.likelySlip(kind, r))
	case tooManyGood:
		return fmt.Sprintf("More good events than events in all: %s of %s %s; %s", human.Events(r.Good()), human.Events(r.Total), between, t.likelySlip(kind, r))
	default:
		return ""
	}
}

// likelySlip returns what is probably wrong with the queries.
func (t Terms) likelySlip(kind contradiction, r Reading) string {
	const swapped, reversed = 2, "probably the two sides of a difference in the query of %s events are swapped, or come from different exporters"
	switch {
	case kind == negativeTotal:
		return fmt.Sprintf(reversed, "all")
	case kind == tooManyBad && t.countsGood:
		return fmt.Sprintf(reversed, "good")
	case kind == tooManyGood && t.countsBad:
		return fmt.Sprintf(reversed, "bad")
	case kind == tooManyBad && r.Bad >= swapped*r.Total:
		return "probably the queries of bad events and of all events are swapped"
	case kind == tooManyBad:
		return "probably the bad events are not part of all events, or another exporter counts them"
	case r.Good() >= swapped*r.Total:
		return "probably the queries of good events and of all events are swapped"
	default:
		return "probably another exporter counts the good events"
	}
}

// countsOf returns whether the author of an indicator counts good or bad events.
func countsOf(i slo.Indicator) (good, bad bool) {
	if wrapped, ok := i.(interface{ Unwrap() slo.Indicator }); ok {
		i = wrapped.Unwrap()
	}
	ratio, ok := i.(slo.Ratio)
	return ok && ratio.Good != nil, ok && ratio.Bad != nil
}
