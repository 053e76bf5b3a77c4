package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
)

const truthDefinitions = `
version: prometheus/v1
service: shop
slos:
  - name: swapped
    objective: 99
    sli: {events: {error_query: 'sum(rate(all_total[{{.window}}]))', total_query: 'sum(rate(failed_total[{{.window}}]))'}}
    alerting: {page_alert: {}, ticket_alert: {}}
  - name: pods
    objective: 99
    sli: {events: {error_query: 'sum by (pod) (rate(failed_total[{{.window}}]))', total_query: 'sum by (pod) (rate(all_total[{{.window}}]))'}}
    alerting: {page_alert: {}, ticket_alert: {}}
`

// Counts that cannot be are no numbers, and pods that are gone have no row.
func TestStatusOfSlips(t *testing.T) {
	server := promtest.Start(t, func(w *prometheus.Writer) {
		for pod, last := range map[string]time.Duration{"old": 2 * time.Hour, "new": 0} {
			for metric, perMinute := range map[string]float64{"all_total": 600, "failed_total": 1} {
				ls := labels.FromStrings("__name__", metric, "job", "shop", "pod", pod)
				for age := 6 * time.Hour; age >= last; age -= time.Minute {
					w.Append(ls, prometheus.Float(now.Add(-age), 1000+perMinute*(6*time.Hour-age).Minutes()))
				}
			}
		}
	})
	file := filepath.Join(t.TempDir(), "slips.yaml")
	if err := os.WriteFile(file, []byte(truthDefinitions), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"status", "--prometheus", server.URL, "--definitions", file}
	rows := answers(t, call(t.Context(), t, nil, append(args, "--format=json")...))
	if len(rows) != 2 {
		t.Fatalf("got %d rows, want one of the swapped queries and one of the pod that lives", len(rows))
	}
	for _, r := range rows {
		if r.Labels["pod"] == "new" {
			if r.State != "ok" || r.SLI == nil {
				t.Errorf("got %+v", r)
			}
			continue
		}
		for _, v := range []*float64{r.SLI, r.Events.Good, r.Events.Bad, r.Events.Total, r.Budget.Total, r.Budget.Consumed, r.Budget.Remaining, r.BackgroundShare, r.BurnRates["1h"]} {
			if v != nil {
				t.Errorf("swapped queries give the number %v", *v)
			}
		}
		if r.State != "no_data" {
			t.Errorf("swapped queries are %s", r.State)
		}
	}
	table := call(t.Context(), t, nil, args...).stdout
	for _, want := range []string{"probably the queries of bad events and of all events are swapped", "1 group has ended and is left out: old"} {
		if !strings.Contains(strings.Join(strings.Fields(table), " "), want) {
			t.Errorf("%q is missing in\n%s", want, table)
		}
	}
}
