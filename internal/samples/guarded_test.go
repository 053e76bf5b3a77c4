package samples_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
)

// month is the window of all the SLOs below, in minutes.
const month = 30 * 24 * 60

// value gives a series' value at a minute of the month, and whether it has one.
type value func(minute int) (v float64, ok bool)

// each returns a series that always has a value.
func each(f func(minute int) float64) value {
	return func(minute int) (float64, bool) { return f(minute), true }
}

// counting returns a counter that grows by so much in every minute of which grows
// says so, the minutes 1 to the last.
func counting(grows func(minute int) float64) value {
	sums := make([]float64, month+1)
	for m := 1; m <= month; m++ {
		sums[m] = sums[m-1] + grows(m)
	}
	return each(func(m int) float64 { return sums[m] })
}

func during(from, length int, v float64) func(int) float64 {
	return func(m int) float64 {
		if m > from && m <= from+length {
			return v
		}
		return 0
	}
}

func always(v float64) func(int) float64 { return during(0, month, v) }

func plus(f, g func(int) float64) func(int) float64 {
	return func(m int) float64 { return f(m) + g(m) }
}

// traffic is 1,000 requests a minute by day and one by night.
func traffic(m int) float64 {
	if m%(24*60) < 12*60 {
		return 1000
	}
	return 1
}

// nightAndDay is a night of which 480 minutes' requests fail, and half an hour
// of a tenth of the requests at day.
func nightAndDay(m int) float64 {
	const night, day = 20*24*60 + 12*60, 25*24*60 + 60
	switch {
	case m >= night && m < night+480:
		return 1
	case m >= day && m < day+30:
		return 100
	}
	return 0
}

// seldom has data for nine days, the last of which was yesterday.
func seldom(v value) value {
	return func(m int) (float64, bool) {
		f, _ := v(m)
		return f, m > 20*24*60 && m <= 29*24*60
	}
}

func until(end int, v value) value {
	return func(m int) (float64, bool) {
		f, _ := v(m)
		return f, m <= end
	}
}

func since(start int, v value) value {
	return func(m int) (float64, bool) {
		f, _ := v(m)
		return f, m >= start
	}
}

