package promql

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/util/teststorage"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// server is a Prometheus of two hours of samples every 15 s.
type server struct {
	t       testing.TB
	engine  *promql.Engine
	storage *teststorage.TestStorage
}

const (
	scrapes = 480
	hour    = time.Hour
)

var start, now = time.Unix(0, 0).UTC(), time.Unix(0, 0).UTC().Add(2 * time.Hour)

// gauge is a series whose n-th sample is f(n).
func gauge(series string, f func(n int) float64) string {
	var b strings.Builder
	b.WriteString("  " + series)
	for n := range scrapes + 1 {
		fmt.Fprintf(&b, " %g", f(n))
	}
	return b.String() + "\n"
}

func newServer(t testing.TB) *server {
	var load strings.Builder
	load.WriteString("load 15s\n")
	for i, pod := range []string{"a", "b", "c"} {
		for code, rate := range map[string]int{"200": 40, "404": 7, "500": 2} {
			fmt.Fprintf(&load, "  requests_total{code=%q,pod=%q,job=\"web\"} %d+%dx%d\n", code, pod, 1000*i, rate*(i+1), scrapes)
		}
		fmt.Fprintf(&load, "  ok_total{pod=%q,job=\"web\"} 0+%dx%d\n", pod, 47*(i+1), scrapes)
		fmt.Fprintf(&load, "  all_total{pod=%q,job=\"web\"} 0+%dx%d\n", pod, 49*(i+1), scrapes)
		for le, rate := range map[string]int{"0.5": 10, "1.0": 25, "+Inf": 30} {
			fmt.Fprintf(&load, "  h_bucket{le=%q,pod=%q} 0+%dx%d\n", le, pod, rate*(i+1), scrapes)
		}
		fmt.Fprintf(&load, "  h_count{pod=%q} 0+%dx%d\n", pod, 30*(i+1), scrapes)
		fmt.Fprintf(&load, "  native{pod=%q} {{schema:0 count:0 sum:0 buckets:[0 0 0 0]}}+{{schema:0 count:%d sum:9 buckets:[%d 2 3 1]}}x%d\n", pod, 6+i+1, i+1, scrapes)
		load.WriteString(gauge(fmt.Sprintf("errors{pod=%q}", pod), func(n int) float64 { return float64(n % (3 + i)) }))
		load.WriteString(gauge(fmt.Sprintf("requests{pod=%q}", pod), func(n int) float64 { return float64(20 + n%7) }))
		load.WriteString(gauge(fmt.Sprintf("satisfaction{client=%q}", pod), func(n int) float64 { return math.Abs(math.Sin(float64(n*(i+1)) / 40)) }))
		load.WriteString(gauge(fmt.Sprintf("up{pod=%q}", pod), func(n int) float64 { return float64(min(1, n%(11+i))) }))
		load.WriteString(gauge(fmt.Sprintf("ratio{pod=%q}", pod), func(n int) float64 {
			if n%50 == 0 {
				return math.NaN()
			}
			return float64(n%100) / 100
		}))
	}
	storage := promqltest.LoadedStorage(t, load.String())
	t.Cleanup(func() { storage.Close() })
	return &server{t, promqltest.NewTestEngine(t, false, 5*time.Minute, 50_000_000), storage}
}

// ask evaluates an expression and sums its values by the labels.
func (s *server) ask(expr string, at time.Time, by []string) map[string]float64 {
	s.t.Helper()
	query, err := s.engine.NewInstantQuery(context.Background(), s.storage, nil, expr, at)
	if err != nil {
		s.t.Fatalf("%s: %v", expr, err)
	}
	defer query.Close()
	result := query.Exec(context.Background())
	if result.Err != nil {
		s.t.Fatalf("%s: %v", expr, result.Err)
	}
	vector, err := result.Vector()
	if err != nil {
		s.t.Fatalf("%s: %v", expr, err)
	}
	sums := map[string]float64{}
	for _, sample := range vector {
		sums[group(sample.Metric, by)] += sample.F
	}
	return sums
}

func group(series labels.Labels, by []string) string {
	return series.MatchLabels(true, append([]string{"\xff"}, by...)...).String()
}

// count is a sum's events in the hour before now, by group. Increments are
// read in steps of five minutes, as the ledger does.
func (s *server) count(sum Sum, by []string) map[string]float64 {
	s.t.Helper()
	counts := map[string]float64{}
	add := func(weight float64, values map[string]float64) {
		for key, v := range values {
			counts[key] += weight * v
		}
	}
	for _, term := range sum {
		switch source := term.Source.(type) {
		case Counter:
			add(term.Coefficient, s.ask(source.Curve(), now, by))
			add(-term.Coefficient, s.ask(source.Curve(), now.Add(-hour), by))
		case Increments:
			const step = 5 * time.Minute
			for at := now.Add(step - hour); !at.After(now); at = at.Add(step) {
				add(term.Coefficient, s.ask(source.Over(step), at, by))
			}
		}
	}
	return counts
}

