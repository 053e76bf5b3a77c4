package promql

import (
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// A Plan describes how to count an indicator's events in any window.
type Plan struct {
	// Weighted sums; the good events are Total - Bad. A source without data has
	// no events.
	Bad, Total Sum
	// Labels by which events are kept apart, sorted; empty where all events are
	// one account.
	GroupBy []string
	// A sentence that says why the counts are not those of events; empty if they
	// are.
	Estimate string
	// What makes an estimate of the plan, and what to write to get counts; nil if
	// it is none.
	Caution *Error
}

// A Sum adds up its terms, each with its weight.
type Sum []Term

// A Term weighs the events of a source: each counts as Coefficient.
type Term struct {
	Coefficient float64
	Source      Source
}

// A Source provides numbers of events: a Counter or Increments.
type Source interface {
	// Increase returns an instant expression for the number of events in (t-d, t]
	// as the server counts them, summed by labels.
	Increase(d time.Duration, by []string) string
	// key returns the same for sources that count the same.
	key() string
	selectors() []*parser.VectorSelector
	// carries returns the labels by which the source's events can be told apart.
	carries() labelSet
	regroup(by []string, matchers []*labels.Matcher) (Source, error)
	preview(window time.Duration, by []string) parser.Expr
}

// scale returns the sum times k.
func (s Sum) scale(k float64) Sum {
	multiple := slices.Clone(s)
	for i := range multiple {
		multiple[i].Coefficient *= k
	}
	return multiple
}

// plus returns the sum of both, with terms of the same source joined and those
// that cancel left out.
func (s Sum) plus(o Sum) Sum {
	var joined Sum
	at := make(map[string]int, len(s)+len(o))
	for _, t := range slices.Concat(s, o) {
		i, have := at[t.Source.key()]
		if !have {
			at[t.Source.key()] = len(joined)
			joined = append(joined, t)
			continue
		}
		joined[i].Coefficient += t.Coefficient
	}
	return slices.DeleteFunc(joined, func(t Term) bool { return t.Coefficient == 0 })
}

func (s Sum) minus(o Sum) Sum { return s.plus(o.scale(-1)) }

func (s Sum) each(change func(Source) (Source, error)) (Sum, error) {
	changed := slices.Clone(s)
	for i, t := range s {
		source, err := change(t.Source)
		if err != nil {
			return nil, err
		}
		changed[i].Source = source
	}
	return changed, nil
}

func (s Sum) selectors() (found []*parser.VectorSelector) {
	for _, t := range s {
		found = append(found, t.Source.selectors()...)
	}
	return found
}

// With returns the plan with its events grouped by other labels, and only those
// that the matchers select. It is refused if a query aggregates one of the
// labels away, and for the labels that the plan itself needs: the metric's
// name and a histogram's le.
func (p *Plan) With(groupBy []string, matchers []*labels.Matcher) (*Plan, error) {
	if err := checkLabels(groupBy, matchers); err != nil {
		return nil, err
	}
	return p.regroup(everyLabel().only(groupBy).grouping(), matchers)
}

func (p *Plan) regroup(by []string, matchers []*labels.Matcher) (*Plan, error) {
	regroup := func(s Source) (Source, error) { return s.regroup(by, matchers) }
	bad, err := p.Bad.each(regroup)
	if err != nil {
		return nil, err
	}
	total, err := p.Total.each(regroup)
	if err != nil {
		return nil, err
	}
	return &Plan{Bad: bad, Total: total, GroupBy: by, Estimate: p.Estimate, Caution: p.Caution}, nil
}

// Preview returns the plan over one window as PromQL for people to read and
// copy. Unlike the ledger's reading it has no answer where one side has no
// data.
func (p *Plan) Preview(window time.Duration) (bad, total string) {
	return format(p.Bad.preview(window, p.GroupBy)), format(p.Total.preview(window, p.GroupBy))
}

func (s Sum) preview(window time.Duration, by []string) parser.Expr {
	return s.expression(func(source Source) parser.Expr { return source.preview(window, by) })
}

// expression returns the sum with each of its sources written as an expression.
func (s Sum) expression(write func(Source) parser.Expr) parser.Expr {
	var whole parser.Expr
	for _, t := range s {
		term := write(t.Source)
		weight := t.Coefficient
		switch {
		case whole == nil:
			whole = multiply(weight, term)
		case weight < 0:
			whole = binary(parser.SUB, whole, multiply(-weight, term))
		default:
			whole = binary(parser.ADD, whole, multiply(weight, term))
		}
	}
	return whole
}

func multiply(weight float64, term parser.Expr) parser.Expr {
	if weight == 1 {
		return term
	}
	return binary(parser.MUL, number(weight), term)
}
