package promql

import (
	"math"
	"slices"

	"github.com/prometheus/prometheus/promql/parser"
)

// A quotient divides one count by another.
type quotient struct {
	num, den events
	ends
}

// each returns the quotient with both counts replaced.
func (q quotient) each(by func(events) (events, error)) (quotient, error) {
	var err error
	if q.num, err = by(q.num); err != nil {
		return quotient{}, err
	}
	q.den, err = by(q.den)
	return q, err
}

func (c compiler) noQuotient(e parser.Expr) *Error {
	return c.refuse(e, "this is not a quotient of counts", "write it as sum(rate(…)) / sum(rate(…))")
}

// readQuotient reads a ratio: a/b, and what stands around it.
func (c compiler) readQuotient(e parser.Expr) (quotient, error) {
	return c.known.quotients.of(e, c.readNewQuotient)
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
	switch {
	case defaultFirst(n):
		return c.readQuotientDefaultFirst(n)
	case n.Op == parser.LOR && isStandIn(n.RHS):
		return c.readQuotient(n.LHS)
	case n.Op.IsComparisonOperator():
		return c.readQuotientFilter(n)
	case n.Op.IsSetOperator():
		return c.readQuotientOfTwo(n)
	}
	if r, ok := c.valueBesideQuotient(n, n.LHS, n.RHS); ok {
		return c.scale(n, n.LHS, numberRight(n.Op, r))
	}
	if l, ok := c.valueBesideQuotient(n, n.RHS, n.LHS); ok {
		return c.scale(n, n.RHS, numberLeft(n.Op, l))
	}
	return c.readQuotientOfTwo(n)
}

// valueBesideQuotient returns the value that one side of an operator has whenever
// the quotient on the other has events, if it is always the same.
func (c compiler) valueBesideQuotient(n *parser.BinaryExpr, ratio, side parser.Expr) (v float64, ok bool) {
	if v, ok = constant(side); ok {
		return v, true
	}
	q, err := c.readQuotient(ratio)
	if err != nil {
		return 0, false
	}
	if v, ok = c.valueBeside(n, side, q.den); ok || n.Op != parser.MUL || q.none != 0 {
		return v, ok
	}
	return c.valueBeside(n, side, q.num)
}

// readQuotientOfTwo reads an operator with series on both sides.
func (c compiler) readQuotientOfTwo(n *parser.BinaryExpr) (quotient, error) {
	switch n.Op {
	case parser.DIV:
		return c.readDivision(n)
	case parser.ADD, parser.SUB:
		return c.readQuotientSum(n)
	case parser.MUL:
		return c.readQuotientJoin(n)
	case parser.LOR:
		return c.readQuotientAlternative(n)
	case parser.LAND, parser.LUNLESS:
		return c.readQuotientCondition(n)
	default:
		return quotient{}, c.noQuotient(n)
	}
}

// scale reads a quotient with a number on the other side of an operator.
func (c compiler) scale(n *parser.BinaryExpr, ratio parser.Expr, s scaling) (quotient, error) {
	if !s.known {
		return quotient{}, c.noQuotient(n)
	}
	return c.affine(ratio, s.add, s.k)
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
	q.ends = q.ends.affine(add, k)
	return q
}

func (c compiler) readDivision(n *parser.BinaryExpr) (quotient, error) {
	den, err := c.readDivisor(n.RHS)
	if err != nil {
		return quotient{}, err
	}
	c.whole = &den
	num, err := c.read(n.LHS)
	if err != nil {
		return quotient{}, err
	}
	return quotient{num: num, den: den, ends: share.affine(0, num.scaleTo(den))}, c.match(n, num, den)
}

// readDivisor reads what a count is divided by. A number so small that it only keeps
// the division from being one by nothing is left out.
func (c compiler) readDivisor(e parser.Expr) (events, error) {
	n, ok := unparen(e).(*parser.BinaryExpr)
	if !ok || n.Op != parser.ADD {
		return c.read(e)
	}
	for _, sides := range bothWays(n) {
		if v, ok := constant(sides[1]); ok && v >= 0 {
			if den, err := c.read(sides[0]); err == nil && v <= den.unit.floor() {
				return den, nil
			}
		}
	}
	return c.read(e)
}

// floor returns what may be added to a divisor in the unit: one event in its range, or
// one in a quarter of an hour.
func (u unit) floor() float64 {
	if u.perSecond {
		return 1e-3
	}
	return leastEvents
}

// scaleTo returns the quotient of two counts that are the same but for a factor: 1,
// or the power of ten by which each event of one counts more, as in a percentage.
func (e events) scaleTo(den events) float64 {
	power := math.Log10(e.weight() / den.weight())
	if math.IsNaN(power) || math.IsInf(power, 0) || math.Abs(power-math.Round(power)) > 1e-9 {
		return 1
	}
	return math.Pow10(int(math.Round(power)))
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
	for _, side := range []parser.Expr{n.LHS, n.RHS} {
		if isStandIn(side) {
			return quotient{}, c.refuse(n, "this only has a value where "+c.text(side)+" has one, whatever events there are", "leave it out").or(c.without(n, side))
		}
	}
	l, r, err := readSides(n, c.readQuotient)
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

// readFraction reads histogram_fraction: the part of a native histogram's
// observations that lies between two bounds, to all of them.
func (c compiler) readFraction(n *parser.Call) (quotient, error) {
	low, left := constant(n.Args[0])
	high, right := constant(n.Args[1])
	if !left || !right || math.IsNaN(low) || math.IsNaN(high) {
		return quotient{}, c.refuse(n, "the bounds are not numbers", "write histogram_fraction(0, 0.5, sum(rate(histogram[{{.window}}])))")
	}
	if slices.ContainsFunc(selectorsIn(n), isBucket) {
		return quotient{}, c.refuse(n, "the buckets of a classic histogram are counters of their own", "divide the bucket of the bound by that of +Inf").or(c.fractionForm(n, low, high))
	}
	num, err := c.readHistogram(n, reading{between, low, high})
	if err != nil {
		return quotient{}, err
	}
	den, err := c.readHistogram(n, reading{of: observations})
	return quotient{num: num, den: den, ends: share}, err
}
