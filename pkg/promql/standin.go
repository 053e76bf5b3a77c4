package promql

import "github.com/prometheus/prometheus/promql/parser"

// standIn returns the value of an expression that is one whatever the series
// are: vector(v), absent(…), 0 times anything.
func standIn(e parser.Expr) (v float64, ok bool) {
	switch n := unparen(e).(type) {
	case *parser.NumberLiteral:
		return n.Val, true
	case *parser.UnaryExpr:
		v, ok = standIn(n.Expr)
		if n.Op == parser.SUB {
			v = -v
		}
		return v, ok
	case *parser.Call:
		return standInCall(n)
	case *parser.AggregateExpr:
		v, ok := standIn(n.Expr)
		switch n.Op {
		case parser.SUM:
			return 0, ok && v == 0
		case parser.MIN, parser.MAX, parser.AVG:
			return v, ok
		}
	case *parser.BinaryExpr:
		return standInBinary(n)
	}
	return 0, false
}

func standInCall(n *parser.Call) (v float64, ok bool) {
	switch n.Func.Name {
	case "vector":
		return constant(n.Args[0])
	case "absent", "absent_over_time":
		return 1, true
	case "label_replace", "label_join", "sort", "sort_desc":
		return standIn(n.Args[0])
	case "clamp_min", "clamp_max", "clamp":
		v, ok = standIn(n.Args[0])
		low, high, bounded := clampBounds(n)
		return min(max(v, low), high), ok && bounded
	}
	return 0, false
}

func standInBinary(n *parser.BinaryExpr) (v float64, ok bool) {
	l, left := standIn(n.LHS)
	switch {
	case n.Op == parser.LAND, n.Op == parser.LUNLESS:
		return l, left
	case left && l == 0 && n.Op == parser.MUL:
		return 0, true
	case !left && n.Op != parser.MUL:
		return 0, false
	}
	r, right := standIn(n.RHS)
	if right && r == 0 && n.Op == parser.MUL {
		return 0, true
	}
	if n.Op.IsComparisonOperator() && left && right {
		return filterOf(n, l, r), true
	}
	v, ok = arithmetic(n.Op, l, r)
	return v, ok && left && right
}

// filterOf returns what a comparison of two numbers leaves, 0 if that is nothing.
func filterOf(n *parser.BinaryExpr, l, r float64) float64 {
	holds := map[parser.ItemType]bool{
		parser.GTR: l > r, parser.GTE: l >= r, parser.LSS: l < r, parser.LTE: l <= r, parser.EQLC: l == r, parser.NEQ: l != r,
	}[n.Op]
	switch {
	case !holds:
		return 0
	case n.ReturnBool:
		return 1
	default:
		return l
	}
}
