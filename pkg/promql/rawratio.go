package promql

import (
	"errors"
	"math"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// compileRawRatio returns the plan of the counts that a quotient consists of. A
// ratio that cannot be taken apart is evaluated, which makes the plan an estimate.
func compileRawRatio(r slo.RawRatio) (*Plan, error) {
	q, err := parse(r.Query)
	c := newCompiler(q, nil)
	if err != nil {
		return nil, withForm(err, parses)
	}
	ratio, err := c.ratio()
	if err != nil {
		if offset := q.checkAll(q.checkOffset); offset != nil {
			return nil, offset
		}
		return q.estimate(r.Failure, withForm(err, c.reads)), nil
	}
	ratio = ratio.share()
	if r.Failure {
		return c.plan(ratio.num.sum, ratio.den)
	}
	return c.plan(ratio.den.sum.minus(ratio.num.sum), ratio.den)
}

// parses returns why a query is none of a ratio, be it an estimate.
func parses(source slo.Query) error {
	_, err := parse(source)
	return err
}

// ratio returns the whole query, read as a quotient.
func (c compiler) ratio() (quotient, error) {
	q, err := c.readQuotient(c.tree)
	if err != nil {
		return quotient{}, err
	}
	if q, err = q.each(c.relabel); err != nil {
		return quotient{}, err
	}
	_, err = c.grouping(q.den)
	return q, err
}

// estimate returns a plan that weighs every minute of every series the same. Ratios that are no
// finite number are of minutes without events, and left out.
func (q *query) estimate(failure bool, because error) *Plan {
	expr := q.averageOperand()
	finite := binary(parser.LSS, paren(expr), number(math.Inf(1)))
	sum, count := q.evaluate("sum_over_time", finite), q.evaluate("count_over_time", finite)
	weight := 1.
	if endsOf(expr).ofPercent() {
		weight = 0.01
	}
	plan := &Plan{Bad: Sum{{weight, sum}}, Total: Sum{{1, count}}, GroupBy: count.by}
	if !failure {
		plan.Bad = Sum{{1, count}, {-weight, sum}}
	}
	plan.Estimate = "Events are minutes weighted by the recorded ratio, busy or idle, as the ratio cannot be taken apart into counts"
	if refused := (*Error)(nil); errors.As(because, &refused) {
		plan.Estimate += ": " + refused.Reason
		plan.Caution = q.refuseRange(refused.position(), "events are minutes weighted by this ratio, busy or idle, as it cannot be split into counts: "+refused.Reason, refused.Hint)
	}
	plan.Estimate += "."
	return plan
}

// averageOperand returns the ratio itself where the query is its average over the
// window: what is averaged over a short window first says nothing else over a long one.
func (q *query) averageOperand() parser.Expr {
	n, ok := unparen(q.tree).(*parser.Call)
	if !ok || n.Func.Name != "avg_over_time" {
		return q.tree
	}
	arg := unparen(n.Args[0])
	if _, ok := q.windowIn(arg); !ok {
		return q.tree
	}
	switch r := arg.(type) {
	case *parser.MatrixSelector:
		return r.VectorSelector
	case *parser.SubqueryExpr:
		return r.Expr
	}
	return q.tree
}
