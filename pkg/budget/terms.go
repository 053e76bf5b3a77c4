package budget

import (
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Terms hold what an account is evaluated by. Another target for the same account
// makes another Terms.
type Terms struct {
	// Least share of good events, 0 <= Target < 1.
	Target float64
	Window slo.Window
	Method slo.Method
	// Set for the time slices methods only.
	Slices *slo.Slices
	// Conditions of the alerts; nil stands for the defaults.
	Conditions []slo.BurnCondition
	// Severities whose alerts the author turned off. Their conditions count for the
	// state, but do not fire.
	Silenced []slo.Severity
	// What happens when the budget runs low.
	Policy []slo.Consequence
	// Whether the indicator's author counts good or bad events, for sentences about
	// impossible counts.
	countsGood, countsBad bool
}

// TermsOf returns the terms of one objective of an SLO.
func TermsOf(s slo.SLO, o slo.Objective) Terms {
	t := Terms{Target: o.Target, Window: s.Window, Method: s.Method, Slices: o.Slices, Conditions: s.Conditions(o)}
	t.countsGood, t.countsBad = countsOf(o.Indicator)
	for _, severity := range slo.Severities() {
		if s.Alerting.Of(severity).Disabled {
			t.Silenced = append(t.Silenced, severity)
		}
	}
	if p := s.PromiseOf(o); p != nil {
		t.Policy = p.Policy
	}
	return t
}

// AlertConditions returns the burn conditions of an SLO with the burn rates they
// have in the window in force at a time. Conditions that look back longer than
// the window, or that have no burn rate, say nothing about it and are left out.
func (t Terms) AlertConditions(now time.Time) []slo.BurnCondition {
	all := t.Conditions
	if all == nil {
		all = slo.DefaultBurnConditions()
	}
	start, end := t.Window.At(now)
	window := end.Sub(start)
	conditions := make([]slo.BurnCondition, 0, len(all))
	for _, c := range all {
		known := c.Long > 0 && c.Long <= window && c.Short > 0 && (c.Share > 0 || c.BurnRate > 0)
		if c = c.AtWindow(window); known && Some(c.BurnRate).ok {
			conditions = append(conditions, c)
		}
	}
	return conditions
}

// allowance returns the share of events that may be bad.
func (t Terms) allowance() float64 { return 1 - t.Target }

// countsSlices reports whether the events are time slices.
func (t Terms) countsSlices() bool {
	return t.Method != slo.Occurrences && t.Slices != nil && t.Slices.Length > 0
}

// CountsEachSlice reports whether the events are all time slices. Where slices without
// events are ignored, their number is known only at the end.
func (t Terms) CountsEachSlice() bool { return t.countsSlices() && t.Slices.Empty != slo.EmptyIgnored }

// gapsAreBad reports whether slices without data are bad, so that no data is
// missing.
func (t Terms) gapsAreBad() bool { return t.countsSlices() && t.Slices.Empty == slo.EmptyBad }

// location returns where the window's days begin.
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

// rollsEvenly reports whether the window is a rolling one that is always as long.
func (t Terms) rollsEvenly() bool {
	return !t.Window.Calendar && t.Window.Period.Unit != slo.Month && t.Window.Period.Unit != slo.Quarter && t.Window.Period.Unit != slo.Year
}

// youngAt reports whether the calendar window in force at a time has only just
// begun, so that having no events is no news about it.
func (t Terms) youngAt(now time.Time, a Account) bool {
	if !t.Window.Calendar {
		return false
	}
	start, _ := t.Window.At(now)
	return now.Sub(start) <= maxDataAge(a)
}

// applyAt reports whether the terms can be applied at a time: the target leaves a
// budget, and times and lengths are ones that time.Duration can hold.
func (t Terms) applyAt(now time.Time) bool {
	return t.Target >= 0 && t.Target < 1 && inRange(now) && t.Window.Period.Count >= 1 &&
		float64(t.Window.Period.Count)*daysOf(t.Window.Period.Unit) <= 100*366 &&
		(!t.Window.Calendar || inRange(t.Window.Anchor))
}

// inRange reports whether differences of times are within time.Duration.
func inRange(t time.Time) bool { return t.Year() >= 1800 && t.Year() <= 2100 }

// daysOf returns the most days that a unit has.
func daysOf(u slo.Unit) float64 {
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
