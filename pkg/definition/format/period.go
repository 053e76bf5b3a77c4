package format

import "github.com/promise-slo/promise-slo-datasource/pkg/slo"

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
	if len(x.alertWindows) == 1 {
		for period := range x.alertWindows {
			return slo.Window{Period: period}
		}
	}
	return slo.Window{Period: defaultPeriod}
}

// IsPeriodOpen reports whether AlertWindows name several periods, and nobody says
// which of them Sloth is run with.
func (x *Index) IsPeriodOpen() bool {
	return x.period == (slo.Period{}) && len(x.alertWindows) > 1
}

// alertWindowsByPeriod returns a document of each period: the first without an
// error, or else the first. What else is wrong with a document does not change its
// period.
func alertWindowsByPeriod(all []*Entry) map[slo.Period]*Entry {
	found := map[slo.Period]*Entry{}
	for _, e := range all {
		w, ok := e.Value.(AlertWindows)
		if !ok || w.Period == (slo.Period{}) {
			continue
		}
		if known := found[w.Period]; known == nil || known.Failed && !e.Failed {
			found[w.Period] = e
		}
	}
	return found
}

// BurnConditions returns those of the AlertWindows for a period; none if there are
// no such AlertWindows.
func (x *Index) BurnConditions(period slo.Period) []slo.BurnCondition {
	e := x.alertWindows[InDays(period)]
	if e == nil || e.Failed {
		return nil
	}
	w, _ := e.Value.(AlertWindows)
	return w.Conditions
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
