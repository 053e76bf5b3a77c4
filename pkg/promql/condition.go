package promql

import (
	"math"
	"slices"

	"github.com/prometheus/prometheus/promql/parser"
)

// A comparison holds a value against a number.
type comparison struct {
	value parser.Expr
	op    parser.ItemType
	bound float64
}

// comparisonOf returns the comparison that an expression filters by.
func comparisonOf(e parser.Expr) (found comparison, ok bool) {
	n, ok := unparen(e).(*parser.BinaryExpr)
	if !ok || !n.Op.IsComparisonOperator() || n.ReturnBool {
		return comparison{}, false
	}
	found = comparison{n.LHS, n.Op, 0}
	if found.bound, ok = constant(n.RHS); ok {
		return found, true
	}
	found.value, found.op = n.RHS, mirror(n.Op)
	found.bound, ok = constant(n.LHS)
	return found, ok
}

// negate returns the comparison that holds where this one does not.
func (f comparison) negate() comparison {
	opposite := map[parser.ItemType]parser.ItemType{
		parser.GTR: parser.LTE, parser.LTE: parser.GTR, parser.GTE: parser.LSS, parser.LSS: parser.GTE,
		parser.EQLC: parser.NEQ, parser.NEQ: parser.EQLC,
	}
	f.op = opposite[f.op]
	return f
}

// mirror returns the comparison that says the same with its sides swapped.
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

// readCondition reads "x and y" and "x unless y". A condition that holds
// whenever there are events says nothing; any other is looked at every minute.
func (c compiler) readCondition(n *parser.BinaryExpr) (events, error) {
	inner, err := c.read(n.LHS)
	if err != nil {
		return events{}, err
	}
	passes := func(f comparison) bool { return f.keepsEvents(inner) }
	if c.saysNothing(n, inner, passes) {
		return inner, nil
	}
	return c.mask(n, inner)
}

// saysNothing reports whether a condition on x holds whenever x, or what x is a
// part of, has events. Whether a comparison of x itself does is for passes to say.
func (c compiler) saysNothing(n *parser.BinaryExpr, of events, passes func(comparison) bool) bool {
	condition, ok := conditionOf(n)
	if !ok {
		return false
	}
	if sameTree(condition.value, n.LHS) {
		return passes(condition) && keepsLabels(n.VectorMatching, of.labels)
	}
	return c.alwaysHolds(condition, n.VectorMatching, of)
}

// alwaysHolds reports whether a comparison with another count holds whenever there
// are events: they, or the events of the query for all, are a part of it.
func (c compiler) alwaysHolds(condition comparison, m *parser.VectorMatching, of events) bool {
	whole, err := c.read(condition.value)
	if err != nil || whole.unit.bare() && !of.unit.bare() || !condition.keepsEvents(whole) {
		return false
	}
	contained := whole.contains(of) || c.whole != nil && whole.contains(*c.whole)
	return contained && meet(m, of.labels, whole.labels)
}

// conditionOf returns what must hold of a value so that "x and y" or "x unless y"
// keeps x.
func conditionOf(n *parser.BinaryExpr) (holds comparison, ok bool) {
	keeps, isNumber := n.Op == parser.LAND, parser.ItemType(parser.NEQ)
	if keeps {
		isNumber = parser.EQLC
	}
	if selfComparison(n.RHS, isNumber) {
		return comparison{unparen(n.RHS).(*parser.BinaryExpr).LHS, parser.GTE, math.Inf(-1)}, true
	}
	holds, ok = comparisonOf(n.RHS)
	switch {
	case ok && keeps:
		return holds, true
	case ok:
		return holds.negate(), true
	default:
		return comparison{n.RHS, parser.GTE, math.Inf(-1)}, keeps
	}
}

// meet reports whether each group of events meets the groups that contain it.
func meet(m *parser.VectorMatching, carried, whole labelSet) bool {
	if m == nil || !m.On {
		var ignored []string
		if m != nil {
			ignored = m.MatchingLabels
		}
		return !carried.except && whole.without(ignored).equal(carried.without(ignored))
	}
	return !slices.ContainsFunc(m.MatchingLabels, func(name string) bool { return !carried.has(name) || !whole.has(name) })
}

// contains reports whether whatever is added in o is added in e too.
func (e events) contains(o events) bool {
	if slices.ContainsFunc(e.sum, func(t Term) bool { return t.Coefficient < 0 }) {
		return false
	}
	if !o.positive() {
		o.sum = o.sum.scale(-1)
	}
	part := func(s Source) bool {
		return slices.ContainsFunc(e.sum, func(t Term) bool {
			if t.Source.key() == s.key() {
				return true
			}
			whole, counter := t.Source.(Counter)
			c, ok := s.(Counter)
			if !counter || !ok {
				return false
			}
			_, within := c.ofHistogram().Within(whole.ofHistogram())
			return within
		})
	}
	return !slices.ContainsFunc(o.sum, func(t Term) bool { return t.Coefficient > 0 && !part(t.Source) })
}

// mask returns events with the condition of "x and y" or "x unless y".
func (c compiler) mask(n *parser.BinaryExpr, e events) (events, error) {
	return c.onGrid(c.everyMinuteAt(n, hintRecord), e, n.RHS, func(counted parser.Expr) parser.Expr {
		masked := *n
		masked.LHS = counted
		return &masked
	})
}

// readQuotientCondition reads "q and y" and "q unless y", as readCondition does
// for counts.
func (c compiler) readQuotientCondition(n *parser.BinaryExpr) (quotient, error) {
	q, err := c.readQuotient(n.LHS)
	if err != nil || c.saysNothing(n, q.den, q.passes) || c.saysNothing(n, q.num, q.passes) {
		return q, err
	}
	return q.each(func(e events) (events, error) { return c.mask(n, e) })
}
