package promql

import (
	"math"

	"github.com/prometheus/prometheus/promql/parser"
)

// quotient is a ratio of two counts.
type quotient struct{ num, den events }

// quotient reads a ratio: a/b, and what is linear in it.
func (c counting) quotient(e parser.Expr) (quotient, error) {
	switch n := e.(type) {
	case *parser.ParenExpr:
		return c.quotient(n.Expr)
	case *parser.Call:
		if n.Func.Name == "histogram_fraction" {
			return c.fraction(n)
		}
	case *parser.BinaryExpr:
		return c.quotientOf(n)
	}
	return quotient{}, c.refuse(e, "this is not a quotient of counts", "write it as sum(rate(…)) / sum(rate(…))")
}

func (c counting) quotientOf(n *parser.BinaryExpr) (quotient, error) {
	l, left := constant(n.LHS)
	r, right := constant(n.RHS)
	switch {
	case n.Op == parser.LOR && isConstantVector(n.RHS, func(float64) bool { return true }):
		// A default stands in where there are no events, and none are added.
		return c.quotient(n.LHS)
	case n.Op == parser.GTE && right && r == 0 && !n.ReturnBool:
		return c.quotient(n.LHS)
	case n.Op == parser.ADD && left:
		return c.affine(n.RHS, l, 1)
	case n.Op == parser.ADD && right:
		return c.affine(n.LHS, r, 1)
	case n.Op == parser.SUB && left:
		return c.affine(n.RHS, l, -1)
	case n.Op == parser.SUB && right:
		return c.affine(n.LHS, -r, 1)
	case n.Op == parser.MUL && left:
		return c.affine(n.RHS, 0, l)
	case n.Op == parser.MUL && right:
		return c.affine(n.LHS, 0, r)
	case n.Op == parser.DIV && right:
		return c.affine(n.LHS, 0, 1/r)
	case n.Op == parser.DIV:
		return c.divided(n)
	}
	return quotient{}, c.refuse(n, "this is not a quotient of counts", "write it as sum(rate(…)) / sum(rate(…))")
}

// affine is add + k q, over the same denominator.
func (c counting) affine(e parser.Expr, add, k float64) (quotient, error) {
	if math.IsNaN(add+k) || math.IsInf(add+k, 0) {
		return quotient{}, c.refuse(e, "it is combined with a number that is not finite", "write finite numbers")
	}
	q, err := c.quotient(e)
	if err != nil {
		return quotient{}, err
	}
	q.num.sum = q.den.sum.scaled(add).plus(q.num.sum.scaled(k))
	return q, nil
}

func (c counting) divided(n *parser.BinaryExpr) (quotient, error) {
	num, err := c.events(n.LHS)
	if err != nil {
		return quotient{}, err
	}
	den, err := c.events(n.RHS)
	if err != nil {
		return quotient{}, err
	}
	return quotient{num, den}, c.match(n, num, den)
}

// fraction is histogram_fraction: the part of a native histogram's
// observations that lies between two bounds, to all of them.
func (c counting) fraction(n *parser.Call) (quotient, error) {
	low, left := constant(n.Args[0])
	high, right := constant(n.Args[1])
	if !left || !right || math.IsNaN(low) || math.IsNaN(high) {
		return quotient{}, c.refuse(n, "the bounds are not numbers", "write histogram_fraction(0, 0.5, sum(rate(histogram[{{.window}}])))")
	}
	num, err := c.observed(n, reading{between, low, high})
	if err != nil {
		return quotient{}, err
	}
	den, err := c.observed(n, reading{of: observations})
	return quotient{num, den}, err
}
