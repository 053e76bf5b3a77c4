package promql

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// flat is an expression on one line, which must be valid.
func flat(t *testing.T, expr string) string {
	t.Helper()
	tree, err := newParser().ParseExpr(expr)
	if err != nil {
		t.Fatalf("%v in\n%s", err, expr)
	}
	return tree.String()
}

// minute's events of a counter, with its target's.
const grown = `sum(X[1m]) + clamp_min(max_over_time(C[1m]) - C offset 1m, 0) and X[1m]) < 0.99 * C offset 1m` +
	` or clamp_min(X[1m]) - C offset 1m, 0)` +
	` or X[1m]) - X[1h] offset 1m) > 0` +
	` or X[1m]) <= on (job, instance) group_left () (10 + sum by (job, instance) (increase(T[5m] offset 1m) and T offset 1m))` +
	` or X[1m]) < X[1h] offset 1m))`

// growth is grown for a counter.
func growth(counter, total string) string {
	return strings.NewReplacer("X", "last_over_time("+counter, "C", counter, "T", total).Replace(grown)
}

func TestRecording(t *testing.T) {
	const all, failed, none = `http_requests_total`, `http_requests_total{code=~"5.."}`, `0 * count(last_over_time(http_requests_total[5m]))`
	tests := []struct {
		name       string
		ind        slo.Indicator
		bad, total string
	}{
		{"counters", bad(errorRate, totalRate),
			`(` + growth(failed, all) + ` or ` + none + `) and ` + none,
			`(` + growth(all, all) + ` or ` + none + `)`},
		{"evaluations", rawRatio(`slo:ratio`),
			`(sum(count_over_time((slo:ratio < +Inf)[59s999ms:1m]))` +
				` - (sum(sum_over_time((slo:ratio < +Inf)[59s999ms:1m])) or 0 * sum(count_over_time((slo:ratio < +Inf)[59s999ms:1m]))))` +
				` and 0 * sum(count_over_time((slo:ratio < +Inf)[59s999ms:1m]))`,
			`sum(count_over_time((slo:ratio < +Inf)[59s999ms:1m]))`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plan, err := Compile(tt.ind)
			if err != nil {
				t.Fatal(err)
			}
			bad, total, err := plan.Recording()
			if err != nil {
				t.Fatal(err)
			}
			if got := flat(t, bad); got != tt.bad {
				t.Errorf("bad is\n%s, not\n%s", got, tt.bad)
			}
			if got := flat(t, total); got != tt.total {
				t.Errorf("total is\n%s, not\n%s", got, tt.total)
			}
		})
	}
}

// What has no samples in a group that has others is none; but a bucket that is
// missing is not empty.
func TestRecordingOfWhatIsMissing(t *testing.T) {
	s := newServer(t)
	tests := []struct {
		name string
		ind  slo.Indicator
		by   []string
		// groups are those for which bad and total have values.
		bad, total int
	}{
		{"no errors yet", bad(`rate(requests_total{code="599"}[5m])`, `rate(requests_total[5m])`), []string{"pod"}, 3, 3},
		{"no requests", bad(`rate(requests_total{code="500"}[5m])`, `rate(nothing_total[5m])`), []string{"pod"}, 0, 0},
		{"errors of other groups", bad(`rate(requests_total{code="500"}[5m])`, `rate(requests_total{pod="a"}[5m])`), []string{"pod"}, 1, 1},
		{"a bucket", good(`rate(h_bucket{le="0.5"}[5m])`, `rate(h_count[5m])`), []string{"pod"}, 3, 3},
		{"a missing bucket", good(`rate(h_bucket{le="0.7"}[5m])`, `rate(h_count[5m])`), []string{"pod"}, 0, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plan, err := Compile(tt.ind)
			if err != nil {
				t.Fatal(err)
			}
			if plan, err = plan.With(tt.by, nil); err != nil {
				t.Fatal(err)
			}
			bad, total, err := plan.Recording()
			if err != nil {
				t.Fatal(err)
			}
			if got := len(s.ask(bad, now, tt.by)); got != tt.bad {
				t.Errorf("bad has %d groups, not %d", got, tt.bad)
			}
			if got := len(s.ask(total, now, tt.by)); got != tt.total {
				t.Errorf("total has %d groups, not %d", got, tt.total)
			}
		})
	}
}

func TestRecordingNamesGroupsAsRecorded(t *testing.T) {
	plan, err := Compile(bad(errorRate, totalRate))
	if err != nil {
		t.Fatal(err)
	}
	if plan, err = plan.With([]string{"job", "plan", "team"}, nil); err != nil {
		t.Fatal(err)
	}
	_, total, err := plan.Recording()
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = `sum without (team) (label_replace(sum without (plan) (label_replace((sum by (job, plan, team) (`, `), "group_plan", "$1", "plan", "(.*)")), "group_team", "$1", "team", "(.*)"))`
	if got := flat(t, total); !strings.HasPrefix(got, begin) || !strings.HasSuffix(got, end) {
		t.Errorf("got %s", got)
	}
}

