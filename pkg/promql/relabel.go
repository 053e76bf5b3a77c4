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
	return c.withLabel(n, inner)
}

// withLabel returns events with the label that label_replace or label_join makes.
func (c compiler) withLabel(n *parser.Call, inner events) (events, error) {
	made := textOf(n.Args[1])
	for _, name := range readLabels(n) {
		if !inner.labels.has(name) {
			return events{}, c.refuse(n, "it reads the label "+name+", which was aggregated away", "keep that label in the aggregation inside of it")
		}
	}
	if made == bucketLabel {
		return events{}, c.refuse(n, "it makes the label le, on which histograms depend", "choose a bucket by a matcher such as le=\"0.5\"")
	}
	constant := inner.isConstant(n) && !inner.labels.except
	if constant && inner.labels.has(made) && !inner.makes(made) {
		inner.merged = append(slices.Clone(inner.merged), n)
	}
	inner.constants = slices.DeleteFunc(slices.Clone(inner.constants), func(name string) bool { return name == made })
	if constant {
		inner.constants = append(inner.constants, made)
	}
	inner.labels = inner.labels.with([]string{made})
	inner.relabels = append(slices.Clone(inner.relabels), n)
	return inner, nil
}

// readQuotientRelabel reads label_replace and label_join around a quotient, as
// around both of its sides.
func (c compiler) readQuotientRelabel(n *parser.Call) (quotient, error) {
	q, err := c.readQuotient(n.Args[0])
	if err != nil {
		return quotient{}, err
	}
	return q.each(func(e events) (events, error) { return c.withLabel(n, e) })
}

// readLabels returns the labels that label_replace or label_join reads. The empty
// name is no label: it reads as empty.
func readLabels(n *parser.Call) (names []string) {
	from := n.Args[3:]
	if n.Func.Name == "label_replace" {
		from = n.Args[3:4]
	}
	for _, arg := range from {
		if name := textOf(arg); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// isConstant reports whether label_replace or label_join give a label the same value
// in all series: they read none, or only such.
func (e events) isConstant(n *parser.Call) bool {
	return !slices.ContainsFunc(readLabels(n), func(name string) bool { return !slices.Contains(e.constants, name) })
}

// makes reports whether label_replace or label_join make a label.
func (e events) makes(name string) bool {
	return slices.ContainsFunc(e.relabels, func(n *parser.Call) bool { return textOf(n.Args[1]) == name })
}

// withoutConstants returns events without the labels that are the same for all
// groups and that no other call reads or makes again.
func (e events) withoutConstants() events {
	if e.labels.except {
		return e
	}
	var rest []*parser.Call
	for _, n := range slices.Backward(e.relabels) {
		made := textOf(n.Args[1])
		used := slices.ContainsFunc(rest, func(o *parser.Call) bool {
			return textOf(o.Args[1]) == made || slices.Contains(readLabels(o), made)
		})
		if used || !slices.Contains(e.constants, made) {
			rest = append(rest, n)
			continue
		}
		e.labels = e.labels.without([]string{made})
	}
	slices.Reverse(rest)
	e.relabels = rest
	return e
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
	for _, n := range e.merged {
		if made := textOf(n.Args[1]); e.labels.has(made) {
			return events{}, c.refuse(n, "it gives all groups the same "+made+", so they can no longer be told apart", "leave "+made+" out of the aggregation inside of it")
		}
	}
	e = e.withoutConstants()
	if len(e.relabels) == 0 || e.labels.except {
		return e, nil
	}
	made := slices.ContainsFunc(e.relabels, func(n *parser.Call) bool { return e.labels.has(textOf(n.Args[1])) })
	if !made {
		e.relabels = nil
		return e, nil
	}
	calls, grouped := e.relabels, e.labels
	var increments Sum
	counters := e
	counters.sum, counters.labels = nil, everyLabel()
	for _, t := range e.sum {
		if i, ok := t.Source.(Increments); ok {
			i.relabels = append(slices.Clone(i.relabels), calls...)
			increments = append(increments, Term{t.Coefficient, i.withKey()})
			continue
		}
		counters.sum = append(counters.sum, t)
	}
	counters, err := c.onGrid(c.everyMinuteAt(calls[0], "group by a label that the series have to count exactly"), counters, nil, func(counted parser.Expr) parser.Expr { return counted })
	if err != nil {
		return events{}, err
	}
	e.sum, e.labels, e.relabels = increments.plus(counters.sum), grouped, nil
	return e, nil
}

// withLabels returns an expression with the labels that are made of its own.
func (i Increments) withLabels(e parser.Expr) parser.Expr {
	for _, n := range i.relabels {
		e = withArgument(n, e)
	}
	return e
}
