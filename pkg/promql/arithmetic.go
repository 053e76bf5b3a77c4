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
	case n.Op == parser.LAND, n.Op == parser.LUNLESS:
		return c.readCondition(n)
	case n.Op.IsComparisonOperator():
		return c.readFilter(n)
	case n.Op == parser.ADD, n.Op == parser.SUB:
		return c.readSum(n)
	case n.Op == parser.MUL, n.Op == parser.DIV, n.Op == parser.POW:
		return c.readProduct(n)
	default:
		return events{}, c.noOperator(n)
	}
}

func (c compiler) noOperator(n *parser.BinaryExpr) error {
	return c.refuse(n, fmt.Sprintf("counts of events cannot be combined by %s", n.Op), hintCount)
}

func (c compiler) readSum(n *parser.BinaryExpr) (events, error) {
	if side, ok, err := c.withNothing(n); ok || err != nil {
		return side, err
	}
	l, r, err := readSides(n, c.read)
	if err != nil {
		return events{}, err
	}
	if err := c.match(n, l, r); err != nil {
		return events{}, err
	}
	if l.unit.bare() {
		l.unit = r.unit
	}
	if n.Op == parser.SUB {
		r.sum = r.sum.scale(-1)
	}
	l.sum = l.sum.plus(r.sum)
	return l, c.checkTerms(n, l.sum)
}

// readSides reads both sides of an operator in the same way.
func readSides[T any](n *parser.BinaryExpr, read func(parser.Expr) (T, error)) (l, r T, err error) {
	if l, err = read(n.LHS); err != nil {
		return l, r, err
	}
	r, err = read(n.RHS)
	return l, r, err
}

// bothWays returns the sides of an operator in either order.
func bothWays(n *parser.BinaryExpr) [2][2]parser.Expr {
	return [2][2]parser.Expr{{n.LHS, n.RHS}, {n.RHS, n.LHS}}
}

// withNothing reads a sum of which one side is nothing: 0, too small a number to
// be an event, or what is 1 only where there are no events.
func (c compiler) withNothing(n *parser.BinaryExpr) (side events, ok bool, err error) {
	for _, sides := range bothWays(n) {
		if !isStandIn(sides[1]) && !isZeroOrOne(sides[1]) {
			continue
		}
		if side, err = c.read(sides[0]); err != nil {
			return events{}, false, err
		}
		return side, true, c.checkNothing(n, sides[1], side)
	}
	return events{}, false, nil
}

// checkNothing refuses to add to events, or to subtract from them, what is not 0
// while there are some.
func (c compiler) checkNothing(n *parser.BinaryExpr, side parser.Expr, e events) error {
	v, always := c.valueBeside(n, side, e)
	switch {
	case isZeroCheck(n.LHS, n.RHS), isZeroCheck(n.RHS, n.LHS):
		return nil
	case !always && isZeroOrOne(side):
		return c.refuse(n, "this counts another event while "+c.text(side)+" is 1", "leave it out").or(c.without(n, side))
	case !always:
		return c.refuse(n, "this only has a value where "+c.text(side)+" has one, whatever events there are", "leave it out").or(c.without(n, side))
	case math.Abs(v) > leastRate, n.Op == parser.SUB && side == n.LHS:
		return c.constantAdded(n, e)
	}
	return nil
}

// constantAdded refuses a number beside events. Beside a gauge it may be what is
// meant, as in 1 - up.
func (c compiler) constantAdded(n *parser.BinaryExpr, e events) error {
	refused := c.refuse(n, "a constant is not a number of events", "leave the constant out")
	if e.unit.bare() {
		return refused.or(c.everyMinuteForm)
	}
	return refused
}

// without returns the query without one side of an operator.
func (c compiler) without(n *parser.BinaryExpr, side parser.Expr) func() form {
	if side == n.RHS {
		return c.instead("as in", n, n.LHS)
	}
	return c.instead("as in", n, n.RHS)
}

// isZeroOrOne reports whether an expression is a comparison that is 0 or 1.
func isZeroOrOne(e parser.Expr) bool {
	n, ok := unparen(e).(*parser.BinaryExpr)
	return ok && n.ReturnBool
}

// isZeroCheck reports whether check is "x == bool 0".
func isZeroCheck(x, check parser.Expr) bool {
	n, ok := unparen(check).(*parser.BinaryExpr)
	if !ok || n.Op != parser.EQLC || !n.ReturnBool || !sameTree(n.LHS, x) {
		return false
	}
	v, ok := constant(n.RHS)
	return ok && v == 0
}

// match checks that both sides of an operator count the same way, and that
// each group on one side meets the group of the same labels on the other.
func (c compiler) match(n *parser.BinaryExpr, l, r events) error {
	if l.unit.mean != r.unit.mean {
		return c.refuse(n, "both sides must be averages of the same series, or neither", hintSum).or(c.averageForms(l.unit)...)
	}
	if !l.unit.agrees(r.unit) {
		return c.refuse(n, fmt.Sprintf("this combines %s with %s", l.unit, r.unit), "write both sides with the same function, range and offset")
	}
	if !slices.EqualFunc(l.relabels, r.relabels, sameRelabel) {
		return c.refuse(n, "the two sides rewrite labels in different ways", "write label_replace once, around both")
	}
	if !l.labels.equal(r.labels) {
		return c.refuse(n, "the two sides are grouped by different labels", "write the same sum by (…) on both sides").or(c.alikeForm(n, l.labels, r.labels))
	}
	if l.labels.except && (l.mixed || r.mixed || !sameMatchers(l.filter, r.filter)) {
		return c.refuse(n, "series of the two sides have different labels, and those without a partner are dropped",
			"write sum(…) around each side").or(c.alikeForm(n, l.labels, r.labels))
	}
	if m := n.VectorMatching; !harmless(m, l.labels) {
		return c.refuse(n, "on, ignoring, group_left, group_right or fill makes groups meet that have different labels",
			"write the same sum by (…) on both sides and leave it out").or(c.alikeForm(n, l.labels, r.labels))
	}
	return nil
}

