package promql

import (
	"fmt"
	"math"
	"slices"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

func (c compiler) readBinary(n *parser.BinaryExpr) (events, error) {
	switch {
	case n.Op == parser.LOR:
		return c.readDefault(n)
	case n.Op.IsComparisonOperator():
		return c.readFilter(n)
	case n.Op == parser.ADD, n.Op == parser.SUB:
		return c.readSum(n)
	case n.Op == parser.MUL, n.Op == parser.DIV:
		return c.readProduct(n)
	default:
		return events{}, c.refuse(n, fmt.Sprintf("counts of events cannot be combined by %s", n.Op), hintCount)
	}
}

// readDefault reads "x or vector(0)": to add no events is to have none.
func (c compiler) readDefault(n *parser.BinaryExpr) (events, error) {
	if !isConstantVector(n.RHS, func(v float64) bool { return v == 0 }) {
		return events{}, c.refuse(n, "what stands in for missing series is counted only at times, and never adds up",
			"write `or vector(0)`, or leave the default out")
	}
	return c.read(n.LHS)
}

// isConstantVector reports whether e is vector(v), or 0 times whatever, with an
// acceptable v.
func isConstantVector(e parser.Expr, accept func(float64) bool) bool {
	switch n := unparen(e).(type) {
	case *parser.Call:
		if n.Func.Name == "vector" {
			v, ok := constant(n.Args[0])
			return ok && accept(v)
		}
	case *parser.BinaryExpr:
		l, left := constant(n.LHS)
		r, right := constant(n.RHS)
		return n.Op == parser.MUL && (left && l == 0 || right && r == 0) && accept(0)
	}
	return false
}

// readFilter reads "x > 0", ">= 0" or "!= 0": what it drops has no events.
func (c compiler) readFilter(n *parser.BinaryExpr) (events, error) {
	value, op := n.LHS, n.Op
	bound, ok := constant(n.RHS)
	if l, left := constant(n.LHS); left {
		value, op, bound, ok = n.RHS, mirror(n.Op), l, true
	}
	dropsNothing := op == parser.GTR || op == parser.GTE || op == parser.NEQ
	if !ok || bound != 0 || n.ReturnBool || !dropsNothing {
		return events{}, c.refuse(n, "whether the comparison holds depends on the window, and with it what is counted",
			"leave it out, or choose the events by label; only > 0, >= 0 and != 0 drop no events")
	}
	inner, err := c.read(value)
	if err != nil {
		return events{}, err
	}
	if slices.ContainsFunc(inner.sum, func(t Term) bool { return t.Coefficient < 0 }) {
		return events{}, c.refuse(n, "the comparison drops negative differences, which other windows count",
			"leave the comparison out")
	}
	return inner, nil
}

func mirror(op parser.ItemType) parser.ItemType {
	switch op {
	case parser.LSS:
		return parser.GTR
	case parser.LTE:
		return parser.GTE
	case parser.GTR:
		return parser.LSS
	case parser.GTE:
		return parser.LTE
	default:
		return op
	}
}

func (c compiler) readSum(n *parser.BinaryExpr) (events, error) {
	for _, side := range []parser.Expr{n.LHS, n.RHS} {
		if _, ok := constant(side); ok {
			return events{}, c.refuse(n, "a constant is not a number of events", "leave the constant out")
		}
	}
	l, err := c.read(n.LHS)
	if err != nil {
		return events{}, err
	}
	r, err := c.read(n.RHS)
	if err != nil {
		return events{}, err
	}
	if err := c.match(n, l, r); err != nil {
		return events{}, err
	}
	if l.unit == (unit{}) {
		l.unit = r.unit
	}
	if n.Op == parser.SUB {
		r.sum = r.sum.scale(-1)
	}
	l.sum = l.sum.plus(r.sum)
	return l, c.checkTerms(n, l.sum)
}

// match checks that both sides of an operator count the same way, and that
// each group on one side meets the group of the same labels on the other.
func (c compiler) match(n *parser.BinaryExpr, l, r events) error {
	if !l.unit.agrees(r.unit) {
		return c.refuse(n, fmt.Sprintf("this combines %s with %s", l.unit, r.unit), "write both sides with the same function and range")
	}
	if !l.labels.equal(r.labels) {
		return c.refuse(n, "the two sides are grouped by different labels", "write the same sum by (…) on both sides")
	}
	if l.labels.except && (l.mixed || r.mixed || !sameMatchers(l.filter, r.filter)) {
		return c.refuse(n, "series of the two sides have different labels, and those without a partner are dropped",
			"write sum(…) around each side")
	}
	if m := n.VectorMatching; !harmless(m, l.labels) {
		return c.refuse(n, "on, ignoring, group_left, group_right or fill makes groups meet that have different labels",
			"write the same sum by (…) on both sides and leave it out")
	}
	return nil
}

// sameAttributes reports whether all selectors have the same matchers but for
// the metric's name.
func sameAttributes(selectors []*parser.VectorSelector) bool {
	if len(selectors) < 2 {
		return true
	}
	first := attributes(selectors[0])
	return !slices.ContainsFunc(selectors[1:], func(sel *parser.VectorSelector) bool {
		return !sameMatchers(first, attributes(sel))
	})
}

func sameMatchers(a, b []*labels.Matcher) bool {
	subset := func(a, b []*labels.Matcher) bool {
		return !slices.ContainsFunc(a, func(m *labels.Matcher) bool { return !slices.ContainsFunc(b, sameMatcher(m)) })
	}
	return subset(a, b) && subset(b, a)
}

// harmless reports whether a matching modifier changes nothing for operands
// that both carry the given labels.
func harmless(m *parser.VectorMatching, carried labelSet) bool {
	if m == nil {
		return true
	}
	for _, fill := range []*float64{m.FillValues.LHS, m.FillValues.RHS} {
		if fill != nil && *fill != 0 {
			return false
		}
	}
	switch {
	case m.Card != parser.CardOneToOne:
		return false
	case m.On:
		return carried.equal(everyLabel().only(m.MatchingLabels))
	default:
		return carried.equal(carried.without(m.MatchingLabels))
	}
}

func (c compiler) readProduct(n *parser.BinaryExpr) (events, error) {
	if k, ok := constant(n.RHS); ok {
		if n.Op == parser.DIV {
			k = 1 / k
		}
		return c.readMultiple(n, n.LHS, k)
	}
	if k, ok := constant(n.LHS); ok && n.Op == parser.MUL {
		return c.readMultiple(n, n.RHS, k)
	}
	if n.Op == parser.DIV {
		return events{}, c.refuse(n, "a quotient is not a number of events", "write the two sides as good or bad and total, or use a raw ratio")
	}
	return c.readShare(n)
}

func (c compiler) readMultiple(n *parser.BinaryExpr, e parser.Expr, k float64) (events, error) {
	if k == 0 || math.IsNaN(k) || math.IsInf(k, 0) {
		return events{}, c.refuse(n, "the factor leaves no number of events", "write a factor that is neither 0 nor infinite")
	}
	inner, err := c.read(e)
	inner.sum = inner.sum.scale(k)
	return inner, err
}

// readShare returns a quotient times its denominator, such as a histogram's
// fraction times its count: the quotient's numerator.
func (c compiler) readShare(n *parser.BinaryExpr) (events, error) {
	for _, sides := range [][2]parser.Expr{{n.LHS, n.RHS}, {n.RHS, n.LHS}} {
		q, err := c.readQuotient(sides[0])
		if err != nil {
			continue
		}
		whole, err := c.read(sides[1])
		if err != nil {
			return events{}, err
		}
		q.den.unit, q.num.unit = whole.unit, whole.unit
		if len(whole.sum.minus(q.den.sum)) == 0 && c.match(n, q.den, whole) == nil {
			return q.num, nil
		}
	}
	return events{}, c.refuse(n, "a product of two counts is not a number of events",
		"multiply by a number, or a histogram_fraction by the histogram_count of the same histogram")
}
