package promql

import (
	"fmt"
	"slices"

	"github.com/prometheus/prometheus/promql/parser"
)

// readAlternative reads "x or y" of two counts: x, and y in those minutes in which
// there is no x.
func (c compiler) readAlternative(n *parser.BinaryExpr, x events) (events, error) {
	y, err := c.read(n.RHS)
	if err != nil {
		again := *n
		again.RHS = call("vector", number(0))
		return events{}, c.refuse(n, "a default for missing series is counted only at times, so it does not add up",
			"leave the default out, or write or vector(0)").or(c.instead("as in", n, &again))
	}
	if standsWithoutOne(n, x, y) {
		return x, nil
	}
	return c.alternative(n, x, y, x)
}

// standsWithoutOne reports whether y is a sum x without one of its counts: it stands
// in for x where there are no series of that one, which then counts nothing in x.
func standsWithoutOne(n *parser.BinaryExpr, x, y events) bool {
	return len(x.sum.minus(y.sum)) == 1 && len(y.sum) < len(x.sum) && !filters(n.LHS) &&
		x.unit == y.unit && slices.EqualFunc(x.relabels, y.relabels, sameRelabel) && x.labels.equal(y.labels) && keepsLabels(n.VectorMatching, x.labels)
}

// filters reports whether an expression drops series by a comparison or a condition.
func filters(e parser.Expr) bool { return anyPart(e, isFilter) }

func isFilter(node parser.Node) bool {
	n, ok := node.(*parser.BinaryExpr)
	return ok && (n.Op.IsComparisonOperator() && !n.ReturnBool || n.Op == parser.LAND || n.Op == parser.LUNLESS)
}

// alternative returns x, and y in those minutes in which there is nothing of a
// whole that x is a part of.
func (c compiler) alternative(n *parser.BinaryExpr, x, y, whole events) (events, error) {
	switch {
	case len(x.relabels)+len(y.relabels) > 0:
		return events{}, c.refuse(n, "labels are rewritten on a side of or", "write label_replace around both")
	case x.unit.mean != y.unit.mean || !x.unit.agrees(y.unit):
		return events{}, c.refuse(n, fmt.Sprintf("this combines %s with %s", x.unit, y.unit), "write both sides with the same function, range and offset")
	case !x.labels.equal(y.labels) || !keepsLabels(n.VectorMatching, x.labels):
		return events{}, c.refuse(n, "the two sides are grouped by different labels", "write the same sum by (…) on both sides")
	}
	level := whole.gridLevels() + 1
	if level > maxAlternatives {
		return events{}, c.refuse(n, fmt.Sprintf("%d counts stand in for each other, and %d may", level+1, maxAlternatives+1),
			"record their sum, or select them by one regular expression over __name__")
	}
	present := c.present(n.LHS, whole)
	because := c.everyMinuteAt(n, "write only the counter that there is now, once the old one is out of the window")
	y, err := c.onGrid(because, y, nil, func(counted parser.Expr) parser.Expr {
		return &parser.BinaryExpr{Op: parser.LUNLESS, LHS: counted, RHS: present, VectorMatching: n.VectorMatching}
	})
	if err != nil {
		return events{}, err
	}
	if x.unit.bare() {
		x.unit = y.unit
	}
	x.sum, x.mixed = x.sum.plus(y.sum.atLevel(level)), true
	return x, c.checkTerms(n, x.sum)
}

// present returns an expression that has a value in those minutes in which events
// have one, or in which there are some if the author's expression drops zeros.
func (c compiler) present(e parser.Expr, of events) parser.Expr {
	var sources []parser.Expr
	for _, t := range of.sum {
		one, _ := everyMinute(t.Source, of.labels)
		sources = append(sources, one)
	}
	some := paren(either(sources...))
	dropsZeros := func(node parser.Node) bool {
		n, ok := node.(*parser.BinaryExpr)
		return ok && (n.Op == parser.GTR || n.Op == parser.NEQ || n.Op == parser.LSS)
	}
	if anyPart(e, dropsZeros) {
		return paren(binary(parser.GTR, some, number(0)))
	}
	return some
}

// maxAlternatives limits how many counts stand in for one: the text of each
// repeats those before it.
const maxAlternatives = 3

// readQuotientAlternative reads "q or r" of two ratios, such as those of a metric
// before and after it was renamed.
func (c compiler) readQuotientAlternative(n *parser.BinaryExpr) (quotient, error) {
	q, r, err := readSides(n, c.readQuotient)
	if err != nil {
		return quotient{}, err
	}
	if q.ends != r.ends {
		return quotient{}, c.refuse(n, "one side is the share of bad and the other that of good events", "write both sides in the same way")
	}
	whole := q.den
	if q.num, err = c.alternative(n, q.num, r.num, whole); err != nil {
		return quotient{}, err
	}
	q.den, err = c.alternative(n, q.den, r.den, whole)
	return q, err
}
