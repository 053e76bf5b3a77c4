package promql

import (
	"strings"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// onGrid are queries that are evaluated every minute.
var onGrid = []string{
	`sum(rate(e[{{.window}}])) unless on () (maintenance == 1)`,
	`sum(rate(e[{{.window}}]) and on (pod) up == 1)`,
	`sum(rate(e[{{.window}}]) * on (namespace, pod) group_left (team) info{team="x"})`,
	`sum(pct / 100 * rate(e[{{.window}}]))`,
	`sum(rate(e[{{.window}}])) / sum(rate(f[{{.window}}])) * sum(rate(r_total[{{.window}}]))`,
	`sum(label_replace(rate(e[{{.window}}]), "a", "$1", "b", "(.*)")) or sum(rate(f[{{.window}}]))`,
}

func TestEveryMinute(t *testing.T) {
	const e = `(e - e offset 1m >= 0 or e and e offset 1m or e <= 10 and on (job, instance) e offset 1m)`
	tests := []struct{ query, want string }{
		{onGrid[0], `sum(sum_over_time((sum` + e + ` unless on () (maintenance == 1))[4m59s999ms:1m]))`},
		{onGrid[1], `sum(sum_over_time((` + e + ` and on (pod) up == 1)[4m59s999ms:1m]))`},
		{onGrid[2], `sum(sum_over_time(((` + e + ` * on (namespace, pod) group_left (team) info{team="x"}) >= -Inf)[4m59s999ms:1m]))`},
		{onGrid[3], `sum(sum_over_time((((pct / 100) * ` + e + `) >= -Inf)[4m59s999ms:1m]))`},
		{`sum(sum_over_time((x > 1)[{{.window}}:1m]) and on (pod) up == 1)`, `sum(sum_over_time(((x > 1) and on (pod) up == 1)[4m59s999ms:1m]))`},
		{`sum(sum_over_time(x[{{.window}}]) and on (pod) up == 1)`, `sum(sum_over_time((sum_over_time(x[59s999ms]) and on (pod) up == 1)[4m59s999ms:1m]))`},
		{`histogram_count(sum(rate(h[{{.window}}]))) unless on () m == 1`,
			`sum(sum_over_time((sum(histogram_count(h) - histogram_count(h offset 1m) >= 0 or histogram_count(h) and histogram_count(h offset 1m) or histogram_count(h) <= 10 and on (job, instance) h offset 1m) unless on () m == 1)[4m59s999ms:1m]))`},
	}
	for _, tt := range tests {
		t.Run(tt.query, func(t *testing.T) {
			total := sumTotal
			if strings.Contains(tt.query, "_over_time") {
				total = `sum(increase(r[{{.window}}]))`
			}
			plan, err := Compile(bad(tt.query, total))
			if err != nil {
				t.Fatal(err)
			}
			if got := lines(plan.Bad); len(got) != 1 || got[0] != "+1 "+tt.want {
				t.Errorf("bad\n%s, not\n%s", strings.Join(got, "\n"), tt.want)
			}
			if plan.Estimate == "" || plan.Caution == nil {
				t.Error("nothing says that it is evaluated every minute")
			}
		})
	}
}

// Both sides of a ratio are evaluated every minute, where one must be.
func TestRatiosEveryMinute(t *testing.T) {
	for _, query := range []string{
		`sum by (app) (rate(e[{{.window}}])) / sum by (app) (rate(r[{{.window}}])) * on (app) group_left (team) max by (app, team) (info)`,
		`max by (app, team) (info) * on (app) group_right (team) (sum by (app) (rate(e[{{.window}}])) / sum by (app) (rate(r[{{.window}}])))`,
		`sum(rate(new_e[{{.window}}])) / sum(rate(new_r[{{.window}}])) or sum(rate(e[{{.window}}])) / sum(rate(r[{{.window}}]))`,
		`(sum(rate(e[{{.window}}])) / sum(rate(r[{{.window}}]))) and on () up == 1`,
	} {
		plan, err := Compile(failureRatio(query))
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		if plan.onGrid() == nil || plan.Estimate == "" {
			t.Errorf("%s is estimated: %s", query, plan.Estimate)
		}
	}
}

// Filters are of the events, and not of what says which events count.
func TestConditionsAreNotFiltered(t *testing.T) {
	matchers, err := ParseMatchers(`{pod="a"}`)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := Compile(bad(onGrid[0], sumTotal))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // that of a plan that is narrowed already too
		if plan, err = plan.With(nil, matchers); err != nil {
			t.Fatal(err)
		}
		const want = `+1 sum(sum_over_time((sum(e{pod="a"} - e{pod="a"} offset 1m >= 0 or e{pod="a"} and e{pod="a"} offset 1m or e{pod="a"} <= 10 and on (job, instance) e offset 1m) unless on () (maintenance == 1))[4m59s999ms:1m]))`
		if got := lines(plan.Bad); got[0] != want {
			t.Errorf("%s, not %s", got[0], want)
		}
	}
	if got := strings.Join(plan.Series(), " "); strings.Contains(got, "maintenance") {
		t.Errorf("%s are said to be events", got)
	}
	made, err := Compile(bad(`sum by (a) (label_replace(rate(e[{{.window}}]), "a", "$1", "b", "(.*)"))`, `sum by (a) (label_replace(rate(r[{{.window}}]), "a", "$1", "b", "(.*)"))`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := made.With(nil, []*labels.Matcher{parser.MustLabelMatcher(labels.MatchEqual, "a", "x")}); err == nil || !strings.Contains(err.Error(), "the label a is made by the query itself") {
		t.Errorf("filtering by a label that the query makes gives %v", err)
	}
}

// Labels that a query makes change nothing where they are aggregated away, or
// where the result is not grouped.
func TestLabelsThatGoAreNotMade(t *testing.T) {
	plain := fingerprintOf(t, bad(sumBad, sumTotal))
	const relabel = `label_replace(rate(r_total{code="500"}[{{.window}}]), "a", "$1", "b", "(.*)")`
	for _, query := range []string{
		`sum(` + relabel + `)`, `sum(label_join(` + relabel + `, "c", "-", "a", "b"))`,
	} {
		if fingerprintOf(t, bad(query, sumTotal)) != plain {
			t.Errorf("%s is not counted as without labels", query)
		}
	}
	ind := rawRatio(`sum(label_replace(rate(a[5m]), "x", "$1", "y", "(.*)")) / sum(rate(b[5m]))`)
	if fingerprintOf(t, ind) != fingerprintOf(t, rawRatio(`sum(rate(a[5m])) / sum(rate(b[5m]))`)) {
		t.Error("a ratio is not counted as without labels")
	}
}
