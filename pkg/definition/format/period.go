package format

import (
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// AlertWindows describes a document of Sloth: a period that SLOs may have, and the
// burn conditions of their alerts.
type AlertWindows struct {
	// Period counts days where it is a whole number of them, however it is written;
	// zero where it is not valid.
	Period     slo.Period
	Conditions []slo.BurnCondition
}

// AlertWindowsKind describes documents whose Value is AlertWindows, by the name of
// the period.
var AlertWindowsKind = Kind{Name: "AlertWindows", Unique: true}

// defaultPeriod is that of Sloth.
var defaultPeriod = slo.Period{Count: 30, Unit: slo.Day}

// DefaultWindow returns the window of SLOs whose documents have none, as those of
// Sloth: the period that Sloth is run with, where that is known; else that of the
// AlertWindows, if all have the same; else 30 days.
func (x *Index) DefaultWindow() slo.Window {
	if x.period != (slo.Period{}) {
		return slo.Window{Period: x.period}
	}
	if periods := x.periods(); len(periods) == 1 {
		return slo.Window{Period: periods[0]}
	}
	return slo.Window{Period: defaultPeriod}
}

// IsPeriodOpen reports whether AlertWindows name several periods, and nobody says
// which of them Sloth is run with.
func (x *Index) IsPeriodOpen() bool {
	return x.period == (slo.Period{}) && len(x.periods()) > 1
}

// periods returns the periods of AlertWindows, each once. What else is wrong with
// a document does not change its period.
func (x *Index) periods() []slo.Period {
	var all []slo.Period
	for _, e := range x.All(AlertWindowsKind.Name) {
		if w, ok := e.Value.(AlertWindows); ok && w.Period != (slo.Period{}) && !slices.Contains(all, w.Period) {
			all = append(all, w.Period)
		}
	}
	return all
}

// BurnConditions returns those of the AlertWindows for a period; none if there are
// no such AlertWindows.
func (x *Index) BurnConditions(period slo.Period) []slo.BurnCondition {
	for _, e := range x.All(AlertWindowsKind.Name) {
		if w, ok := e.Value.(AlertWindows); ok && !e.Failed && w.Period == InDays(period) {
			return w.Conditions
		}
	}
	return nil
}

// InDays returns a period in days where it is a whole number of them, so that equal
// lengths are equal periods.
func InDays(p slo.Period) slo.Period {
	switch {
	case p.Unit == slo.Week:
		return slo.Period{Count: 7 * p.Count, Unit: slo.Day}
	case p.Unit == slo.Hour && p.Count%24 == 0:
		return slo.Period{Count: p.Count / 24, Unit: slo.Day}
	case p.Unit == slo.Minute && p.Count%60 == 0:
		return InDays(slo.Period{Count: p.Count / 60, Unit: slo.Hour})
	default:
		return p
	}
}
