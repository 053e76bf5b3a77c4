package promql

import (
	"fmt"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Compile returns the plan of an indicator. What is wrong with one of the
// indicator's queries is an *Error, which says where.
func Compile(ind slo.Indicator) (*Plan, error) {
	switch ind := ind.(type) {
	case cachedIndicator:
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