// guardedSeries are counters and gauges, a sample a minute.
var guardedSeries = map[string]value{
	`relist_count{job="k",cluster_id="a"}`:            counting(always(60)),
	`relist_bucket{job="k",cluster_id="a",le="2.5"}`:  counting(plus(always(60), during(30000, 30, -60))),
	`relist_bucket{job="k",cluster_id="a",le="+Inf"}`: counting(always(60)),

	`probe_success{job="p",cluster_id="a",target="ing-web"}`: each(func(m int) float64 {
		if m > 40000 && m <= 40007 {
			return 0
		}
		return 1
	}),
	`ing_requests{job="i",cluster_id="a",target="ing-web",code="200"}`: counting(always(10)),
	`ing_requests{job="i",cluster_id="a",target="ing-web",code="500"}`: counting(during(35000, 9, 2)),

	`storage_ops{job="s",status="success"}`: counting(during(1000, 1440, 1)),
	`storage_ops{job="s",status="fail"}`:    counting(during(1500, 2, 1)),

	`requests{job="r",namespace="n",pod="a",code="200"}`:    counting(always(10)),
	`requests{job="r",namespace="n",pod="a",code="500"}`:    counting(during(20000, 12, 3)),
	`requests{job="r",namespace="n",pod="b",code="200"}`:    counting(always(100)),
	`requests{job="r",namespace="n",pod="b",code="500"}`:    counting(during(25000, 600, 50)),
	`kube_pod_labels{namespace="n",pod="a",label_team="x"}`: each(func(int) float64 { return 1 }),
	`kube_pod_labels{namespace="n",pod="b",label_team="y"}`: each(func(int) float64 { return 1 }),

	`e{job="e",code="200"}`:              counting(always(60)),
	`e{job="e",code="500"}`:              counting(plus(during(31000, 10, 6), during(38010, 30, 60))),
	`b{job="b",instance="1",code="200"}`: counting(always(60)),
	`b{job="b",instance="1",code="500"}`: since(20000, counting(plus(during(19999, 1, 4), during(25000, 5, 1)))),
	`maintenance_window`: each(func(m int) float64 {
		if m > 38000 && m <= 38060 {
			return 1
		}
		return 0
	}),

	`error_percent`:          each(func(m int) float64 { return during(30000, 12, 10)(m) }),
	`percent_requests`:       each(func(int) float64 { return 60 }),
	`percent_total{job="p"}`: counting(always(60)),

	`uneven{job="u",code="200"}`: counting(func(m int) float64 { return traffic(m) - nightAndDay(m) }),
	`uneven{job="u",code="500"}`: counting(nightAndDay),

	`ing_seconds_bucket{job="g",le="0.1"}`: seldom(counting(always(9))),
	`ing_seconds_count{job="g"}`:           seldom(counting(always(10))),

	`old_requests{job="o",code="200"}`: until(20000, counting(always(7))),
	`old_requests{job="o",code="500"}`: until(20000, counting(during(15000, 5, 4))),
	`new_requests{job="o",code="200"}`: since(20000, counting(always(7))),
	`new_requests{job="o",code="500"}`: since(20000, counting(during(30000, 10, 3))),

	`bymean_bad{job="m",pod="a"}`:   counting(during(10000, 10, 3)),
	`bymean_bad{job="m",pod="b"}`:   counting(during(12000, 10, 5)),
	`bymean_total{job="m",pod="a"}`: counting(always(20)),
	`bymean_total{job="m",pod="b"}`: counting(always(80)),
}

// guardedCase is a query as people write it, with the events that there were.
type guardedCase struct {
	name       string
	raw        string
	bad, total string
	// What is counted in the month.
	wantBad, wantTotal, coverage float64
	// Whether it is evaluated every minute.
	grid bool
	// How far, of itself, the number of bad events may be off; 0 for 0.1 %.
	tolerance float64
}

