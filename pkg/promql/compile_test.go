package promql

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func written(expr string) slo.Query {
	return slo.Query{Expr: expr, Source: slo.Position{File: "slo.yml", Line: 10}}
}

func bad(bad, total string) slo.Ratio {
	q := written(bad)
	return slo.Ratio{Bad: &q, Total: written(total), Counter: true}
}

func good(good, total string) slo.Ratio {
	q := written(good)
	return slo.Ratio{Good: &q, Total: written(total), Counter: true}
}

func gauges(r slo.Ratio) slo.Ratio {
	r.Counter = false
	return r
}

func rawRatio(expr string) slo.RawRatio { return slo.RawRatio{Query: written(expr)} }

func failureRatio(expr string) slo.RawRatio {
	return slo.RawRatio{Query: written(expr), Failure: true}
}

// lines is a sum with a term a line: a counter's curve, or increments over 5m.
func lines(s Sum) []string {
	var lines []string
	for _, t := range s {
		text := ""
		switch source := t.Source.(type) {
		case Counter:
			text = source.Curve()
		case Increments:
			text = source.Over(5 * time.Minute)
		}
		lines = append(lines, fmt.Sprintf("%+g %s", t.Coefficient, text))
	}
	return lines
}

type compiled struct {
	name       string
	ind        slo.Indicator
	bad, total []string
	by         []string
}

const (
	errorRate = `sum(rate(http_requests_total{code=~"5.."}[{{.window}}]))`
	totalRate = `sum(rate(http_requests_total[{{.window}}]))`
)