func TestRecordingRefusesSeveralMetrics(t *testing.T) {
	plan, err := Compile(bad(`sum(rate({__name__=~"a|b"}[5m]))`, totalRate))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{__name__=~"a|b"} may select several metrics, whose series a rule cannot tell apart; write the name of one metric`
	if _, _, err := plan.Recording(); err == nil || err.Error() != want {
		t.Errorf("refused with %v", err)
	}
}

func TestRecords(t *testing.T) {
	const of = `{objective="o",plan="p",slo="s"}`
	const bad, total = `promise:bad_events:increase1m` + of, `promise:total_events:increase1m` + of
	records := Records{SLO: "s", Objective: "o", Plan: "p", Budget: 0.01}
	sliced := func(m slo.Method, rule slo.Slices) Records {
		r := records
		rule.Length, rule.Target = 10*time.Minute, 0.9
		r.Method, r.Slices = m, &rule
		return r
	}
	const good = `clamp(1 - sum_over_time(` + bad + `[10m] offset -30s) / (sum_over_time(` + total + `[10m] offset -30s) > 0), 0, 1)`
	limited := func(r Records) Records {
		r.MaxRange = 24 * time.Hour
		return r
	}
	part := func(n int, expr string) string {
		return fmt.Sprintf(`label_replace(%s, "promise_part", "%d", "", "")`, expr, n)
	}
	day := func(of string) string {
		return `sum without (promise_part) (` + part(1, `sum_over_time(`+of+`[1d])`) + ` or ` + part(2, `sum_over_time(`+of+`[12h] offset 1d)`) + `)`
	}
	hours := func(function string) string {
		const verdicts = `((` + good + ` < bool 0.9)`
		return `sum without (promise_part) (` + part(1, function+verdicts+`[23h50m:10m])`) + ` or ` + part(2, function+verdicts+`[12h10m:10m] offset 23h50m)`) + `)`
	}
	burn := slo.BurnCondition{BurnRate: 14.4, Long: time.Hour, Short: 5 * time.Minute}
	tests := []struct{ name, got, want string }{
		{"burning", records.Burning(burn),
			`sum_over_time(` + bad + `[1h]) / (sum_over_time(` + total + `[1h]) > 0) / 0.01 > 14.4` +
				` and sum_over_time(` + bad + `[5m]) / (sum_over_time(` + total + `[5m]) > 0) / 0.01 > 14.4`},
		{"few errors", records.Burning(slo.BurnCondition{BurnRate: 1, Long: time.Hour, Short: time.Hour, MinBadEvents: 10}),
			`sum_over_time(` + bad + `[1h]) / (sum_over_time(` + total + `[1h]) > 0) / 0.01 > 1` +
				` and sum_over_time(` + bad + `[1h]) / (sum_over_time(` + total + `[1h]) > 0) / 0.01 > 1` +
				` and sum_over_time(` + bad + `[1h]) >= 10`},
		{"spent", records.Exhausted(30 * 24 * time.Hour), `sum_over_time(` + bad + `[30d]) / (sum_over_time(` + total + `[30d]) > 0) / 0.01 >= 1`},
		{"spent, in parts", limited(records).Exhausted(36 * time.Hour), day(bad) + ` / (` + day(total) + ` > 0) / 0.01 >= 1`},
		{"short enough", limited(records).Exhausted(24 * time.Hour), `sum_over_time(` + bad + `[1d]) / (sum_over_time(` + total + `[1d]) > 0) / 0.01 >= 1`},
		{"slices, in parts", limited(sliced(slo.Timeslices, slo.Slices{Op: slo.GTE})).Exhausted(36 * time.Hour),
			hours("sum_over_time") + ` / (` + hours("count_over_time") + ` > 0) / 0.01 >= 1`},
		{"missing", records.Missing(30 * time.Minute), `absent_over_time(` + bad + `[30m])`},
		{"slices", sliced(slo.Timeslices, slo.Slices{Op: slo.GTE}).Exhausted(time.Hour),
			`sum_over_time((` + good + ` < bool 0.9)[1h:10m]) / (count_over_time((` + good + ` < bool 0.9)[1h:10m]) > 0) / 0.01 >= 1`},
		{"ratios of slices, whole ones", sliced(slo.RatioTimeslices, slo.Slices{}).Exhausted(5 * time.Minute),
			`sum_over_time((1 - ` + good + `)[10m:10m]) / (count_over_time((1 - ` + good + `)[10m:10m]) > 0) / 0.01 >= 1`},
		{"empty is good", parser.Prettify(sliced(slo.Timeslices, slo.Slices{Op: slo.GT, Empty: slo.EmptyGood}).slice(time.Hour)),
			good + ` <= bool 0.9 or 0 * sum_over_time(` + total + `[10m] offset -30s)`},
		{"empty is bad", parser.Prettify(sliced(slo.Timeslices, slo.Slices{Op: slo.GT, Empty: slo.EmptyBad}).slice(6 * time.Hour)),
			good + ` <= bool 0.9 or 1 + 0 * last_over_time(` + total + `[6h])`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := flat(t, tt.got); got != tt.want {
				t.Errorf("got\n%s, not\n%s", got, tt.want)
			}
		})
	}
}
