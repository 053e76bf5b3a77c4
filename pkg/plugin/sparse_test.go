package plugin

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
)

// sparse writes counters that are scraped every 7, 10 and 15 minutes, and two
// exporters of one service that are scraped apart: now and then the one is a scrape
// ahead of the other, or misses one.
func sparse(w *prometheus.Writer) {
	counter := func(name, code string, interval, phase time.Duration, perMinute float64, missed func(i int) bool) {
		ls := labels.FromStrings("__name__", name, "job", name, "code", code)
		i := 0
		for age := 8*day - phase; age >= 0; age -= interval {
			if i++; missed == nil || !missed(i) {
				w.Append(ls, prometheus.Float(now.Add(-age), 1000+math.Floor(perMinute*(8*day-age).Minutes())))
			}
		}
	}
	for minutes, age := range map[time.Duration]time.Duration{7: 0, 10: 3, 15: 9} {
		name := fmt.Sprintf("sparse%d_total", minutes)
		phase := 8*day - age*time.Minute - (8*day-age*time.Minute)/(minutes*time.Minute)*(minutes*time.Minute)
		counter(name, "200", minutes*time.Minute, phase, 60, nil)
		counter(name, "500", minutes*time.Minute, phase, 0.06, nil)
	}
	counter("apart_total", "", time.Minute, 10*time.Second, 600, func(i int) bool { return i%97 < 2 })
	counter("apart_good_total", "", time.Minute, 40*time.Second, 600, func(i int) bool { return i%89 < 2 })
}

func ratioOf(name, total, kind, query string) string {
	return fmt.Sprintf(`---
apiVersion: openslo/v1
kind: SLO
metadata: {name: %s}
spec:
  service: sparse
  indicator:
    metadata: {name: %s}
    spec:
      ratioMetric:
        counter: true
        %s: {metricSource: {type: Prometheus, spec: {query: '%s'}}}
        total: {metricSource: {type: Prometheus, spec: {query: '%s'}}}
  timeWindow: [{duration: 7d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.99}]
`, name, name, kind, query, total)
}

// Scrapes that are minutes apart leave nothing out, and raise no alarm.
func TestSparseScrapes(t *testing.T) {
	text := ""
	for _, minutes := range []int{7, 10, 15} {
		metric := fmt.Sprintf("sparse%d_total", minutes)
		text += ratioOf(fmt.Sprintf("every-%d", minutes), metric, "bad", metric+`{code="500"}`)
	}
	text += ratioOf("apart", "apart_total", "good", "apart_good_total")
	server := promtest.Start(t, sparse)
	d := open(t, source(t, server.URL, inline(text)))
	f := ask(t.Context(), t, d, map[string]any{"queryType": "status"}, nil).Frames[0]
	for i := range f.Rows() {
		at := func(name string) any {
			field, _ := f.FieldByName(name)
			v, _ := field.ConcreteAt(i)
			return v
		}
		if at("state") != "ok" || at("coverage").(float64) < 0.98 {
			t.Errorf("%s is %s, with a coverage of %v", at("slo"), at("state"), at("coverage"))
		}
	}
	for _, one := range ask(t.Context(), t, d, map[string]any{"queryType": "noDataAlert"}, nil).Frames {
		if v, _ := one.Fields[0].ConcreteAt(0); v.(float64) > 15 {
			t.Errorf("the data of %s is %v minutes old", one.Fields[0].Labels["slo"], v)
		}
	}
	const condition = ` unless on () (up{job="maintenance"} == 1)`
	text = ratioOf("evaluated", "sparse7_total"+condition, "bad", `sparse7_total{code="500"}`+condition)
	f = ask(t.Context(), t, open(t, source(t, server.URL, inline(text))), map[string]any{"queryType": "status"}, nil).Frames[0]
	expectNotice(t, f, "series that are scraped less often than every 5 minutes cannot be counted every minute", data.NoticeSeverityWarning)
	incidents := ask(t.Context(), t, d, map[string]any{"queryType": "incidents", "slos": "apart"}, nil).Frames[0]
	if n := incidents.Rows(); n > 0 {
		t.Errorf("%d incidents of an SLO without bad events", n)
	}
}
