package definition

import (
	"time"

	"github.com/prometheus/common/model"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// readConditions reads when an alert fires. What the schema cannot say is
// checked here: one of two ways to write how fast is too fast, and the order of
// the lookbacks.
func readConditions(severity slo.Severity, list value) []slo.BurnCondition {
	var conditions []slo.BurnCondition
	for _, item := range list.list() {
		o := item.object()
		rate, share, long, short := o.get("burnRate"), o.get("budget"), o.get("long"), o.get("short")
		c := slo.BurnCondition{Severity: severity, Long: readLookback(long), Short: readLookback(short)}
		c.MinBadEvents, _ = o.get("minBadEvents").number()
		switch {
		case rate.present() && share.present():
			share.fail("is given as well as burnRate", "write only one of them")
		case rate.present():
			c.BurnRate, _ = rate.number()
		case share.present():
			c.Share = readShare(share)
		default:
			item.fail("does not say how fast is too fast", "write a burnRate, such as 14.4, or the share of the budget that is gone after the long lookback, such as budget: 2%")
		}
		if c.Short > c.Long {
			short.fail("is longer than long", "write a shorter one, such as a twelfth of long")
		}
		conditions = append(conditions, c)
	}
	return conditions
}

func readLookback(v value) time.Duration {
	if !v.present() {
		return 0
	}
	d, err := model.ParseDuration(v.node.Value)
	if err != nil || d <= 0 {
		v.fail(quoted(v.node.Value)+" is not a duration", "write one such as 1h or 5m")
	}
	return time.Duration(d)
}
