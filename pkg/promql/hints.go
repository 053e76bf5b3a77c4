package promql

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

const hintSum = "write sum in place of avg"

const hintBucket = `choose one, such as le="+Inf" for all observations`

const hintCount = "count events with sum(rate(counter[{{.window}}]))"

// aggregationReason says why an aggregation other than sum is no count.
func aggregationReason(op parser.ItemType) string {
	switch op {
	case parser.COUNT, parser.GROUP, parser.COUNT_VALUES:
		return fmt.Sprintf("%s counts series, not events", op)
	case parser.TOPK, parser.BOTTOMK, parser.LIMITK, parser.LIMIT_RATIO:
		return fmt.Sprintf("%s chooses different series in every window, so events do not add up", op)
	default:
		return fmt.Sprintf("%s over a long window is not the sum of its values over short ones", op)
	}
}

// averageForms returns what may be written in place of an average in a unit.
func (c compiler) averageForms(of unit) []func() form {
	if of.bare() {
		return []func() form{c.everyMinuteForm}
	}
	return []func() form{c.sumsForm}
}

// sumsForm returns the query with sums in place of averages.
func (c compiler) sumsForm() form {
	return form{lead: "as in", query: c.write(rewrite(c.tree, func(e parser.Expr) parser.Expr {
		if n, ok := e.(*parser.AggregateExpr); ok && n.Op == parser.AVG {
			n.Op = parser.SUM
		}
		return e
	}))}
}

// aggregationForm returns what may be written in place of an aggregation that is no
// count.
func (c compiler) aggregationForm(n *parser.AggregateExpr) func() form {
	switch n.Op {
	case parser.TOPK, parser.BOTTOMK, parser.LIMITK, parser.LIMIT_RATIO:
		return c.instead("as in", n, n.Expr)
	}
	return c.everyMinuteForm
}

// refuseCall refuses a function whose value is no count.
func (c compiler) refuseCall(n *parser.Call) error {
	switch name := n.Func.Name; name {
	case "irate", "idelta":
		return c.refuse(n, name+" sees the last two samples of a window only, and misses all other events",
			"use rate or increase, over a counter").or(c.insteadOf(n, map[string]string{"irate": "rate", "idelta": "increase"}[name]))
	case "changes", "resets":
		what := map[string]string{"changes": "changes", "resets": "falls"}[name]
		return c.refuse(n, name+" misses what happens between two windows, so events do not add up",
			"count the minutes in which it "+what).or(c.changesForm(n))
	case "delta", "deriv", "predict_linear", "double_exponential_smoothing":
		return c.refuse(n, name+" shows how a gauge moves, which is not a number of events", "use rate or increase, over a counter").
			or(c.insteadOf(n, map[string]string{"delta": "increase", "deriv": "rate"}[name]), c.boundForm)
	case "histogram_sum", "histogram_avg", "histogram_quantile", "histogram_stddev", "histogram_stdvar":
		return c.refuse(n, name+" shows how large observations are, not how many", "use histogram_count, or a histogram's bucket").or(c.boundForm)
	case "histogram_fraction":
		return c.refuse(n, "a fraction is not a number of events", "multiply it by the histogram_count of the same histogram, or use a raw ratio")
	case "absent", "absent_over_time":
		return c.refuse(n, name+" shows that there are no series, which is not a number of events", "leave it out, as coverage shows what is missing").or(c.everyMinuteForm)
	}
	if strings.HasSuffix(n.Func.Name, "_over_time") {
		return c.refuse(n, n.Func.Name+" over a long window is not the sum of its values over short ones", "use sum_over_time or count_over_time").or(c.everyMinuteForm)
	}
	return c.refuse(n, n.Func.Name+" does not keep the count of events, or not over other windows", hintCount).or(c.everyMinuteForm)
}

// noForm is none.
func noForm() form { return form{} }