func sameRelabel(a, b *parser.Call) bool {
	return encodeTree(withArgument(a, number(0))) == encodeTree(withArgument(b, number(0)))
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
// that both carry the given labels: no two series of a side meet the same one.
func harmless(m *parser.VectorMatching, carried labelSet) bool {
	if m == nil {
		return true
	}
	for _, fill := range []*float64{m.FillValues.LHS, m.FillValues.RHS} {
		if fill != nil && *fill != 0 {
			return false
		}
	}
	return keepsLabels(m, carried)
}

// keepsLabels reports whether groups meet that have the given labels in common.
func keepsLabels(m *parser.VectorMatching, carried labelSet) bool {
	switch {
	case m == nil:
		return true
	case m.On:
		return carried.equal(everyLabel().only(m.MatchingLabels))
	default:
		return carried.equal(carried.without(m.MatchingLabels))
	}
}

func (c compiler) readProduct(n *parser.BinaryExpr) (events, error) {
	if k, ok := constant(n.RHS); ok && n.Op != parser.POW {
		if n.Op == parser.DIV {
			k = 1 / k
		}
		return c.readMultiple(n, n.LHS, k)
	}
	if k, ok := constant(n.LHS); ok && n.Op == parser.MUL {
		return c.readMultiple(n, n.RHS, k)
	}
	if inner, ok, err := c.readNeutral(n); ok {
		return inner, err
	}
	if n.Op == parser.POW {
		return events{}, c.noOperator(n)
	}
	if n.Op == parser.DIV {
		return events{}, c.refuse(n, "a quotient is not a number of events", "write the two sides as good or bad and total, or use a raw ratio")
	}
	return c.readTimes(n)
}

// readNeutral reads a product with a factor, a divisor or an exponent that is the
// same number whenever there are events.
func (c compiler) readNeutral(n *parser.BinaryExpr) (e events, ok bool, err error) {
	for _, sides := range bothWays(n) {
		if sides[0] == n.RHS && n.Op != parser.MUL {
			break
		}
		inner, err := c.read(sides[0])
		if err != nil {
			continue
		}
		switch k, same := c.valueBeside(n, sides[1], inner); {
		case !same, n.Op == parser.POW && k != 1:
			continue
		case n.Op == parser.DIV:
			e, err = c.readMultiple(n, sides[0], 1/k)
			return e, true, err
		default:
			e, err = c.readMultiple(n, sides[0], k)
			return e, true, err
		}
	}
	return events{}, false, nil
}

func (c compiler) readMultiple(n *parser.BinaryExpr, e parser.Expr, k float64) (events, error) {
	if k == 0 || math.IsNaN(k) || math.IsInf(k, 0) {
		return events{}, c.refuse(n, "the factor leaves no number of events", "write a factor that is neither 0 nor infinite")
	}
	inner, err := c.read(e)
	inner.sum = inner.sum.scale(k)
	return inner, err
}

// readTimes reads a product: of a quotient and its denominator, or of events and
// a factor that is looked at every minute.
func (c compiler) readTimes(n *parser.BinaryExpr) (events, error) {
	if share, ok := c.readShare(n); ok {
		return share, nil
	}
	l, leftErr := c.read(n.LHS)
	r, rightErr := c.read(n.RHS)
	counts := func(e events, err error, many parser.VectorMatchCardinality) bool {
		return err == nil && (!e.unit.bare() || n.VectorMatching != nil && n.VectorMatching.Card == many)
	}
	left, right := counts(l, leftErr, parser.CardManyToOne), counts(r, rightErr, parser.CardOneToMany)
	if left && right && l.unit.bare() != r.unit.bare() {
		left, right = !l.unit.bare(), !r.unit.bare()
	}
	switch {
	case left && !right:
		return c.scaleEveryMinute(n, l, n.RHS)
	case right && !left:
		return c.scaleEveryMinute(n, r, n.LHS)
	case left && right:
		return events{}, c.refuse(n, "a product of two counts is not a number of events",
			"multiply by a number, or a histogram_fraction by the histogram_count of the same histogram")
	}
	return events{}, c.refuse(n, "it is unclear which side of the product counts events", "write rate(counter[{{.window}}]) for the one that does").or(c.everyMinuteForm)
}

// readShare reads a quotient times its denominator, such as a histogram's
// fraction times its count, as the quotient's numerator.
func (c compiler) readShare(n *parser.BinaryExpr) (events, bool) {
	for _, sides := range bothWays(n) {
		q, err := c.readQuotient(sides[0])
		if err != nil {
			continue
		}
		whole, err := c.read(sides[1])
		if err != nil {
			return events{}, false
		}
		q.den.unit, q.num.unit = whole.unit, whole.unit
		if len(whole.sum.minus(q.den.sum)) == 0 && c.match(n, q.den, whole) == nil {
			return q.num, true
		}
	}
	return events{}, false
}