var ratios = []compiled{
	{"Sloth", bad(errorRate, totalRate),
		[]string{`+1 http_requests_total{code=~"5.."}`}, []string{`+1 http_requests_total`}, nil},
	{"good is subtracted", good(`sum(rate(ok_total[{{.window}}]))`, totalRate),
		[]string{`+1 http_requests_total`, `-1 ok_total`}, []string{`+1 http_requests_total`}, nil},
	{"bare counters", bad(`errors_total{job="a"}`, `requests_total{job="a"}`),
		[]string{`+1 errors_total{job="a"}`}, []string{`+1 requests_total{job="a"}`}, nil},
	{"bare counter and aggregation", bad(`sum by (job) (errors_total)`, `sum(requests_total) by (job)`),
		[]string{`+1 errors_total`}, []string{`+1 requests_total`}, []string{"job"}},
	{"bare gauges", gauges(bad(`sum(errors)`, `requests`)),
		[]string{`+1 sum(sum_over_time(errors[4m59s999ms]))`}, []string{`+1 sum(sum_over_time(requests[4m59s999ms]))`}, nil},
	{"rate says that gauges are counters", gauges(bad(errorRate, totalRate)),
		[]string{`+1 http_requests_total{code=~"5.."}`}, []string{`+1 http_requests_total`}, nil},
	{"rate without aggregation", bad(`rate(e_total[$__rate_interval])`, `rate(r_total[${__rate_interval}])`),
		[]string{`+1 e_total`}, []string{`+1 r_total`}, nil},
	{"increase with templates", bad(`sum(increase(e_total[ $__window ]))`, `sum(increase(r_total[${__window:raw}]))`),
		[]string{`+1 e_total`}, []string{`+1 r_total`}, nil},
	{"nested sums", bad(`sum by (b, a, a) (sum by (c, b, a) (rate(e_total[5m])))`, `sum by (a, b) (rate(r_total[1h]))`),
		[]string{`+1 e_total`}, []string{`+1 r_total`}, []string{"a", "b"}},
	{"inner sum drops a label", bad(`sum by (a, b) (sum by (b) (rate(e_total[5m])))`, `sum by (b) (rate(r_total[5m]))`),
		[]string{`+1 e_total`}, []string{`+1 r_total`}, []string{"b"}},
	{"inner without", bad(`sum(sum without (pod) (rate(e_total[5m])))`, `sum(rate(r_total[5m]))`),
		[]string{`+1 e_total`}, []string{`+1 r_total`}, nil},
	{"sum and difference", good(`sum(rate(r_total[5m])) - (sum(rate(a_total[5m])) + 2 * sum(rate(b_total[5m])))`, `sum(rate(r_total[5m]))`),
		[]string{`+1 a_total`, `+2 b_total`}, []string{`+1 r_total`}, nil},
	{"total is good and bad", good(`sum(rate(g_total[5m]))`, `sum(rate(g_total[5m])) + sum(rate(b_total[5m]))`),
		[]string{`+1 b_total`}, []string{`+1 g_total`, `+1 b_total`}, nil},
	{"rates per minute", bad(`sum(rate(e_total[5m])) * 60`, `60 * sum(rate(r_total[5m]))`),
		[]string{`+1 e_total`}, []string{`+1 r_total`}, nil},
	{"rates per minute, subtracted", bad(`sum(rate(e_total[5m])) * 60`, `-60 * sum(rate(u_total[5m])) + 60 * sum(rate(r_total[5m]))`),
		[]string{`+1 e_total`}, []string{`-1 u_total`, `+1 r_total`}, nil},
	{"weights stay", bad(`sum(increase(e_total[5m])) / (2 * 2)`, `-(-sum(increase(r_total[5m])))`),
		[]string{`+0.25 e_total`}, []string{`+1 r_total`}, nil},
	{"defaults and filters", bad(`(sum(rate(e_total[5m])) or on() vector(0)) or 0 * up`, `sum(rate(r_total[5m]) >= 0) > 0 != 0`),
		[]string{`+1 e_total`}, []string{`+1 r_total`}, nil},
	{"filter written backwards", bad(`sum(rate(e_total[5m]))`, `0 < sum(rate(r_total[5m]))`),
		[]string{`+1 e_total`}, []string{`+1 r_total`}, nil},
	{"bare difference", bad(`rate(r_total{job="a"}[5m]) - rate(ok_total{job="a"}[5m])`, `rate(r_total{job="a"}[5m])`),
		[]string{`+1 r_total{job="a"}`, `-1 ok_total{job="a"}`}, []string{`+1 r_total{job="a"}`}, nil},
	{"harmless matching", bad(`sum by (a) (rate(e_total[5m])) + on (a) sum by (a) (rate(f_total[5m])) + ignoring (x) sum by (a) (rate(g_total[5m]))`,
		`sum by (a) (rate(r_total[5m])) + fill (0) sum by (a) (rate(s_total[5m]))`),
		[]string{`+1 e_total`, `+1 f_total`, `+1 g_total`}, []string{`+1 r_total`, `+1 s_total`}, []string{"a"}},
	{"Sloth's home wifi", bad(`sum_over_time((count(unifipoller_client_satisfaction_ratio < 0.75))[{{.window}}:]) OR on() vector(0)`,
		`sum_over_time((count(unifipoller_client_satisfaction_ratio))[{{.window}}:])`),
		[]string{`+1 sum(sum_over_time((count(unifipoller_client_satisfaction_ratio < 0.75))[4m59s999ms:1m]))`},
		[]string{`+1 sum(sum_over_time((count(unifipoller_client_satisfaction_ratio))[4m59s999ms:1m]))`}, nil},
	{"subquery with a resolution", bad(`sum by (a) (count_over_time((up == 0)[{{.window}}:30s]))`, `sum by (a) (count_over_time(up[{{.window}}:$__interval]))`),
		[]string{`+1 sum by (a) (count_over_time((up == 0)[4m59s999ms:30s]))`},
		[]string{`+1 sum by (a) (count_over_time(up[4m59s999ms:1m]))`}, []string{"a"}},
	{"fixed range inside of a subquery", bad(`sum_over_time((sum(rate(e_total[$__rate_interval])) > bool 1)[$__range:1m])`, `count_over_time(sum(up)[$__range:1m])`),
		[]string{`+1 sum(sum_over_time((sum(rate(e_total[5m])) > bool 1)[4m59s999ms:1m]))`},
		[]string{`+1 sum(count_over_time(sum(up)[4m59s999ms:1m]))`}, nil},
	{"samples of a gauge", bad(`sum(sum_over_time(errors[5m]))`, `sum(sum_over_time(requests[5m]))`),
		[]string{`+1 sum(sum_over_time(errors[4m59s999ms]))`}, []string{`+1 sum(sum_over_time(requests[4m59s999ms]))`}, nil},
	{"templates in comments and labels", bad("sum(rate(e_total{path=~\"/a.*$\", group=\"$Default\"}[5m])) # [$foo]", `sum(rate(r_total[5m]))`),
		[]string{`+1 e_total{group="$Default",path=~"/a.*$"}`}, []string{`+1 r_total`}, nil},
	{"classic latency", good(`h_bucket{le="1",job="a"}`, `h_count{job="a"}`),
		[]string{`+1 h_count{job="a"}`, `-1 h_bucket{job="a",le=~"1|1\\.0"}`}, []string{`+1 h_count{job="a"}`}, nil},
	{"grouping by le means nothing", good(`sum by (le, job) (rate(h_bucket{le="0.5"}[5m]))`, `sum by (job) (rate(h_bucket{le="+Inf"}[5m]))`),
		[]string{`+1 h_bucket{le="+Inf"}`, `-1 h_bucket{le="0.5"}`}, []string{`+1 h_bucket{le="+Inf"}`}, []string{"job"}},
	{"native latency", good(`histogram_fraction(0, 0.5, sum(rate(h[5m]))) * histogram_count(sum(increase(h[5m])))`, `histogram_count(sum(increase(h[5m])))`),
		[]string{`+1 histogram_count(h)`, `-1 (round(histogram_fraction(0, 0.5, h) * histogram_count(h), 0.001) >= 0 or histogram_count(h))`},
		[]string{`+1 histogram_count(h)`}, nil},
	{"native latency, the slow ones", bad(`(1 - histogram_fraction(0, 2, sum by (a) (rate(h[5m])))) * histogram_count(sum by (a) (rate(h[5m])))`, `sum by (a) (histogram_count(rate(h[5m])))`),
		[]string{`+1 histogram_count(h)`, `-1 (round(histogram_fraction(0, 2, h) * histogram_count(h), 0.001) >= 0 or histogram_count(h))`},
		[]string{`+1 histogram_count(h)`}, []string{"a"}},
}

