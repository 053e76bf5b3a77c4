package samples_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
)

// wholeCase has documents, and of each SLO the events that there were.
type wholeCase struct {
	name, documents string
	want            []wholeSLO
}

type wholeSLO struct {
	id         string
	window     string
	bad, total float64
	remaining  float64
}

const newAt40 = `
apiVersion: openslo/v1
kind: SLO
metadata: {name: new-at-40}
spec:
  service: shop
  indicator:
    metadata: {name: x}
    spec: {ratioMetric: {counter: true, bad: {metricSource: {type: Prometheus, spec: {query: 'sum(rate(new_total{code="500"}[{{.window}}]))'}}}, total: {metricSource: {type: Prometheus, spec: {query: 'sum(rate(new_total[{{.window}}]))'}}}}}
  timeWindow: [{duration: 7d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.999}]
`

const upOrDown = `
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: gauge}
spec: {target: "99", window: 1d, indicator: {bool_gauge: {metric: 'probe_up{job="g"}'}}}
`

func cache(site string) string {
	return `
---
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata:
  name: cache
  namespace: pilot
  labels: {pyrra.dev/team: traffic, pyrra.dev/site: ` + site + `}
spec:
  target: '99'
  window: 4w
  indicator: {ratio: {errors: {metric: 'cache_bad{site="` + site + `"}'}, total: {metric: 'cache_all{site="` + site + `"}'}}}
`
}

const of28Days = `
apiVersion: sloth.slok.dev/v1
kind: AlertWindows
spec: {sloPeriod: 28d}
---
version: prometheus/v1
service: shop
slos:
  - name: checkout
    objective: 99
    sli: {events: {error_query: 'sum(rate(checkout{code=~"5.."}[{{.window}}]))', total_query: 'sum(rate(checkout[{{.window}}]))'}}
    alerting: {page_alert: {}, ticket_alert: {}}
`

var wholeCases = []wholeCase{
	{"a counter that begins at 40", newAt40, []wholeSLO{{"new-at-40", "7d", 40, 10_120, -2.95}}},
	{"a gauge of 0 and 1", upOrDown, []wholeSLO{{"gauge", "1d", 10, 1440, 1 - 10/14.4}}},
	{"one name at two sites", cache("north") + cache("south"), []wholeSLO{{"cache/north", "4w", 28, 280_000, 0.99}, {"cache/south", "4w", 1400, 140_000, 0}}},
	{"a period of 28 days", of28Days, []wholeSLO{{"shop-checkout", "28d", 50, 28*24*600 + 50, 1 - 50/(0.01*(28*24*600+50))}}},
}

// wholeSeries are counters and gauges, a sample a minute for 30 days.
var wholeSeries = map[string]value{
	`new_total{job="j",instance="a",code="200"}`: counting(always(1)),
	`new_total{job="j",instance="a",code="500"}`: since(month-3*24*60, each(func(int) float64 { return 40 })),
	`probe_up{job="g"}`:                          each(func(m int) float64 { return 1 - during(month-700, 10, 1)(m) }),
	`cache_bad{job="c",site="north"}`:            counting(during(month-5000, 28, 1)),
	`cache_all{job="c",site="north"}`:            counting(during(month-28001, 28000, 10)),
	`cache_bad{job="c",site="south"}`:            counting(during(month-5000, 1400, 1)),
	`cache_all{job="c",site="south"}`:            counting(during(month-28001, 28000, 5)),
	`checkout{job="s",code="200"}`:               counting(always(10)),
	`checkout{job="s",code="500"}`:               counting(plus(during(1000, 30, 100), during(20000, 10, 5))),
}

// TestWholeDocuments counts the SLOs of documents of all formats on a real
// Prometheus, over their own windows.
func TestWholeDocuments(t *testing.T) {
	end := time.Now().Add(-time.Hour).Truncate(time.Hour)
	_, client := start(t, func(w *prometheus.Writer) { writeMonth(w, end, wholeSeries) })
	store := storeAt(client, end)
	for _, c := range wholeCases {
		t.Run(c.name, func(t *testing.T) {
			set := definition.Read(definition.File{Path: "x.yaml", Content: []byte(c.documents)})
			if len(set.SLOs) != len(c.want) {
				t.Fatalf("%d SLOs: %v", len(set.SLOs), set.Problems)
			}
			for _, e := range store.Entries(t.Context(), set.SLOs, promql.Scope{}, windowsAt(end)) {
				at := slices.IndexFunc(c.want, func(w wholeSLO) bool { return w.id == e.SLO.ID() })
				if at < 0 || e.Err != nil {
					t.Fatalf("%s: %v", e.SLO.ID(), e.Err)
				}
				c.want[at].check(t, e, end)
			}
		})
	}
}

func (w wholeSLO) check(t *testing.T, e budget.Entry, end time.Time) {
	t.Helper()
	start, _ := e.SLO.Window.At(end)
	r := e.Account.Reading(start, end)
	if math.Abs(r.Bad-w.bad) > 0.5 || math.Abs(r.Total-w.total) > 0.0002*w.total {
		t.Errorf("%s: %v of %v events, not %v of %v", w.id, r.Bad, r.Total, w.bad, w.total)
	}
	if got := e.SLO.Window.Period.String(); got != w.window {
		t.Errorf("%s has a window of %s, not %s", w.id, got, w.window)
	}
	allowed := budget.Allowance(r.Total, e.Objective.Target).Or(0)
	if remaining := 1 - r.Bad/allowed; math.Abs(remaining-w.remaining) > 0.01 {
		t.Errorf("%s: %v of the budget remains, not %v", w.id, remaining, w.remaining)
	}
}
