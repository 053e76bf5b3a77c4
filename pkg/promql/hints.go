package promql

import (
	"fmt"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"
)

const hintCount = "count events with sum(rate(counter[{{.window}}]))"

// aggregationReason says why an aggregation other than sum is no count.
func aggregationReason(op parser.ItemType) string {
	switch op {
	case parser.COUNT, parser.GROUP, parser.COUNT_VALUES:
		return fmt.Sprintf("%s counts series, not events", op)
	case parser.TOPK, parser.BOTTOMK, parser.LIMITK, parser.LIMIT_RATIO:
		return fmt.Sprintf("%s chooses other series in every window, so events do not add up", op)
	default:
		return fmt.Sprintf("%s over a long window is not the sum of its values over short ones", op)
	}
}

// callReason says why a function's value is no count, and what to write.
func callReason(name string) (reason, hint string) {
	switch name {
	case "irate", "idelta":
		return name + " sees the last two samples of a window only, and misses all other events",
			"use rate or increase, over a counter"
	case "changes", "resets":
		return name + " misses what changes between two windows, so events do not add up", hintCount
	case "delta", "deriv", "predict_linear", "double_exponential_smoothing":
		return name + " tells how a gauge moves, which is not a number of events", "use rate or increase, over a counter"
	case "histogram_sum", "histogram_avg", "histogram_quantile", "histogram_stddev", "histogram_stdvar":
		return name + " tells how large observations are, not how many", "use histogram_count, or a histogram's bucket"
	case "histogram_fraction":
		return "a fraction is not a number of events", "multiply it by the histogram_count of the same histogram, or use a raw ratio"
	case "absent", "absent_over_time":
		return name + " tells that there are no series, which is not a number of events", "leave it out; coverage tells what is missing"
	}
	if strings.HasSuffix(name, "_over_time") {
		return name + " over a long window is not the sum of its values over short ones", "use sum_over_time or count_over_time"
	}
	return name + " does not keep the count of events, or not over other windows", hintCount
}
