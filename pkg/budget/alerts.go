package budget

import (
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

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
	var conditions []slo.BurnCondition
	for _, c := range all {
		known := c.Long > 0 && c.Long <= window && c.Short > 0 && (c.Share > 0 || c.BurnRate > 0)
		if c = c.AtWindow(window); known && Some(c.BurnRate).ok {
			conditions = append(conditions, c)
		}
	}
	return conditions
}

// Alert describes how an alert condition stands.
type Alert struct {
	slo.BurnCondition
	// LongBurn and ShortBurn are the burn rates over the lookbacks.
	LongBurn  Value `json:"longBurnRate"`
	ShortBurn Value `json:"shortBurnRate"`
	// Bad is how many events were bad over the long lookback.
	Bad Value `json:"bad"`
	// Value is the smaller burn rate over BurnRate, but at most the share of
	// MinBadEvents that Bad is, while that is below 1. Where the short lookback
	// had no events it is what the long one alone makes of it, if that is too
	// little to fire; else it is missing.
	Value Value `json:"value"`
	// Undecided says that the condition may hold for all that is known: data
	// is missing or provisional, or there were no events in the short lookback to tell
	// whether what the long one burned still burns.
	Undecided bool `json:"undecided"`
}

// Firing says that the condition holds.
func (a Alert) Firing() bool { return a.Value.ok && a.Value.v > 1 }

// idleCoverage is how much of a lookback without events must have had data, so
// that it counts as one in which nothing was asked for and not as one of which
// nothing is known.
const idleCoverage = 0.9

// idle says that there was data, but not an event.
func (r Reading) idle() bool { return r.Total <= 0 && r.Coverage >= idleCoverage }

// Alerts judges the rules of an SLO at now.
func Alerts(a Account, t Terms, now time.Time, _ Options) []Alert {
	if !t.judges(now) {
		return nil
	}
	fresh := freshest(a, now)
	var alerts []Alert
	for _, r := range t.AlertConditions(now) {
		alerts = append(alerts, judge(r, a, t.Target, fresh))
	}
	return alerts
}

func judge(c slo.BurnCondition, a Account, target float64, fresh time.Time) Alert {
	long, short := read(a, fresh.Add(-c.Long), fresh), read(a, fresh.Add(-c.Short), fresh)
	alert := Alert{BurnCondition: c, LongBurn: long.burn(target), ShortBurn: short.burn(target)}
	if alert.LongBurn.ok {
		alert.Bad = Some(long.Bad)
	}
	switch {
	case long.Provisional > 0 || short.Provisional > 0:
		alert.Undecided = true
	case alert.LongBurn.ok && alert.ShortBurn.ok:
		alert.Value = alertValue(c, min(alert.LongBurn.v, alert.ShortBurn.v), long.Bad)
	case !short.idle():
		alert.Undecided = true
	case alert.LongBurn.ok:
		most := alertValue(c, alert.LongBurn.v, long.Bad)
		if alert.Undecided = most.v > 1; !alert.Undecided {
			alert.Value = most
		}
	default:
		alert.Undecided = !long.idle()
	}
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

// Worst returns the greatest value among the alerts of a severity, above 1 if
// one of them fires. It is missing if none has a value, and while none fires
// but one is undecided: what may be burning must not look as if it were not.
func Worst(alerts []Alert, s slo.Severity) Value {
	var worst Value
	undecided := false
	for _, a := range alerts {
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