// author is the author's own query over the hour before now, as events.
func (s *server) author(expr string, by []string) map[string]float64 {
	s.t.Helper()
	answer := s.ask(strings.ReplaceAll(expr, "{{.window}}", "1h"), now, by)
	if strings.Contains(expr, "rate(") {
		for key := range answer {
			answer[key] *= hour.Seconds()
		}
	}
	return answer
}

// near fails the test if the counts differ by more than the share.
func (s *server) near(what string, got, want map[string]float64, share float64) {
	s.t.Helper()
	if len(got) != len(want) || len(want) == 0 {
		s.t.Errorf("%s: groups %v, not %v", what, got, want)
	}
	for key, w := range want {
		if math.Abs(got[key]-w) > share*math.Abs(w)+1e-9 {
			s.t.Errorf("%s of %s: %v, not %v", what, key, got[key], w)
		}
	}
}

// extrapolation is how far increase may be from the events there were.
const extrapolation = 0.01

func TestRatioCountsWhatTheAuthorCounts(t *testing.T) {
	s := newServer(t)
	tests := []struct {
		name string
		ind  slo.Ratio
	}{
		{"rates", bad(`sum(rate(requests_total{code=~"5.."}[{{.window}}]))`, `sum(rate(requests_total[{{.window}}]))`)},
		{"good rates", good(`sum(rate(requests_total{code!~"5.."}[{{.window}}]))`, `sum(rate(requests_total[{{.window}}]))`)},
		{"increases by group", bad(`sum by (pod) (increase(requests_total{code="500"}[{{.window}}]))`, `sum by (pod) (increase(requests_total[{{.window}}]))`)},
		{"nested sums", bad(`sum by (job) (sum by (job, pod) (rate(requests_total{code="500"}[{{.window}}])))`, `sum by (job) (rate(requests_total[{{.window}}]) > 0)`)},
		{"bare rate", bad(`rate(requests_total{code="500"}[{{.window}}])`, `rate(requests_total[{{.window}}])`)},
		{"bare difference", bad(`rate(all_total[{{.window}}]) - rate(ok_total[{{.window}}])`, `rate(all_total[{{.window}}])`)},
		{"linear", good(`(2 * sum by (pod) (increase(ok_total[{{.window}}])) + sum by (pod) (increase(h_count[{{.window}}]))) / 4`,
			`sum by (pod) (increase(all_total[{{.window}}])) + on (pod) sum by (pod) (increase(h_count[{{.window}}]))`)},
		{"missing errors", bad(`sum(rate(requests_total{code="599"}[{{.window}}])) or vector(0)`, `sum(rate(requests_total[{{.window}}]))`)},
		{"errors that there may be none of", good(`sum(rate(requests_total[{{.window}}])) - sum(rate(requests_total{code="599"}[{{.window}}])) or sum(rate(requests_total[{{.window}}]))`, `sum(rate(requests_total[{{.window}}]))`)},
		{"sums of what there may be none of", bad(`sum(rate(requests_total{code="599"}[{{.window}}])) + sum(rate(requests_total{code="500"}[{{.window}}])) or sum(rate(requests_total{code="599"}[{{.window}}])) or sum(rate(requests_total{code="500"}[{{.window}}]))`, `sum(rate(requests_total[{{.window}}]))`)},
		{"samples of gauges", gauges(bad(`sum(sum_over_time(errors[{{.window}}]))`, `sum(sum_over_time(requests[{{.window}}]))`))},
		{"samples of gauges by group", gauges(bad(`sum by (pod) (sum_over_time(errors[{{.window}}]))`, `sum by (pod) (sum_over_time(requests[{{.window}}]))`))},
		{"wifi", bad(`sum_over_time((count(satisfaction < 0.75))[{{.window}}:]) OR on() vector(0)`, `sum_over_time((count(satisfaction))[{{.window}}:])`)},
		{"evaluations", bad(`sum by (pod) (count_over_time((up == 0)[{{.window}}:30s]))`, `sum by (pod) (count_over_time(up[{{.window}}:30s]))`)},
		{"classic buckets", good(`sum by (pod) (rate(h_bucket{le=~"1|1.0"}[{{.window}}]))`, `sum by (pod) (rate(h_count[{{.window}}]))`)},
		{"native histogram", good(`histogram_fraction(0, 2, sum by (pod) (rate(native[{{.window}}]))) * histogram_count(sum by (pod) (rate(native[{{.window}}])))`,
			`histogram_count(sum by (pod) (rate(native[{{.window}}])))`)},
		{"native histogram between its buckets", bad(`(1 - histogram_fraction(0, 3, sum(rate(native[{{.window}}])))) * histogram_count(sum(rate(native[{{.window}}])))`,
			`sum(histogram_count(rate(native[{{.window}}])))`)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &server{t, s.engine, s.storage}
			plan, err := Compile(tt.ind)
			if err != nil {
				t.Fatal(err)
			}
			bad, total := s.count(plan.Bad, plan.GroupBy), s.count(plan.Total, plan.GroupBy)
			s.near("total", total, s.author(tt.ind.Total.Expr, plan.GroupBy), extrapolation)
			if tt.ind.Bad != nil {
				if len(bad) == 0 {
					bad["{}"] = 0
				}
				s.near("bad", bad, s.author(tt.ind.Bad.Expr, plan.GroupBy), extrapolation)
				return
			}
			good := total
			for key := range total {
				good[key] -= bad[key]
			}
			s.near("good", good, s.author(tt.ind.Good.Expr, plan.GroupBy), extrapolation)
		})
	}
}

