package definition

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// The annotations of an indicator of OpenSLO whose kind OpenSLO does not have.
// It is written as the ratio that other tools can count, and the annotations
// say what the ratio is made of.
const (
	ownIndicator = annotationPrefix + "indicator"
	ownQuery     = annotationPrefix + "query"
	ownOp        = annotationPrefix + "op"
	ownValue     = annotationPrefix + "value"
)

const (
	boolGauge       = "bool-gauge"
	nativeHistogram = "native-histogram"
)

func indicatorSettings() []string { return []string{ownIndicator, ownQuery, ownOp, ownValue} }

// indicator is the one that the annotations say, if they do, and else the one
// that was read.
func (m metadata) indicator(read slo.Indicator) slo.Indicator {
	v := m.settings[ownIndicator]
	if !v.present() {
		for _, name := range []string{ownQuery, ownOp, ownValue} {
			if other := m.settings[name]; other.present() {
				other.warn("has no effect without "+ownIndicator, "write "+ownIndicator+" too, or remove it")
			}
		}
		return read
	}
	query := m.need(ownQuery, v, "write the metric, such as probe_success").query()
	var i slo.Indicator
	switch v.choice(boolGauge, nativeHistogram) {
	case 0:
		i = slo.BoolGauge{Query: query}
	case 1:
		i = m.nativeHistogram(v, query)
	default:
		return read
	}
	if !v.failed {
		v.checkRatio(i, read)
	}
	return i
}

// need is another annotation that must be there.
func (m metadata) need(name string, near setting, hint string) setting {
	s := m.settings[name]
	if !s.present() {
		s.value = value{document: near.document, at: place{near.at.position, strings.Replace(near.at.field, ownIndicator, name, 1)}}
		s.fail("is missing", hint)
	}
	return s
}

func (m metadata) nativeHistogram(near setting, total slo.Query) slo.Indicator {
	op := readOp(m.need(ownOp, near, "write lte, lt, gte or gt: a value is good when it compares so with "+ownValue).value)
	bound := m.need(ownValue, near, "write the number to compare values with, in quotes")
	h := slo.Histogram{Total: total, Native: true}
	if op != nil {
		h.Op = *op
	}
	var err error
	h.Value, err = strconv.ParseFloat(bound.written, 64)
	if bound.isText() && (err != nil || math.IsNaN(h.Value) || math.IsInf(h.Value, 0)) {
		bound.fail(quoted(bound.written)+" is not a number", "write the number to compare values with")
	}
	return h
}

// checkRatio reports queries that were changed while the annotations were not,
// or the other way round.
func (s setting) checkRatio(i, read slo.Indicator) {
	want, _ := ratioOf(i)
	got, ok := read.(slo.Ratio)
	if !ok || got.Good == nil || got.Good.Expr != want.Good.Expr || got.Total.Expr != want.Total.Expr || got.Counter != want.Counter {
		s.fail("does not fit the queries of the ratioMetric", fmt.Sprintf("write counter: %t, good: `%s` and total: `%s`, or remove the annotations %s* to have the queries count", want.Counter, want.Good.Expr, want.Total.Expr, annotationPrefix))
	}
}

// ratioOf is a ratio that counts what an indicator does which OpenSLO does not
// have; ok is false for all others. Its queries have the template {{.window}},
// as those of Sloth.
func ratioOf(i slo.Indicator) (r slo.Ratio, ok bool) {
	switch i := i.(type) {
	case slo.BoolGauge:
		return templated(false, "sum_over_time(%s[{{.window}}])", "count_over_time(%s[{{.window}}])", i.Query.Expr), true
	case slo.Histogram:
		if !i.Native {
			return r, false
		}
		rates := fmt.Sprintf("sum(rate(%s[{{.window}}]))", i.Total.Expr)
		lower, upper := "-Inf", numeral(i.Value)
		if i.Op == slo.GT || i.Op == slo.GTE {
			lower, upper = upper, "+Inf"
		}
		return templated(true, "histogram_fraction("+lower+", "+upper+", %[1]s) * histogram_count(%[1]s)", "histogram_count(%s)", rates), true
	}
	return r, false
}

// templated is a ratio of queries that are about an operand.
func templated(counter bool, good, total, operand string) slo.Ratio {
	return slo.Ratio{Counter: counter, Good: &slo.Query{Expr: fmt.Sprintf(good, operand)}, Total: slo.Query{Expr: fmt.Sprintf(total, operand)}}
}

// numeral writes a number so that the same number is read.
func numeral(n float64) string { return strconv.FormatFloat(n, 'g', -1, 64) }