var others = []compiled{
	{"quotient", failureRatio(errorRate + ` / ` + totalRate),
		[]string{`+1 http_requests_total{code=~"5.."}`}, []string{`+1 http_requests_total`}, nil},
	{"complement of a quotient", rawRatio(`1 - (` + errorRate + ` / ` + totalRate + `)`),
		[]string{`+1 http_requests_total{code=~"5.."}`}, []string{`+1 http_requests_total`}, nil},
	{"difference over total", rawRatio(`(sum by (a) (rate(r[5m])) - sum by (a) (rate(e[5m]))) / sum by (a) (rate(r[5m]))`),
		[]string{`+1 e`}, []string{`+1 r`}, []string{"a"}},
	{"quotient with default and guard", rawRatio(`(sum(rate(g[5m])) / (sum(rate(r[5m])) > 0)) or vector(1)`),
		[]string{`+1 r`, `-1 g`}, []string{`+1 r`}, nil},
	{"quotient of sums of evaluations", failureRatio(`sum(sum_over_time(e[5m])) / sum(count_over_time(e[5m]))`),
		[]string{`+1 sum(sum_over_time(e[4m59s999ms]))`}, []string{`+1 sum(count_over_time(e[4m59s999ms]))`}, nil},
	{"fraction of a native histogram", rawRatio(`histogram_fraction(0, 0.2, sum(rate(h[$__rate_interval])))`),
		[]string{`+1 histogram_count(h)`, `-1 (round(histogram_fraction(0, 0.2, h) * histogram_count(h), 0.001) >= 0 or histogram_count(h))`},
		[]string{`+1 histogram_count(h)`}, nil},

	{"gauge with a threshold", slo.Threshold{Query: written(`max by (job) (latency_seconds)`), Op: slo.LTE, Value: 0.5},
		[]string{`+1 sum by (job) (sum_over_time((max by (job) (latency_seconds) > bool 0.5)[4m59s999ms:1m]))`},
		[]string{`+1 sum by (job) (count_over_time((max by (job) (latency_seconds) >= -Inf)[4m59s999ms:1m]))`}, []string{"job"}},
	{"quantile with a threshold", slo.Threshold{Query: written(`histogram_quantile(0.9, sum by (le) (rate(h_bucket[{{.window}}])))`), Op: slo.LT, Value: 2},
		[]string{`+1 sum(sum_over_time((histogram_quantile(0.9, sum by (le) (rate(h_bucket[5m]))) >= bool 2)[4m59s999ms:1m]))`},
		[]string{`+1 sum(count_over_time((histogram_quantile(0.9, sum by (le) (rate(h_bucket[5m]))) >= -Inf)[4m59s999ms:1m]))`}, nil},
	{"quotient with a threshold", slo.Threshold{Query: written(`free / size`), Op: slo.GTE, Value: 0.1},
		[]string{`+1 sum(sum_over_time(((free / size) < bool 0.1)[4m59s999ms:1m]))`},
		[]string{`+1 sum(count_over_time(((free / size) >= -Inf)[4m59s999ms:1m]))`}, nil},
	{"gauge above a threshold", slo.Threshold{Query: written(`x`), Op: slo.GT, Value: -1},
		[]string{`+1 sum(sum_over_time((x <= bool -1)[4m59s999ms:1m]))`},
		[]string{`+1 sum(count_over_time((x >= -Inf)[4m59s999ms:1m]))`}, nil},
	{"buckets with a threshold", slo.Threshold{Query: written(`sum by (le, job) (rate(h_bucket{a="b"}[5m]))`), Op: slo.LT, Value: 2},
		[]string{`+1 h_bucket{a="b",le="+Inf"}`, `-1 h_bucket{a="b",le=~"2|2\\.0"}`}, []string{`+1 h_bucket{a="b",le="+Inf"}`}, []string{"job"}},

	{"classic histogram by its count", slo.Histogram{Total: written(`sum(rate(h_count{a="b"}[5m]))`), Op: slo.LTE, Value: 0.25},
		[]string{`+1 h_count{a="b"}`, `-1 h_bucket{a="b",le="0.25"}`}, []string{`+1 h_count{a="b"}`}, nil},
	{"classic histogram above", slo.Histogram{Total: written(`h_bucket{le="+Inf"}`), Op: slo.GT, Value: 1e6},
		[]string{`+1 h_bucket{le=~"1e\\+06|1000000|1000000\\.0"}`}, []string{`+1 h_bucket{le="+Inf"}`}, nil},
	{"classic histogram with good", slo.Histogram{Total: written(`h_count`), Good: pointer(written(`h_bucket{le=~"10"}`)), Op: slo.LTE, Value: 10},
		[]string{`+1 h_count`, `-1 h_bucket{le=~"10|10\\.0"}`}, []string{`+1 h_count`}, nil},
	{"native histogram", slo.Histogram{Total: written(`h`), Native: true, Op: slo.LTE, Value: 0.25},
		[]string{`+1 histogram_count(h)`, `-1 (round(histogram_fraction(-Inf, 0.25, h) * histogram_count(h), 0.001) >= 0 or histogram_count(h))`},
		[]string{`+1 histogram_count(h)`}, nil},
	{"native histogram above", slo.Histogram{Total: written(`histogram_count(sum(rate(h[5m])))`), Native: true, Op: slo.GTE, Value: 0.25},
		[]string{`+1 (round(histogram_fraction(-Inf, 0.25, h) * histogram_count(h), 0.001) >= 0 or histogram_count(h))`},
		[]string{`+1 histogram_count(h)`}, nil},

	{"bool gauge", slo.BoolGauge{Query: written(`probe_success{job="a"}`)},
		[]string{`+1 sum(count_over_time(probe_success{job="a"}[4m59s999ms]))`, `-1 sum(sum_over_time(probe_success{job="a"}[4m59s999ms]))`},
		[]string{`+1 sum(count_over_time(probe_success{job="a"}[4m59s999ms]))`}, nil},
	{"bool gauge, averaged", slo.BoolGauge{Query: written(`avg_over_time(up[{{.window}}])`)},
		[]string{`+1 sum(count_over_time(up[4m59s999ms]))`, `-1 sum(sum_over_time(up[4m59s999ms]))`},
		[]string{`+1 sum(count_over_time(up[4m59s999ms]))`}, nil},
	{"bool gauge, evaluated", slo.BoolGauge{Query: written(`max by (job) (up)`)},
		[]string{`+1 sum by (job) (count_over_time((max by (job) (up) >= -Inf)[4m59s999ms:1m]))`, `-1 sum by (job) (sum_over_time((max by (job) (up) >= -Inf)[4m59s999ms:1m]))`},
		[]string{`+1 sum by (job) (count_over_time((max by (job) (up) >= -Inf)[4m59s999ms:1m]))`}, []string{"job"}},
}

