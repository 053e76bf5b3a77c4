package promql

import (
	"math"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// compileThreshold returns a plan that counts the observations of a classic
// histogram if the query is one's buckets. Any other value is measured once a
// minute: each series' evaluation is an event, and templates in the query stand
// for 5m.
func compileThreshold(t slo.Threshold) (*Plan, error) {
	q, err := parse(t.Query)
	if err != nil {
		return nil, err
	}
	if math.IsNaN(t.Value) || math.IsInf(t.Value, 0) {
		return nil, q.refuseAll("the bound is not a finite number, so that all values are on one side of it", "write a finite threshold")
	}
	if buckets, ok := q.buckets(); ok {
		return buckets.classic(t.Op, t.Value)
	}
	return q.evaluateThreshold(t.Op, t.Value), nil
}

// buckets returns the query, read as all the buckets of classic histograms.
func (q *query) buckets() (*countQuery, bool) {
	c := newCompiler(q, bareCounter)
	c.buckets = true
	counted, err := c.count()
	if err != nil {
		return nil, false
	}
	for _, sel := range counted.counted.sum.selectors() {
		if !isBucket(sel) || len(boundsOf(sel)) > 0 {
			return nil, false
		}
	}
	return counted, true
}

// evaluateThreshold returns a plan that counts evaluations. A value that is not a number is no event: no
// comparison with it holds.
func (q *query) evaluateThreshold(op slo.Op, bound float64) *Plan {
	value := paren(q.tree)
	violated := binary(complement(op), value, number(bound))
	violated.ReturnBool = true
	measured := binary(parser.GTE, value, number(math.Inf(-1)))
	bad, total := q.evaluate("sum_over_time", violated), q.evaluate("count_over_time", measured)
	return &Plan{Bad: Sum{{1, bad}}, Total: Sum{{1, total}}, GroupBy: total.by}
}

// complement returns the comparison that holds where op does not.
func complement(op slo.Op) parser.ItemType {
	switch op {
	case slo.LTE:
		return parser.GTR
	case slo.LT:
		return parser.GTE
	case slo.GTE:
		return parser.LSS
	default:
		return parser.LTE
	}
}
