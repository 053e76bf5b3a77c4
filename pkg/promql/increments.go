package promql

import (
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// Increments counts the events of a window directly.
type Increments struct {
	// Adds up the operand's values in a window.
	function string
	// A selector whose samples count, or an expression that is evaluated at every
	// step.
	operand parser.Expr
	step    time.Duration
	by      []string
	query   *query
	// Selectors of the operand whose series are no events, but say which count:
	// conditions and factors. Filters of events leave them alone.
	fixed []*parser.VectorSelector
	// Calls of label_replace and label_join by which results get labels, innermost
	// first.
	relabels []*parser.Call
	// Why the author's expression is evaluated every minute; nil where the author
	// says so.
	because *Error
	// How often that happens, one in the other.
	level int
	// The increments' part of the plan's encoding.
	encoded string
}

// withKey returns the increments with the encoding of what they are now.
func (i Increments) withKey() Increments {
	i.encoded = i.encode()
	return i
}

// minute separates evaluations where the author does not say how often.
const minute = time.Minute

// edge shortens a range against its window: samples on both edges of a
// window must not count twice on servers whose ranges are closed on both
// sides (Prometheus 2).
const edge = time.Millisecond

// Over returns an instant expression for the number of events in (t-d, t], summed
// by the plan's GroupBy.
func (i Increments) Over(d time.Duration) string { return format(i.over(d-edge, i.by)) }

// Existence returns an instant expression for the number of series that the
// operand had in the last d.
func (i Increments) Existence(d time.Duration) string {
	return format(count(call("present_over_time", over(i.operand, d, i.step))))
}

// Increase implements Source.
func (i Increments) Increase(d time.Duration, by []string) string {
	return format(i.over(d-edge, by))
}

// Presence returns an instant expression for the number of the operand's series.
func (i Increments) Presence() string { return format(count(i.operand)) }

func (i Increments) over(d time.Duration, by []string) parser.Expr {
	return sumBy(by, i.withLabels(call(i.function, over(i.operand, d, i.step))))
}

func (i Increments) preview(window time.Duration, by []string) parser.Expr {
	return i.over(window, by)
}

func (i Increments) key() string { return i.encoded }

func (i Increments) selectors() []*parser.VectorSelector {
	return slices.DeleteFunc(selectorsIn(i.operand), i.isFixed)
}

func (i Increments) isFixed(sel *parser.VectorSelector) bool { return slices.Contains(i.fixed, sel) }

func (i Increments) carries() labelSet { return labelsOf(i.withLabels(i.operand)) }

func (i Increments) regroup(by []string, matchers []*labels.Matcher) (Source, error) {
	carried := i.carries()
	for _, name := range by {
		if !carried.has(name) {
			return nil, i.query.refuseAll(fmt.Sprintf("its results do not carry the label %s, so events cannot be grouped by it", name),
				fmt.Sprintf("keep the label in the query's aggregation: by (%s)", name))
		}
	}
	for _, m := range matchers {
		if i.makes(m.Name) {
			return nil, i.query.refuseAll(fmt.Sprintf("the label %s is made by the query itself, so events cannot be filtered by it", m.Name),
				"filter by a label that the series have, or group by "+m.Name)
		}
	}
	i.by = by
	i.operand = replaceSelectors(i.operand, func(sel *parser.VectorSelector) *parser.VectorSelector {
		if i.isFixed(sel) {
			return sel
		}
		return narrow(sel, matchers)
	})
	return i.withKey(), nil
}

// makes reports whether a label of the results is none of the counted series',
// but made by label_replace or label_join.
func (i Increments) makes(name string) bool {
	if slices.ContainsFunc(i.relabels, func(n *parser.Call) bool { return textOf(n.Args[1]) == name }) {
		return true
	}
	return i.because != nil && anyPart(i.operand, func(node parser.Node) bool {
		switch n := node.(type) {
		case *parser.Call:
			return len(n.Args) > 1 && textOf(n.Args[1]) == name
		case *parser.BinaryExpr:
			return n.VectorMatching != nil && slices.Contains(n.VectorMatching.Include, name)
		}
		return false
	})
}

// evaluate returns increments over evaluations of an expression, once a minute.
func (q *query) evaluate(function string, e parser.Expr) Increments {
	i := Increments{function: function, operand: e, step: minute, query: q, by: labelsOf(e).grouping()}
	return i.withKey()
}

func formatDuration(d time.Duration) string { return model.Duration(d).String() }
