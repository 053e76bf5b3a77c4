package deftest

// Documents without a problem, which the tables of tests change line by line.

// Ratio defines an SLO of OpenSLO whose indicator is a ratio.
const Ratio = `apiVersion: openslo/v1
kind: SLO
metadata:
  name: checkout
  displayName: Checkout works
  labels:
    team: payments
  annotations:
    promise.slo/group-by: "handler,method"
spec:
  description: People can pay.
  service: shop
  indicator:
    spec:
      ratioMetric:
        counter: true
        good:
          metricSource:
            type: Prometheus
            spec:
              query: http_requests_total{code!~"5.."}
        total:
          metricSource:
            type: Prometheus
            spec:
              query: http_requests_total
  timeWindow:
    - duration: 28d
      isRolling: true
  budgetingMethod: Occurrences
  objectives:
    - displayName: Availability
      target: 0.999
`

// RollingWindow contains the lines of Ratio about its window.
const RollingWindow = "    - duration: 28d\n      isRolling: true\n"

// Composite defines an SLO of OpenSLO whose objectives have an indicator each.
const Composite = `apiVersion: openslo/v1
kind: SLO
metadata: {name: journey}
spec:
  service: shop
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives:
    - target: 0.9
      indicatorRef: errors
    - target: 0.99
      compositeWeight: 2
      op: lt
      value: 3
      indicator: {spec: {thresholdMetric: {metricSource: {spec: {query: up}}}}}
`

// ErrorsSLI defines an SLI of OpenSLO whose query refers to MainSource.
const ErrorsSLI = `apiVersion: openslo/v1
kind: SLI
metadata: {name: errors}
spec: {ratioMetric: {rawType: failure, raw: {metricSource: {metricSourceRef: main, spec: {query: errors}}}}}
`

// MainSource defines a DataSource of OpenSLO.
const MainSource = `apiVersion: openslo/v1
kind: DataSource
metadata: {name: main}
spec: {type: Mimir}
`

// AlphaThreshold defines an SLO of openslo/v1alpha that compares a metric.
const AlphaThreshold = `apiVersion: openslo/v1alpha
kind: SLO
metadata:
  name: latency
  displayName: Fast
spec:
  description: Pages are fast.
  service: shop
  indicator:
    thresholdMetric:
      source: prod
      queryType: PromQL
      query: latency_seconds
  timeWindows:
    - unit: Month
      count: 1
      isRolling: false
      calendar:
        startTime: 2021-05-01 00:00:00
        timeZone: UTC
  budgetingMethod: Occurrences
  objectives:
    - displayName: Front page
      op: lt
      value: 0.5
      target: 0.99
    - op: lte
      value: 2
      target: 0.999
`

// SlothFile defines a file of Sloth with all of its fields but plugins.
const SlothFile = `version: "prometheus/v1"
service: shop
labels:
  team: payments
  tier: 2
slos:
  - name: availability
    objective: 99.95
    description: People can pay.
    labels:
      tier: "1"
      generated: true
    sli:
      events:
        error_query: sum(rate(http_requests_total{code=~"5.."}[{{.window}}]))
        total_query: |
          sum(rate(http_requests_total[{{ .window }}]))
    alerting:
      name: ShopErrors
      labels:
        category: availability
      annotations:
        summary: The shop fails
      page_alert:
        labels:
          severity: page
        annotations:
          runbook: https://example.com/shop
      ticket_alert:
        disable: true
  - name: freshness
    objective: 99
    sli:
      raw:
        error_ratio_query: 1 - avg_over_time(fresh[{{.window}}])
`

// SlothResource defines a Kubernetes resource of Sloth.
const SlothResource = `apiVersion: sloth.slok.dev/v1
kind: PrometheusServiceLevel
metadata:
  name: shop
  namespace: sales
  uid: 4c0f
  creationTimestamp: "2024-01-01T00:00:00Z"
  annotations:
    promise.slo/group-by: handler
    kubectl.kubernetes.io/last-applied-configuration: "{}"
  labels:
    app: shop
    team: shop
spec:
  service: shop
  labels:
    team: payments
  slos:
    - name: availability
      objective: 99.95
      sli:
        events:
          errorQuery: sum by (handler) (rate(http_requests_total{code=~"5.."}[{{.window}}]))
          totalQuery: sum by (handler) (rate(http_requests_total[{{.window}}]))
      alerting:
        pageAlert:
          disable: true
        ticketAlert:
          labels:
            severity: ticket
status:
  processedSLOs: 1
`

// Pyrra defines an SLO of Pyrra with all of its fields but those that concern its
// rules.
const Pyrra = `apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata:
  name: shop.errors
  namespace: sales
  labels:
    pyrra.dev/team: payments
    pyrra.dev/service: shop
    role: alert-rules
    app.kubernetes.io/name: shop
  annotations:
    example.com/runbook: https://example.com/shop
spec:
  description: People can pay.
  target: '99.9'
  window: 4w
  indicator:
    ratio:
      errors:
        metric: http_requests_total{code=~"5.."}
      total:
        metric: http_requests_total
      grouping:
        - handler
        - method
  alerting:
    name: ShopErrors
    severities:
      fastBurn: page
      mediumBurn: page
status:
  type: PrometheusRule
`

// Promise defines a promise about the SLO of Ratio.
const Promise = `apiVersion: promise.slo/v1
kind: Promise
metadata:
  name: checkout-promise
spec:
  slo: checkout
  owner:
    team: payments
    contact: "#payments"
  agreed:
    engineering: {name: Ada Lovelace, date: 2026-01-10}
    onCall: {name: Grace Hopper, date: 2026-01-12T09:30:00+02:00}
    product: {name: Mary Jackson, date: "2026-01-15"}
  reason: People abandon a cart after the second failure.
  links:
    runbook: https://example.com/runbook
    repository: https://example.com/shop.git
    channel: https://chat.example.com/payments
    dashboards:
      - https://example.com/d/1
      - https://example.com/d/2
  dependsOn: [warehouse]
  history:
    - target: 0.99
      from: 2025-01-01
      reason: A start.
      agreedBy: [Ada Lovelace, Grace Hopper]
    - targetPercent: 99.9
      from: 2026-01-15
  policy:
    - {remainingBelow: 25%, action: Only fixes are released., until: half of it is back}
    - {remainingBelow: 0, action: Nothing is released.}
  considered: {lowest: 99%, highest: 0.9995}
`

// Review defines the review of a quarter of the SLO of Ratio, if that has a calendar
// window.
const Review = `apiVersion: promise.slo/v1
kind: Review
metadata:
  name: checkout-q3
spec:
  slo: checkout
  objective: availability
  window:
    start: 2026-07-01
    end: 2026-10-01
  held: 2026-10-05
  answers:
    target: {verdict: no, note: It held for a year.}
    dependencies: {verdict: partly, note: The bank has no second site.}
    cadence: {verdict: yes, note: Two migrations in a week.}
    detection: {verdict: no, note: The page came within a minute.}
  learned: A migration and a deploy at once cannot be told apart.
  change:
    kind: gate
    what: Migrations run alone.
    owner: payments
    due: 2026-12-01
    done: 2026-11-01
    evidence: https://example.com/pull/1
  report: https://example.com/report
`

// Override defines an override of the gate of the SLO of Ratio.
const Override = `apiVersion: promise.slo/v1
kind: Override
metadata:
  name: fix
spec:
  slo: checkout
  actions: [deploy]
  from: 2026-11-20T08:00:00Z
  to: 2026-11-20T18:00:00Z
  reason: The fix has to go out.
  approvedBy: [Ada Lovelace, Grace Hopper]
`
