package ledger_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/internal/tables"
	"github.com/promise-slo/promise-slo-datasource/pkg/frame"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// BenchmarkBurnAlert compares an alert rule over 100 SLOs, as Grafana evaluates
// it every minute, with a rule in plain PromQL for each: all conditions, with
// rate() over each of their lookbacks. It is the same server and the same run as
// that of BenchmarkStore. All costs are for one SLO of many.
func BenchmarkBurnAlert(b *testing.B) {
	end := lastMeasured
	server := promtest.Start(b, func(w *prometheus.Writer) { traffic(w, end) })
	client, err := upstream.New(upstream.Options{URL: server.URL, Stats: true, Timeout: 10 * time.Minute})
	if err != nil {
		b.Fatal(err)
	}
	counting := &counter{Client: client}
	slos := definitions(100)
	now := &clock{at: end}

	some := slos[:atMost]
	var plain, cold, warm cost
	for b.Loop() {
		plain.add(measure(counting, func() {
			each(b, some, rule, func(expr string) error { return counting.instant(b.Context(), expr, end) })
		}).of(len(some)))
		now.at = end.Add(-10 * time.Minute)
		store := ledger.NewStore(counting, ledger.Options{Now: now.now})
		cold.add(measure(counting, func() { burning(b, store, slos, now.at) }).of(len(slos)))
		for range 10 {
			now.at = now.at.Add(time.Minute)
			warm.add(measure(counting, func() { burning(b, store, slos, now.at) }).of(len(slos)))
		}
	}
	table := tables.New("", "time", "ratio", "samples", "ratio")
	table.Add("multi-window rule in plain PromQL", plain.milliseconds(), "", fmt.Sprintf("%.0f", plain.touched()), "")
	table.Add("`burnAlert`", warm.milliseconds(), plain.timesLonger(warm), fmt.Sprintf("%.0f", warm.touched()), plain.timesMore(warm))
	table.Publish(b, costsPage, "alerts")
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(cold.time(), "cold-ms/SLO")
	b.ReportMetric(plain.time(), "plain-ms/SLO")
	b.ReportMetric(warm.time(), "warm-ms/SLO")
	b.ReportMetric(plain.time()/warm.time(), "plain/warm-time")
	b.ReportMetric(plain.touched(), "plain-samples/SLO")
	b.ReportMetric(warm.touched(), "warm-samples/SLO")
	b.ReportMetric(plain.touched()/warm.touched(), "plain/warm-samples")
}

// rule writes a multiwindow alert rule in plain PromQL.
func rule(r slo.Ratio, target float64) string {
	burn := func(lookback time.Duration, factor float64) string {
		return fmt.Sprintf("sum(rate(%s[%s])) / sum(rate(%s[%s])) > %g", r.Bad.Expr, model.Duration(lookback), r.Total.Expr, model.Duration(lookback), factor*(1-target))
	}
	var conditions []string
	for _, c := range slo.DefaultBurnConditions() {
		c = c.AtWindow(30 * day)
		conditions = append(conditions, fmt.Sprintf("(%s and %s)", burn(c.Long, c.BurnRate), burn(c.Short, c.BurnRate)))
	}
	return strings.Join(conditions, " or ")
}

// burning answers a burnAlert about all SLOs.
func burning(b *testing.B, store *ledger.Store, slos []slo.SLO, now time.Time) {
	p := frame.Params{Now: now, To: now}
	frames := frame.BurnAlert(context.Background(), store.Entries(context.Background(), slos, promql.Scope{}, p.AlertSpan()), p)
	if len(frames) != 2*len(slos) {
		b.Fatalf("%d numbers, want two an SLO", len(frames))
	}
	for _, f := range frames {
		if _, ok := f.Fields[0].ConcreteAt(0); !ok {
			b.Fatalf("%v has no number", f.Fields[0].Labels)
		}
	}
}