func TestPreviewAnswersAsThePlan(t *testing.T) {
	s := newServer(t)
	for name, ind := range map[string]slo.Indicator{
		"counters":  good(`2 * sum by (pod) (increase(ok_total[5m])) / 4`, `sum by (pod) (increase(all_total[5m]))`),
		"gauges":    gauges(good(`errors`, `requests`)),
		"histogram": slo.Histogram{Total: written(`h_count`), Op: slo.LTE, Value: 1},
		"native":    slo.Histogram{Total: written(`native`), Native: true, Op: slo.GT, Value: 3},
		"bool":      slo.BoolGauge{Query: written(`up`)},
		"measured":  slo.Threshold{Query: written(`satisfaction`), Op: slo.GTE, Value: 0.5},
	} {
		t.Run(name, func(t *testing.T) {
			s := &server{t, s.engine, s.storage}
			plan, err := Compile(ind)
			if err != nil {
				t.Fatal(err)
			}
			bad, total := plan.Preview(hour)
			s.near("bad", s.count(plan.Bad, plan.GroupBy), s.ask(bad, now, plan.GroupBy), extrapolation)
			s.near("total", s.count(plan.Total, plan.GroupBy), s.ask(total, now, plan.GroupBy), extrapolation)
		})
	}
}

func TestHistogramCountsBuckets(t *testing.T) {
	s := newServer(t)
	// Of 30 observations a scrape 25 are at most 1; there are 6 pods' worth.
	perBucket := func(n float64) map[string]float64 { return map[string]float64{"{}": n * 6 * scrapes / 2} }
	tests := []struct {
		name       string
		ind        slo.Indicator
		bad, total float64
	}{
		{"at most", slo.Histogram{Total: written(`h_count`), Op: slo.LTE, Value: 1}, 5, 30},
		{"more than", slo.Histogram{Total: written(`h_count`), Op: slo.GT, Value: 1}, 25, 30},
		{"threshold", slo.Threshold{Query: written(`h_bucket`), Op: slo.LT, Value: 0.5}, 20, 30},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &server{t, s.engine, s.storage}
			plan, err := Compile(tt.ind)
			if err != nil {
				t.Fatal(err)
			}
			s.near("bad", s.count(plan.Bad, nil), perBucket(tt.bad), 0)
			s.near("total", s.count(plan.Total, nil), perBucket(tt.total), 0)
		})
	}
}

// The first sample of the native histogram is empty; the curve must begin
// there, and nowhere fall.
func TestNativeCurveNeverFalls(t *testing.T) {
	s := newServer(t)
	plan, err := Compile(slo.Histogram{Total: written(`native`), Native: true, Op: slo.GT, Value: 3})
	if err != nil {
		t.Fatal(err)
	}
	curve := plan.Bad[0].Source.(Counter).Curve()
	last := s.ask(curve, start, []string{"pod"})
	s.near("first sample", last, map[string]float64{`{pod="a"}`: 0, `{pod="b"}`: 0, `{pod="c"}`: 0}, 0)
	for at := start; !at.After(now); at = at.Add(15 * time.Second) {
		next := s.ask(curve, at, []string{"pod"})
		for key, v := range next {
			if v < last[key] {
				t.Fatalf("the curve of %s falls from %v to %v at %s", key, last[key], v, at)
			}
		}
		last = next
	}
}

