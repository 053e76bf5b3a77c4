package promql

import (
	"math"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// compileHistogram returns a plan that counts observations on either side of a
// bound. A bucket
// holds what is at most its bound, and a native histogram is interpolated, so
// LT is read as LTE, and GTE as GT.
func compileHistogram(h slo.Histogram) (*Plan, error) {
	q, err := parse(h.Total)
	if err != nil {
		return nil, err
	}
	c := newCompiler(q, bareCounter)
	c.buckets = h.Good == nil
	total, err := c.count()
	if err != nil {
		return nil, err
	}
	switch {
	case h.Native:
		return total.native(h.Op, h.Value)
	case h.Good == nil:
		return total.classic(h.Op, h.Value)
	}
	good, err := countRatio(*h.Good, true, &total.counted)
	if err != nil {
		return nil, err
	}
	return good.against(total, total.counted.sum.minus(good.counted.sum))
}

func (q *countQuery) native(op slo.Op, bound float64) (*Plan, error) {
	if err := q.checkBound(bound); err != nil {
		return nil, err
	}
	all, err := q.counted.sum.each(func(s Source) (Source, error) { return q.histogram(s, reading{of: observations}) })
	if err != nil {
		return nil, err
	}
	low, err := all.each(func(s Source) (Source, error) { return q.histogram(s, below(bound)) })
	if err != nil {
		return nil, err
	}
	return q.split(op, low, all)
}

// histogram returns a native histogram's counter, read another way.
func (q *countQuery) histogram(s Source, as reading) (Source, error) {
	if c, ok := s.(Counter); ok && c.reading.of != between {
		return newCounter(c.selector, as), nil
	}
	return nil, q.refuseAll("this does not select a native histogram", "write its name, or sum(rate(name[{{.window}}]))")
}

func (q *countQuery) classic(op slo.Op, bound float64) (*Plan, error) {
	if err := q.checkBound(bound); err != nil {
		return nil, err
	}
	low, err := q.counted.sum.each(func(s Source) (Source, error) { return q.bucket(s, bound) })
	if err != nil {
		return nil, err
	}
	all, err := q.counted.sum.each(q.observations)
	if err != nil {
		return nil, err
	}
	return q.split(op, low, all)
}

// split returns the plan of the observations up to a bound and of all.
func (q *countQuery) split(op slo.Op, low, all Sum) (*Plan, error) {
	total := q.counted
	total.sum = all
	if op == slo.GT || op == slo.GTE {
		return q.plan(low, total)
	}
	return q.plan(all.minus(low), total)
}

func (q *countQuery) checkBound(bound float64) error {
	if math.IsNaN(bound) || math.IsInf(bound, 0) {
		return q.refuseAll("the bound is not a finite number, so that all observations are on one side of it", "write a finite threshold")
	}
	return nil
}

// bucket returns the counter of a classic histogram's observations up to a
// bound.
func (q *countQuery) bucket(s Source, bound float64) (Source, error) {
	sel, err := q.classicSelector(s)
	if err != nil {
		return nil, err
	}
	name := metric(sel)
	if base, ok := strings.CutSuffix(name, countSuffix); ok {
		name = base + bucketSuffix
	}
	return newCounter(rename(sel, name, append(withoutBounds(sel), bucketMatcher(bound))), reading{}), nil
}

// observations returns the counter of all observations of a classic histogram.
func (q *countQuery) observations(s Source) (Source, error) {
	sel, err := q.classicSelector(s)
	if err != nil || !isBucket(sel) {
		return s, err
	}
	return newCounter(rename(sel, metric(sel), append(withoutBounds(sel), bucketMatcher(math.Inf(1)))), reading{}), nil
}

// classicSelector returns the selector of NAME_count, or of NAME_bucket with
// the bucket of all observations or no bucket chosen.
func (q *countQuery) classicSelector(s Source) (*parser.VectorSelector, error) {
	const hint = "write NAME_count, or NAME_bucket without le, of a classic histogram"
	c, ok := s.(Counter)
	if !ok || c.reading.of != itself || !isBucket(c.selector) && !strings.HasSuffix(metric(c.selector), countSuffix) {
		return nil, q.refuseAll("this does not select all observations of a classic histogram", hint)
	}
	for _, m := range boundsOf(c.selector) {
		if !m.Matches(infinity) {
			return nil, q.refuse(c.selector, "this leaves out observations, but all must be counted", hint)
		}
	}
	return c.selector, nil
}

func withoutBounds(sel *parser.VectorSelector) (kept []*labels.Matcher) {
	for _, m := range attributes(sel) {
		if m.Name != bucketLabel {
			kept = append(kept, m)
		}
	}
	return kept
}
