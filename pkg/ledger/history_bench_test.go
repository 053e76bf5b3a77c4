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
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// BenchmarkHistory compares what fills 30 days of an SLO of 20 series, with samples every
// 30 seconds, up to 90 days with what fills these 30 days.
func BenchmarkHistory(b *testing.B) {
	end := lastMeasured
	const length = 91 * day
	server := promtest.Start(b, func(w *prometheus.Writer) {
		for i := range 5 {
			for c, code := range []string{"200", "201", "404", "500"} {
				rate := 3 * math.Pow(8, -float64(c))
				var samples []prometheus.Sample
				for age := length; age >= 0; age -= 30 * time.Second {
					samples = append(samples, prometheus.Float(end.Add(-age), math.Floor(rate*(length-age).Seconds())))
				}
				w.Append(labels.FromStrings("__name__", "bench0_total", "job", "bench", "instance", fmt.Sprint(i), "code", code), samples...)
			}
		}
	})
	client, err := upstream.New(upstream.Options{URL: server.URL, Stats: true, Timeout: 10 * time.Minute})
	if err != nil {
		b.Fatal(err)
	}
	counting := &requestCounter{counter: counter{Client: client}}
	var window, more cost
	var windowRequests, moreRequests int
	for b.Loop() {
		memory := ledger.NewMemory(0)
		store := ledger.NewStore(counting, ledger.Options{Now: func() time.Time { return end }, Memory: memory})
		span := func(length time.Duration) budget.Span {
			return func(budget.Terms) (from, to time.Time) { return end.Add(-length), end }
		}
		var entries []budget.Entry
		counting.requests = 0
		window.add(measure(&counting.counter, func() { entries = store.Entries(b.Context(), definitions(1), promql.Scope{}, span(30*day)) }))
		windowRequests, counting.requests = counting.requests, 0
		more.add(measure(&counting.counter, func() {
			store.WantHistory(entries, span(90*day))
			if err := store.FillHistory(b.Context()); err != nil {
				b.Fatal(err)
			}
		}))
		moreRequests = counting.requests
	}
	table := tables.New("", "time", "requests", "samples")
	table.Add("cold fill of 30 days", window.milliseconds(), fmt.Sprint(windowRequests), fmt.Sprintf("%.0f", window.touched()))
	table.Add("history before, up to 90 days", more.milliseconds(), fmt.Sprint(moreRequests), fmt.Sprintf("%.0f", more.touched()))
	table.Publish(b, costsPage, "history")
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(more.time()/window.time(), "history/window-time")
	b.ReportMetric(more.touched()/window.touched(), "history/window-samples")
	b.ReportMetric(float64(moreRequests), "requests")
}

// requestCounter counts requests, too.
type requestCounter struct {
	counter
	requests int
}

func (r *requestCounter) add() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests++
}

func (r *requestCounter) Instant(ctx context.Context, expr string, at time.Time) ([]upstream.Series, upstream.Meta, error) {
	r.add()
	return r.counter.Instant(ctx, expr, at)
}

func (r *requestCounter) Range(ctx context.Context, expr string, start, end time.Time, step time.Duration) ([]upstream.Series, upstream.Meta, error) {
	r.add()
	return r.counter.Range(ctx, expr, start, end, step)
}

func (r *requestCounter) Samples(ctx context.Context, selector func(time.Duration) string, from, to time.Time) ([]upstream.Series, upstream.Meta, error) {
	r.add()
	return r.counter.Samples(ctx, selector, from, to)
}
