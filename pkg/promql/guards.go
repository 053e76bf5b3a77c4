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
	if defaultFirst(n) {
		return c.readDefaultFirst(n)
	}
	inner, err := c.read(n.LHS)
	if err != nil {
		return events{}, err
	}
	v, ok := standIn(n.RHS)
	if !ok {
		return c.readAlternative(n, inner)
	}
	return inner, c.checkGroup(n, n.RHS, v, inner)
}

// readDefaultFirst reads "vector(c) or x" of an x with groups, beside which
// vector(c) is another.
func (c compiler) readDefaultFirst(n *parser.BinaryExpr) (events, error) {
	if onlyWhereMissing(n.LHS) {
		return events{}, c.leftWins(n)
	}
	inner, err := c.read(n.RHS)
	if err != nil {
		return events{}, err
	}
	v, _ := standIn(n.LHS)
	return inner, c.checkGroup(n, n.LHS, v, inner)
}

// leftWins refuses a default on the left of what it stands in for.
func (c compiler) leftWins(n *parser.BinaryExpr) error {
	return c.refuse(n, "what is on the left of or wins where both sides have a value", "swap the sides").or(c.swapped(n))
}

// checkGroup refuses a default of events beside groups.
func (c compiler) checkGroup(n *parser.BinaryExpr, beside parser.Expr, v float64, e events) error {
	onlyWhereNone := n.VectorMatching != nil && n.VectorMatching.On && len(n.VectorMatching.MatchingLabels) == 0
	if v == 0 || e.labels.none() || onlyWhereNone {
		return nil
	}
	again := *n
	again.VectorMatching = &parser.VectorMatching{Card: parser.CardManyToMany, On: true}
	if beside == n.LHS {
		again.LHS, again.RHS = n.RHS, n.LHS
	}
	return c.refuse(beside, "this adds a group beside those that there are, with events that never happened",
		"leave it out, or write or on(), which stands in only where there are none").or(c.instead("as in", n, &again))
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
		return events{}, c.refuse(n, reason, hint).or(c.everyMinuteForm)
	}
	inner, err := c.read(filter.value)
	if err != nil {
		return events{}, err
	}
	if !filter.keepsEvents(inner) {
		return events{}, c.refuse(n, reason, hint).or(c.whilePasses(n, filter), c.everyMinuteForm)
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
		return events{}, c.refuse(n, "this leaves out the events above its bound", "write the count without "+n.Func.Name).or(c.everyMinuteForm)
	case low/inner.smallest() > leastEvents:
		return events{}, c.refuse(n, "this adds events where there were fewer than its bound", "write a bound of at most 1, such as clamp_min(…, 0)").or(c.everyMinuteForm)
	case !inner.positive():
		return events{}, c.refuse(n, "this number is always negative, so nothing is left of it", "swap the sides of the difference")
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
		return events{}, c.refuse(n, "this rounds events away", "leave "+n.Func.Name+" out").or(c.everyMinuteForm)
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
		return events{}, c.refuse(n, n.Func.Name+" only has a value for a single series", "write sum(…) inside of it")
	}
	return inner, nil
}
