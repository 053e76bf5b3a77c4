package promql

import (
	"errors"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// hinted are queries of bad events, and of all, whose refusal writes out what to
// write instead; ratios stand alone.
var hinted = [][]string{
	{`sum(rate(x[5m]) > 5)`, `sum(rate(r[5m]))`}, {`sum(rate(x[{{.window}}])) > 100`, `sum(rate(r[{{.window}}]))`},
	{`clamp_max(sum(increase(x[{{.window}}])), 10)`, `sum(increase(r[{{.window}}]))`}, {`clamp_min(sum(rate(x[1h])), 10)`, `sum(rate(r[1h]))`},
	{`max(up)`, `count(up)`}, {`max by (job) (up)`, `count by (job) (up)`}, {`min(rate(x[$__rate_interval]))`, `sum(rate(r[$__rate_interval]))`},
	{`avg(queue_length)`, `count(queue_length)`}, {`avg(sum by (a) (increase(x[5m])))`, `sum(increase(r[5m]))`}, {`sum(sqrt(x))`, `sum(x)`},
	{`sum(pct * requests)`, `sum(requests)`}, {`sum(round(rate(x[5m]) * 60))`, `sum(rate(r[5m]))`}, {`clamp_max(x, 1)`, `clamp_max(r, 1)`},
	{`absent(up) or vector(0)`, `absent(up) or vector(1)`}, {`sum(max_over_time(queue[5m]))`, `sum(queue)`},
	{`sum(rate(x[{{.window}}])) and sum(rate(r[{{.window}}])) > 10`, `sum(rate(r[{{.window}}])) > 10`}, {`sum(rate(x[{{.window}}])) > 100 or vector(0)`, `sum(rate(r[{{.window}}]))`},
	{`sum by (a) (rate(x[5m]))`, `sum(rate(r[5m]))`}, {`share * on (svc) group_left () sum by (svc) (rate(r[5m]))`, `sum by (svc) (rate(r[5m]))`},
	{`avg(rate(x[5m]))`, `sum(rate(r[5m]))`}, {`sum(rate(x[5m]))`, `avg(rate(r[5m]))`}, {`avg(rate(x{code="500"}[5m])) / avg(rate(x[5m]))`}, {`avg(up)`}, {`1 - avg by (job) (up)`},
	{`sum(rate(x[5m])) / sum(rate(r[5m])) > 0.01 or vector(0)`}, {`round(sum(rate(x[5m])) / sum(rate(r[5m])), 0.1)`}, {`clamp_max(sum(rate(x[5m])) / sum(rate(r[5m])), 0.5)`},
	{`avg_over_time((sum(rate(x[5m])) / sum(rate(r[5m])))[{{.window}}:1m])`}, {`1 - avg_over_time((1 - min(up))[{{.window}}:1m])`}, {`avg_over_time((sum(rate(x[5m])) / sum(rate(r[5m])))[{{.window}}:]) or vector(0)`},
	{`sum(job:err:rate) / sum(job:req:rate)`}, {`1 - sum by (svc) (svc:good:rate5m) / sum by (svc) (svc:all:rate5m) or vector(0)`},
	// Numbers of series.
	{`count(up == 0)`, `count(up)`}, {`count(up == 0) > 0`, `count(up)`}, {`count by (job) (up == 0)`, `count by (job) (up)`},
	{`count(rate(x{code="500"}[{{.window}}]) > 0)`, `count(rate(x[{{.window}}]))`}, {`count(rate(x[5m]) > 0) or vector(0)`, `count(x)`},
	{`sum(count_values("v", build))`, `count(build)`}, {`count(count by (pod) (rate(x[5m]) > 1))`, `count(group by (pod) (x))`}, {`sum(up == bool 0)`, `count(up)`},
	{`sum(rate(x[5m]) > bool 0)`, `count(rate(r[5m]))`}, {`group(up == 0)`, `group(up)`}, {`sum(sgn(rate(x[5m])))`, `count(rate(x[5m]))`},
	{`count(increase(x[5m]) > 0) - count(increase(y[5m]) > 0)`, `count(increase(x[5m]))`},
	{`sum(1 - up)`, `count(up)`}, {`sum by (job) (1 - up)`, `count by (job) (up)`},
	// Levels with a bound.
	{`histogram_quantile(0.99, sum by (le) (rate(h_bucket[5m]))) > 0.5`, `sum(rate(h_count[5m]))`}, {`avg_over_time(x[5m]) > 3`, `count_over_time(x[5m])`},
	{`(time() - last_success) > 3600`, `count_over_time(last_success[{{.window}}])`}, {`delta(x[5m]) > 10`, `count(x)`}, {`count(deriv(x[5m]) > 0)`, `count(x)`},
	// Changes of gauges.
	{`changes(x[{{.window}}])`, `count_over_time(x[{{.window}}])`}, {`sum by (a) (changes(x[{{.window}}]))`, `sum by (a) (count_over_time(x[{{.window}}]))`},
	{`resets(x[{{.window}}])`, `count_over_time(x[{{.window}}])`}, {`changes(sum(x)[{{.window}}:1m])`, `count_over_time(sum(x)[{{.window}}:1m])`},
	{`sum(changes(x[5m])) or vector(0)`, `sum(count_over_time(x[5m]))`}, {`changes(x[{{.window}}]) / count_over_time(x[{{.window}}])`},
	{`count_over_time(x[{{.window}}]) - changes(x[{{.window}}])`, `count_over_time(x[{{.window}}])`},
	// The wrong function.
	{`sum(irate(x[5m]))`, `sum(irate(r[5m]))`}, {`sum(irate(x[5m])) / sum(irate(r[5m]))`}, {`sum(idelta(x[{{.window}}]))`, `sum(increase(r[{{.window}}]))`},
	{`sum(delta(x[5m]))`, `sum(delta(r[5m]))`}, {`sum(deriv(x[5m])) / sum(deriv(r[5m]))`}, {`topk(3, sum by (a) (rate(x[5m])))`, `sum by (a) (rate(r[5m]))`},
	{`rate(sum(x)[{{.window}}:])`, `sum(rate(r[{{.window}}]))`}, {`sum(increase(x[5m:1m]))`, `sum(increase(r[5m]))`}, {`rate(sum by (a) (x)[5m:1m]) / rate(sum by (a) (r)[5m:1m])`},
	// Defaults.
	{`sum(sum by (a) (rate(x[5m])) or vector(1))`, `sum(rate(r[5m]))`}, {`rate(x[5m]) or max(y)`, `rate(r[5m])`}, {`vector(0) or sum(rate(x[5m]))`, `sum(rate(r[5m]))`},
	{`(vector(0) or sum(rate(x[5m]))) / sum(rate(r[5m]))`}, {`vector(0) or sum(rate(x[5m])) / sum(rate(r[5m]))`},
	{`absent(x) * 0 or sum(rate(x[5m]))`, `sum(rate(r[5m]))`}, {`absent(x) * 0 or sum(rate(x[5m])) / sum(rate(r[5m]))`},
	// Sides that differ.
	{`sum by (a) (rate(x[5m])) + sum(rate(y[5m]))`, `sum(rate(r[5m]))`}, {`rate(x{c="1"}[5m]) + rate(x{c="2"}[5m])`, `sum(rate(x[5m]))`},
	{`sum by (a, c) (rate(x[5m])) / on (a) group_left sum by (a) (rate(r[5m]))`}, {`sum by (c) (rate(x[5m])) / ignoring (c) group_left sum(rate(r[5m]))`},
	{`sum by (a) (rate(x[5m])) / on (a) group_right sum by (a, c) (rate(r[5m]))`}, {`sum by (a) (rate(x[5m])) + on (a) group_right sum by (a, c) (rate(y[5m]))`, `sum by (a) (rate(r[5m]))`},
	{`rate(x{code="500"}[5m]) / rate(x[5m])`}, {`rate(x{code="500"}[5m]) / on (pod) group_left rate(x[5m])`}, {`1 - sum by (a) (rate(x[5m])) / sum(rate(r[5m]))`},
	{`avg(rate(x[5m]) / rate(r[5m]))`}, {`max by (a) (sum by (a, b) (rate(x[5m])) / sum by (a, b) (rate(r[5m])))`}, {`1 - avg(sum by (a) (rate(x[5m])) / sum by (a) (rate(r[5m])))`},
	// Conditions over the window, and as factors of ratios.
	{`sum(rate(x[5m])) unless on () sum(rate(y[{{.window}}])) > 100`, `sum(rate(r[5m]))`},
	{`sum(rate(x[5m])) / sum(rate(r[5m])) * absent(maintenance)`}, {`sum(rate(x[5m])) / sum(rate(r[5m])) * on () (maintenance == bool 0)`},
	{`(sum(rate(y[{{.window}}])) > bool 100) * (sum(rate(x[{{.window}}])) / sum(rate(r[{{.window}}])))`}, {`sum(rate(x[5m])) / sum(rate(r[5m])) + 0 * sum(rate(y[5m]))`},
	{`1 - histogram_fraction(0, 0.5, sum by (le) (rate(h_bucket[5m])))`}, {`histogram_fraction(0.1, +Inf, sum by (le, a) (rate(h_bucket[5m]))) or vector(0)`}, {`histogram_fraction(0, 0.5, rate(h_bucket[5m]))`},
	// Ratios of what is no count.
	{`count(up == 0) / count(up)`}, {`1 - sum(up) / count(up)`}, {`max(rate(x[5m])) / max(rate(r[5m]))`}, {`avg_over_time(up[{{.window}}])`}, {`1 - avg_over_time(up[{{.window}}])`},
	{`avg(avg_over_time(up[{{.window}}]))`}, {`sum(avg_over_time(up[{{.window}}])) / count(up)`}, {`histogram_quantile(0.9, sum by (le) (rate(h_bucket[{{.window}}]))) > bool 0.5`}, {`up == bool 0`},
	{`time() - last_success > bool 3600 or vector(1)`}, {`sum(rate(x[5m])) / sum(rate(r[5m])) > bool 0.01`}, {`max(up == bool 0)`},
}

// Who writes what a hint says in backquotes succeeds at the first try: each of the
// queries is refused once, at most.
func TestHintsWork(t *testing.T) {
	for _, queries := range hinted {
		t.Run(strings.Join(queries, " of "), func(t *testing.T) {
			texts, given, refused := queries, 0, map[int]bool{}
			for {
				plan, err := compileTexts(texts)
				hint := hintOf(plan, err)
				if hint == nil {
					break
				}
				at := 0
				if len(texts) > 1 && hint.Query.Expr == texts[1] {
					at = 1
				}
				parts := strings.Split(hint.Hint, "`")
				if len(parts) < 3 || refused[at] {
					t.Fatalf("%s: %s", hint.Query.Expr, hint)
				}
				refused[at] = true
				given++
				texts = follow(texts, at, parts)
			}
			if given == 0 {
				t.Error("nothing is refused")
			}
		})
	}
}

func compileTexts(texts []string) (*Plan, error) {
	if len(texts) == 1 {
		return Compile(failureRatio(texts[0]))
	}
	return Compile(bad(texts[0], texts[1]))
}

// hintOf returns why something is refused or estimated; nil if its events are
// counted.
func hintOf(plan *Plan, err error) (hint *Error) {
	if wayOf(plan, err) == "estimate" {
		return plan.Caution
	}
	errors.As(err, &hint)
	return hint
}

// follow returns the queries as a hint writes them.
func follow(texts []string, at int, hint []string) []string {
	now := append([]string{}, texts...)
	now[at] = hint[1]
	other := 1 - at
	switch {
	case len(texts) == 1:
	case len(hint) > 4:
		now[other] = hint[3]
	case strings.Contains(hint[2], "in the same form") && !strings.Contains(texts[other], ":1m]"):
		now[other] = "sum_over_time((" + strings.ReplaceAll(texts[other], "{{.window}}", "5m") + ")[{{.window}}:1m])"
	case strings.Contains(hint[2], "with increase(…[{{.window}}])"):
		now[other] = strings.NewReplacer("rate(", "increase(", "[5m]", "[{{.window}}]", "[1h]", "[{{.window}}]", "[$__rate_interval]", "[{{.window}}]").Replace(texts[other])
	}
	return now
}

// Whatever the shape, a hint that writes a query out writes one that works.
func TestHintsOfShapes(t *testing.T) {
	for _, shape := range shapes(t) {
		t.Run(strings.Join(shape[1:], " of "), func(t *testing.T) {
			plan, err := compileTexts(shape[1:])
			hint := hintOf(plan, err)
			if hint == nil || !strings.Contains(hint.Hint, "`") {
				return
			}
			form := slo.Query{Expr: strings.Split(hint.Hint, "`")[1]}
			c := newCompiler(nil, bareCounter)
			if len(shape) == 2 {
				c.bare = nil
			}
			if err := c.reads(form); err != nil {
				t.Error(err)
			}
		})
	}
}

// A ratio may be recorded for several windows, under names that end in theirs.
func TestHintNamesRecords(t *testing.T) {
	_, err := Compile(failureRatio(`1 - slo:ok:rate{{.window}}{a="b"} or vector(0)`))
	refused := (*Error)(nil)
	if !errors.As(err, &refused) {
		t.Fatal(err)
	}
	const form = "1 - avg_over_time(slo:ok:rate5m{a=\"b\"}[{{.window}}]) or vector(0)"
	if !strings.HasSuffix(refused.Hint, "; as in `"+form+"`") {
		t.Error(refused.Hint)
	}
	if plan, err := Compile(failureRatio(form)); err != nil || plan.Estimate == "" {
		t.Error(plan, err)
	}
}