func pointer(q slo.Query) *slo.Query { return &q }

func TestCompile(t *testing.T) {
	for _, tt := range slices.Concat(ratios, others) {
		t.Run(tt.name, func(t *testing.T) {
			plan, err := Compile(tt.ind)
			if err != nil {
				t.Fatal(err)
			}
			if plan.Estimate != "" {
				t.Errorf("an estimate: %s", plan.Estimate)
			}
			if got := lines(plan.Bad); !slices.Equal(got, tt.bad) {
				t.Errorf("bad\n%s, not\n%s", strings.Join(got, "\n"), strings.Join(tt.bad, "\n"))
			}
			if got := lines(plan.Total); !slices.Equal(got, tt.total) {
				t.Errorf("total\n%s, not\n%s", strings.Join(got, "\n"), strings.Join(tt.total, "\n"))
			}
			if !slices.Equal(plan.GroupBy, tt.by) {
				t.Errorf("grouped by %q, not %q", plan.GroupBy, tt.by)
			}
		})
	}
}

func TestEstimate(t *testing.T) {
	const count, sum = `sum(count_over_time((%s < +Inf)[4m59s999ms:1m]))`, `sum(sum_over_time((%s < +Inf)[4m59s999ms:1m]))`
	tests := []struct {
		name, expr, evaluated, because string
	}{
		{"recorded", `slo:ratio`, `slo:ratio`, "this is not a quotient of counts"},
		{"average of a recorded ratio", `avg_over_time(slo:ratio[{{.window}}])`, `slo:ratio`, "this is not a quotient of counts"},
		{"average of a ratio", `avg_over_time((a / b)[{{.window}}:1m])`, `(a / b)`, "this is not a quotient of counts"},
		{"quotient of recorded rates", `a:rate5m / b:rate5m`, `(a:rate5m / b:rate5m)`, "it is unclear whether a bare selector is a counter"},
		{"short rates", `irate(a[$__rate_interval]) / irate(b[$__rate_interval])`, `(irate(a[5m]) / irate(b[5m]))`,
			"irate sees the last two samples of a window only, and misses all other events"},
		{"series that do not meet", `rate(a{x="1"}[5m]) / rate(a[5m])`, `(rate(a{x="1"}[5m]) / rate(a[5m]))`,
			"series of the two sides have different labels, and those without a partner are dropped"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plan, err := Compile(rawRatio(tt.expr))
			if err != nil {
				t.Fatal(err)
			}
			want := []string{"+1 " + fmt.Sprintf(count, tt.evaluated), "-1 " + fmt.Sprintf(sum, tt.evaluated)}
			if got := lines(plan.Bad); !slices.Equal(got, want) {
				t.Errorf("bad %q, not %q", got, want)
			}
			if got := lines(plan.Total); !slices.Equal(got, want[:1]) {
				t.Errorf("total %q, not %q", got, want[:1])
			}
			sentence := "Events are minutes weighted by the recorded ratio, busy or idle, as the ratio cannot be taken apart into counts: " + tt.because + "."
			if plan.Estimate != sentence {
				t.Errorf("estimate %q, not %q", plan.Estimate, sentence)
			}
		})
	}
	plan, err := Compile(failureRatio(`slo:error_ratio`))
	if err != nil {
		t.Fatal(err)
	}
	if got := lines(plan.Bad); !slices.Equal(got, []string{"+1 " + fmt.Sprintf(sum, "slo:error_ratio")}) {
		t.Errorf("bad of a failure ratio is %q", got)
	}
}

func nan() float64 { return math.NaN() }