var guardedCases = []guardedCase{
	{name: "clamp-against-skew", bad: `clamp_min(sum(rate(relist_count[{{.window}}])) by (cluster_id) - sum(rate(relist_bucket{le="2.5"}[{{.window}}])) by (cluster_id), 0)`,
		total: `sum(rate(relist_count[{{.window}}])) by (cluster_id)`, wantBad: 1800, wantTotal: 60 * month, coverage: 1},
	{name: "labels-of-gauges", bad: `sum(label_replace(count_over_time(probe_success{target=~"ing-.*"}[{{.window}}]) - sum_over_time(probe_success{target=~"ing-.*"}[{{.window}}]), "class", "$1", "target", "ing-(.*)")) by (cluster_id, class)`,
		total: `sum(label_replace(count_over_time(probe_success{target=~"ing-.*"}[{{.window}}]), "class", "$1", "target", "ing-(.*)")) by (cluster_id, class)`, wantBad: 7, wantTotal: month, coverage: 1},
	{name: "labels-of-counters", bad: `sum(label_replace(rate(ing_requests{code="500"}[{{.window}}]), "class", "$1", "target", "ing-(.*)")) by (class)`,
		total: `sum(label_replace(rate(ing_requests[{{.window}}]), "class", "$1", "target", "ing-(.*)")) by (class)`, wantBad: 18, wantTotal: 10*month + 18, coverage: 1, grid: true},
	{name: "labels-that-go", bad: `sum(label_replace(rate(ing_requests{code="500"}[{{.window}}]), "class", "$1", "target", "ing-(.*)")) by (cluster_id)`,
		total: `sum(rate(ing_requests[{{.window}}])) by (cluster_id)`, wantBad: 18, wantTotal: 10*month + 18, coverage: 1},
	{name: "or-vector", bad: `sum(rate(storage_ops{status="fail"}[{{.window}}])) or on() vector(0)`,
		total: `(sum(rate(storage_ops[{{.window}}])) > 0) or on() vector(1)`, wantBad: 2, wantTotal: 1442, coverage: 1},
	{name: "above-0-or-vector", bad: `sum(increase(storage_ops{status="fail"}[{{.window}}])) > 0 or vector(0)`,
		total: `sum(increase(storage_ops[{{.window}}])) > 0 or vector(1)`, wantBad: 2, wantTotal: 1442, coverage: 1},
	{name: "join-with-labels-of-pods", bad: `sum(rate(requests{code=~"5.."}[{{.window}}]) * on(namespace,pod) group_left(label_team) kube_pod_labels{label_team="x"})`,
		total: `sum(rate(requests[{{.window}}]) * on(namespace,pod) group_left(label_team) kube_pod_labels{label_team="x"})`, wantBad: 36, wantTotal: 10*month + 36, coverage: 1, grid: true},
	{name: "maintenance", bad: `sum(rate(e{code=~"5.."}[{{.window}}])) unless on() (maintenance_window == 1)`,
		total: `sum(rate(e[{{.window}}])) unless on() (maintenance_window == 1)`, wantBad: 60, wantTotal: 60*(month-60) + 60, coverage: 1, grid: true},
	{name: "born-with-its-first-errors", bad: `sum(rate(b{code=~"5.."}[{{.window}}])) unless on() (maintenance_window == 1)`,
		total: `sum(rate(b[{{.window}}])) unless on() (maintenance_window == 1)`, wantBad: 9, wantTotal: 60*(month-60) + 9, coverage: 1, grid: true},
	{name: "maintenance-by-hand", bad: `sum_over_time((sum(increase(e{code=~"5.."}[2m])) / 2 unless on() (maintenance_window == 1))[{{.window}}:1m])`,
		total: `sum_over_time((sum(increase(e[2m])) / 2 unless on() (maintenance_window == 1))[{{.window}}:1m])`, wantBad: 60, wantTotal: 60*(month-60) + 60, coverage: 1, tolerance: 0.06},
	{name: "maintenance-of-a-ratio", raw: `sum(rate(e{code=~"5.."}[{{.window}}])) / sum(rate(e[{{.window}}])) unless on() (maintenance_window == 1)`,
		wantBad: 60, wantTotal: 60*(month-60) + 60, coverage: 1, grid: true},
	{name: "percentage-times-count", bad: `sum(error_percent / 100 * on() increase(percent_total[{{.window}}]))`,
		total: `sum(increase(percent_total[{{.window}}]))`, wantBad: 72, wantTotal: 60 * month, coverage: 1, grid: true},
	{name: "percentage-times-gauge", bad: `sum_over_time((error_percent / 100 * percent_requests)[{{.window}}:1m])`,
		total: `sum_over_time(percent_requests[{{.window}}:1m])`, wantBad: 72, wantTotal: 60 * month, coverage: 1},
	{name: "floor-of-a-denominator", raw: `sum(rate(uneven{code=~"5.."}[{{.window}}])) / clamp_min(sum(rate(uneven[{{.window}}])), 1e-9)`,
		wantBad: 3480, wantTotal: 21_621_600, coverage: 1},
	{name: "silent-most-of-the-time", raw: `1 - (sum(rate(ing_seconds_bucket{le="0.1"}[{{.window}}])) / sum(rate(ing_seconds_count[{{.window}}]))) > 0 or vector(0)`,
		wantBad: 9 * 1440, wantTotal: 9 * 14400, coverage: 0.3},
	{name: "a-metric-that-was-renamed", bad: `sum(rate(new_requests{code="500"}[{{.window}}])) or sum(rate(old_requests{code="500"}[{{.window}}]))`,
		total: `sum(rate(new_requests[{{.window}}])) or sum(rate(old_requests[{{.window}}]))`, wantBad: 50, wantTotal: 7*month + 50, coverage: 1, grid: true},
	{name: "a-ratio-that-was-renamed", raw: `(sum(rate(new_requests{code="500"}[{{.window}}])) / sum(rate(new_requests[{{.window}}]))) or (sum(rate(old_requests{code="500"}[{{.window}}])) / sum(rate(old_requests[{{.window}}])))`,
		wantBad: 50, wantTotal: 7*month + 50, coverage: 1, grid: true},
	{name: "a-ratio-with-labels-of-pods", raw: `sum by (namespace, pod) (rate(requests{code=~"5..",pod="a"}[{{.window}}])) / sum by (namespace, pod) (rate(requests{pod="a"}[{{.window}}])) * on (namespace, pod) group_left (label_team) kube_pod_labels`,
		wantBad: 36, wantTotal: 10*month + 36, coverage: 1, grid: true},
	{name: "share-of-samples", bad: `(1 - avg_over_time(probe_success{target="ing-web"}[{{.window}}])) * count_over_time(probe_success{target="ing-web"}[{{.window}}])`,
		total: `count_over_time(probe_success{target="ing-web"}[{{.window}}])`, wantBad: 7, wantTotal: month, coverage: 1},
	{name: "averages-of-the-same-series", raw: `avg(rate(bymean_bad[{{.window}}])) / avg(rate(bymean_total[{{.window}}]))`,
		wantBad: 80, wantTotal: 100 * month, coverage: 1},
	{name: "ratio-times-guard", raw: `sum(rate(uneven{code=~"5.."}[{{.window}}])) / sum(rate(uneven[{{.window}}])) * (sum(rate(uneven[{{.window}}])) > bool 0)`,
		wantBad: 3480, wantTotal: 21_621_600, coverage: 1},
	{name: "ratio-to-the-power-of-one", raw: `clamp_max((sum(rate(uneven{code=~"5.."}[{{.window}}])) / sum(rate(uneven[{{.window}}]))) ^ 1, 1) or vector(0)`,
		wantBad: 3480, wantTotal: 21_621_600, coverage: 1},
	{name: "silent-times-guard", raw: `(1 - sum(rate(ing_seconds_bucket{le="0.1"}[{{.window}}])) / sum(rate(ing_seconds_count[{{.window}}]))) * (sum(rate(ing_seconds_count[{{.window}}])) > bool 0) or vector(0)`,
		wantBad: 9 * 1440, wantTotal: 9 * 14400, coverage: 0.3},
	{name: "join-from-the-right", bad: `sum(kube_pod_labels{label_team="x"} * on(namespace,pod) group_right() rate(requests{code=~"5.."}[{{.window}}]))`,
		total: `sum(kube_pod_labels{label_team="x"} * on(namespace,pod) group_right() rate(requests[{{.window}}]))`, wantBad: 36, wantTotal: 10*month + 36, coverage: 1, grid: true},
	{name: "join-to-the-labels", bad: `sum(kube_pod_labels{label_team="x"} * on(namespace,pod) group_left() sum by (namespace, pod) (rate(requests{code=~"5.."}[{{.window}}])))`,
		total: `sum(kube_pod_labels{label_team="x"} * on(namespace,pod) group_left() sum by (namespace, pod) (rate(requests[{{.window}}])))`, wantBad: 36, wantTotal: 10*month + 36, coverage: 1, grid: true},
	{name: "changes-of-a-gauge", bad: `sum_over_time((maintenance_window != bool maintenance_window offset 1m)[{{.window}}:1m])`,
		total: `count_over_time(maintenance_window[{{.window}}:1m])`, wantBad: 2, wantTotal: month, coverage: 1},
	{name: "number-of-series", bad: `sum_over_time((count(probe_success == 0))[{{.window}}:1m]) or vector(0)`,
		total: `sum_over_time((count(probe_success))[{{.window}}:1m])`, wantBad: 7, wantTotal: month, coverage: 1},
	{name: "a-label-set-twice", bad: `label_replace(label_replace(sum by (cluster_id) (rate(ing_requests{code="500"}[{{.window}}])), "team", "x", "", ""), "team", "y", "", "")`,
		total: `sum by (cluster_id) (rate(ing_requests[{{.window}}]))`, wantBad: 18, wantTotal: 10*month + 18, coverage: 1},
	{name: "both-sides-earlier", raw: `sum(rate(bymean_bad[{{.window}}] offset 5m)) / sum(rate(bymean_total[{{.window}}] offset 5m))`,
		wantBad: 80, wantTotal: 100 * month, coverage: 1},
}

