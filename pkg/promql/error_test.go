package promql

import (
	"errors"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestRefused(t *testing.T) {
	const fine = `sum(rate(r[5m]))`
	tests := []struct {
		name, query, fragment, reason, hint string
	}{
		{"syntax", `sum(rate(x[5m])`, ``, `unclosed left parenthesis`, `write a valid PromQL expression`},
		{"nothing", ` `, ``, `no expression found in input`, `write a valid PromQL expression`},
		{"unknown template", `rate(x[{{.foo}}])`, `{{.foo}}`, `there is no template named "foo"`, hintTemplate},
		{"unknown variable", `rate(x[$interval])`, `$interval`, `there is no template named "interval"`, hintTemplate},
		{"template of code", `rate(x[{{ if }}])`, `{{ if }}`, `there is no template named "if"`, hintTemplate},
		{"half a template", `rate(x[{{.window}])`, `{`, `this is neither PromQL nor a template for a duration`, hintTemplate},
		{"template outside of brackets", `rate(x[5m]) * $__range`, `$__range`, `a template for a duration must stand alone in the brackets of a range`, hintTemplate},
		{"template behind offset", `sum(x) - sum(x offset {{.window}})`, `{{.window}}`, `a template for a duration must stand alone in the brackets of a range`,
			"write increase(counter[{{.window}}]) in place of the difference of a counter to its earlier value"},
		{"template in a name", `sum(job:errors:rate{{.window}})`, `{{.window}}`, `a template for a duration must stand alone in the brackets of a range`,
			"write the counters themselves, with a range; or average the record of one short window"},
		{"MetricsQL without a range", `sum(rate(x))`, `x`, `expected type range vector in call to function "rate", got instant vector`,
			"write a range behind the selector, such as [{{.window}}], which MetricsQL adds and PromQL does not"},
		{"MetricsQL's default", `sum(rate(x[5m])) default 0`, `default`, `unexpected identifier "default"`, `write or vector(0) in place of default 0, which is MetricsQL`},
		{"MetricsQL's if", `sum(rate(x[5m])) ifnot up`, `ifnot`, `unexpected identifier "ifnot"`, `write and on () in place of if, and unless on () in place of ifnot, which are MetricsQL`},
		{"MetricsQL's names", `sum(rate(x[5m])) keep_metric_names`, `keep_metric_names`, `unexpected identifier "keep_metric_names"`, `leave it out, for it is MetricsQL`},
		{"template with a unit", `rate(x[{{.window}}s])`, `{{.window}}`, `a template for a duration must stand alone in the brackets of a range`, hintTemplate},
		{"template in a regular expression", `rate(x{job=~"$job"}[5m])`, `x{job=~"$job"}`, `the matcher job=~"$job" holds a template that is never filled in`,
			`write the label's value, or leave the matcher out and filter the SLO's results`},
		{"scalar", `5`, `5`, `this is a scalar, where series with one value each are needed`, `write a selector, or a function or an aggregation over one`},
		{"range", `x[5m]`, `x[5m]`, `this is a range vector, where series with one value each are needed`, `write a selector, or a function or an aggregation over one`},
		{"no series", `vector(1)`, `vector(1)`, `this reads no series`, `write a selector, such as http_requests_total`},
		{"at", `rate(x[5m] @ end())`, `x[5m] @ end()`, `@ fixes the time of evaluation, so that the query says the same in every window`, `leave @ out`},
		{"offset", `rate(x[5m] offset 1h)`, `rate(x[5m] offset 1h)`, `this query counts events per second, 1h earlier, but the query for all events counts events per second`, `write both with the same function, range and offset`},
		{"offset of a subquery", `sum_over_time(x[5m:] offset 1h)`, `sum_over_time(x[5m:] offset 1h)`, `this query counts events in 5m, 1h earlier, but the query for all events counts events per second`, `write both with the same function, range and offset`},
		{"computed range", `rate(x[5m * 2])`, `x[5m * 2]`, `a range or offset is computed`, `write plain durations such as [5m]`},
		{"irate", `sum(irate(x[5m]))`, `irate(x[5m])`, `irate sees the last two samples of a window only, and misses all other events`, "use rate or increase, over a counter; as in `sum(rate(x[5m]))`"},
		{"delta", `delta(x[5m])`, `delta(x[5m])`, `delta shows how a gauge moves, which is not a number of events`, "use rate or increase, over a counter; as in `increase(x[5m])`"},
		{"deriv", `deriv(x[5m])`, `deriv(x[5m])`, `deriv shows how a gauge moves, which is not a number of events`, "use rate or increase, over a counter; as in `rate(x[5m])`"},
		{"changes", `changes(x[5m])`, `changes(x[5m])`, `changes misses what happens between two windows, so events do not add up`,
			"count the minutes in which it changes; as in `sum_over_time((x != bool x offset 1m)[5m:1m])`"},
		{"average over time", `avg_over_time(x[5m])`, `avg_over_time(x[5m])`, `avg_over_time over a long window is not the sum of its values over short ones`,
			"use sum_over_time or count_over_time; or evaluate it every minute with `sum_over_time((avg_over_time(x[5m]))[{{.window}}:1m])`, and write the other query in the same form"},
		{"clamp", `clamp_max(x, 1)`, `clamp_max(x, 1)`, `this leaves out the events above its bound`,
			"write the count without clamp_max; or evaluate it every minute with `sum_over_time((clamp_max(x, 1))[{{.window}}:1m])`, and write the other query in the same form"},
		{"absent", `absent(x)`, `absent(x)`, `absent shows that there are no series, which is not a number of events`, "leave it out, as coverage shows what is missing; or evaluate it every minute with `sum_over_time((absent(x))[{{.window}}:1m])`, and write the other query in the same form"},
		{"sum of observations", `histogram_sum(rate(h[5m]))`, `histogram_sum(rate(h[5m]))`, `histogram_sum shows how large observations are, not how many`, `use histogram_count, or a histogram's bucket`},
		{"fraction alone", `histogram_fraction(0, 1, rate(h[5m]))`, `histogram_fraction(0, 1, rate(h[5m]))`, `a fraction is not a number of events`,
			`multiply it by the histogram_count of the same histogram, or use a raw ratio`},
		{"average", `avg(rate(x[5m]))`, `avg(rate(x[5m]))`, `this query and the query for all events must both be averages of the same series, or neither`, hintSum + "; as in `sum(rate(x[5m]))`"},
		{"average of sums", `avg(sum by (a) (rate(x[5m])))`, `avg(sum by (a) (rate(x[5m])))`, `avg over a long window is not the sum of its values over short ones`,
			hintCount + "; or evaluate it every minute with `sum_over_time((avg(sum by (a) (rate(x[5m]))) * 60)[{{.window}}:1m])`, and write the other query with increase(…[{{.window}}])"},
		{"maximum", `max(x)`, `max(x)`, `max over a long window is not the sum of its values over short ones`,
			hintCount + "; or evaluate it every minute with `sum_over_time((max(x))[{{.window}}:1m])`, and write the other query in the same form"},
		{"two gauges", `sum(pct * requests)`, `pct * requests`, `it is unclear which side of the product counts events`,
			"write rate(counter[{{.window}}]) for the one that does; or evaluate it every minute with `sum_over_time((sum(pct * requests))[{{.window}}:1m])`, and write the other query in the same form"},
		{"floor", `clamp_min(sum(increase(x[1h])), 10)`, `clamp_min(sum(increase(x[1h])), 10)`, `this adds events where there were fewer than its bound`,
			"write a bound of at most 1, such as clamp_min(…, 0); or evaluate it every minute with `sum_over_time((clamp_min(sum(increase(x[1h])), 10) / 60)[{{.window}}:1m])`, and write the other query with increase(…[{{.window}}])"},
		{"default beside groups", `sum(sum by (a) (rate(x[5m])) or vector(1))`, `vector(1)`, `this adds a group beside those that there are, with events that never happened`,
			"leave it out, or write or on(), which stands in only where there are none; as in `sum(sum by (a) (rate(x[5m])) or on () vector(1))`"},
		{"condition over the window", `sum(rate(x[5m])) unless on () sum(rate(y[{{.window}}])) > 100`, `sum(rate(y[{{.window}}])) > 100`,
			`what is evaluated every minute cannot depend on the template {{.window}}`,
			"write a fixed duration there, such as [5m]; as in `sum(rate(x[5m])) unless on () sum(rate(y[5m])) > 100`"},
		{"constant on the left", `1 - sum(rate(x[5m]))`, `1 - sum(rate(x[5m]))`, `a constant is not a number of events`, `leave the constant out`},
		{"count", `count(x)`, `count(x)`, `count counts series, not events`,
			hintCount + "; or evaluate it every minute with `sum_over_time((count(x))[{{.window}}:1m])`, and write the other query in the same form"},
		{"topk", `sum(topk(3, rate(x[5m])))`, `topk(3, rate(x[5m]))`, `topk chooses different series in every window, so events do not add up`,
			hintCount + "; as in `sum(rate(x[5m]))`"},
		{"rate of a subquery", `rate(sum(x)[5m:])`, `rate(sum(x)[5m:])`, `rate over a subquery mistakes a counter reset for a loss and misses what happens between evaluations`,
			"write sum(rate(counter[{{.window}}])), over the counter itself; as in `sum(rate(x[5m]))`"},
		{"window inside of a subquery", `sum_over_time(sum(rate(x[{{.window}}]))[{{.window}}:])`, `sum(rate(x[{{.window}}]))`,
			`the template {{.window}} inside a subquery gives it another meaning in every window`, `write a fixed duration there, such as [5m]`},
		{"quotient", `sum(rate(x[5m])) / sum(rate(y[5m]))`, `sum(rate(x[5m])) / sum(rate(y[5m]))`, `a quotient is not a number of events`,
			`write the two sides as good or bad and total, or use a raw ratio`},
		{"product", `sum(rate(x[5m])) * sum(rate(y[5m]))`, `sum(rate(x[5m])) * sum(rate(y[5m]))`, `a product of two counts is not a number of events`,
			`multiply by a number, or a histogram_fraction by the histogram_count of the same histogram`},
		{"constant", `sum(rate(x[5m])) + 1`, `sum(rate(x[5m])) + 1`, `a constant is not a number of events`, `leave the constant out`},
		{"zero", `sum(rate(x[5m])) * 0`, `sum(rate(x[5m])) * 0`, `the factor leaves no number of events`, `write a factor that is neither 0 nor infinite`},
		{"through zero", `sum(rate(x[5m])) / 0`, `sum(rate(x[5m])) / 0`, `the factor leaves no number of events`, `write a factor that is neither 0 nor infinite`},
		{"power", `sum(rate(x[5m])) ^ 2`, `sum(rate(x[5m])) ^ 2`, `counts of events cannot be combined by ^`, hintCount},
		{"atan2", `rate(x[5m]) atan2 y`, `rate(x[5m]) atan2 y`, `counts of events cannot be combined by atan2`, hintCount},
		{"or of whatever", `rate(x[5m]) or max(y)`, `rate(x[5m]) or max(y)`, `a default for missing series is counted only at times, so it does not add up`,
			"leave the default out, or write or vector(0); as in `rate(x[5m]) or vector(0)`"},
		{"filter", `sum(rate(x[5m]) > 5)`, `rate(x[5m]) > 5`, `whether the comparison holds depends on the window, and with it what is counted`,
			"leave it out, or choose the events by label; only > 0, >= 0 and != 0 drop no events; or count the minutes in which it holds, as in `sum(rate(x[5m]) and rate(x[5m]) > 5)`"},
		{"bool", `sum(rate(x[5m]) > bool 0)`, `rate(x[5m]) > bool 0`, `whether the comparison holds depends on the window, and with it what is counted`,
			"leave it out, or choose the events by label; only > 0, >= 0 and != 0 drop no events; or evaluate it every minute with `sum_over_time((sum(rate(x[5m]) > bool 0))[{{.window}}:1m])`, and write the other query in the same form"},
		{"units", `sum(rate(x[5m])) + sum(increase(y[5m]))`, `sum(rate(x[5m])) + sum(increase(y[5m]))`, `this combines events per second with events in 5m`,
			`write both sides with the same function, range and offset`},
		{"groups", `sum by (a) (rate(x[5m])) + sum(rate(y[5m]))`, `sum by (a) (rate(x[5m])) + sum(rate(y[5m]))`, `the two sides are grouped by different labels`,
			"write the same sum by (…) on both sides; as in `sum(rate(x[5m])) + sum(rate(y[5m]))`"},
		{"group_left", `sum by (a, b) (rate(x[5m])) + on (a) group_left () sum by (a) (rate(y[5m]))`, `sum by (a, b) (rate(x[5m])) + on (a) group_left () sum by (a) (rate(y[5m]))`,
			`the two sides are grouped by different labels`, "write the same sum by (…) on both sides; as in `sum by (a) (rate(x[5m])) + sum by (a) (rate(y[5m]))`"},
		{"matching that joins groups", `sum by (a) (rate(x[5m])) + on () sum by (a) (rate(y[5m]))`, `sum by (a) (rate(x[5m])) + on () sum by (a) (rate(y[5m]))`,
			`on, ignoring, group_left, group_right or fill makes groups meet that have different labels`,
			"write the same sum by (…) on both sides and leave it out; as in `sum by (a) (rate(x[5m])) + sum by (a) (rate(y[5m]))`"},
		{"default first", `vector(0) or sum(rate(x[5m]))`, `vector(0) or sum(rate(x[5m]))`, `what is on the left of or always wins, so the right side never counts`,
			"swap the sides; as in `sum(rate(x[5m])) or vector(0)`"},
		{"zeros first", `sum(rate(x[5m])) * 0 or sum(rate(x{code="500"}[5m]))`, `sum(rate(x[5m])) * 0 or sum(rate(x{code="500"}[5m]))`,
			`what is on the left of or always wins, so the right side never counts`, "swap the sides; as in `sum(rate(x{code=\"500\"}[5m])) or sum(rate(x[5m])) * 0`"},
		{"absent first", `absent(x) * 0 or sum(rate(x[5m]))`, `absent(x) * 0 or sum(rate(x[5m]))`, `what is on the left of or wins where both sides have a value`,
			"swap the sides; as in `sum(rate(x[5m])) or absent(x) * 0`"},
		{"nothing of another count", `sum(rate(x[5m])) + 0 * sum(rate(y[5m]))`, `sum(rate(x[5m])) + 0 * sum(rate(y[5m]))`,
			`this only has a value where 0 * sum(rate(y[5m])) has one, whatever events there are`, "leave it out; as in `sum(rate(x[5m]))`"},
		{"number of series with events", `count(rate(x[{{.window}}]) > 0)`, `count(rate(x[{{.window}}]) > 0)`, `count counts series, not events`,
			hintCount + "; or evaluate it every minute with `sum_over_time((count(rate(x[5m]) > 0))[{{.window}}:1m])`, and write the other query in the same form"},
		{"level with a bound", `(max_over_time(x[5m]) > 3) or vector(0)`, `max_over_time(x[5m])`, `max_over_time over a long window is not the sum of its values over short ones`,
			"use sum_over_time or count_over_time; or evaluate it every minute with `sum_over_time(((max_over_time(x[5m]) > bool 3) or vector(0))[{{.window}}:1m])`, and the query for all with `count_over_time((max_over_time(x[5m]))[{{.window}}:1m])`"},
		{"resets of a gauge", `sum by (a) (resets(x[{{.window}}]))`, `resets(x[{{.window}}])`, `resets misses what happens between two windows, so events do not add up`,
			"count the minutes in which it falls; as in `sum by (a) (sum_over_time((x < bool x offset 1m)[{{.window}}:1m]))`"},
		{"bare series without partners", `rate(x{c="1"}[5m]) + rate(x{c="2"}[5m])`, `rate(x{c="1"}[5m]) + rate(x{c="2"}[5m])`,
			`series of the two sides have different labels, and those without a partner are dropped`, "write sum(…) around each side; as in `sum(rate(x{c=\"1\"}[5m])) + sum(rate(x{c=\"2\"}[5m]))`"},
		{"without", `sum without (a) (rate(x[5m]))`, `sum without (a) (rate(x[5m]))`, `it is unclear which labels remain after without (…)`, `write sum by (…) with the labels to keep`},
		{"all buckets", `sum(rate(x_bucket[5m]))`, `x_bucket`, `this adds up all buckets, each of which contains the smaller ones`, hintBucket},
		{"a list of buckets", `sum(rate(x_bucket{le=~"0.1|0\\.5"}[5m]))`, `x_bucket{le=~"0.1|0\\.5"}`, `this adds up several buckets, each of which contains the smaller ones`, hintBucket},
		{"all buckets but one", `sum(rate(x_bucket{le!="+Inf"}[5m]))`, `x_bucket{le!="+Inf"}`, `this adds up several buckets, each of which contains the smaller ones`, hintBucket},
		{"other grouping than the total", `sum by (a) (rate(x[5m]))`, `sum by (a) (rate(x[5m]))`, `this query is grouped by ["a"], and the query for all events by no label`, "write the same sum by (…) in both queries; as in `sum(rate(x[5m]))`"},
		{"other unit than the total", `sum(increase(x[5m]))`, `sum(increase(x[5m]))`, `this query counts events in 5m, but the query for all events counts events per second`, `write both with the same function, range and offset`},
		{"long fragments are cut", `max(rate(` + strings.Repeat("x", 300) + `[5m]))`, `max(rate(` + strings.Repeat("x", 90) + `…`, `max over a long window is not the sum of its values over short ones`, hintCount},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plan, err := Compile(bad(tt.query, fine))
			var refused *Error
			if !errors.As(err, &refused) {
				t.Fatalf("not refused: %v, %v", plan, err)
			}
			want := "slo.yml:10: "
			if tt.fragment != "" {
				want += "`" + tt.fragment + "`: "
			}
			want += tt.reason + "; " + tt.hint
			if err.Error() != want {
				t.Errorf("refused with\n%s, not\n%s", err, want)
			}
		})
	}
}

