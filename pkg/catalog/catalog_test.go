package catalog

import (
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
)

var now = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// clockAt returns a clock that shows what a variable holds.
func clockAt(at *time.Time) func() time.Time { return func() time.Time { return *at } }

// read returns the catalog of a text.
func read(text string) *Catalog {
	return &Catalog{definition.Read(definition.File{Content: []byte(text)})}
}

func parse(t *testing.T, c Criteria) Selector {
	t.Helper()
	s, err := ParseSelector(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// shopOf returns the definition of an SLO with a query for errors.
func shopOf(query string) string {
	return "version: prometheus/v1\nservice: shop\nslos:\n" +
		"- {name: s0, objective: 99, alerting: {}, sli: {events: {error_query: '" + query + "', total_query: 'sum(rate(r[{{.window}}]))'}}}\n"
}

const definitions = `
apiVersion: openslo/v1
kind: SLO
metadata: {name: availability, displayName: Shop answers, labels: {team: payments, tier: "1"}}
spec:
  service: shop
  indicator:
    metadata: {name: availability}
    spec:
      ratioMetric:
        counter: true
        bad: {metricSource: {type: Prometheus, spec: {query: 'sum(requests_total{job="shop",code="500"})'}}}
        total: {metricSource: {type: Prometheus, spec: {query: 'sum(requests_total{job="shop"})'}}}
  timeWindow: [{duration: 7d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{displayName: Answers, target: 0.99}]
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: by-route, labels: {team: web}}
spec:
  service: shop
  indicator:
    metadata: {name: by-route}
    spec:
      ratioMetric:
        counter: true
        bad: {metricSource: {type: Prometheus, spec: {query: 'sum by (route) (requests_total{job="shop",code="500"})'}}}
        total: {metricSource: {type: Prometheus, spec: {query: 'sum by (route) (requests_total{job="shop"})'}}}
  timeWindow: [{duration: 1d, isRolling: false, calendar: {startTime: 2026-01-01 00:00:00, timeZone: UTC}}]
  budgetingMethod: Occurrences
  objectives: [{displayName: Answers, target: 0.999}]
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: silent, labels: {team: payments}}
spec:
  service: nothing
  indicator:
    metadata: {name: silent}
    spec:
      ratioMetric:
        counter: true
        bad: {metricSource: {type: Prometheus, spec: {query: 'sum(missing_total{code="500"})'}}}
        total: {metricSource: {type: Prometheus, spec: {query: 'sum(missing_total)'}}}
  timeWindow: [{duration: 7d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{displayName: Answers, target: 0.99}]
`

const brokenDefinition = `
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: impossible}
spec:
  service: shop
  indicator:
    metadata: {name: impossible}
    spec:
      ratioMetric:
        counter: true
        bad: {metricSource: {type: Prometheus, spec: {query: 'sum(requests_total{job="shop",code="500"})'}}}
        total: {metricSource: {type: Prometheus, spec: {query: 'sum(requests_total{job="shop"})'}}}
  timeWindow: [{duration: 7d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{displayName: Answers, target: 99}]
`
