package budget

import (
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Alert describes an alert condition and how close it is to firing.
type Alert struct {
	slo.BurnCondition
	// LongBurn and ShortBurn are the burn rates over the long and the short
	// lookback.
	LongBurn, ShortBurn Value
	// Bad counts the bad events of the long lookback.
	Bad Value
	// Smaller burn rate over BurnRate; the alert fires above 1. While Bad is below
	// MinBadEvents, it is capped at Bad/MinBadEvents. Without events in the short
	// lookback, it is the long lookback's value alone if that is too little to
	// fire; else missing.
	Value Value
	// Undecided reports that the condition might hold: data is missing or
	// provisional, counts are impossible, or there were no events in the short
	// lookback to tell whether the budget still burns as in the long one.
	Undecided bool
}

// Firing reports whether the condition holds.
func (a Alert) Firing() bool { return a.Value.ok && a.Value.v > 1 }

// At or above this coverage, a lookback without events counts as idle; below it,
// as unknown.
const idleCoverage = 0.9

// idle reports whether there was data, but not an event.
func (r Reading) idle() bool { return r.Total <= 0 && r.Coverage >= idleCoverage }

// Alerts returns the alert conditions of the SLO, evaluated.
func (e *Evaluation) Alerts() []Alert {
	return e.alerts.get(func() []Alert {
		var alerts []Alert
		for _, c := range e.terms.AlertConditions(e.now) {
			if e.isContradictory(c.Long) {
				alerts = append(alerts, Alert{BurnCondition: c, Undecided: true})
				continue
			}
			alerts = append(alerts, newAlert(c, e.account, e.terms.Target, e.fresh))
		}
		return alerts
	})
}

// isContradictory reports whether the counts of the window in force are impossible, and
// those of a lookback are contradictory at all.
func (e *Evaluation) isContradictory(lookback time.Duration) bool {
	if e.Events().impossible == consistent {
		return false
	}
	return contradictsAtAll(e.account, e.fresh.Add(-lookback), e.fresh)
}

// contradictsAtAll reports whether the counts of an interval contradict each other,
// by however little.
func contradictsAtAll(a Account, from, to time.Time) bool {
	r, _ := countEvents(a, a.Reading(from, to), from, to)
	return r.contradiction(0) != consistent
}

func newAlert(c slo.BurnCondition, a Account, target float64, fresh time.Time) Alert {
	long, short := read(a, fresh.Add(-c.Long), fresh), read(a, fresh.Add(-c.Short), fresh)
	alert := Alert{BurnCondition: c, LongBurn: long.burn(target), ShortBurn: short.burn(target)}
	if alert.LongBurn.ok {
		alert.Bad = Some(long.Bad)
	}
	alert.Value, alert.Undecided = newSignal(long, short).evaluate(c, target)
	return alert
}

// alertValue returns a burn rate over that of the condition, or the share of the
// minimum of bad events while that is less.
func alertValue(c slo.BurnCondition, burn, bad float64) Value {
	v := quotient(burn, c.BurnRate)
	if bad < c.MinBadEvents && v.ok {
		v.v = min(v.v, bad/c.MinBadEvents)
	}
	return v
}

// AlertValue returns the greatest value among the alerts of a severity, above 1
// if one of them fires. It is missing if none has a value, and while none fires
// but one is undecided: what may be burning must not look as if it were not.
func (e *Evaluation) AlertValue(s slo.Severity) Value {
	var worst Value
	undecided := false
	for _, a := range e.Alerts() {
		if a.Severity != s {
			continue
		}
		undecided = undecided || a.Undecided
		if a.Value.ok && (!worst.ok || a.Value.v > worst.v) {
			worst = a.Value
		}
	}
	if undecided && worst.v <= 1 {
		return Value{}
	}
	return worst
}
