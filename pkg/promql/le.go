package promql

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

const (
	bucketLabel  = labels.BucketLabel
	bucketSuffix = "_bucket"
	countSuffix  = "_count"
	infinity     = "+Inf"
)

// isBucket reports whether a selector asks for buckets of a classic histogram.
func isBucket(sel *parser.VectorSelector) bool {
	return strings.HasSuffix(metric(sel), bucketSuffix)
}

// isHistogram reports whether a selector's series may differ in le.
func isHistogram(sel *parser.VectorSelector) bool {
	return isBucket(sel) || len(boundsOf(sel)) > 0
}

// normalizeBuckets returns the selector with its le matched however it is spelled.
func normalizeBuckets(sel *parser.VectorSelector) *parser.VectorSelector {
	spelled := *sel
	spelled.LabelMatchers = slices.Clone(sel.LabelMatchers)
	for i, m := range spelled.LabelMatchers {
		if m.Name == bucketLabel {
			spelled.LabelMatchers[i] = normalizeBound(m)
		}
	}
	return &spelled
}

// normalizeBound returns the matcher of all spellings of the bounds that one names.
// Matchers that name no certain bounds are left alone.
func normalizeBound(m *labels.Matcher) *labels.Matcher {
	named := []string{m.Value}
	switch m.Type {
	case labels.MatchEqual:
	case labels.MatchRegexp:
		named = m.SetMatches()
	default:
		return m
	}
	var all []string
	for _, name := range named {
		bound, err := strconv.ParseFloat(name, 64)
		if err != nil {
			return m
		}
		all = append(all, spellings(bound)...)
		all = append(all, name)
	}
	if len(all) == 0 {
		return m
	}
	return anyOf(all)
}

// bucketMatcher returns the matcher of the bucket of a bound.
func bucketMatcher(bound float64) *labels.Matcher { return anyOf(spellings(bound)) }

func anyOf(values []string) *labels.Matcher {
	var distinct []string
	for _, v := range values {
		if !slices.Contains(distinct, v) {
			distinct = append(distinct, v)
		}
	}
	if len(distinct) == 1 {
		return parser.MustLabelMatcher(labels.MatchEqual, bucketLabel, distinct[0])
	}
	for i, v := range distinct {
		distinct[i] = regexp.QuoteMeta(v)
	}
	return parser.MustLabelMatcher(labels.MatchRegexp, bucketLabel, strings.Join(distinct, "|"))
}

// spellings returns the ways in which client libraries and servers write a bound:
// Go's shortest form, OpenMetrics' form with a decimal point, and both without
// an exponent.
func spellings(bound float64) []string {
	var all []string
	for _, format := range []byte{'g', 'f'} {
		s := strconv.FormatFloat(bound, format, -1, 64)
		if s == infinity {
			return []string{infinity}
		}
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
		if !strings.ContainsAny(s, ".eE") && !slices.Contains(all, s+".0") {
			all = append(all, s+".0")
		}
	}
	return all
}

// Bucket reports whether the counter is a bucket of a classic histogram. If such a
// counter has no series while the histogram has, its bound is none of the
// histogram's.
func (c Counter) Bucket() bool { return c.reading.of == itself && isBucket(c.selector) }

// ofHistogram returns the buckets of a histogram in place of the counter of its
// observations, _count or the bucket of +Inf, and any other counter as it is.
func (c Counter) ofHistogram() Counter {
	name, counts := strings.CutSuffix(metric(c.selector), countSuffix)
	if bounds := boundsOf(c.selector); isBucket(c.selector) && len(bounds) == 1 && bounds[0].Type == labels.MatchEqual && bounds[0].Value == infinity {
		name, counts = strings.TrimSuffix(metric(c.selector), bucketSuffix), true
	}
	if !counts || c.reading.of != itself {
		return c
	}
	return newCounter(rename(c.selector, name+bucketSuffix, withoutBounds(c.selector)), c.reading)
}

// oneBound reports whether a selector chooses one bucket of each histogram.
func oneBound(sel *parser.VectorSelector) bool {
	bounds := boundsOf(sel)
	if len(bounds) != 1 {
		return false
	}
	bound, err := strconv.ParseFloat(boundIn(bounds[0]), 64)
	return err == nil && sameMatcher(normalizeBound(parser.MustLabelMatcher(labels.MatchEqual, bucketLabel, boundIn(bounds[0]))))(bounds[0]) && !math.IsNaN(bound)
}

// severalBounds reports whether a selector certainly chooses more than one bucket of
// a histogram: by a list of bounds, or all but some.
func severalBounds(sel *parser.VectorSelector) bool {
	return !slices.ContainsFunc(boundsOf(sel), func(m *labels.Matcher) bool {
		return m.Type == labels.MatchEqual || m.Type == labels.MatchRegexp && !listsBounds(m.Value)
	})
}

// listsBounds reports whether a regular expression lists different bounds, with the
// decimal points escaped or not.
func listsBounds(expression string) bool {
	names := strings.Split(strings.ReplaceAll(expression, `\.`, "."), "|")
	return slices.ContainsFunc(names, func(name string) bool {
		bound, err := strconv.ParseFloat(name, 64)
		first, firstErr := strconv.ParseFloat(names[0], 64)
		return err == nil && firstErr == nil && bound != first
	})
}

// boundIn returns a bound that a matcher of spellings names.
func boundIn(m *labels.Matcher) string {
	if named := m.SetMatches(); m.Type == labels.MatchRegexp && len(named) > 0 {
		return named[0]
	}
	return m.Value
}
