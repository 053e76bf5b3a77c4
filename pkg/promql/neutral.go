package promql

import (
	"math"

	"github.com/prometheus/prometheus/promql/parser"
)

// What is 1 whenever there are events changes nothing as a factor, and what is 0
// then changes nothing as a summand: "y > bool 0", "1 - (y == bool 0)", "y / y".

// valueBeside returns the value that one side of an operator has whenever there
// are events on the other, if it is always the same and each group meets one.
func (c compiler) valueBeside(n *parser.BinaryExpr, side parser.Expr, of events) (v float64, ok bool) {
	if v, ok = constant(side); ok {
		return v, true
	}
	if n.VectorMatching == nil {
		return c.valueOf(side, onNothing, of)
	}
	v, ok = c.valueOf(side, n.VectorMatching, of)
	return v, ok && labelsOf(n).equal(of.labels)
}

// onNothing matches all series with the one that has no labels.
var onNothing = &parser.VectorMatching{On: true}

// valueOf returns the value that an expression has whenever there are events that
// it is matched with, if it is always the same.
func (c compiler) valueOf(e parser.Expr, m *parser.VectorMatching, of events) (v float64, ok bool) {
	switch n := e.(type) {
	case *parser.NumberLiteral:
		return n.Val, true
	case *parser.ParenExpr:
		return c.valueOf(n.Expr, m, of)
	case *parser.UnaryExpr:
		v, ok = c.valueOf(n.Expr, m, of)
		if n.Op == parser.SUB {
			v = -v
		}
		return v, ok
	case *parser.AggregateExpr:
		if !labelsOf(n.Expr).keptBy(n) || n.Op != parser.SUM && n.Op != parser.AVG && n.Op != parser.MIN && n.Op != parser.MAX {
			return 0, false
		}
		return c.valueOf(n.Expr, m, of)
	case *parser.Call:
		return c.valueOfCall(n, m, of)
	case *parser.BinaryExpr:
		return c.valueOfBinary(n, m, of)
	}
	return 0, false
}

func (c compiler) valueOfCall(n *parser.Call, m *parser.VectorMatching, of events) (v float64, ok bool) {
	switch n.Func.Name {
	case "vector":
		if !meet(m, of.labels, labelSet{}) {
			return 0, false
		}
		return c.valueOf(n.Args[0], onNothing, of)
	case "scalar":
		if !labelsOf(n.Args[0]).none() {
			return 0, false
		}
		return c.valueOf(n.Args[0], onNothing, of)
	case "sgn":
		return 1, c.alwaysHolds(comparison{n.Args[0], parser.GTR, 0}, m, of)
	case "clamp", "clamp_min", "clamp_max":
		low, high, bounded := clampBounds(n)
		v, ok = c.valueOf(n.Args[0], m, of)
		return min(max(v, low), high), ok && bounded
	}
	return 0, false
}

func (c compiler) valueOfBinary(n *parser.BinaryExpr, m *parser.VectorMatching, of events) (v float64, ok bool) {
	if n.ReturnBool {
		return c.valueOfBool(n, m, of)
	}
	l, left := c.valueOf(n.LHS, m, of)
	r, right := c.valueOf(n.RHS, m, of)
	switch {
	case n.Op == parser.LOR:
		return l, left
	case left && right:
		v, ok = valueOfNumbers(n, l, r)
	case n.Op == parser.MUL && left:
		ok = l == 0 && c.alwaysThere(n.RHS, m, of)
	case n.Op == parser.MUL && right:
		ok = r == 0 && c.alwaysThere(n.LHS, m, of)
	default:
		v, ok = c.valueOfSame(n, m, of)
	}
	return v, ok && harmless(n.VectorMatching, labelsOf(n.LHS))
}

// valueOfNumbers returns what an operator makes of two numbers, if that is one.
func valueOfNumbers(n *parser.BinaryExpr, l, r float64) (v float64, ok bool) {
	if n.Op.IsComparisonOperator() {
		return l, l != 0 && filterOf(n, l, r) == l
	}
	return arithmetic(n.Op, l, r)
}

// valueOfBool returns the value of a comparison that is 0 or 1.
func (c compiler) valueOfBool(n *parser.BinaryExpr, m *parser.VectorMatching, of events) (v float64, ok bool) {
	filter := *n
	filter.ReturnBool = false
	if holds, ok := comparisonOf(&filter); ok {
		if c.alwaysHolds(holds, m, of) {
			return 1, true
		}
		return 0, c.alwaysHolds(holds.negate(), m, of)
	}
	return 0, false
}

// alwaysThere reports whether a count has a value whenever there are events.
func (c compiler) alwaysThere(e parser.Expr, m *parser.VectorMatching, of events) bool {
	return c.alwaysHolds(comparison{e, parser.GTE, math.Inf(-1)}, m, of)
}

// valueOfSame returns the value of the difference or quotient of one count and
// itself.
func (c compiler) valueOfSame(n *parser.BinaryExpr, m *parser.VectorMatching, of events) (v float64, ok bool) {
	if n.Op != parser.DIV && n.Op != parser.SUB {
		return 0, false
	}
	l, r, err := readSides(n, c.read)
	if err != nil || len(l.sum.minus(r.sum)) > 0 || !l.unit.agrees(r.unit) {
		return 0, false
	}
	if n.Op == parser.DIV {
		v = 1
	}
	return v, c.alwaysHolds(comparison{n.LHS, parser.GTR, 0}, m, of)
}
