package promql

import (
	"math"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"
)

// readQuotientCall reads functions that leave a quotient as it is.
func (c compiler) readQuotientCall(n *parser.Call) (quotient, error) {
	switch n.Func.Name {
	case "histogram_fraction":
		return c.readFraction(n)
	case "label_replace", "label_join":
		return c.readQuotientRelabel(n)
	case "avg_over_time":
		return c.readAverage(n)
	case "clamp", "clamp_min", "clamp_max":
		return c.readQuotientClamp(n)
	case "sort", "sort_desc":
		return c.readQuotient(n.Args[0])
	case "abs":
		return c.readQuotientAbs(n)
	case "scalar", "vector":
		q, err := c.readQuotient(n.Args[0])
		if err == nil && !q.den.labels.none() {
			return quotient{}, c.noQuotient(n)
		}
		return q, err
	case "round":
		if len(n.Args) < 2 {
			return quotient{}, c.noQuotient(n)
		}
		q, err := c.readQuotient(n.Args[0])
		if nearest, ok := constant(n.Args[1]); err == nil && (!ok || nearest > math.Abs(q.all-q.none)/100) {
			return quotient{}, c.refuse(n, "this rounds the ratio away", "leave round out").or(c.instead("as in", n, n.Args[0]))
		}
		return q, err
	}
	return quotient{}, c.noQuotient(n)
}

// readQuotientDefaultFirst reads "vector(c) or q" as readDefaultFirst does.
func (c compiler) readQuotientDefaultFirst(n *parser.BinaryExpr) (quotient, error) {
	if onlyWhereMissing(n.LHS) {
		return quotient{}, c.leftWins(n)
	}
	return c.readQuotient(n.RHS)
}

// readQuotientAbs reads the size of a share, which is below 0 if it was turned around.
func (c compiler) readQuotientAbs(n *parser.Call) (quotient, error) {
	q, err := c.readQuotient(n.Args[0])
	switch low, high := q.bounds(); {
	case err != nil || low >= 0:
		return q, err
	case high <= 0:
		return q.affine(0, -1), nil
	}
	return quotient{}, c.refuse(n, "shares above and below 0 become the same number", "leave abs out").or(c.instead("as in", n, n.Args[0]))
}

// readAverage reads avg_over_time as sum_over_time / count_over_time, where it is
// multiplied by that count. Alone it is an estimate: nobody knows whether the
// gauge is one of events.
func (c compiler) readAverage(n *parser.Call) (quotient, error) {
	if c.bare == nil {
		return quotient{}, c.noAverage(n)
	}
	side := func(function string) (events, error) {
		return c.readOverTime(&parser.Call{Func: parser.Functions[function], Args: n.Args, PosRange: n.PosRange})
	}
	num, err := side("sum_over_time")
	if err != nil {
		return quotient{}, err
	}
	den, err := side("count_over_time")
	return quotient{num: num, den: den, ends: share}, err
}

func (c compiler) noAverage(n *parser.Call) error {
	if minutes, ok := argument(n).(*parser.SubqueryExpr); ok {
		return c.noAverageOfMinutes(n, minutes)
	}
	matrix, ok := argument(n).(*parser.MatrixSelector)
	if !ok || strings.Contains(metric(matrix.VectorSelector.(*parser.VectorSelector)), ":") {
		return c.noQuotient(n)
	}
	samples := *matrix
	return c.countSamples(n, func(function string) parser.Expr { return sumBy(nil, call(function, &samples)) })
}

// countSamples refuses the average of samples, each of which may be an event.
func (c compiler) countSamples(n parser.Expr, side func(function string) parser.Expr) error {
	return c.refuse(n, "this is not a quotient of counts", "count its samples, if each is an event").or(c.instead("as in", n, averageOf(side)))
}

// averageOf returns the average over time of what side sums up and counts.
func averageOf(side func(function string) parser.Expr) parser.Expr {
	return binary(parser.DIV, side("sum_over_time"), side("count_over_time"))
}

