package promql

import (
	"fmt"
	"time"
)

// maxMinutes bounds the minutes that a number has a digit for.
const maxMinutes = 50

// Minutes returns an instant expression for the minutes of the last d in which the
// operand has samples, as a number with a binary digit for each: digit n stands for
// the minutes since the epoch whose number is n modulo those in d. The expression is
// grouped as Over is. It is empty unless the samples of a selector are counted and d
// is at least two whole minutes, and not too many.
func (i Increments) Minutes(d time.Duration) string {
	n := int(d / minute)
	if i.function != "count_over_time" || i.step != 0 || d%minute != 0 || n < 2 || n > maxMinutes {
		return ""
	}
	present := countBy(i.by, i.withLabels(call("count_over_time", over(i.operand, minute-edge, 0))))
	digit := fmt.Sprintf("2 ^ ((time() / 60) %% %d)", n)
	return fmt.Sprintf("sum_over_time((0 * %s + %s)[%s:1m])", format(present), digit, formatDuration(d-edge))
}
