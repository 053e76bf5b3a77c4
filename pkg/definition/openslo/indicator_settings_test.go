package openslo

import (
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// What is written for other tools in place of an indicator that OpenSLO lacks
// can be counted as it is.
func TestEquivalentRatiosCompile(t *testing.T) {
	for _, i := range []slo.Indicator{
		slo.BoolGauge{Query: slo.Query{Expr: `probe_success{job="blackbox"}`}},
		slo.Histogram{Total: slo.Query{Expr: `latency_seconds{job="shop"}`}, Native: true, Op: slo.LTE, Value: 0.2},
		slo.Histogram{Total: slo.Query{Expr: `latency_seconds{job="shop"}`}, Native: true, Op: slo.GT, Value: 0.2},
	} {
		r, ok := equivalentRatio(i)
		if !ok {
			t.Errorf("%+v has no ratio", i)
		}
		if _, err := promql.Compile(r); err != nil {
			t.Errorf("%+v: %v", i, err)
		}
	}
}
