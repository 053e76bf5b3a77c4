package format

import (
	"fmt"
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
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

// Name returns the period as text; empty if it is not valid.
func (w AlertWindows) Name() string {
	if w.Period == (slo.Period{}) {
		return ""
	}
	return w.Period.String()
}

// AlertWindowsKind describes documents whose Value is AlertWindows, by the name of
// the period; the name is empty where that is not valid.
var AlertWindowsKind = Kind{Name: "AlertWindows", Unique: true, Twice: "remove all but one"}

// defaultPeriod is that of Sloth.
var defaultPeriod = slo.Period{Count: 30, Unit: slo.Day}

// periods contains the documents of the kind AlertWindows.
type periods struct {
	byPeriod map[slo.Period][]*Entry
	// unknown contains those whose period is not valid.
	unknown []*Entry
}

func newPeriods(all []*Entry) periods {
	p := periods{byPeriod: map[slo.Period][]*Entry{}}
	for _, e := range all {
		if w, _ := e.Value.(AlertWindows); w.Period != (slo.Period{}) {
			p.byPeriod[w.Period] = append(p.byPeriod[w.Period], e)
		} else {
			p.unknown = append(p.unknown, e)
		}
	}
	return p
}

// BindPeriod gives an SLO what documents of Sloth leave open: a window, unless it
// has one, and the burn conditions of its window's period. It reports AlertWindows
// that may decide either but cannot be read, since the SLO would mean something
// else without them.
func (x *Index) BindPeriod(s *slo.SLO, r *yamldoc.Report) {
	at := yamldoc.Place{Position: s.Source}
	if s.Window == (slo.Window{}) {
		s.Window = x.DefaultWindow()
		if x.period == (slo.Period{}) && len(x.periods.unknown) > 0 {
			r.Fail(at, fmt.Sprintf("its window is not known: %s", inError(x.periods.unknown)), "fix that, or remove the AlertWindows and say the period in the settings of the data source or with --default-slo-period")
			return
		}
	}
	period := InDays(s.Window.Period)
	x.usedPeriods[period] = true
	conditions, wrong := x.periods.conditions(period)
	if wrong != "" {
		r.Fail(at, fmt.Sprintf("the burn rates of its alerts are not known: %s", wrong), "fix that, or remove the AlertWindows for the default burn rates")
	}
	s.Alerting.BurnConditions = conditions
}

// DefaultWindow returns the window of SLOs whose documents have none, as those of
// Sloth: the period that Sloth is run with, where that is known; else that of the
// AlertWindows, if all have the same; else 30 days.
func (x *Index) DefaultWindow() slo.Window {
	if x.period != (slo.Period{}) {
		return slo.Window{Period: x.period}
	}
	if len(x.periods.byPeriod) == 1 {
		for period := range x.periods.byPeriod {
			return slo.Window{Period: period}
		}
	}
	return slo.Window{Period: defaultPeriod}
}

// IsPeriodOpen reports whether AlertWindows name several periods, and nobody says
// which of them Sloth is run with.
func (x *Index) IsPeriodOpen() bool {
	return x.period == (slo.Period{}) && len(x.periods.byPeriod) > 1
}

// conditions returns the burn conditions for a period, none if no AlertWindows are
// about it, or what is wrong with these.
func (p periods) conditions(period slo.Period) (conditions []slo.BurnCondition, wrong string) {
	found := p.byPeriod[period]
	if len(found) == 0 && len(p.unknown) > 0 {
		return nil, inError(p.unknown)
	}
	for i, e := range found {
		w, _ := e.Value.(AlertWindows)
		switch {
		case e.Failed:
			return nil, inError(found[i:])
		case i > 0 && !slices.Equal(w.Conditions, conditions):
			return nil, fmt.Sprintf("the AlertWindows at %s and %s have different ones for this period", found[0].At.Position, e.At.Position)
		}
		conditions = w.Conditions
	}
	return conditions, ""
}

// inError says that the first of the documents has an error.
func inError(all []*Entry) string {
	return fmt.Sprintf("the AlertWindows at %s have an error", all[0].At.Position)
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