// definition writes the case as an SLO.
func (c guardedCase) definition() string {
	sli := fmt.Sprintf("raw: {error_ratio_query: %q}", c.raw)
	if c.raw == "" {
		sli = fmt.Sprintf("events: {error_query: %q, total_query: %q}", c.bad, c.total)
	}
	return fmt.Sprintf("version: prometheus/v1\nservice: s\nslos:\n  - name: %s\n    objective: 99\n    sli: {%s}\n    alerting: {page_alert: {}, ticket_alert: {}}\n", c.name, sli)
}

// TestGuardedQueries counts queries that people write around their counts, on a
// real Prometheus, against the events that there were.
func TestGuardedQueries(t *testing.T) {
	end := time.Now().Add(-time.Hour).Truncate(time.Hour)
	_, client := start(t, func(w *prometheus.Writer) { writeMonth(w, end, guardedSeries) })
	store := storeAt(client, end)
	for _, c := range guardedCases {
		t.Run(c.name, func(t *testing.T) {
			set := definition.Read(definition.File{Path: c.name + ".yaml", Content: []byte(c.definition())})
			if len(set.SLOs) != 1 {
				t.Fatalf("%v", set.Problems)
			}
			s := set.SLOs[0]
			plan, err := promql.PlanOf(s, s.Objectives[0], promql.Scope{})
			if err != nil {
				t.Fatal(err)
			}
			if told := plan.Estimate != ""; told != c.grid {
				t.Errorf("it is said to be evaluated every minute: %v", plan.Estimate)
			}
			for _, e := range store.Entries(t.Context(), set.SLOs, promql.Scope{}, windowsAt(end)) {
				if e.Err != nil {
					t.Fatal(e.Err)
				}
				start, _ := e.SLO.Window.At(end)
				r := e.Account.Reading(start, end)
				t.Logf("%v of %v events, coverage %.3f %s", r.Bad, r.Total, r.Coverage, strings.Join(e.Notices, " "))
				if off := math.Abs(r.Bad-c.wantBad) / c.wantBad; off > max(1e-3, c.tolerance) {
					t.Errorf("%v bad events, not %v", r.Bad, c.wantBad)
				}
				if off := math.Abs(r.Total-c.wantTotal) / c.wantTotal; off > 1e-3 {
					t.Errorf("%v events, not %v", r.Total, c.wantTotal)
				}
				if math.Abs(r.Coverage-c.coverage) > 0.01 {
					t.Errorf("coverage %v, not %v", r.Coverage, c.coverage)
				}
			}
		})
	}
}

// writeMonth writes series, a sample a minute of the month before end.
func writeMonth(w *prometheus.Writer, end time.Time, all map[string]value) {
	p := parser.NewParser(parser.Options{})
	for name, v := range all {
		series, err := p.ParseMetric(name)
		if err != nil {
			panic(err)
		}
		var samples []prometheus.Sample
		for m := range month + 1 {
			if f, ok := v(m); ok {
				samples = append(samples, prometheus.Float(end.Add(time.Duration(m-month)*time.Minute), f))
			}
		}
		w.Append(series, samples...)
	}
}
