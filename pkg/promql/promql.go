// Package promql rewrites an indicator into a plan: PromQL expressions that
// count its good, bad and total events in any window. It works on the syntax
// tree, and refuses what it could only rewrite by changing its meaning.
package promql

import (
	"fmt"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Compile makes the plan of an indicator. What is wrong with one of the
// indicator's queries is told by an *Error, which says where.
func Compile(ind slo.Indicator) (*Plan, error) {
	switch ind := ind.(type) {
	case outcome:
		return ind.plan()
	case slo.Ratio:
		return compileRatio(ind)
	case slo.RawRatio:
		return compileRawRatio(ind)
	case slo.Threshold:
		return compileThreshold(ind)
	case slo.Histogram:
		return compileHistogram(ind)
	case slo.BoolGauge:
		return compileBoolGauge(ind)
	default:
		return nil, fmt.Errorf("an indicator of type %T cannot be counted; "+
			"it must be a ratio, a raw ratio, a threshold, a histogram or a bool gauge", ind)
	}
}
