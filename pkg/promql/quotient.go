package promql

import (
	"fmt"
	"math"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"
)

// A quotient divides one count by another.
type quotient struct {
	num, den events
	// The values that it has if the numerator is none and all of the denominator:
	// those of a share that was scaled and turned around, 0 and 1 at first.
	none, all float64
}

func (c compiler) noQuotient(e parser.Expr) error {
	return c.refuse(e, "this is not a quotient of counts", "write it as sum(rate(…)) / sum(rate(…))")
}

// readQuotient reads a ratio: a/b, and what stands around it.
func (c compiler) readQuotient(e parser.Expr) (quotient, error) {
	if known, ok := c.known.quotients[e]; ok {
		return known.quotient, known.err
	}
	found, err := c.readNewQuotient(e)
	c.known.quotients[e] = quotientOrError{found, err}
	return found, err
}

func (c compiler) readNewQuotient(e parser.Expr) (quotient, error) {
	switch n := e.(type) {
	case *parser.ParenExpr:
		return c.readQuotient(n.Expr)
	case *parser.UnaryExpr:
		if n.Op == parser.SUB {
			return c.affine(n.Expr, 0, -1)
		}
		return c.readQuotient(n.Expr)
	case *parser.AggregateExpr:
		return c.readQuotientAggregate(n)
	case *parser.Call:
		return c.readQuotientCall(n)
	case *parser.BinaryExpr:
		return c.readQuotientBinary(n)
	}
	return quotient{}, c.noQuotient(e)
}

func (c compiler) readQuotientBinary(n *parser.BinaryExpr) (quotient, error) {
	l, left := standIn(n.LHS)
	r, right := standIn(n.RHS)
	switch {
	case n.Op == parser.LOR && right:
		return c.readQuotient(n.LHS)
	case n.Op == parser.LOR:
		return c.readQuotientAlternative(n)
	case n.Op == parser.LAND, n.Op == parser.LUNLESS:
		return c.readQuotientCondition(n)
	case n.Op.IsComparisonOperator():
		return c.readQuotientFilter(n)
	case n.Op == parser.ADD && left:
		return c.affine(n.RHS, l, 1)
	case n.Op == parser.SUB && left:
		return c.affine(n.RHS, l, -1)
	case n.Op == parser.MUL && left:
		return c.affine(n.RHS, 0, l)
	case right:
		return c.withConstant(n, r)
	case n.Op == parser.DIV:
		return c.readDivision(n)
	case n.Op == parser.ADD, n.Op == parser.SUB:
		return c.readQuotientSum(n)
	case n.Op == parser.MUL:
		return c.readQuotientJoin(n)
	}
	return quotient{}, c.noQuotient(n)
}

// withConstant reads a quotient with a number on the right.
func (c compiler) withConstant(n *parser.BinaryExpr, r float64) (quotient, error) {
	switch n.Op {
	case parser.ADD:
		return c.affine(n.LHS, r, 1)
	case parser.SUB:
		return c.affine(n.LHS, -r, 1)
	case parser.MUL:
		return c.affine(n.LHS, 0, r)
	case parser.DIV:
		return c.affine(n.LHS, 0, 1/r)
	default:
		return quotient{}, c.noQuotient(n)
	}
}

// affine returns add + k q, over the same denominator.
func (c compiler) affine(e parser.Expr, add, k float64) (quotient, error) {
	if math.IsNaN(add+k) || math.IsInf(add+k, 0) {
		return quotient{}, c.refuse(e, "it is combined with a number that is not finite", "write finite numbers")
	}
	q, err := c.readQuotient(e)
	if err != nil {
		return quotient{}, err
	}
	return q.affine(add, k), nil
}

func (q quotient) affine(add, k float64) quotient {
	q.num.sum = q.den.sum.scale(add).plus(q.num.sum.scale(k))
	q.none, q.all = add+k*q.none, add+k*q.all
	return q
}

func (c compiler) readDivision(n *parser.BinaryExpr) (quotient, error) {
	num, err := c.read(n.LHS)
	if err != nil {
		return quotient{}, err
	}
	den, err := c.read(n.RHS)
	if err != nil {
		return quotient{}, err
	}
	q := quotient{num: num, den: den, all: 1}
	if w := den.weight(); w > 0 && num.weight() == 100*w {
		q.all = 100
	}
	return q, c.match(n, num, den)
}

// weight returns what every event counts; 0 if events differ in it, or if there
// are none.
func (e events) weight() float64 {
	if len(e.sum) == 0 {
		return 0
	}
	for _, t := range e.sum {
		if math.Abs(t.Coefficient) != e.smallest() {
			return 0
		}
	}
	return e.smallest()
}

// readQuotientSum reads a sum of quotients over the same denominator.
func (c compiler) readQuotientSum(n *parser.BinaryExpr) (quotient, error) {
	l, err := c.readQuotient(n.LHS)
	if err != nil {
		return quotient{}, err
	}
	r, err := c.readQuotient(n.RHS)
	if err != nil {
		return quotient{}, err
	}
	if len(l.den.sum.minus(r.den.sum)) != 0 {
		return quotient{}, c.refuse(n, "the quotients have different denominators", "divide both by the same count of all events")
	}
	if err := c.match(n, l.den, r.den); err != nil {
		return quotient{}, err
	}
	k := 1.
	if n.Op == parser.SUB {
		k = -1
	}
	l.num.sum = l.num.sum.plus(r.num.sum.scale(k))
	return l, nil
}

