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

// isStandIn reports whether an expression has the same value whatever the series are.
func isStandIn(e parser.Expr) bool {
	_, ok := standIn(e)
	return ok
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
	case n.Op == parser.LOR && left:
		return standInOr(l, n.RHS)
	case left && l == 0 && n.Op == parser.MUL:
		return 0, true
	case !left && n.Op != parser.MUL:
		return 0, false
	}
	r, right := standIn(n.RHS)
	switch {
	case right && r == 0 && n.Op == parser.MUL:
		return 0, true
	case !left || !right:
		return 0, false
	case n.Op.IsComparisonOperator():
		return filterOf(n, l, r), true
	}
	return arithmetic(n.Op, l, r)
}

// standInOr returns the value that one of two stand-ins has; 0 if both have none.
func standInOr(l float64, e parser.Expr) (v float64, ok bool) {
	r, right := standIn(e)
	if l == 0 {
		l = r
	}
	return l, right
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

// alwaysWins reports whether the left side of an "or" is a number that is there
// whatever the series are, or 0 times a count, and leaves nothing to the right one.
func alwaysWins(n *parser.BinaryExpr) bool {
	if !defaultFirst(n) || onlyWhereMissing(n.LHS) {
		return false
	}
	l, r := labelsOf(n.LHS), labelsOf(n.RHS)
	return l.equal(r) && keepsLabels(n.VectorMatching, l) || meet(n.VectorMatching, r, l)
}

// defaultFirst reports whether an "or" has a default on its left side, and something
// else on the right one.
func defaultFirst(n *parser.BinaryExpr) bool {
	return n.Op == parser.LOR && isStandIn(n.LHS) && !isStandIn(n.RHS)
}

// swapped returns the query with the sides of an operator swapped.
func (q *query) swapped(n *parser.BinaryExpr) func() form {
	again := *n
	again.LHS, again.RHS = n.RHS, n.LHS
	return q.instead("as in", n, &again)
}

// onlyWhereMissing reports whether an expression has a value only where series are
// missing, or none at all.
func onlyWhereMissing(e parser.Expr) bool {
	return anyPart(e, func(node parser.Node) bool {
		n, ok := node.(*parser.Call)
		return ok && (n.Func.Name == "absent" || n.Func.Name == "absent_over_time") || isFilter(node)
	})
}