// noAverageOfMinutes refuses the average of a subquery. Of a quotient it should be
// the quotient in the window, and of what is 0 or 1 it is a share of minutes.
func (c compiler) noAverageOfMinutes(n *parser.Call, minutes *parser.SubqueryExpr) error {
	if _, err := c.readQuotient(minutes.Expr); err == nil {
		inWindow := rewrite(unparen(minutes.Expr), func(e parser.Expr) parser.Expr {
			if matrix, ok := e.(*parser.MatrixSelector); ok {
				matrix.Range, matrix.EndPos = c.rangeOf(minutes), 0
			}
			return e
		})
		return c.refuse(n, "this weighs all minutes alike, whether of many events or few", "write the quotient over the window itself").
			or(c.instead("as in", n, paren(inWindow)))
	}
	side := func(function string) parser.Expr { return call(function, minutes) }
	return c.noQuotient(n).or(c.instead("or if each minute counts, write", n, paren(averageOf(side))))
}

// noAverageOf refuses the average of gauges, of which each may be one event.
func (c compiler) noAverageOf(n *parser.AggregateExpr, sel *parser.VectorSelector) error {
	if strings.Contains(metric(sel), ":") {
		return c.noQuotient(n)
	}
	return c.countSamples(n, func(function string) parser.Expr { return sumAs(n, call(function, over(sel, ofWindow, 0))) })
}

// readQuotientAggregate reads an aggregation of the one quotient that there is.
func (c compiler) readQuotientAggregate(n *parser.AggregateExpr) (quotient, error) {
	if sel, ok := unparen(n.Expr).(*parser.VectorSelector); ok && n.Op == parser.AVG {
		return quotient{}, c.noAverageOf(n, sel)
	}
	q, err := c.readQuotient(n.Expr)
	if err != nil {
		return quotient{}, err
	}
	q.num, q.den = q.num.withoutConstants(), q.den.withoutConstants()
	switch n.Op {
	case parser.SUM, parser.AVG, parser.MIN, parser.MAX:
		if q.den.labels.keptBy(n) {
			return q, nil
		}
	}
	return quotient{}, c.refuse(n, "this weighs all ratios alike, whether of many events or few", "aggregate the two sides of the quotient: sum by (…) (…) / sum by (…) (…)").or(c.aggregateSides(n))
}

// passes reports whether all shares of events pass a comparison. What it drops
// at an end of the range, all or none, is only dropped for a moment.
func (q quotient) passes(f comparison) bool {
	low, high := q.bounds()
	switch f.op {
	case parser.GTR, parser.GTE:
		return f.bound <= low
	case parser.LSS, parser.LTE:
		return f.bound >= high
	case parser.NEQ:
		return f.bound <= low || f.bound >= high
	default:
		return false
	}
}

func (c compiler) readQuotientFilter(n *parser.BinaryExpr) (quotient, error) {
	if selfComparison(n, parser.EQLC, parser.GTE, parser.LTE) {
		return c.readQuotient(n.LHS)
	}
	filter, ok := comparisonOf(n)
	if n.ReturnBool {
		return quotient{}, c.refuse(n, "this comparison is 0 or 1 every minute, whether there are many events or few", "leave it out to count events").or(c.everyMinuteForm)
	}
	if !ok {
		return quotient{}, c.noQuotient(n)
	}
	q, err := c.readQuotient(filter.value)
	if err == nil && !q.passes(filter) {
		return quotient{}, c.refuse(n, "this comparison drops some ratios and keeps others", "leave it out, or write a threshold").or(c.instead("as in", n, filter.value))
	}
	return q, err
}

func (c compiler) readQuotientClamp(n *parser.Call) (quotient, error) {
	q, err := c.readQuotient(n.Args[0])
	if err != nil {
		return quotient{}, err
	}
	low, high, ok := clampBounds(n)
	if !ok || !q.passes(comparison{op: parser.GTE, bound: low}) || !q.passes(comparison{op: parser.LTE, bound: high}) {
		return quotient{}, c.refuse(n, "these bounds change ratios that are possible", "leave "+n.Func.Name+" out").or(c.instead("as in", n, n.Args[0]))
	}
	return q, nil
}

// share returns the quotient as a share of 1, where it was one of 100.
func (q quotient) share() quotient {
	if q.ofPercent() {
		return q.affine(0, 0.01)
	}
	return q
}
