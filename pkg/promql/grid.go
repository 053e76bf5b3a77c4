package promql

import (
	"fmt"

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
	return c.refuse(at, "this is evaluated every minute, as in a subquery, as it is only known at single moments", hint)
}

const hintRecord = "record the events that count as a counter of their own to have them exactly"

// onGrid returns events that are evaluated every minute: wrap makes of each
// count the author's expression.
func (c compiler) onGrid(because *Error, e events, beside parser.Expr, wrap func(parser.Expr) parser.Expr) (events, error) {
	if beside != nil {
		if t, ok := c.windowIn(beside); ok {
			return events{}, c.refuse(beside, "what is evaluated every minute cannot depend on the template "+c.Expr[t.start:t.end],
				"write a fixed duration there, such as [5m]").or(c.instead("as in", beside, fixed(beside)))
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
