package promql

import (
	"fmt"
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
	return sumBy(by, call(i.function, over(i.operand, d, i.step)))
}

func (i Increments) preview(window time.Duration, by []string) parser.Expr {
	return i.over(window, by)
}

func (i Increments) key() string { return i.encoded }

func (i Increments) selectors() []*parser.VectorSelector { return selectorsIn(i.operand) }

func (i Increments) carries() labelSet { return labelsOf(i.operand) }

func (i Increments) regroup(by []string, matchers []*labels.Matcher) (Source, error) {
	carried := i.carries()
	for _, name := range by {
		if !carried.has(name) {
			return nil, i.query.refuseAll(fmt.Sprintf("its results do not carry the label %s, so events cannot be grouped by it", name),
				fmt.Sprintf("keep the label in the query's aggregation: by (%s)", name))
		}
	}
	i.by = by
	i.operand = replaceSelectors(i.operand, func(sel *parser.VectorSelector) *parser.VectorSelector {
		return narrow(sel, matchers)
	})
	return i.withKey(), nil
}

// evaluate returns increments over evaluations of an expression, once a minute.
func (q *query) evaluate(function string, e parser.Expr) Increments {
	i := Increments{function: function, operand: e, step: minute, query: q, by: labelsOf(e).grouping()}
	return i.withKey()
}

func formatDuration(d time.Duration) string { return model.Duration(d).String() }