// readQuotientCall reads functions that leave a quotient as it is.
func (c compiler) readQuotientCall(n *parser.Call) (quotient, error) {
	switch n.Func.Name {
	case "histogram_fraction":
		return c.readFraction(n)
	case "avg_over_time":
		return c.readAverage(n)
	case "clamp", "clamp_min", "clamp_max":
		return c.readQuotientClamp(n)
	case "sort", "sort_desc", "abs":
		return c.readQuotient(n.Args[0])
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
			return quotient{}, c.refuse(n, "this rounds the ratio away", "leave round out")
		}
		return q, err
	}
	return quotient{}, c.noQuotient(n)
}

// readFraction reads histogram_fraction: the part of a native histogram's
// observations that lies between two bounds, to all of them.
func (c compiler) readFraction(n *parser.Call) (quotient, error) {
	low, left := constant(n.Args[0])
	high, right := constant(n.Args[1])
	if !left || !right || math.IsNaN(low) || math.IsNaN(high) {
		return quotient{}, c.refuse(n, "the bounds are not numbers", "write histogram_fraction(0, 0.5, sum(rate(histogram[{{.window}}])))")
	}
	num, err := c.readHistogram(n, reading{between, low, high})
	if err != nil {
		return quotient{}, err
	}
	den, err := c.readHistogram(n, reading{of: observations})
	return quotient{num: num, den: den, all: 1}, err
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
	return quotient{num: num, den: den, all: 1}, err
}

func (c compiler) noAverage(n *parser.Call) error {
	matrix, ok := argument(n).(*parser.MatrixSelector)
	if !ok || strings.Contains(metric(matrix.VectorSelector.(*parser.VectorSelector)), ":") {
		return c.noQuotient(n)
	}
	samples := truncate(matrix.VectorSelector.String(), longestFragment) + "[{{.window}}]"
	return c.refuse(n, "this is not a quotient of counts",
		fmt.Sprintf("write `sum(sum_over_time(%s)) / sum(count_over_time(%s))` if each of its samples counts", samples, samples))
}

// readQuotientAggregate reads an aggregation of the one quotient that there is.
func (c compiler) readQuotientAggregate(n *parser.AggregateExpr) (quotient, error) {
	q, err := c.readQuotient(n.Expr)
	if err != nil {
		return quotient{}, err
	}
	switch n.Op {
	case parser.SUM, parser.AVG, parser.MIN, parser.MAX:
		if q.den.labels.keptBy(n) {
			return q, nil
		}
	}
	return quotient{}, c.refuse(n, "this weighs ratios alike, whether of many events or of few", "aggregate the two sides of the quotient: sum by (…) (…) / sum by (…) (…)")
}

// passes reports whether all shares of events pass a comparison. What it drops
// at an end of the range, all or none, is only dropped for a moment.
func (q quotient) passes(f comparison) bool {
	low, high := min(q.none, q.all), max(q.none, q.all)
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
		return quotient{}, c.refuse(n, "this comparison is 0 or 1 every minute, whether there are many events or few", "leave it out to count events")
	}
	if !ok {
		return quotient{}, c.noQuotient(n)
	}
	q, err := c.readQuotient(filter.value)
	if err == nil && !q.passes(filter) {
		return quotient{}, c.refuse(n, "this comparison drops some ratios and keeps others", "leave it out, or write a threshold")
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
		return quotient{}, c.refuse(n, "these bounds change ratios that there can be", "leave "+n.Func.Name+" out")
	}
	return q, nil
}

// readQuotientCondition reads "q and y" and "q unless y", as readCondition does
// for counts.
func (c compiler) readQuotientCondition(n *parser.BinaryExpr) (quotient, error) {
	q, err := c.readQuotient(n.LHS)
	if err != nil || c.saysNothing(n, q.den, q.passes) {
		return q, err
	}
	if q.num, err = c.mask(n, q.num); err != nil {
		return quotient{}, err
	}
	q.den, err = c.mask(n, q.den)
	return q, err
}

// readQuotientAlternative reads "q or r" of two ratios, such as those of a metric
// before and after it was renamed.
func (c compiler) readQuotientAlternative(n *parser.BinaryExpr) (quotient, error) {
	q, err := c.readQuotient(n.LHS)
	if err != nil {
		return quotient{}, err
	}
	r, err := c.readQuotient(n.RHS)
	if err != nil {
		return quotient{}, err
	}
	if q.none != r.none || q.all != r.all {
		return quotient{}, c.refuse(n, "one side is the share of bad and the other that of good events", "write both sides in the same way")
	}
	whole := q.den
	if q.num, err = c.alternative(n, q.num, r.num, whole); err != nil {
		return quotient{}, err
	}
	q.den, err = c.alternative(n, q.den, r.den, whole)
	return q, err
}

// readQuotientJoin reads a ratio that is joined with series of the value 1, for
// their labels.
func (c compiler) readQuotientJoin(n *parser.BinaryExpr) (quotient, error) {
	ratio, info := n.LHS, n.RHS
	switch {
	case n.VectorMatching == nil || n.VectorMatching.Card == parser.CardOneToOne:
		return quotient{}, c.noQuotient(n)
	case n.VectorMatching.Card == parser.CardOneToMany:
		ratio, info = info, ratio
	}
	q, err := c.readQuotient(ratio)
	if err != nil {
		return quotient{}, err
	}
	if q.num, err = c.scaleEveryMinute(n, q.num, info); err != nil {
		return quotient{}, err
	}
	q.den, err = c.scaleEveryMinute(n, q.den, info)
	return q, err
}

// share returns the quotient as a share of 1, where it was one of 100.
func (q quotient) share() quotient {
	if low, high := min(q.none, q.all), max(q.none, q.all); low == 0 && high == 100 {
		return q.affine(0, 0.01)
	}
	return q
}
