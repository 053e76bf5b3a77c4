package promql

import (
	"math"

	"github.com/prometheus/prometheus/promql/parser"
)

// A dimension says how an expression's value becomes one of a minute, to be added up
// every minute.
type dimension struct {
	kind dimensionKind
	// In how many minutes events were counted; a sixtieth for rates.
	minutes float64
	// The function that counts the same in a window.
	function string
}

type dimensionKind int

const (
	// unknown: no factor makes it a number of a minute.
	unknown dimensionKind = iota
	// constantNumber: a number, in whatever unit it is combined with.
	constantNumber
	// gaugeNumber: a gauge or a number of series, which counts every minute.
	gaugeNumber
	// level: a gauge's height or a duration, of which only a bound makes a count.
	level
	// eventNumber: events in a time, or a second.
	eventNumber
)

func dimensionOf(e parser.Expr) dimension {
	switch n := e.(type) {
	case *parser.NumberLiteral:
		return dimension{kind: constantNumber}
	case *parser.VectorSelector:
		return dimension{kind: gaugeNumber}
	case *parser.ParenExpr:
		return dimensionOf(n.Expr)
	case *parser.UnaryExpr:
		return dimensionOf(n.Expr)
	case *parser.AggregateExpr:
		return dimensionOfAggregate(n)
	case *parser.BinaryExpr:
		return dimensionOfBinary(n)
	case *parser.Call:
		return dimensionOfCall(n)
	}
	return dimension{}
}

func dimensionOfAggregate(n *parser.AggregateExpr) dimension {
	switch n.Op {
	case parser.COUNT, parser.GROUP, parser.COUNT_VALUES:
		return dimension{kind: gaugeNumber}
	}
	return dimensionOf(n.Expr)
}

func dimensionOfBinary(n *parser.BinaryExpr) dimension {
	l, r := dimensionOf(n.LHS), dimensionOf(n.RHS)
	switch {
	case l.kind == unknown || r.kind == unknown:
		return dimension{}
	case n.ReturnBool:
		return dimension{kind: gaugeNumber}
	case n.Op == parser.LAND, n.Op == parser.LUNLESS, n.Op == parser.MOD && r.kind == constantNumber:
		return l
	case n.Op.IsComparisonOperator() && l.kind != constantNumber:
		return l
	case n.Op == parser.LOR, n.Op == parser.ADD, n.Op == parser.SUB, n.Op.IsComparisonOperator():
		return l.plus(r)
	case n.Op == parser.MUL, n.Op == parser.DIV:
		return dimensionOfProduct(n.Op, l, r)
	}
	return dimension{}
}

func dimensionOfProduct(op parser.ItemType, l, r dimension) dimension {
	switch {
	case r.kind != eventNumber:
		return l.times(r)
	case op == parser.MUL && l.kind != eventNumber:
		return r.times(l)
	case op == parser.DIV && l == r:
		return dimension{kind: level}
	}
	return dimension{}
}

// times returns what is left of a dimension that is multiplied by no number of events.
func (m dimension) times(factor dimension) dimension {
	if m.kind == constantNumber || m.kind == gaugeNumber && factor.kind == level {
		return factor
	}
	return m
}

// plus returns the dimension of a sum; unknown if its sides differ in it.
func (m dimension) plus(o dimension) dimension {
	switch {
	case m == o, o.kind == constantNumber:
		return m
	case m.kind == constantNumber:
		return o
	case m.kind+o.kind == gaugeNumber+level:
		return dimension{kind: level}
	}
	return dimension{}
}

func dimensionOfCall(n *parser.Call) dimension {
	switch name := n.Func.Name; name {
	case "rate", "irate":
		return dimensionOfRange(n, dimension{eventNumber, 1. / 60, "increase"})
	case "increase", "changes", "resets":
		return dimensionOfRange(n, dimension{eventNumber, 0, "increase"})
	case "sum_over_time", "count_over_time":
		return dimensionOfRange(n, dimension{eventNumber, 0, name})
	case "abs", "ceil", "floor", "round", "clamp", "clamp_min", "clamp_max", "sort", "sort_desc", "scalar", "vector",
		"label_replace", "label_join", "histogram_count":
		return dimensionOf(n.Args[0])
	case "absent", "absent_over_time", "sgn":
		return dimension{kind: gaugeNumber}
	}
	for _, arg := range n.Args {
		if _, ok := unparen(arg).(*parser.SubqueryExpr); ok {
			return dimension{}
		}
	}
	return dimension{kind: level}
}

// dimensionOfRange returns the dimension of a function over a range selector, whose
// range is the time of its events unless another is known.
func dimensionOfRange(n *parser.Call, of dimension) dimension {
	matrix, ok := argument(n).(*parser.MatrixSelector)
	if !ok {
		return dimension{}
	}
	if of.minutes == 0 {
		of.minutes = matrix.Range.Minutes()
	}
	return of
}

// ofMinute returns an expression as a number of a minute.
func (m dimension) ofMinute(e parser.Expr) parser.Expr {
	switch {
	case m.kind != eventNumber || m.minutes == 1:
		return e
	case m.minutes < 1:
		return binary(parser.MUL, paren(e), number(math.Round(1/m.minutes)))
	default:
		return binary(parser.DIV, paren(e), number(m.minutes))
	}
}
