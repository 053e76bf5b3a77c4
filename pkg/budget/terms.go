package budget

import (
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Terms are what an account is judged by. Another target for the same account
// is another Terms.
type Terms struct {
	// Target is the least share of good events, 0 <= Target < 1.
	Target float64
	Window slo.Window
	Method slo.Method
	// Slices is set for the time slices methods only.
	Slices *slo.Slices
	// Conditions are those of the alerts; nil stands for the defaults.
	Conditions []slo.BurnCondition
}

// TermsOf are the terms of one objective of an SLO.
func TermsOf(s slo.SLO, o slo.Objective) Terms {
	return Terms{Target: o.Target, Window: s.Window, Method: s.Method, Slices: o.Slices, Conditions: s.PromiseOf(o).Conditions()}
}

// allowed is the share of events that may be bad.
func (t Terms) allowed() float64 { return 1 - t.Target }

// sliced says that the events are time slices, whose number is known.
func (t Terms) sliced() bool {
	return t.Method != slo.Occurrences && t.Slices != nil && t.Slices.Length > 0
}

// countGaps says that the policy makes slices without data bad, so that no data
// is missing.
func (t Terms) countGaps() bool { return t.sliced() && t.Slices.Empty == slo.EmptyBad }

// location is where the window's days begin.
func (t Terms) location(o Options) *time.Location {
	switch {
	case t.Window.Calendar:
		return t.Window.Anchor.Location()
	case o.Location != nil:
		return o.Location
	default:
		return time.UTC
	}
}

// judges says whether the terms can be applied at a time: the target leaves a
// budget, and times and lengths are ones that time.Duration can hold.
func (t Terms) judges(now time.Time) bool {
	return t.Target >= 0 && t.Target < 1 && ordinary(now) && t.Window.Period.Count >= 1 &&
		float64(t.Window.Period.Count)*unitDays(t.Window.Period.Unit) <= 100*366 &&
		(!t.Window.Calendar || ordinary(t.Window.Anchor))
}

func ordinary(t time.Time) bool { return t.Year() >= 1800 && t.Year() <= 2100 }

func unitDays(u slo.Unit) float64 {
	switch u {
	case slo.Minute:
		return 1. / 24 / 60
	case slo.Hour:
		return 1. / 24
	case slo.Day:
		return 1
	case slo.Week:
		return 7
	case slo.Month:
		return 31
	case slo.Quarter:
		return 92
	default:
		return 366
	}
}

// Options are the parameters of an evaluation; the zero value asks for the
// documented defaults.
type Options struct {
	// Location is where a rolling window's days begin, UTC if nil. Calendar
	// windows have a time zone of their own.
	Location *time.Location
	// Lookbacks are those of the burn rates; nil is DefaultLookbacks.
	Lookbacks []time.Duration
	// RecentErrors is the lookback whose error ratio is assumed to go on;
	// 0 is a thirtieth of the window, at least an hour.
	RecentErrors time.Duration
	// Incidents says what makes an incident.
	Incidents IncidentOptions
}

func (o Options) withDefaults() Options {
	if o.Lookbacks == nil {
		o.Lookbacks = DefaultLookbacks()
	}
	o.Incidents = o.Incidents.withDefaults()
	return o
}

// recentErrors is the lookback for a window of a length.
func (o Options) recentErrors(window time.Duration) time.Duration {
	if o.RecentErrors > 0 {
		return o.RecentErrors
	}
	return max(time.Hour, window/30)
}
