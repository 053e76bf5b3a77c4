package plugin

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
)

// pods writes seven pods one after another, each of which lives for a day, and one
// that has been away for three days and came back two hours ago.
func pods(w *prometheus.Writer) {
	write := func(name string, spans ...[2]time.Duration) {
		ls := labels.FromStrings("__name__", "low_total", "job", "low", "instance", name, "code", "OK")
		errors := labels.FromStrings("__name__", "low_total", "job", "low", "instance", name, "code", "BAD")
		count := 0.
		for _, span := range spans {
			for age := span[0]; age > span[1]; age -= time.Minute {
				w.Append(ls, prometheus.Float(now.Add(-age), count))
				w.Append(errors, prometheus.Float(now.Add(-age), math.Floor(count/100)))
				count++
			}
			if span[1] > 0 {
				for _, one := range []labels.Labels{ls, errors} {
					w.Append(one, prometheus.Float(now.Add(-span[1]), math.Float64frombits(value.StaleNaN)))
				}
			}
		}
	}
	for i := range 7 {
		write(fmt.Sprintf("pod-%d", i), [2]time.Duration{time.Duration(7-i) * day, time.Duration(6-i) * day})
	}
	write("returned", [2]time.Duration{7 * day, 3 * day}, [2]time.Duration{2 * time.Hour, 0})
}

const byPod = `
version: prometheus/v1
service: low
slos:
  - name: bypod
    objective: 85
    sli:
      events:
        error_query: sum(rate(low_total{code!="OK"}[{{.window}}])) by (instance)
        total_query: sum(rate(low_total[{{.window}}])) by (instance)
    alerting: {page_alert: {}, ticket_alert: {}}
`

// A group that has ended is no alarm and no row of today, and stays in history.
func TestEndedGroups(t *testing.T) {
	d := open(t, source(t, promtest.Start(t, pods).URL, inline(byPod)))
	f := ask(t.Context(), t, d, map[string]any{"queryType": "status"}, nil).Frames[0]
	expectStrings(t, f, "instance", "returned", "pod-6")
	expectStrings(t, f, "state", "ok", "ok")
	expectNotice(t, f, "6 groups have ended and are left out: pod-0, pod-1, pod-2, pod-3, pod-4 and 1 others", data.NoticeSeverityInfo)
	for query, numbers := range map[string]int{"noDataAlert": 2, "burnAlert": 4, "budgetAlert": 2, "exhaustionAlert": 2, "windowAlert": 2} {
		frames := ask(t.Context(), t, d, map[string]any{"queryType": query}, nil).Frames
		if len(frames) != numbers {
			t.Errorf("%s has %d numbers, want %d", query, len(frames), numbers)
		}
		for _, one := range frames {
			if v, ok := one.Fields[0].ConcreteAt(0); !ok || query == "noDataAlert" && v.(float64) > 30 {
				t.Errorf("%s is %v for %s", query, v, one.Fields[0].Labels["instance"])
			}
		}
	}
	windows := ask(t.Context(), t, d, map[string]any{"queryType": "windows"}, nil).Frames[0]
	if text := fmt.Sprint(windows.Meta.Notices); strings.Contains(text, "Data for only") && strings.Contains(text, "pod-3") {
		t.Errorf("the gaps of ended groups are news: %s", text)
	}
	past := now.Add(-4*day - time.Hour)
	answer, err := d.QueryData(t.Context(), &backend.QueryDataRequest{Queries: []backend.DataQuery{{
		RefID: "A", JSON: written(t, map[string]any{"queryType": "status"}), MaxDataPoints: 100, Interval: time.Minute,
		TimeRange: backend.TimeRange{From: past.Add(-2 * day), To: past},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	was := answer.Responses["A"].Frames[0]
	expectStrings(t, was, "instance", "returned", "pod-2")
	events := ask(t.Context(), t, d, map[string]any{"queryType": "events"}, nil).Frames
	found := map[string]bool{}
	for _, one := range events {
		found[one.Fields[1].Labels["instance"]] = true
	}
	if !found["pod-5"] || !found["returned"] {
		t.Errorf("there are series of %v, want those of ended groups too", found)
	}
}
