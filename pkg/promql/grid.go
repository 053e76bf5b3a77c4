package promql

import (
	"fmt"
	"math"
	"slices"

	"github.com/prometheus/prometheus/promql/parser"
)

// The grid: what cannot be rewritten for any window is evaluated once a minute,
// as a subquery does, and added up. Events are counted exactly, by what counters
// grew since the minute before; what they are combined with is looked at on the
// minute. What falls counts what it stands at. A series that is new counts what it
// stands at, up to ten events, if other series of its target were there before.

// everyMinute returns the events of the minute before, by the labels that the
// author's result carries, and those of its selectors that select no events.
func everyMinute(s Source, carried labelSet) (counted parser.Expr, aside []*parser.VectorSelector) {
	switch s := s.(type) {
	case Counter:
		counted, aside = s.growth()
	case Increments:
		counted, aside = s.minutely(), s.fixed
	}
	switch {
	case !carried.except:
		return sumBy(carried.names, counted), aside
	case len(carried.names) > 0:
		return &parser.AggregateExpr{Op: parser.SUM, Expr: counted, Grouping: carried.names, Without: true}, aside
	default:
		return paren(counted), aside
	}
}

// growth returns what each of the counter's series grew by since the minute
// before, and selectors that say which did.
func (c Counter) growth() (parser.Expr, []*parser.VectorSelector) {
	now, before := c.curve(), c.reading.count(delay(c.selector, minute))
	grew := binary(parser.GTE, binary(parser.SUB, now, before), number(0))
	grown := binary(parser.LOR, grew, binary(parser.LAND, now, before))
	name := metric(c.selector)
	if name == "" {
		return grown, nil
	}
	siblings := delay(rename(c.selector, name, nil), minute)
	born := binary(parser.LAND, binary(parser.LTE, now, number(surplus)), siblings)
	born.VectorMatching = &parser.VectorMatching{Card: parser.CardManyToMany, On: true, MatchingLabels: target()}
	return binary(parser.LOR, grown, born), []*parser.VectorSelector{siblings}
}

// minutely returns the increments of the minute before.
func (i Increments) minutely() parser.Expr {
	if i.step == minute && i.function == "sum_over_time" {
		return i.withLabels(i.operand)
	}
	return i.withLabels(call(i.function, over(i.operand, minute-edge, i.step)))
}

// everyMinuteAt returns what is said of a part that is evaluated every minute.
func (c compiler) everyMinuteAt(at parser.Node, hint string) *Error {
	return c.refuse(at, "this is evaluated every minute, as in a subquery, as it is only known for moments", hint)
}

const hintRecord = "record the events that count as a counter of their own to have them exactly"

// onGrid returns events that are evaluated every minute: wrap makes of each
// count the author's expression.
func (c compiler) onGrid(because *Error, e events, beside parser.Expr, wrap func(parser.Expr) parser.Expr) (events, error) {
	if beside != nil {
		if t, ok := c.windowIn(beside); ok {
			return events{}, c.refuse(beside, "what is looked at every minute cannot depend on the template "+c.Expr[t.start:t.end],
				"write a fixed duration there, such as [5m]")
		}
	}
	if levels := e.gridLevels() + 1; levels > maxLevels {
		return events{}, c.refuseRange(because.position(), fmt.Sprintf("conditions and factors are nested %d deep, and may be nested %d deep", levels, maxLevels),
			"join conditions to one: unless (a or b), or record what they leave")
	}
	e.sum, _ = e.sum.each(func(s Source) (Source, error) {
		counted, aside := everyMinute(s, e.labels)
		for _, n := range e.relabels {
			counted = withArgument(n, counted)
		}
		i := Increments{function: "sum_over_time", operand: wrap(counted), step: minute, query: c.query, because: because, level: 1}
		if beside != nil {
			i.fixed = append(i.fixed, selectorsIn(beside)...)
		}
		i.fixed = append(i.fixed, aside...)
		if old, ok := s.(Increments); ok {
			i.level = old.level + 1
		}
		return i.withKey(), nil
	})
	e.relabels = nil
	for _, t := range e.sum {
		e.labels = labelsOf(t.Source.(Increments).operand)
	}
	return e, nil
}

// maxLevels limits how many conditions and factors stand around each other.
const maxLevels = 8

// maxAlternatives limits how many counts stand in for one: the text of each
// repeats those before it.
const maxAlternatives = 3

// atLevel returns a sum of increments that are at least so deep.
func (s Sum) atLevel(level int) Sum {
	deeper, _ := s.each(func(source Source) (Source, error) {
		i := source.(Increments)
		i.level = max(i.level, level)
		return i, nil
	})
	return deeper
}

// gridLevels returns how many times events are evaluated every minute, one
// evaluation in the other.
func (e events) gridLevels() (levels int) {
	for _, t := range e.sum {
		if i, ok := t.Source.(Increments); ok {
			levels = max(levels, i.level)
		}
	}
	return levels
}

