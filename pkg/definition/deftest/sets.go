package deftest

// Documents that work together, for the tests of what uses definitions.

// Shop defines three SLOs of OpenSLO: with labels and a display name, with a
// budget for each route and a calendar window, and of metrics that nothing has.
const Shop = `
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

// Impossible defines an SLO whose target is out of range. It begins with ---, to be
// appended to other definitions.
const Impossible = `
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

// Promised defines two objectives of one SLO, whose promise depends on two
// services, one of which has an SLO, in a file of Sloth that may be continued.
const Promised = `
apiVersion: openslo/v1
kind: SLO
metadata: {name: checkout, labels: {team: payments, tier: "1"}}
spec:
  service: shop
  indicator:
    metadata: {name: checkout}
    spec: {ratioMetric: {counter: true,
      bad: {metricSource: {type: Prometheus, spec: {query: 'sum(requests_total{code="500"})'}}},
      total: {metricSource: {type: Prometheus, spec: {query: 'sum(requests_total)'}}}}}
  timeWindow: [{duration: 7d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{displayName: Strict, target: 0.999}, {displayName: Lax, target: 0.9}]
---
apiVersion: promise.slo/v1
kind: Promise
metadata: {name: checkout}
spec: {slo: checkout, dependsOn: [bank, warehouse]}
---
version: prometheus/v1
service: bank
labels: {team: finance}
slos:
- {name: answers, objective: 99, alerting: {}, sli: {events: {error_query: 'sum(rate(bank_total{code="500"}[{{.window}}]))', total_query: 'sum(rate(bank_total[{{.window}}]))'}}}
`