// insteadOf returns the query with another function in place of one.
func (c compiler) insteadOf(n *parser.Call, name string) func() form {
	if name == "" {
		return noForm
	}
	return c.insteadOfCalls(n.Func.Name, func(call *parser.Call) parser.Expr {
		again := *call
		again.Func = parser.Functions[name]
		return &again
	})
}

// insteadOfCalls returns the query with something else in place of the calls of a
// function for which there is something.
func (c compiler) insteadOfCalls(name string, by func(*parser.Call) parser.Expr) func() form {
	return func() form {
		return form{lead: "as in", query: c.write(replace(c.tree, func(e parser.Expr) (parser.Expr, bool) {
			n, ok := e.(*parser.Call)
			if !ok || n.Func.Name != name {
				return nil, false
			}
			other := by(n)
			return other, other != nil
		}))}
	}
}

// ofCounters returns the query with the sum of a rate in place of the rate of a sum.
func (c compiler) ofCounters(n *parser.Call) func() form {
	return c.insteadOfCalls(n.Func.Name, func(n *parser.Call) parser.Expr {
		subquery, ok := argument(n).(*parser.SubqueryExpr)
		if !ok {
			return nil
		}
		increase := func(counter parser.Expr) parser.Expr {
			return call(n.Func.Name, over(counter, c.rangeOf(subquery), 0))
		}
		switch e := unparen(subquery.Expr).(type) {
		case *parser.VectorSelector:
			return increase(e)
		case *parser.AggregateExpr:
			if counter, ok := unparen(e.Expr).(*parser.VectorSelector); ok && e.Op == parser.SUM {
				again := *e
				again.Expr = increase(counter)
				return &again
			}
		}
		return nil
	})
}

// aggregateSides returns the query with the aggregation of a quotient as that of both
// of its sides.
func (c compiler) aggregateSides(n *parser.AggregateExpr) func() form {
	quotient, ok := unparen(n.Expr).(*parser.BinaryExpr)
	if !ok || quotient.Op != parser.DIV {
		return noForm
	}
	return c.instead("as in", n, binary(parser.DIV, sumAs(n, unparen(quotient.LHS)), sumAs(n, unparen(quotient.RHS))))
}

// fractionForm returns the query with the quotient of buckets in place of the fraction
// of a classic histogram between two bounds.
func (c compiler) fractionForm(n *parser.Call, low, high float64) func() form {
	within := func(bound float64) parser.Expr {
		of := parser.MustLabelMatcher(labels.MatchEqual, bucketLabel, strconv.FormatFloat(bound, 'g', -1, 64))
		return withoutLe(replaceSelectors(unparen(n.Args[2]), func(sel *parser.VectorSelector) *parser.VectorSelector {
			one := *sel
			one.LabelMatchers = append(slices.Clone(sel.LabelMatchers), of)
			return &one
		}))
	}
	num := within(high)
	if low > 0 {
		num = paren(binary(parser.SUB, num, within(low)))
	}
	return c.instead("as in", n, paren(binary(parser.DIV, num, within(math.Inf(1)))))
}

// withoutLe returns a sum by le and others as one by the others, and anything else as
// a sum.
func withoutLe(e parser.Expr) parser.Expr {
	n, ok := e.(*parser.AggregateExpr)
	if !ok {
		return sumBy(nil, e)
	}
	again := *n
	again.Grouping = slices.DeleteFunc(slices.Clone(n.Grouping), func(name string) bool { return name == bucketLabel && !n.Without })
	return &again
}

// changesForm returns the query with the minutes in which a gauge changes, or falls,
// in place of changes or resets.
func (c compiler) changesForm(n *parser.Call) func() form {
	var operand parser.Expr
	minutes := &parser.SubqueryExpr{Step: minute}
	switch r := argument(n).(type) {
	case *parser.MatrixSelector:
		operand, minutes.Range = r.VectorSelector, c.rangeOf(r)
	case *parser.SubqueryExpr:
		operand, minutes.Range, minutes.Step = fixed(paren(unparen(r.Expr))), c.rangeOf(r), stepOf(r)
	}
	before := replaceSelectors(operand, func(sel *parser.VectorSelector) *parser.VectorSelector { return delay(sel, minutes.Step) })
	differs := binary(parser.NEQ, operand, before)
	if n.Func.Name == "resets" {
		differs.Op = parser.LSS
	}
	differs.ReturnBool = true
	minutes.Expr = &parser.ParenExpr{Expr: differs}
	return c.instead("as in", n, call("sum_over_time", minutes))
}