const hintTemplate = "write a range as [{{.window}}], [$__rate_interval] or a duration such as [5m]"

func TestRefusedIndicators(t *testing.T) {
	both := bad(`a`, `b`)
	both.Good = both.Bad
	tests := []struct {
		name string
		ind  slo.Indicator
		want string
	}{
		{"none", nil, "an indicator of type <nil> cannot be counted; it must be a ratio, a raw ratio, a threshold, a histogram or a bool gauge"},
		{"total alone", slo.Ratio{Total: written(`a`)}, "slo.yml:10: `a`: a ratio needs good or bad events besides all events, and not both; define one of good and bad"},
		{"good and bad", both, "slo.yml:10: `b`: a ratio needs good or bad events besides all events, and not both; define one of good and bad"},
		{"all good", good(`sum(a)`, `a`), "slo.yml:10: `a`: good and all events are the same, so nothing could ever be bad; choose the good or bad events by label"},
		{"no total", bad(`a`, `b - b`), "slo.yml:10: `b - b`: the query for all events never counts any; add up counts of events, and do not subtract them from themselves"},
		{"bound", slo.Histogram{Total: written(`h_count`), Value: nan()}, "slo.yml:10: `h_count`: the bound is not a finite number, so that all observations are on one side of it; write a finite threshold"},
		{"no histogram", slo.Histogram{Total: written(`h`), Value: 1}, "slo.yml:10: `h`: this does not select all observations of a classic histogram; write NAME_count, or NAME_bucket without le, of a classic histogram"},
		{"part of a histogram", slo.Histogram{Total: written(`h_bucket{le="1"}`), Value: 1}, "slo.yml:10: `h_bucket{le=\"1\"}`: this leaves out observations, but all must be counted; write NAME_count, or NAME_bucket without le, of a classic histogram"},
		{"no native histogram", slo.Histogram{Total: written(`sum_over_time(h[5m])`), Native: true, Value: 1}, "slo.yml:10: `sum_over_time(h[5m])`: this does not select a native histogram; write its name, or sum(rate(name[{{.window}}]))"},
		{"offset of a ratio", rawRatio(`a / b offset 5m`), "slo.yml:10: `b offset 5m`: an offset counts the events of another time; leave the offset out"},
		{"offset of a gauge", slo.BoolGauge{Query: written(`up offset 5m`)}, "slo.yml:10: `up offset 5m`: an offset counts the events of another time; leave the offset out"},
		{"ratio that is always good", rawRatio(`sum(rate(a[5m])) / sum(rate(a[5m]))`), "slo.yml:10: `sum(rate(a[5m])) / sum(rate(a[5m]))`: good and all events are the same, so nothing could ever be bad; choose the good or bad events by label"},
		{"threshold of a string", slo.Threshold{Query: written(`"a"`)}, "slo.yml:10: `\"a\"`: this is a string, where series with one value each are needed; write a selector, or a function or an aggregation over one"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plan, err := Compile(tt.ind)
			if err == nil || err.Error() != tt.want {
				t.Errorf("refused with\n%v, not\n%s (plan %v)", err, tt.want, plan)
			}
		})
	}
}

func TestErrorPosition(t *testing.T) {
	query := slo.Query{Expr: "sum(\n  rate(x[{{.window}}])\n) +\n  max(rate(x[{{.window}}]))", Source: slo.Position{File: "a.yml", Line: 7, Column: 5}}
	_, err := Compile(slo.Ratio{Bad: &query, Total: written(`sum(rate(x[5m]))`)})
	var refused *Error
	if !errors.As(err, &refused) {
		t.Fatal(err)
	}
	if got := query.Expr[refused.Start:refused.End]; got != "max(rate(x[{{.window}}]))" {
		t.Errorf("the error is about %q", got)
	}
	if want := (slo.Position{File: "a.yml", Line: 10}); refused.Position() != want {
		t.Errorf("position %v, not %v", refused.Position(), want)
	}
	first := &Error{Query: query, Start: 2, End: 3}
	if want := (slo.Position{File: "a.yml", Line: 7, Column: 7}); first.Position() != want {
		t.Errorf("position %v, not %v", first.Position(), want)
	}
}
