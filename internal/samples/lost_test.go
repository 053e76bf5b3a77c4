package samples_test

import (
	"math"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// TestLostSamplesOfAGauge reads gauges from a real Prometheus: one that is whole, one
// that lacks ten of every 40 minutes, and one that is scraped every five minutes.
func TestLostSamplesOfAGauge(t *testing.T) {
	end := time.Now().Add(-time.Hour).Truncate(time.Hour)
	gauges := map[string]struct {
		interval int
		lost     func(second int) bool
		want     float64
	}{
		"whole":  {30, func(int) bool { return false }, 1},
		"flaky":  {30, func(s int) bool { return (s+100)%2400 < 600 }, 0.75},
		"sparse": {300, func(int) bool { return false }, 1},
	}
	const length = 36 * 3600
	_, client := start(t, func(w *prometheus.Writer) {
		for name, g := range gauges {
			var samples []prometheus.Sample
			for s := 17; s < length; s += g.interval {
				if !g.lost(s) {
					samples = append(samples, prometheus.Float(end.Add(time.Duration(s-length)*time.Second), 1))
				}
			}
			w.Append(labels.FromStrings("__name__", "probe_up", "job", name), samples...)
		}
	})
	for name, g := range gauges {
		t.Run(name, func(t *testing.T) {
			plan, err := promql.PlanOf(slo.SLO{}, slo.Objective{Indicator: slo.BoolGauge{Query: slo.Query{Expr: `probe_up{job="` + name + `"}`}}}, promql.Scope{})
			if err != nil {
				t.Fatal(err)
			}
			l := ledger.New(client, plan, ledger.Options{Now: func() time.Time { return end }})
			s, err := l.Fill(t.Context(), end.Add(-24*time.Hour), end)
			if err != nil {
				t.Fatal(err)
			}
			if got := s.Groups[0].Curve.Reading(end.Add(-24*time.Hour), end.Add(-40*time.Minute)).Coverage; math.Abs(got-g.want) > 0.03 {
				t.Errorf("coverage is %v, want %v", got, g.want)
			}
		})
	}
}