// evaluations counts, of the evaluations of an expression once a minute in the
// last hour, those that are numbers and those of them that are bad.
func (s *server) evaluations(expr, by string, isBad func(float64) float64) (bad, total map[string]float64) {
	bad, total = map[string]float64{}, map[string]float64{}
	for at := now.Add(time.Minute - hour); !at.After(now); at = at.Add(time.Minute) {
		for key, v := range s.ask(expr, at, []string{by}) {
			if !math.IsNaN(v) {
				bad[key] += isBad(v)
				total[key]++
			}
		}
	}
	return bad, total
}

func TestEvaluationsAreEvents(t *testing.T) {
	s := newServer(t)
	violated := func(v float64) float64 {
		if v < 0.3 {
			return 1
		}
		return 0
	}
	tests := []struct {
		name  string
		ind   slo.Indicator
		expr  string
		by    string
		isBad func(float64) float64
	}{
		{"threshold", slo.Threshold{Query: written(`ratio`), Op: slo.GTE, Value: 0.3}, `ratio`, "pod", violated},
		{"ratio", rawRatio(`ratio`), `ratio`, "pod", func(v float64) float64 { return 1 - v }},
		{"failure ratio", failureRatio(`avg_over_time(ratio[{{.window}}])`), `ratio`, "pod", func(v float64) float64 { return v }},
		{"bool", slo.BoolGauge{Query: written(`min by (pod) (up)`)}, `min by (pod) (up)`, "pod", func(v float64) float64 { return 1 - v }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &server{t, s.engine, s.storage}
			plan, err := Compile(tt.ind)
			if err != nil {
				t.Fatal(err)
			}
			if plan, err = plan.With([]string{tt.by}, nil); err != nil {
				t.Fatal(err)
			}
			bad, total := s.evaluations(tt.expr, tt.by, tt.isBad)
			s.near("bad", s.count(plan.Bad, plan.GroupBy), bad, 1e-9)
			s.near("total", s.count(plan.Total, plan.GroupBy), total, 0)
		})
	}
}

func TestQuotientIsTheAuthorsRatio(t *testing.T) {
	s := newServer(t)
	for _, expr := range []string{
		`sum(rate(requests_total{code="500"}[{{.window}}])) / sum(rate(requests_total[{{.window}}]))`,
		`1 - sum(rate(ok_total[{{.window}}])) / sum(rate(all_total[{{.window}}]))`,
		`(sum(rate(all_total[{{.window}}])) - sum(rate(ok_total[{{.window}}]))) / (sum(rate(all_total[{{.window}}])) > 0)`,
		`1 - histogram_fraction(0, 3, sum(rate(native[{{.window}}]))) or vector(0)`,
	} {
		t.Run(expr, func(t *testing.T) {
			s := &server{t, s.engine, s.storage}
			plan, err := Compile(failureRatio(expr))
			if err != nil || plan.Estimate != "" {
				t.Fatal(err, plan)
			}
			bad, total := s.count(plan.Bad, nil), s.count(plan.Total, nil)
			want := s.ask(strings.ReplaceAll(expr, "{{.window}}", "1h"), now, nil)
			s.near("ratio", map[string]float64{"{}": bad["{}"] / total["{}"]}, want, extrapolation)
		})
	}
}

// What is evaluated every minute counts what counters count, if it says nothing.
func TestEveryMinuteAddsUp(t *testing.T) {
	s := newServer(t)
	for _, query := range []string{
		`sum(rate(requests_total[{{.window}}]))`, `sum by (pod) (increase(requests_total{code="500"}[{{.window}}]))`, `rate(h_bucket{le="0.5"}[{{.window}}])`,
		`histogram_count(sum by (pod) (rate(native[{{.window}}])))`, `sum(sum_over_time(errors[{{.window}}]))`, `sum by (pod) (count_over_time((up == 0)[{{.window}}:1m]))`,
		`2 * sum by (pod) (rate(all_total[{{.window}}])) - sum by (pod) (rate(ok_total[{{.window}}]))`,
	} {
		t.Run(query, func(t *testing.T) {
			s := &server{t, s.engine, s.storage}
			plain, err := Compile(bad(query, `2 * `+query))
			if err != nil {
				t.Fatal(err)
			}
			for _, form := range []string{`(%s) and on () (vector(1) > 0)`, `(%s) unless on () (vector(1) > 2)`, `(%s) * on () group_left () (requests{pod="a"} * 0 + 1)`} {
				every, err := Compile(bad(fmt.Sprintf(form, query), `2 * `+query))
				if err != nil {
					t.Fatal(err)
				}
				if every.Estimate == "" {
					t.Error("it is not evaluated every minute")
				}
				s.near(form, s.count(every.Bad, every.GroupBy), s.count(plain.Bad, plain.GroupBy), 1e-3)
			}
		})
	}
}
