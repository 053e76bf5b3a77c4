package promql

import (
	"math"
	"slices"

	"github.com/prometheus/prometheus/promql/parser"
)

// Guards say what a query answers for moments without events: a default, a
// floor, a filter of zeros. They change no count of events that there were, and
// are left out. What does change counts is refused.

const (
	// leastEvents floors and filters of one event in a window, or of one a second,
	// only keep divisions from dividing by nothing.
	leastEvents = 1
	// leastRate is one event in eleven days: no window has less and more than none.
	leastRate = 1e-6
)

// readDefault reads "x or vector(c)": what stands in for no events is no event.
func (c compiler) readDefault(n *parser.BinaryExpr) (events, error) {
	inner, err := c.read(n.LHS)
	if err != nil {
		return events{}, err
	}
	v, ok := standIn(n.RHS)
	if !ok {
		return c.readAlternative(n, inner)
	}
	onNothing := n.VectorMatching != nil && n.VectorMatching.On && len(n.VectorMatching.MatchingLabels) == 0
	if v != 0 && !inner.labels.none() && !onNothing {
		return events{}, c.refuse(n.RHS, "this is added beside the groups that there are, as events that nobody had",
			"write `or on() vector(…)`, which stands in only where there are none, or leave it out")
	}
	return inner, nil
}

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

// clampBounds returns the bounds of clamp, clamp_min or clamp_max, infinite
// where there is none.
func clampBounds(n *parser.Call) (low, high float64, ok bool) {
	low, high = math.Inf(-1), math.Inf(1)
	one, ok := constant(n.Args[1])
	switch n.Func.Name {
	case "clamp_min":
		low = one
	case "clamp_max":
		high = one
	default:
		low = one
		other, known := constant(n.Args[2])
		high, ok = other, ok && known
	}
	return low, high, ok && !math.IsNaN(low) && !math.IsNaN(high)
}

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

// keepsEvents reports whether a comparison drops none of the events: not those
// that are none, nor a difference below 0, which is one between scrapes.
func (f comparison) keepsEvents(e events) bool {
	if !e.positive() {
		return false
	}
	bound := f.bound / e.smallest()
	least := float64(leastEvents)
	if e.unit.perSecond {
		least = leastRate
	}
	switch f.op {
	case parser.GTR:
		return bound < least
	case parser.GTE:
		return bound <= least
	case parser.NEQ:
		return bound <= 0
	case parser.LSS, parser.LTE:
		return math.IsInf(bound, 1)
	default:
		return false
	}
}

// positive reports whether some events are added.
func (e events) positive() bool {
	return slices.ContainsFunc(e.sum, func(t Term) bool { return t.Coefficient > 0 })
}

// smallest returns what the events of the least weight count.
func (e events) smallest() float64 {
	least := math.Inf(1)
	for _, t := range e.sum {
		least = min(least, math.Abs(t.Coefficient))
	}
	return least
}

// readFilter reads a comparison that drops no events, such as "x > 0".
func (c compiler) readFilter(n *parser.BinaryExpr) (events, error) {
	if selfComparison(n, parser.EQLC, parser.GTE, parser.LTE) {
		return c.read(n.LHS)
	}
	const reason = "whether the comparison holds depends on the window, and with it what is counted"
	const hint = "leave it out, or choose the events by label; only > 0, >= 0 and != 0 drop no events"
	filter, ok := comparisonOf(n)
	if !ok {
		return events{}, c.refuse(n, reason, hint)
	}
	inner, err := c.read(filter.value)
	if err != nil {
		return events{}, err
	}
	if !filter.keepsEvents(inner) {
		return events{}, c.refuse(n, reason, c.orSubquery(hint))
	}
	return inner, nil
}

// selfComparison reports whether an expression is compared with itself, which
// only drops what is not a number.
func selfComparison(e parser.Expr, ops ...parser.ItemType) bool {
	n, ok := unparen(e).(*parser.BinaryExpr)
	return ok && !n.ReturnBool && slices.Contains(ops, n.Op) && sameTree(n.LHS, n.RHS)
}

// readClamp reads clamp_min, clamp_max and clamp with bounds that change no
// number of events.
func (c compiler) readClamp(n *parser.Call) (events, error) {
	inner, err := c.read(n.Args[0])
	if err != nil {
		return events{}, err
	}
	low, high, ok := clampBounds(n)
	switch {
	case !ok:
		return events{}, c.refuse(n, "the bound is not a number", "write a number, such as 0")
	case !math.IsInf(high, 1):
		return events{}, c.refuse(n, "this leaves out the events above its bound", c.orSubquery("write the count without "+n.Func.Name))
	case low/inner.smallest() > leastEvents:
		return events{}, c.refuse(n, "this adds events where there were fewer than its bound", c.orSubquery("write a bound of at most 1, such as clamp_min(…, 0)"))
	case !inner.positive():
		return events{}, c.refuse(n, "this makes nothing of a number that is always negative", "swap the sides of the difference")
	}
	return inner, nil
}

// readRounding reads functions that round an extrapolated number of events to a
// whole one.
func (c compiler) readRounding(n *parser.Call) (events, error) {
	inner, err := c.read(n.Args[0])
	if err != nil {
		return events{}, err
	}
	nearest := 1.
	if len(n.Args) > 1 {
		nearest, _ = constant(n.Args[1])
	}
	if inner.unit.perSecond || inner.smallest() < 1 || !(nearest <= 1) {
		return events{}, c.refuse(n, "this rounds events away", c.orSubquery("leave "+n.Func.Name+" out"))
	}
	return inner, nil
}

// readSame reads a function that returns the counts that it is given.
func (c compiler) readSame(n *parser.Call) (events, error) {
	inner, err := c.read(n.Args[0])
	if err != nil {
		return events{}, err
	}
	if n.Func.Name == "abs" && slices.ContainsFunc(inner.sum, func(t Term) bool { return t.Coefficient < 0 }) {
		return events{}, c.refuse(n, "this counts a negative difference as events", "write the larger count first, and leave abs out")
	}
	if (n.Func.Name == "scalar" || n.Func.Name == "vector") && !inner.labels.none() {
		return events{}, c.refuse(n, n.Func.Name+" has a value only for one series", "write sum(…) inside of it")
	}
	return inner, nil
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
	whole, err := c.read(condition.value)
	if err != nil || whole.unit.bare() && !of.unit.bare() {
		return false
	}
	return condition.keepsEvents(whole) && whole.contains(of) && meet(n.VectorMatching, of.labels, whole.labels)
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
		return whole.equal(carried) && !carried.except && keepsLabels(m, carried)
	}
	return !slices.ContainsFunc(m.MatchingLabels, func(name string) bool { return !carried.has(name) || !whole.has(name) })
}

// contains reports whether whatever is added in o is added in e too.
func (e events) contains(o events) bool {
	if slices.ContainsFunc(e.sum, func(t Term) bool { return t.Coefficient < 0 }) {
		return false
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
			_, within := c.Within(whole)
			return within
		})
	}
	return !slices.ContainsFunc(o.sum, func(t Term) bool { return t.Coefficient > 0 && !part(t.Source) })
}