// everyMinuteForm returns the query as a sum over its evaluations, one a minute: in
// the unit of events in a window, or of minutes.
func (c compiler) everyMinuteForm() form {
	if c.bare == nil {
		return c.everyMinuteRatio()
	}
	tree, height := asMinutes(c.tree)
	of := dimensionOf(tree)
	if of.kind == unknown {
		return form{}
	}
	f := form{lead: "or evaluate it every minute with", query: c.write(everyMinuteOf("sum_over_time", of.ofMinute(tree))), rest: ", and write the other query in the same form"}
	switch {
	case height != nil:
		f.rest = ", and the query for all with `" + c.write(everyMinuteOf("count_over_time", height)) + "`"
	case of.kind == eventNumber:
		f.rest = ", and write the other query with " + of.function + "(…[{{.window}}])"
	}
	return f
}

// whilePasses returns the query with a condition of every minute in place of a filter.
func (c compiler) whilePasses(n *parser.BinaryExpr, filter comparison) func() form {
	condition := binary(parser.LAND, filter.value, fixed(n))
	condition.VectorMatching = &parser.VectorMatching{Card: parser.CardManyToMany}
	return c.instead("or count the minutes in which it holds, as in", n, paren(condition))
}

// boundForm returns the query as everyMinuteForm does, if it compares a level with a
// bound, or counts the series of which one passes.
func (c compiler) boundForm() form {
	tree, height := asMinutes(c.tree)
	if c.bare != nil && height == nil && dimensionOf(tree).kind == level {
		return form{}
	}
	return c.everyMinuteForm()
}

// asMinutes returns an expression with a comparison of a level, by which it filters,
// as 0 or 1, and that level.
func asMinutes(e parser.Expr) (tree, height parser.Expr) {
	switch n := e.(type) {
	case *parser.ParenExpr:
		tree, height = asMinutes(n.Expr)
		return &parser.ParenExpr{Expr: tree}, height
	case *parser.BinaryExpr:
		again := *n
		if n.Op == parser.LOR {
			again.LHS, height = asMinutes(n.LHS)
			return &again, height
		}
		if filter, ok := comparisonOf(n); ok && dimensionOf(filter.value).kind == level {
			again.ReturnBool = true
			return &again, filter.value
		}
	}
	return e, nil
}

// everyMinuteRatio returns a ratio with both sides of each quotient evaluated every
// minute. A comparison that is 0 or 1 counts minutes.
func (c compiler) everyMinuteRatio() form {
	if n, ok := zeroOrOne(c.tree); ok {
		minutes := averageOf(func(function string) parser.Expr { return everyMinuteOf(function, n) })
		return form{lead: "or count minutes with", query: c.write(minutes)}
	}
	found := false
	tree := replace(c.tree, func(e parser.Expr) (parser.Expr, bool) {
		n, ok := e.(*parser.BinaryExpr)
		if !ok || n.Op != parser.DIV || len(selectorsIn(n.LHS)) == 0 || len(selectorsIn(n.RHS)) == 0 {
			return nil, false
		}
		l, r := dimensionOf(n.LHS), dimensionOf(n.RHS)
		if l.kind == unknown || r.kind == unknown || l.kind != r.kind && (l.kind == eventNumber || r.kind == eventNumber) {
			return nil, false
		}
		found = true
		again := *n
		again.LHS, again.RHS = everyMinuteOf("sum_over_time", l.ofMinute(n.LHS)), everyMinuteOf("sum_over_time", r.ofMinute(n.RHS))
		return &again, true
	})
	if !found {
		return form{}
	}
	return form{lead: "or evaluate both sides every minute with", query: c.write(tree)}
}

