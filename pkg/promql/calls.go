package promql

import (
	"fmt"
	"time"

	"github.com/prometheus/prometheus/promql/parser"
)

func (c compiler) readCall(n *parser.Call) (events, error) {
	switch n.Func.Name {
	case "rate", "increase":
		return c.readIncrease(n)
	case "sum_over_time", "count_over_time":
		return c.readOverTime(n)
	case "histogram_count":
		return c.readHistogram(n, reading{of: observations})
	case "clamp", "clamp_min", "clamp_max":
		return c.readClamp(n)
	case "round", "ceil", "floor":
		return c.readRounding(n)
	case "abs", "sort", "sort_desc", "scalar", "vector":
		return c.readSame(n)
	case "label_replace", "label_join":
		return c.readRelabel(n)
	default:
		return events{}, c.refuseCall(n)
	}
}

// readIncrease reads rate or increase: in any window, the increase of a counter.
func (c compiler) readIncrease(n *parser.Call) (events, error) {
	matrix, ok := unparen(n.Args[0]).(*parser.MatrixSelector)
	if !ok {
		return events{}, c.refuse(n, n.Func.Name+" over a subquery mistakes a counter reset for a loss and misses what happens between evaluations",
			"write sum("+n.Func.Name+"(counter[{{.window}}])), over the counter itself").or(c.ofCounters(n))
	}
	sel, err := c.countable(matrix.VectorSelector.(*parser.VectorSelector))
	if err != nil {
		return events{}, err
	}
	counted := unit{perSecond: true, offset: offset(matrix)}
	if n.Func.Name == "increase" {
		counted = unit{window: c.window(matrix), offset: offset(matrix)}
	}
	return eventsOf(newCounter(sel, reading{}), everyLabel(), counted), nil
}

// readOverTime reads sum_over_time or count_over_time: in any window, the same
// over that window.
func (c compiler) readOverTime(n *parser.Call) (events, error) {
	arg := unparen(n.Args[0])
	counts := Increments{function: n.Func.Name, query: c.query}
	switch r := arg.(type) {
	case *parser.MatrixSelector:
		sel, err := c.countable(r.VectorSelector.(*parser.VectorSelector))
		if err != nil {
			return events{}, err
		}
		counts.operand = sel
	case *parser.SubqueryExpr:
		if err := c.checkSubquery(r); err != nil {
			return events{}, err
		}
		counts.operand, counts.step = r.Expr, stepOf(r)
	default:
		return events{}, c.refuse(n, "this is neither a range selector nor a subquery", hintCount)
	}
	return eventsOf(counts.withKey(), labelsOf(counts.operand), unit{window: c.window(arg), offset: offset(arg)}), nil
}

func (c compiler) checkSubquery(s *parser.SubqueryExpr) error {
	if t, ok := c.windowIn(s.Expr); ok {
		return c.refuse(s.Expr, fmt.Sprintf("the template %s inside a subquery gives it another meaning in every window", c.Expr[t.start:t.end]),
			"write a fixed duration there, such as [5m]")
	}
	return nil
}

func stepOf(s *parser.SubqueryExpr) time.Duration {
	if s.Step == 0 {
		return minute
	}
	return s.Step
}

// readHistogram reads the counters of a native histogram.
func (c compiler) readHistogram(n *parser.Call, as reading) (events, error) {
	inner, err := c.read(n.Args[len(n.Args)-1])
	if err != nil {
		return events{}, err
	}
	return c.readAs(n, inner, as)
}

func (c compiler) readAs(at parser.Node, e events, as reading) (events, error) {
	var err error
	e.sum, err = e.sum.each(func(s Source) (Source, error) {
		counter, ok := s.(Counter)
		if !ok || counter.reading.of != itself {
			return nil, c.refuse(at, "this is not read from the rate of a native histogram",
				"write histogram_count(sum(rate(histogram[{{.window}}])))")
		}
		return newCounter(counter.selector, as), nil
	})
	return e, err
}
