package promql

import (
	"math"

	"github.com/prometheus/prometheus/promql/parser"
)

// ends are the values that a ratio has if none and if all events count: 0 and 1,
// unless it is scaled or turned around.
type ends struct{ none, all float64 }

// share are the ends of a ratio that is neither scaled nor turned around.
var share = ends{none: 0, all: 1}

func (e ends) bounds() (low, high float64) { return min(e.none, e.all), max(e.none, e.all) }

// ofPercent reports whether a ratio is between 0 and 100.
func (e ends) ofPercent() bool {
	low, high := e.bounds()
	return low == 0 && math.Abs(high-100) < 1e-9
}

func (e ends) affine(add, k float64) ends { return ends{add + k*e.none, add + k*e.all} }

// endsOf returns the ends of a ratio that cannot be taken apart, by the numbers that
// it is combined with.
func endsOf(e parser.Expr) ends {
	switch n := e.(type) {
	case *parser.ParenExpr:
		return endsOf(n.Expr)
	case *parser.UnaryExpr:
		if n.Op == parser.SUB {
			return endsOf(n.Expr).affine(0, -1)
		}
		return endsOf(n.Expr)
	case *parser.AggregateExpr:
		return endsOf(n.Expr)
	case *parser.Call:
		return endsOfCall(n)
	case *parser.BinaryExpr:
		return endsOfBinary(n)
	}
	return share
}

func endsOfCall(n *parser.Call) ends {
	switch n.Func.Name {
	case "clamp", "clamp_min", "clamp_max", "round", "sort", "sort_desc", "label_replace", "label_join", "scalar", "vector":
		return endsOf(n.Args[0])
	case "avg_over_time", "min_over_time", "max_over_time", "last_over_time":
		if minutes, ok := argument(n).(*parser.SubqueryExpr); ok {
			return endsOf(minutes.Expr)
		}
	}
	return share
}

func endsOfBinary(n *parser.BinaryExpr) ends {
	if n.ReturnBool {
		return share
	}
	if k, ok := constant(n.RHS); ok {
		return endsOf(n.LHS).scale(numberRight(n.Op, k))
	}
	if k, ok := constant(n.LHS); ok {
		return endsOf(n.RHS).scale(numberLeft(n.Op, k))
	}
	if n.Op == parser.DIV {
		return endsOf(n.LHS).scale(numberRight(parser.DIV, endsOf(n.RHS).all))
	}
	return endsOf(n.LHS)
}

// A scaling describes what a number does to a ratio q on the other side of an
// operator, if it makes add + k q of it.
type scaling struct {
	add, k float64
	known  bool
}

// numberRight returns the scaling of an operator with a number on its right.
func numberRight(op parser.ItemType, v float64) scaling {
	switch op {
	case parser.ADD:
		return scaling{v, 1, true}
	case parser.SUB:
		return scaling{-v, 1, true}
	case parser.MUL:
		return scaling{0, v, true}
	case parser.DIV:
		return scaling{0, 1 / v, true}
	case parser.POW:
		return scaling{0, 1, v == 1}
	}
	return scaling{}
}

// numberLeft returns the scaling of an operator with a number on its left.
func numberLeft(op parser.ItemType, v float64) scaling {
	switch op {
	case parser.ADD:
		return scaling{v, 1, true}
	case parser.SUB:
		return scaling{v, -1, true}
	case parser.MUL:
		return scaling{0, v, true}
	}
	return scaling{}
}

// scale returns the ends of a ratio that is scaled, the same if it is not known how.
func (e ends) scale(s scaling) ends {
	if !s.known {
		return e
	}
	return e.affine(s.add, s.k)
}
