package openslo

import (
	"fmt"
	"math"
	"strconv"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// The settings of an indicator whose kind OpenSLO does not have. It is written as
// the ratio that other tools can count, and the settings say what the ratio is
// made of.
const (
	ownIndicator = format.SettingPrefix + "indicator"
	ownQuery     = format.SettingPrefix + "query"
	ownOp        = format.SettingPrefix + "op"
	ownValue     = format.SettingPrefix + "value"
)

const (
	boolGauge       = "bool-gauge"
	nativeHistogram = "native-histogram"
)

func indicatorSettings() []string { return []string{ownIndicator, ownQuery, ownOp, ownValue} }

// chooseKind returns the indicator that the settings describe, if they do, and
// else the one that was read.
func chooseKind(settings format.Settings, read slo.Indicator) slo.Indicator {
	v := settings[ownIndicator].Value
	if !v.Present() {
		for _, name := range []string{ownQuery, ownOp, ownValue} {
			if other := settings[name].Value; other.Present() {
				other.WarnLeftOut("has no effect without "+ownIndicator, "write "+ownIndicator+" too, or remove it")
			}
		}
		return read
	}
	query := format.Query(needSetting(settings, ownQuery, "write the metric, such as probe_success").Value)
	var i slo.Indicator
	switch v.Choice(boolGauge, nativeHistogram) {
	case 0:
		i = slo.BoolGauge{Query: query}
	case 1:
		i = readHistogram(settings, query)
	default:
		return read
	}
	if !v.Report().Failed() {
		checkRatio(v, i, read)
	}
	return i
}

// needSetting returns a setting that must be there beside that of the kind.
func needSetting(settings format.Settings, name, hint string) format.Setting {
	s := settings[name]
	if !s.Value.Present() {
		s.Value = settings[ownIndicator].Value.Missing(ownIndicator, name)
		s.Value.Fail("is missing", hint)
	}
	return s
}

func readHistogram(settings format.Settings, total slo.Query) slo.Indicator {
	op := readOp(needSetting(settings, ownOp, "write lte, lt, gte or gt: a value is good when it compares so with "+ownValue).Value)
	bound := needSetting(settings, ownValue, "write the number to compare values with, in quotes")
	h := slo.Histogram{Total: total, Native: true}
	if op != nil {
		h.Op = *op
	}
	var err error
	h.Value, err = strconv.ParseFloat(bound.Text, 64)
	if bound.Value.IsText() && (err != nil || math.IsNaN(h.Value) || math.IsInf(h.Value, 0)) {
		bound.Value.Fail(fmt.Sprintf("%q is not a number", bound.Text), "write the number to compare values with")
	}
	return h
}

// checkRatio reports queries that were changed while the settings were not, or
// the other way round.
func checkRatio(v yamldoc.Value, i, read slo.Indicator) {
	want, _ := equivalentRatio(i)
	got, ok := read.(slo.Ratio)
	if !ok || got.Good == nil || got.Good.Expr != want.Good.Expr || got.Total.Expr != want.Total.Expr || got.Counter != want.Counter {
		v.Fail("does not fit the queries of the ratioMetric", fmt.Sprintf("write counter: %t, good: `%s` and total: `%s`, or remove the annotations %s* to have the queries count", want.Counter, want.Good.Expr, want.Total.Expr, format.SettingPrefix))
	}
}

// equivalentRatio returns a ratio that counts what an indicator does which
// OpenSLO does not have; ok is false for all others. Its queries have the
// template {{.window}}, as those of Sloth.
func equivalentRatio(i slo.Indicator) (r slo.Ratio, ok bool) {
	switch i := i.(type) {
	case slo.BoolGauge:
		return newRatio(false, "sum_over_time(%s[{{.window}}])", "count_over_time(%s[{{.window}}])", i.Query.Expr), true
	case slo.Histogram:
		if !i.Native {
			return r, false
		}
		rates := fmt.Sprintf("sum(rate(%s[{{.window}}]))", i.Total.Expr)
		lower, upper := "-Inf", yamldoc.Number(i.Value).String()
		if i.Op == slo.GT || i.Op == slo.GTE {
			lower, upper = upper, "+Inf"
		}
		return newRatio(true, "histogram_fraction("+lower+", "+upper+", %[1]s) * histogram_count(%[1]s)", "histogram_count(%s)", rates), true
	}
	return r, false
}

// newRatio returns a ratio of queries about an operand.
func newRatio(counter bool, good, total, operand string) slo.Ratio {
	return slo.Ratio{Counter: counter, Good: &slo.Query{Expr: fmt.Sprintf(good, operand)}, Total: slo.Query{Expr: fmt.Sprintf(total, operand)}}
}
