package plugin

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
)

// contradicting writes counters of which good ones grow faster than all, and a
// histogram.
func contradicting(w *prometheus.Writer) {
	for name, perMinute := range map[string]float64{
		`odd_total`: 10, `odd_success_total`: 12, `odd_errors_total`: 0.01,
		`gx_seconds_bucket{le="0.5"}`: 9, `gx_seconds_bucket{le="+Inf"}`: 10, `gx_seconds_count`: 10,
	} {
		metric, le, _ := strings.Cut(strings.TrimSuffix(name, `"}`), `{le="`)
		ls := []string{"__name__", metric, "job", "odd"}
		if le != "" {
			ls = append(ls, "le", le)
		}
		var samples []prometheus.Sample
		for minute := range int(8 * day / time.Minute) {
			samples = append(samples, prometheus.Float(now.Add(-8*day+time.Duration(minute+1)*time.Minute), 1000+math.Floor(perMinute*float64(minute))))
		}
		w.Append(labels.FromStrings(ls...), samples...)
	}
}

const contradictions = `
version: prometheus/v1
service: odd
slos:
  - name: more-good
    objective: 99
    sli: {events: {error_query: 'sum(rate(odd_total[{{.window}}])) - sum(rate(odd_success_total[{{.window}}]))', total_query: 'sum(rate(odd_total[{{.window}}]))'}}
    alerting: {page_alert: {}, ticket_alert: {}}
  - name: reversed
    objective: 99
    sli: {events: {error_query: 'sum(rate(gx_seconds_bucket{le="0.5"}[{{.window}}])) - sum(rate(gx_seconds_bucket{le="+Inf"}[{{.window}}]))', total_query: 'sum(rate(gx_seconds_count[{{.window}}]))'}}
    alerting: {page_alert: {}, ticket_alert: {}}
  - name: swapped
    objective: 99
    sli: {events: {error_query: 'sum(rate(odd_total[{{.window}}]))', total_query: 'sum(rate(odd_errors_total[{{.window}}]))'}}
    alerting: {page_alert: {}, ticket_alert: {}}
`

const contradictingSlices = `
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: slices}
spec:
  service: odd
  indicator:
    metadata: {name: slices}
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: Prometheus, spec: {query: 'sum(odd_success_total)'}}}
        total: {metricSource: {type: Prometheus, spec: {query: 'sum(odd_total)'}}}
  timeWindow: [{duration: 7d, isRolling: true}]
  budgetingMethod: Timeslices
  objectives: [{target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: 5m}]
`

// Counts that cannot be are no numbers anywhere, and everything says why.
func TestImpossibleCounts(t *testing.T) {
	server := promtest.Start(t, contradicting)
	d := open(t, source(t, server.URL, inline(contradictions+contradictingSlices)))
	names := []string{"odd-more-good", "odd-reversed", "slices", "odd-swapped"}
	f := ask(t.Context(), t, d, map[string]any{"queryType": "status"}, nil).Frames[0]
	expectStrings(t, f, "slo", names...)
	expectStrings(t, f, "state", "no_data", "no_data", "no_data", "no_data")
	for _, name := range []string{"sli", "good", "bad", "total", "budgetTotal", "budgetRemaining", "budgetConsumed", "exhaustsAt"} {
		field, _ := f.FieldByName(name)
		for i := range field.Len() {
			if v, ok := field.ConcreteAt(i); ok {
				t.Errorf("%s of %s is %v", name, names[i], v)
			}
		}
	}
	for i, want := range []string{"come from different exporters", "difference in the query of bad events are swapped", "probably another exporter counts the good events", "queries of bad events and of all events are swapped"} {
		field, _ := f.FieldByName("error")
		if text, _ := field.ConcreteAt(i); !strings.Contains(text.(string), want) {
			t.Errorf("the error of %s is %q, want %q", names[i], text, want)
		}
	}
	expectNotice(t, f, "More good events than events in all", data.NoticeSeverityWarning)
	for query, want := range map[string]any{"burnAlert": nil, "budgetAlert": nil, "exhaustionAlert": nil, "noDataAlert": math.Inf(1)} {
		for _, one := range ask(t.Context(), t, d, map[string]any{"queryType": query}, nil).Frames {
			v, ok := one.Fields[0].ConcreteAt(0)
			if ok != (want != nil) || ok && v != want {
				t.Errorf("%s is %v, want %v: %v", query, v, want, one.Fields[0].Labels)
			}
		}
	}
	got := health(t, d)
	if !strings.Contains(got.Message, "4 of 4 SLOs have impossible counts: odd-more-good, odd-reversed, odd-swapped, slices") {
		t.Errorf("the health check says %q", got.Message)
	}
	if details := detailsOf(t, got); len(details.Impossible) != 4 || !strings.Contains(details.Verbose, "odd-swapped: More bad events") {
		t.Errorf("the details are %+v", details)
	}
}
