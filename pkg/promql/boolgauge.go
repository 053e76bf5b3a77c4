package promql

import (
	"math"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// compileBoolGauge returns a plan that counts the samples of a gauge. What is more than a selector
// is evaluated once a minute.
func compileBoolGauge(g slo.BoolGauge) (*Plan, error) {
	q, err := parse(g.Query)
	if err != nil {
		return nil, err
	}
	if err := q.checkAll(q.checkOffset); err != nil {
		return nil, err
	}
	gauge := unparen(q.averageOperand())
	count := Increments{function: "count_over_time", operand: gauge, query: q}.withKey()
	if _, ok := gauge.(*parser.VectorSelector); !ok {
		count = q.evaluate("count_over_time", binary(parser.GTE, paren(gauge), number(math.Inf(-1))))
	}
	sum := count
	sum.function = "sum_over_time"
	sum = sum.withKey()
	return &Plan{Bad: Sum{{1, count}, {-1, sum}}, Total: Sum{{1, count}}, GroupBy: count.by}, nil
}
