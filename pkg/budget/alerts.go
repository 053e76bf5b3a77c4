package budget

import "time"

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
}

// DefaultConditions are those of the Google SRE Workbook, chapter 5, table
// 5-8, with a ticket over one day added: for a 30-day window their factors
// are 14.4, 6, 3 and 1.
func DefaultConditions() []Condition {
	return []Condition{
		{Page, 0.02, time.Hour, 5 * time.Minute},
		{Page, 0.05, 6 * time.Hour, 30 * time.Minute},
		{Ticket, 0.10, 24 * time.Hour, 2 * time.Hour},
		{Ticket, 0.10, 72 * time.Hour, 6 * time.Hour},
	}
}

// Factor is the burn rate above which the condition holds, for a window of a
// length: share x window / long. Other windows change the factor alone, not the
// lookbacks. It is at least 1, since what burns slower than that leaves budget
// at the window's end and needs nobody's attention.
func (c Condition) Factor(window time.Duration) float64 {
	return max(1, c.Share*float64(window)/float64(c.Long))
}

// Alert is a condition as it stands.
type Alert struct {
	Condition
	Factor float64 `json:"factor"`
	// LongBurn and ShortBurn are the burn rates over the lookbacks.
	LongBurn  Value `json:"longBurnRate"`
	ShortBurn Value `json:"shortBurnRate"`
	// Value is the smaller of them over Factor; missing if either is.
	Value Value `json:"value"`
}

// Firing says that the condition holds.
func (a Alert) Firing() bool { return a.Value.ok && a.Value.v > 1 }

// Alerts judges the conditions at now. Conditions that look back longer than
// the window, or that have no factor, are left out: they say nothing about it.
func Alerts(a Account, t Terms, now time.Time, conditions []Condition) []Alert {
	if !t.judges(now) {
		return nil
	}
	start, end := t.Window.At(now)
	window, fresh := end.Sub(start), freshest(a, now)
	var alerts []Alert
	for _, c := range conditions {
		if c.Long > 0 && c.Long <= window && c.Short > 0 && c.Share > 0 && Some(c.Share).ok {
			alerts = append(alerts, c.judge(a, t.Target, window, fresh))
		}
	}
	return alerts
}

func (c Condition) judge(a Account, target float64, window time.Duration, fresh time.Time) Alert {
	alert := Alert{
		Condition: c,
		Factor:    c.Factor(window),
		LongBurn:  read(a, fresh.Add(-c.Long), fresh).burn(target),
		ShortBurn: read(a, fresh.Add(-c.Short), fresh).burn(target),
	}
	if alert.LongBurn.ok && alert.ShortBurn.ok {
		alert.Value = quotient(min(alert.LongBurn.v, alert.ShortBurn.v), alert.Factor)
	}
	return alert
}

// Worst is the greatest value among the alerts of a severity, above 1 if one
// of them fires; missing if none has a value.
func Worst(alerts []Alert, s Severity) Value {
	var worst Value
	for _, a := range alerts {
		if a.Severity == s && a.Value.ok && (!worst.ok || a.Value.v > worst.v) {
			worst = a.Value
		}
	}
	return worst
}
