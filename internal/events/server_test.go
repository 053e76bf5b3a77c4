package events

import (
	"math"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
)

// A real server's increase over one long range is right to a few
// tenths of a percent, which it would not be of samples that no server scrapes.
func TestServerAgrees(t *testing.T) {
	for _, c := range Cases(end) {
		if c.Profile.Bad < 0.01 || c.Profile.End.Sub(c.Profile.Start) < 7*day {
			continue // too few events for the comparison
		}
		t.Run(c.Name, func(t *testing.T) {
			e := mustGenerate(t, c.Profile)
			server := promtest.Start(t, func(w *prometheus.Writer) { e.Write(w) })
			good, _ := e.Count(end.Add(-6*day), end.Add(-time.Hour))
			got := promtest.Value(t, server, `sum(increase(requests_total{code="200"}[143h]))`, end.Add(-time.Hour))
			if math.Abs(got/float64(good)-1) > 0.003 {
				t.Errorf("increase is %v, events are %d", got, good)
			}
		})
	}
}
