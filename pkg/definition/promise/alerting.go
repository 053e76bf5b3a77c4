package promise

import (
	"fmt"
	"regexp"
	"time"

	"github.com/prometheus/common/model"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// readAlerting returns the conditions of both severities.
func readAlerting(v yamldoc.Value) []slo.BurnCondition {
	o := v.WithHint("write conditions of page or ticket").Fields("page", "ticket")
	var conditions []slo.BurnCondition
	for _, severity := range slo.Severities() {
		conditions = append(conditions, readConditions(severity, o.Get(string(severity)))...)
	}
	return conditions
}

func readConditions(severity slo.Severity, list yamldoc.Value) []slo.BurnCondition {
	var conditions []slo.BurnCondition
	for _, item := range list.List() {
		o := item.WithHint("write how fast is too fast over which lookbacks, such as {budget: 2%, long: 1h, short: 5m}").
			Fields("budget", "burnRate", "long", "minBadEvents", "short")
		if o.Present() {
			conditions = append(conditions, readCondition(severity, o))
		}
	}
	return conditions
}

func readCondition(severity slo.Severity, o yamldoc.Object) slo.BurnCondition {
	rate, share, short := o.Get("burnRate"), o.Get("budget"), o.Get("short")
	c := slo.BurnCondition{
		Severity: severity,
		BurnRate: readNumber(rate, "write a number above 0, such as 14.4", func(n float64) bool { return n > 0 }),
		Share: readShare(share, budgetForm, "write a number above 0 and at most 1, or a percentage, such as 0.02 or 2%",
			func(n float64) bool { return n > 0 && n <= 1 }),
		Long: readLookback(o, "long"), Short: readLookback(o, "short"),
		MinBadEvents: readNumber(o.Get("minBadEvents"), "write a number of at least 0, such as 10", func(n float64) bool { return n >= 0 }),
	}
	switch {
	case rate.Present() && share.Present():
		share.Fail("is given as well as burnRate", "write only one of them")
	case !rate.Present() && !share.Present():
		o.Fail("does not say how fast is too fast", "write a burnRate, such as 14.4, or the share of the budget that is gone after the long lookback, such as budget: 2%")
	}
	if c.Long > 0 && c.Short > c.Long {
		short.Fail("is longer than long", "write a shorter one, such as a twelfth of long")
	}
	return c
}

var lookbackForm = yamldoc.Form{
	Pattern: regexp.MustCompile(`^[0-9]+(s|m|h|d|w)$`), Name: "a duration",
	Hint: "write a number and one of s, m, h, d, w, such as 1h",
}

// readLookback returns the length of a lookback; 0 if it is not valid, which is
// reported.
func readLookback(o yamldoc.Object, name string) time.Duration {
	v := o.Need(name, lookbackForm.Hint)
	written := v.Match(lookbackForm)
	if written == "" {
		return 0
	}
	d, err := model.ParseDuration(written)
	if err != nil || d <= 0 {
		v.Fail(fmt.Sprintf("%q is not a duration", written), "write one such as 1h or 5m")
	}
	return time.Duration(d)
}
