package promql

import (
	"math"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// Counter counts events cumulatively: each of its series is the number of
// events since the series began, and begins again at 0 when it is reset.
type Counter struct {
	selector *parser.VectorSelector
	reading  reading
	// The counter's part of the plan's encoding.
	encoded string
}

func newCounter(sel *parser.VectorSelector, as reading) Counter {
	c := Counter{selector: sel, reading: as}
	c.encoded = c.encode()
	return c
}

// bareCounter returns the counter that a selector without a function is.
func bareCounter(sel *parser.VectorSelector) Source { return newCounter(sel, reading{}) }

// A reading takes a count from a sample.
type reading struct {
	of        sampleKind
	low, high float64
}

type sampleKind int

const (
	// itself: the sample is the count.
	itself sampleKind = iota
	// observations: the sample is a native histogram, all of which counts.
	observations
	// between: of a native histogram, what lies in (low, high] counts.
	between
)

// resolution separates samples that cannot be had raw.
const resolution = 15 * time.Second

// Curve returns an instant expression for the cumulative count of every single
// series, with all its labels.
func (c Counter) Curve() string { return format(c.curve()) }

// Samples returns the raw samples in the last d: a range selector, or a
// subquery at a resolution of 15 s for native histograms.
func (c Counter) Samples(d time.Duration) string {
	if c.reading.of == itself {
		return format(over(c.selector, d, 0))
	}
	return format(over(c.curve(), d, resolution))
}

// Presence returns an instant expression for the number of the counter's series.
func (c Counter) Presence() string { return format(count(c.curve())) }

// Existence returns an instant expression for the number of series that the
// counter had in the last d.
func (c Counter) Existence(d time.Duration) string {
	return format(count(call("present_over_time", over(c.selector, d, 0))))
}

// Increase implements Source.
func (c Counter) Increase(d time.Duration, by []string) string { return format(c.preview(d, by)) }

// Matchers returns the matchers of the counter's selector, that of the metric's
// name included.
func (c Counter) Matchers() []*labels.Matcher { return c.selector.LabelMatchers }

// Within reports whether the counter's series are exactly those series of o
// that the matchers select, so that one query answers for both.
func (c Counter) Within(o Counter) (matchers []*labels.Matcher, ok bool) {
	if c.reading != o.reading || metric(c.selector) == "" || metric(c.selector) != metric(o.selector) {
		return nil, false
	}
	mine, others := attributes(c.selector), attributes(o.selector)
	for _, m := range others {
		if !slices.ContainsFunc(mine, sameMatcher(m)) {
			return nil, false
		}
	}
	return slices.DeleteFunc(mine, func(m *labels.Matcher) bool {
		return slices.ContainsFunc(others, sameMatcher(m))
	}), true
}

func (c Counter) curve() parser.Expr { return c.reading.count(c.selector) }

// count returns the counts that are read from samples.
func (r reading) count(samples parser.Expr) parser.Expr {
	switch r.of {
	case observations:
		return histogramCount(samples)
	case between:
		return r.interpolate(samples)
	default:
		return samples
	}
}

// interpolate returns fraction x count. The fraction of an empty histogram is not
// a number, so its count, 0, stands in: a series must not begin late. And as
// dividing and multiplying again leaves a last bit to chance, which would
// look like a reset, the product is rounded.
func (r reading) interpolate(h parser.Expr) parser.Expr {
	rounded := call("round", r.part(h), number(0.001))
	return paren(binary(parser.LOR, binary(parser.GTE, rounded, number(0)), histogramCount(h)))
}

func (r reading) part(h parser.Expr) parser.Expr {
	fraction := call("histogram_fraction", number(r.low), number(r.high), h)
	return binary(parser.MUL, fraction, histogramCount(h))
}

func histogramCount(h parser.Expr) parser.Expr { return call("histogram_count", h) }

func (c Counter) preview(window time.Duration, by []string) parser.Expr {
	increase := sumBy(by, call("increase", over(c.selector, window, 0)))
	switch c.reading.of {
	case observations:
		return histogramCount(increase)
	case between:
		return c.reading.part(increase)
	default:
		return increase
	}
}

func (c Counter) key() string { return c.encoded }

func (c Counter) selectors() []*parser.VectorSelector { return []*parser.VectorSelector{c.selector} }

func (c Counter) carries() labelSet { return labelsOf(c.selector) }

func (c Counter) regroup(_ []string, matchers []*labels.Matcher) (Source, error) {
	return newCounter(narrow(c.selector, matchers), c.reading), nil
}

// below returns the part of a native histogram up to a bound.
func below(bound float64) reading { return reading{between, math.Inf(-1), bound} }