// mask returns events with the condition of "x and y" or "x unless y".
func (c compiler) mask(n *parser.BinaryExpr, e events) (events, error) {
	return c.onGrid(c.everyMinuteAt(n, hintRecord), e, n.RHS, func(counted parser.Expr) parser.Expr {
		masked := *n
		masked.LHS = counted
		return &masked
	})
}

// readAlternative reads "x or y" of two counts: x, and y in those minutes in which
// there is no x.
func (c compiler) readAlternative(n *parser.BinaryExpr, x events) (events, error) {
	y, err := c.read(n.RHS)
	if err != nil {
		return events{}, c.refuse(n, "what stands in for missing series is counted only at times, and never adds up",
			"write `or vector(0)`, or leave the default out")
	}
	return c.alternative(n, x, y, x)
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
	dropsZeros := false
	parser.Inspect(e, func(node parser.Node, _ []parser.Node) error {
		n, ok := node.(*parser.BinaryExpr)
		dropsZeros = dropsZeros || ok && (n.Op == parser.GTR || n.Op == parser.NEQ || n.Op == parser.LSS)
		return nil
	})
	if dropsZeros {
		return paren(binary(parser.GTR, some, number(0)))
	}
	return some
}

// scaleEveryMinute returns events times a factor. What is not a number is none.
func (c compiler) scaleEveryMinute(n *parser.BinaryExpr, e events, factor parser.Expr) (events, error) {
	because := c.everyMinuteAt(n, c.factorHint(n))
	if q, err := c.readQuotient(factor); err == nil {
		minutely, err := c.quotientEveryMinute(q)
		if err != nil {
			return events{}, err
		}
		return c.onGrid(because, e, nil, func(counted parser.Expr) parser.Expr { return product(n, factor, counted, minutely) })
	}
	return c.onGrid(because, e, factor, func(counted parser.Expr) parser.Expr { return product(n, factor, counted, paren(factor)) })
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

// readRelabel reads label_replace and label_join: they change labels, and no
// counts.
func (c compiler) readRelabel(n *parser.Call) (events, error) {
	inner, err := c.read(n.Args[0])
	if err != nil {
		return events{}, err
	}
	made := textOf(n.Args[1])
	from := n.Args[3:]
	if n.Func.Name == "label_replace" {
		from = n.Args[3:4]
	}
	for _, name := range from {
		if !inner.labels.has(textOf(name)) {
			return events{}, c.refuse(n, "it reads the label "+textOf(name)+", which was aggregated away", "keep that label in the aggregation inside of it")
		}
	}
	if made == bucketLabel {
		return events{}, c.refuse(n, "it makes the label le, on which histograms depend", "choose a bucket by a matcher such as le=\"0.5\"")
	}
	inner.labels = inner.labels.with([]string{made})
	inner.relabels = append(slices.Clone(inner.relabels), n)
	return inner, nil
}

func textOf(e parser.Expr) string {
	if s, ok := unparen(e).(*parser.StringLiteral); ok {
		return s.Val
	}
	return ""
}

// withArgument returns a call with another first argument.
func withArgument(n *parser.Call, first parser.Expr) parser.Expr {
	again := *n
	again.Args = append(parser.Expressions{first}, n.Args[1:]...)
	return &again
}

// relabel returns events with the labels that label_replace and label_join made,
// if the result is grouped by one of them. Else they change nothing.
func (c compiler) relabel(e events) (events, error) {
	if len(e.relabels) == 0 || e.labels.except {
		return e, nil
	}
	made := slices.ContainsFunc(e.relabels, func(n *parser.Call) bool { return e.labels.has(textOf(n.Args[1])) })
	if !made {
		e.relabels = nil
		return e, nil
	}
	calls, grouped := e.relabels, e.labels
	var increments, counters events
	increments, counters = e, e
	increments.sum, counters.sum = nil, nil
	for _, t := range e.sum {
		if i, ok := t.Source.(Increments); ok {
			i.relabels = append(slices.Clone(i.relabels), calls...)
			increments.sum = append(increments.sum, Term{t.Coefficient, i.withKey()})
			continue
		}
		counters.sum = append(counters.sum, t)
	}
	counters.labels = everyLabel()
	counters, err := c.onGrid(c.everyMinuteAt(calls[0], "group by a label that the series have to count exactly"), counters, nil, func(counted parser.Expr) parser.Expr { return counted })
	if err != nil {
		return events{}, err
	}
	e.sum, e.labels, e.relabels = increments.sum.plus(counters.sum), grouped, nil
	return e, nil
}

// withLabels returns an expression with the labels that are made of its own.
func (i Increments) withLabels(e parser.Expr) parser.Expr {
	for _, n := range i.relabels {
		e = withArgument(n, e)
	}
	return e
}
