package ledger_test

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/internal/tables"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// BenchmarkRecorded compares the ledger of an SLO of 200 series, with 30 days of
// 30-second samples, that reads recorded series with one that reads the SLO's
// own, on one server in one run. It reports ratios: how many times cheaper the
// records are, in time and in samples touched upstream.
func BenchmarkRecorded(b *testing.B) {
	end := lastMeasured
	one := definitions(1)
	server := promtest.Start(b, func(w *prometheus.Writer) {
		for i := range 50 {
			for c, code := range []string{"200", "201", "404", "500"} {
				w.Append(labels.FromStrings("__name__", "bench0_total", "job", "bench", "instance", fmt.Sprint(i), "code", code),
					counted(end, 30*time.Second, requestRate(c))...)
			}
		}
		recordedAs(b, w, one[0], end)
	})
	client, err := upstream.New(upstream.Options{URL: server.URL, Stats: true, Timeout: 10 * time.Minute})
	if err != nil {
		b.Fatal(err)
	}
	counting := &counter{Client: client}
	now := &clock{at: end}
	kinds := map[string]*ledger.Records{"raw": ledger.NewRecords(unrecorded{}, now.now), "recorded": nil}
	cold, warm := map[string]*cost{}, map[string]*cost{}
	for name := range kinds {
		cold[name], warm[name] = &cost{}, &cost{}
	}
	for b.Loop() {
		for name, records := range kinds {
			now.at = end.Add(-5 * time.Minute)
			store := ledger.NewStore(counting, ledger.Options{Now: now.now, Records: records})
			cold[name].add(measure(counting, func() { board(b, store, one, now.at) }))
			for range 10 {
				now.at = now.at.Add(30 * time.Second)
				warm[name].add(measure(counting, func() { board(b, store, one, now.at) }))
			}
		}
	}
	table := tables.New("", "own series", "records", "time ratio", "sample ratio")
	row := func(name string, raw, records cost) {
		table.Add(name, raw.milliseconds(), records.milliseconds(), raw.timesLonger(records), raw.timesMore(records))
	}
	row("cold fill of 30 days", *cold["raw"], *cold["recorded"])
	row("warm refresh", *warm["raw"], *warm["recorded"])
	table.Publish(b, costsPage, "records")
	b.ReportMetric(0, "ns/op")
	for name := range kinds {
		b.ReportMetric(cold[name].time(), "cold-"+name+"-ms")
		b.ReportMetric(warm[name].time(), "warm-"+name+"-ms")
		b.ReportMetric(cold[name].touched(), "cold-"+name+"-samples")
		b.ReportMetric(warm[name].touched(), "warm-"+name+"-samples")
	}
	for of, costs := range map[string]map[string]*cost{"cold": cold, "warm": warm} {
		b.ReportMetric(costs["raw"].time()/costs["recorded"].time(), of+"-raw/recorded-time")
		b.ReportMetric(costs["raw"].touched()/costs["recorded"].touched(), of+"-raw/recorded-samples")
	}
}

// requestRate returns the rate of the requests with each code.
func requestRate(code int) float64 { return 3 * math.Pow(8, -float64(code)) }

// counted returns the samples of a counter that grows at a rate.
func counted(end time.Time, interval time.Duration, rate float64) (samples []prometheus.Sample) {
	for age := history; age >= 0; age -= interval {
		samples = append(samples, prometheus.Float(end.Add(-age), math.Floor(rate*(history-age).Seconds())))
	}
	return samples
}

// recordedAs writes what a ruler has recorded of the first objective, whose
// events are those of 50 instances.
func recordedAs(b *testing.B, w *prometheus.Writer, s slo.SLO, end time.Time) {
	plan, err := promql.PlanOf(s, s.Objectives[0], promql.Scope{})
	if err != nil {
		b.Fatal(err)
	}
	all := 0.0
	for c := range 4 {
		all += 50 * 60 * requestRate(c)
	}
	for name, events := range map[string]float64{promql.RecordedBad: 50 * 60 * requestRate(3), promql.RecordedTotal: all} {
		var samples []prometheus.Sample
		for age := history; age >= 0; age -= promql.RecordedInterval {
			samples = append(samples, prometheus.Float(end.Add(-age-13*time.Second), events))
		}
		w.Append(labels.FromStrings("__name__", name, "slo", s.Name, "objective", s.Objectives[0].Name,
			promql.RecordedPlan, plan.Fingerprint()), samples...)
	}
}

// unrecorded is a server without records.
type unrecorded struct{ ledger.Querier }

func (unrecorded) Instant(context.Context, string, time.Time) ([]upstream.Series, upstream.Meta, error) {
	return nil, upstream.Meta{}, nil
}
