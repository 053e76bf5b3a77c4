package promql

import (
	"math"

	"github.com/prometheus/prometheus/promql/parser"
)

// A quotient divides one count by another.
type quotient struct{ num, den events }

// readQuotient reads a ratio: a/b, and what is linear in it.
func (c compiler) readQuotient(e parser.Expr) (quotient, error) {
	switch n := e.(type) {
	case *parser.ParenExpr:
		return c.readQuotient(n.Expr)
	case *parser.Call:
		if n.Func.Name == "histogram_fraction" {
			return c.readFraction(n)
		}
	case *parser.BinaryExpr:
		return c.readBinaryQuotient(n)
	}
	return quotient{}, c.noQuotient(e)
}

func (c compiler) readBinaryQuotient(n *parser.BinaryExpr) (quotient, error) {
	l, left := constant(n.LHS)
	r, right := constant(n.RHS)
	switch {
	case changesNothing(n):
		return c.readQuotient(n.LHS)
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
	}
	return quotient{}, c.noQuotient(n)
}

// changesNothing reports whether an operation leaves a quotient as it is where
// there are events: a default for where there are none, or a filter that all
// quotients pass.
func changesNothing(n *parser.BinaryExpr) bool {
	if n.Op == parser.LOR {
		return isConstantVector(n.RHS, func(float64) bool { return true })
	}
	r, right := constant(n.RHS)
	return n.Op == parser.GTE && right && r == 0 && !n.ReturnBool
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

func (c compiler) noQuotient(e parser.Expr) error {
	return c.refuse(e, "this is not a quotient of counts", "write it as sum(rate(…)) / sum(rate(…))")
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
	q.num.sum = q.den.sum.scale(add).plus(q.num.sum.scale(k))
	return q, nil
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
	return quotient{num, den}, c.match(n, num, den)
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
	return quotient{num, den}, err
}
