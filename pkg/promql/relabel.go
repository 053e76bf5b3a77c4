package promql

import (
	"slices"

	"github.com/prometheus/prometheus/promql/parser"
)

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
