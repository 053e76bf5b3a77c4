package promtest_test

import (
	"math"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
)

var (
	now      = time.Date(2026, time.March, 2, 18, 0, 0, 0, time.UTC)
	requests = labels.FromStrings("__name__", "requests_total", "job", "shop")
	latency  = labels.FromStrings("__name__", "latency_seconds", "job", "shop")
)

// history is a counter that grows by one a minute and a native histogram with
// one observation a minute, for 30 days.
func history(w *prometheus.Writer) {
	const minutes = 30 * 24 * 60
	for i := range minutes {
		at := now.Add(time.Duration(i-minutes) * time.Minute)
		w.Append(requests, prometheus.Float(at, float64(i)))
		w.Append(latency, prometheus.Native(at, observations(float64(i))))
	}
	w.Append(requests, prometheus.Stale(now))
}

// observations is a histogram with n observations between 0.5 and 1.
func observations(n float64) *histogram.FloatHistogram {
	return &histogram.FloatHistogram{
		Count: n, Sum: 0.75 * n,
		PositiveSpans: []histogram.Span{{Offset: 0, Length: 1}}, PositiveBuckets: []float64{n},
	}
}

func TestStart(t *testing.T) {
	server := promtest.Start(t, history)
	tests := []struct {
		name, query string
		at          time.Time
		want        float64
	}{
		{"a month of a counter", `increase(requests_total[29d])`, now.Add(-time.Second), 29 * 24 * 60},
		{"all samples are there", `count_over_time(requests_total[30d])`, now.Add(-time.Second), 30 * 24 * 60},
		{"the counter ends with its staleness marker", `count(requests_total) or vector(-1)`, now, -1},
		{"a native histogram", `histogram_count(increase(latency_seconds[29d]))`, now.Add(-time.Second), 29 * 24 * 60},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := promtest.Value(t, server, test.query, test.at)
			if math.Abs(got-test.want) > 1 {
				t.Errorf("%s = %v, want %v", test.query, got, test.want)
			}
		})
	}
}

func TestPush(t *testing.T) {
	server := promtest.StartWith(t, prometheus.Options{OutOfOrder: time.Hour}, history)
	fresh := labels.FromStrings("__name__", "pushed_total")
	push(t, server, fresh, prometheus.Float(now, 3), prometheus.Native(now.Add(time.Second), observations(4)))
	push(t, server, fresh, prometheus.Float(now.Add(-30*time.Minute), 2))
	if got := promtest.Value(t, server, "pushed_total", now); got != 3 {
		t.Errorf("pushed value is %v, want 3", got)
	}
	if got := promtest.Value(t, server, "pushed_total", now.Add(-29*time.Minute)); got != 2 {
		t.Errorf("late value is %v, want 2", got)
	}
	if got := promtest.Value(t, server, "histogram_count(pushed_total)", now.Add(time.Second)); got != 4 {
		t.Errorf("pushed histogram counts %v, want 4", got)
	}
	if err := server.Push(t.Context(), fresh, prometheus.Float(now.Add(-2*time.Hour), 1)); err == nil {
		t.Error("a sample older than the out-of-order window is accepted")
	}
}

func TestWriterRefusesDisorder(t *testing.T) {
	w := prometheus.NewWriter(t.TempDir())
	w.Append(requests, prometheus.Float(now, 2), prometheus.Float(now.Add(-time.Minute), 1))
	if err := w.Close(); err == nil {
		t.Error("samples out of order are accepted")
	}
}

func push(t *testing.T, server *prometheus.Server, series labels.Labels, samples ...prometheus.Sample) {
	t.Helper()
	if err := server.Push(t.Context(), series, samples...); err != nil {
		t.Fatal(err)
	}
}
