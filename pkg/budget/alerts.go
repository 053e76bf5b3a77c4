package budget

import (
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Severity says how soon somebody must look.
type Severity string

// The severities of the Google SRE Workbook, chapter 5.
const (
	Page   Severity = "page"
	Ticket Severity = "ticket"
)

// Condition is a multiwindow burn-rate alert condition: it holds while both
// lookbacks burn faster than a factor.
type Condition struct {
	Severity Severity `json:"severity"`
	// Share of the budget that is gone if the long lookback burned at the
	// factor all along.
	Share float64       `json:"share"`
	Long  time.Duration `json:"long"`
	Short time.Duration `json:"short"`
	// BurnRate is the factor itself where the author wrote one, else 0.
	BurnRate float64 `json:"burnRate,omitempty"`
	// MinBadEvents is how many events must have been bad over the long lookback.
	MinBadEvents float64 `json:"minBadEvents,omitempty"`
}

// DefaultConditions are those of the Google SRE Workbook, chapter 5, table
// 5-8, with a ticket over one day added: for a 30-day window their factors
// are 14.4, 6, 3 and 1.
func DefaultConditions() []Condition {
	return []Condition{
		{Severity: Page, Share: 0.02, Long: time.Hour, Short: 5 * time.Minute},
		{Severity: Page, Share: 0.05, Long: 6 * time.Hour, Short: 30 * time.Minute},
		{Severity: Ticket, Share: 0.10, Long: 24 * time.Hour, Short: 2 * time.Hour},
		{Severity: Ticket, Share: 0.10, Long: 72 * time.Hour, Short: 6 * time.Hour},
	}
}

// conditionsOf are those that a promise names; nil, which is the defaults, if
// it names none. A severity of which it names none keeps the defaults.
func conditionsOf(p *slo.Promise) []Condition {
	if p == nil || len(p.Page) == 0 && len(p.Ticket) == 0 {
		return nil
	}
	return append(ofSeverity(Page, p.Page), ofSeverity(Ticket, p.Ticket)...)
}

func ofSeverity(s Severity, promised []slo.BurnCondition) []Condition {
	if len(promised) == 0 {
		return slices.DeleteFunc(DefaultConditions(), func(c Condition) bool { return c.Severity != s })
	}
	var conditions []Condition
	for _, c := range promised {
		conditions = append(conditions, Condition{s, c.Share, c.Long, c.Short, c.BurnRate, c.MinBadEvents})
	}
	return conditions
}

// Factor returns the burn rate above which the condition holds, for a window of
// a length: share x window / long. Other windows change the factor alone, not
// the lookbacks. It is at least 1, since what burns slower than that leaves
// budget at the window's end and needs nobody's attention. A burn rate that the
// author wrote is the factor as it is.
func (c Condition) Factor(window time.Duration) float64 {
	if c.BurnRate > 0 {
		return c.BurnRate
	}
	return max(1, c.Share*float64(window)/float64(c.Long))
}

// Rule is a condition for one window.
type Rule struct {
	Condition
	Factor float64 `json:"factor"`
}

// Rules returns the conditions of an SLO for the window in force at a time: its
// own, or else those of the options. Conditions that look back longer than the
// window, or that have no factor, are left out: they say nothing about it.
func Rules(t Terms, now time.Time, o Options) []Rule {
	start, end := t.Window.At(now)
	window := end.Sub(start)
	conditions := t.Conditions
	if conditions == nil {
		conditions = o.withDefaults().Conditions
	}
	var rules []Rule
	for _, c := range conditions {
		factor := c.Factor(window)
		if c.Long > 0 && c.Long <= window && c.Short > 0 && (c.Share > 0 || c.BurnRate > 0) && Some(factor).ok {
			rules = append(rules, Rule{c, factor})
		}
	}
	return rules
}

// Alert is a rule as it stands.
type Alert struct {
	Rule
	// LongBurn and ShortBurn are the burn rates over the lookbacks.
	LongBurn  Value `json:"longBurnRate"`
	ShortBurn Value `json:"shortBurnRate"`
	// Bad is how many events were bad over the long lookback.
	Bad Value `json:"bad"`
	// Value is the smaller burn rate over Factor, but at most the share of
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
func Alerts(a Account, t Terms, now time.Time, o Options) []Alert {
	if !t.judges(now) {
		return nil
	}
	fresh := freshest(a, now)
	var alerts []Alert
	for _, r := range Rules(t, now, o) {
		alerts = append(alerts, r.judge(a, t.Target, fresh))
	}
	return alerts
}

func (r Rule) judge(a Account, target float64, fresh time.Time) Alert {
	long, short := read(a, fresh.Add(-r.Long), fresh), read(a, fresh.Add(-r.Short), fresh)
	alert := Alert{Rule: r, LongBurn: long.burn(target), ShortBurn: short.burn(target)}
	if alert.LongBurn.ok {
		alert.Bad = Some(long.Bad)
	}
	switch {
	case long.Provisional > 0 || short.Provisional > 0:
		alert.Undecided = true
	case alert.LongBurn.ok && alert.ShortBurn.ok:
		alert.Value = r.value(min(alert.LongBurn.v, alert.ShortBurn.v), long.Bad)
	case !short.idle():
		alert.Undecided = true
	case alert.LongBurn.ok:
		most := r.value(alert.LongBurn.v, long.Bad)
		if alert.Undecided = most.v > 1; !alert.Undecided {
			alert.Value = most
		}
	default:
		alert.Undecided = !long.idle()
	}
	return alert
}

// value returns a burn rate over the factor, or the share of the least number
// of bad events while that is less.
func (r Rule) value(burn, bad float64) Value {
	v := quotient(burn, r.Factor)
	if bad < r.MinBadEvents && v.ok {
		v.v = min(v.v, bad/r.MinBadEvents)
	}
	return v
}

// Worst returns the greatest value among the alerts of a severity, above 1 if
// one of them fires. It is missing if none has a value, and while none fires
// but one is undecided: what may be burning must not look as if it were not.
func Worst(alerts []Alert, s Severity) Value {
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
