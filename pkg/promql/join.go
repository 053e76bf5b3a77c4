package promql

import (
	"math"

	"github.com/prometheus/prometheus/promql/parser"
)

// scaleEveryMinute returns events times a factor. What is not a number is none.
func (c compiler) scaleEveryMinute(n *parser.BinaryExpr, e events, factor parser.Expr) (events, error) {
	because := c.everyMinuteAt(n, hintRecord)
	if q, err := c.readQuotient(factor); err == nil {
		minutely, err := c.quotientEveryMinute(q)
		if err != nil {
			return events{}, err
		}
		return c.onGrid(because, e, nil, func(counted parser.Expr) parser.Expr { return product(n, factor, counted, minutely) })
	}
	return c.onGrid(because.or(c.factorForm(n)), e, factor, func(counted parser.Expr) parser.Expr { return product(n, factor, counted, paren(factor)) })
}

// product returns n with its factor and the count beside it replaced.
func product(n *parser.BinaryExpr, factor, counted, by parser.Expr) parser.Expr {
	times := *n
	times.LHS, times.RHS = counted, by
	if n.LHS == factor {
		times.LHS, times.RHS = by, counted
	}
	return binary(parser.GTE, paren(&times), number(math.Inf(-1)))
}

// quotientEveryMinute returns a quotient of the events of a minute.
func (c compiler) quotientEveryMinute(q quotient) (parser.Expr, error) {
	if len(q.num.relabels)+len(q.den.relabels) > 0 {
		return nil, c.refuseAll("the labels of a ratio are rewritten inside of a product", "leave label_replace and label_join out")
	}
	side := func(e events) parser.Expr {
		return e.sum.expression(func(s Source) parser.Expr {
			one, _ := everyMinute(s, e.labels)
			return paren(one)
		})
	}
	return paren(binary(parser.DIV, paren(side(q.num)), paren(binary(parser.GTR, paren(side(q.den)), number(0))))), nil
}

// readQuotientJoin reads a ratio that is joined with series of the value 1, for
// their labels.
func (c compiler) readQuotientJoin(n *parser.BinaryExpr) (quotient, error) {
	ratio, info := n.LHS, n.RHS
	switch {
	case n.VectorMatching == nil || n.VectorMatching.Card == parser.CardOneToOne:
		return quotient{}, c.refuse(n, "a factor other than a number makes this another ratio in every minute",
			"leave it out; to count at times only, write and on () or unless on () with a condition").or(c.conditionForm(n))
	case n.VectorMatching.Card == parser.CardOneToMany:
		ratio, info = info, ratio
	}
	q, err := c.readQuotient(ratio)
	if err != nil {
		return quotient{}, err
	}
	return q.each(func(e events) (events, error) { return c.scaleEveryMinute(n, e, info) })
}