// zeroOrOne returns the part of an expression that is 0 or 1, if all else is a default.
func zeroOrOne(e parser.Expr) (parser.Expr, bool) {
	switch n := unparen(e).(type) {
	case *parser.AggregateExpr:
		_, ok := zeroOrOne(n.Expr)
		return n, ok && (n.Op == parser.MAX || n.Op == parser.MIN)
	case *parser.BinaryExpr:
		if n.Op == parser.LOR && isStandIn(n.RHS) {
			return zeroOrOne(n.LHS)
		}
		return n, n.ReturnBool
	}
	return nil, false
}

// factorForm returns what to write in place of a factor. What is multiplied by a
// gauge, such as a percentage, is often one itself: how many events there were in
// the period before, which no rate adds up.
func (c compiler) factorForm(n *parser.BinaryExpr) func() form {
	return func() form {
		if m := n.VectorMatching; m != nil && m.Card != parser.CardOneToOne || c.bare == nil {
			return form{}
		}
		gauges := everyMinuteOf("sum_over_time", withoutRates(c.tree)).(*parser.Call)
		gauges.Args[0].(*parser.SubqueryExpr).Step = 5 * minute
		return form{lead: "or if what it multiplies is a gauge, add that up with", query: c.write(gauges),
			rest: ", with its period in place of 5m, and write the other query in the same form"}
	}
}

// conditionForm returns a ratio with a condition in place of a factor that is 0, 1
// or nothing.
func (c compiler) conditionForm(n *parser.BinaryExpr) func() form {
	for _, sides := range bothWays(n) {
		again := *n
		again.LHS, again.VectorMatching = sides[0], &parser.VectorMatching{Card: parser.CardManyToMany}
		switch f := unparen(sides[1]).(type) {
		case *parser.Call:
			if f.Func.Name != "absent" {
				continue
			}
			again.Op, again.RHS = parser.LUNLESS, f.Args[0]
		case *parser.BinaryExpr:
			if !f.ReturnBool {
				continue
			}
			filter := *f
			filter.ReturnBool = false
			again.Op, again.RHS = parser.LAND, paren(fixed(&filter))
		default:
			continue
		}
		again.VectorMatching.On = true
		if n.VectorMatching != nil && n.VectorMatching.On {
			again.VectorMatching.MatchingLabels = n.VectorMatching.MatchingLabels
		}
		again.LHS = paren(again.LHS)
		return c.instead("as in", n, &again)
	}
	return noForm
}

// withoutRates returns an expression with the counters themselves in place of
// their rates and increases.
func withoutRates(e parser.Expr) parser.Expr {
	return rewrite(e, func(e parser.Expr) parser.Expr {
		n, ok := e.(*parser.Call)
		if !ok || n.Func.Name != "rate" && n.Func.Name != "increase" {
			return e
		}
		if matrix, ok := argument(n).(*parser.MatrixSelector); ok {
			return matrix.VectorSelector
		}
		return e
	})
}

// alikeForm returns the query with both sides of an operator grouped alike.
func (c compiler) alikeForm(n *parser.BinaryExpr, l, r labelSet) func() form {
	both := l.intersect(r)
	if both.except {
		both = labelSet{}
	}
	side := func(e parser.Expr, carried labelSet) parser.Expr {
		if carried.equal(both) {
			return e
		}
		return sumAgain(both.names, e)
	}
	again := *n
	again.LHS, again.RHS, again.VectorMatching = side(n.LHS, l), side(n.RHS, r), nil
	return c.instead("as in", n, &again)
}

// sumAgain returns the sum of an expression by fewer labels.
func sumAgain(by []string, e parser.Expr) parser.Expr {
	if sum, ok := unparen(e).(*parser.AggregateExpr); ok && sum.Op == parser.SUM {
		e = sum.Expr
	}
	return sumBy(by, unparen(e))
}

func argument(n *parser.Call) parser.Expr {
	if len(n.Args) == 0 {
		return nil
	}
	return unparen(n.Args[0])
}
