package ledger_test

import (
	"context"
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/internal/tables"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

const (
	// services have their own metrics; SLOs beyond their number share them,
	// each with a ledger of its own.
	services = 10
	// atMost is how many SLOs the plain queries, which are the same work for
	// each, are measured on.
	atMost = 6
	// history is what a 30-day window over a 7-day panel needs.
	history = 37 * day
)

// BenchmarkStore compares the same queries about SLOs with 20 series each
// and 30 days of 30-second samples, in plain PromQL and through the ledger, on
// one server in one run. It reports ratios: how many times cheaper the ledger
// is, in time and in samples touched upstream. All costs are for one SLO of many.
func BenchmarkStore(b *testing.B) {
	end := lastMeasured
	server := promtest.Start(b, func(w *prometheus.Writer) { traffic(w, end) })
	table := tables.New("SLOs", "panel", "cold fill", "ratio", "instant ratio", "warm refresh", "ratio")
	for _, n := range []int{1, 20, 100} {
		b.Run(fmt.Sprintf("%d SLOs", n), func(b *testing.B) {
			c := compareCosts(b, server.URL, end, n)
			table.Add(fmt.Sprint(n), c.panel.milliseconds(), c.cold.milliseconds(), c.panel.timesLonger(c.cold),
				c.instant.milliseconds(), c.warm.milliseconds(), c.instant.timesLonger(c.warm))
		})
	}
	table.Publish(b, costsPage, "store")
}

// costsPage is the page that the benchmarks write their tables into.
const costsPage = "../../docs/costs.md"

// costs are what one SLO of several costs in plain queries and by the ledger.
type costs struct{ panel, instant, cold, warm cost }

// traffic writes five instances of each service, with requests of four codes.
func traffic(w *prometheus.Writer, end time.Time) {
	for s := range services {
		for i := range 5 {
			for c, code := range []string{"200", "201", "404", "500"} {
				ls := labels.FromStrings("__name__", fmt.Sprintf("bench%d_total", s), "job", "bench",
					"instance", fmt.Sprint(i), "code", code)
				rate := 3 * math.Pow(8, -float64(c))
				var samples []prometheus.Sample
				for age := history; age >= 0; age -= 30 * time.Second {
					samples = append(samples, prometheus.Float(end.Add(-age), math.Floor(rate*(history-age).Seconds())))
				}
				w.Append(ls, samples...)
			}
		}
	}
}

// definitions returns so many SLOs, each with a ledger of its own.
func definitions(n int) []slo.SLO {
	var all []slo.SLO
	for i := range n {
		// The matcher excludes nothing; it makes the SLO's ledger its own.
		total := fmt.Sprintf(`bench%d_total{slo!="%d"}`, i%services, i)
		bad := fmt.Sprintf(`bench%d_total{slo!="%d",code="500"}`, i%services, i)
		all = append(all, slo.SLO{
			Name:   fmt.Sprintf("slo-%d", i),
			Window: slo.Window{Period: slo.Period{Count: 30, Unit: slo.Day}},
			Objectives: []slo.Objective{{Name: "99", Target: 0.99, Indicator: slo.Ratio{
				Bad: &slo.Query{Expr: bad}, Total: slo.Query{Expr: total}, Counter: true,
			}}},
		})
	}
	return all
}

// compareCosts reports what the same queries about n SLOs cost.
func compareCosts(b *testing.B, url string, end time.Time, n int) costs {
	client, err := upstream.New(upstream.Options{URL: url, Stats: true, Timeout: 10 * time.Minute})
	if err != nil {
		b.Fatal(err)
	}
	counting := &counter{Client: client}
	slos := definitions(n)
	now := &clock{at: end}

	plain := slos[:min(n, atMost)]
	panel := measure(counting, func() {
		each(b, plain, windowed, func(expr string) error { return counting.panel(b.Context(), expr, end) })
	}).of(len(plain))
	instant := measure(counting, func() {
		each(b, plain, windowed, func(expr string) error { return counting.instant(b.Context(), expr, end) })
	}).of(len(plain))

	var cold, warm cost
	for b.Loop() {
		now.at = end.Add(-5 * time.Minute)
		store := ledger.NewStore(counting, ledger.Options{Now: now.now})
		cold.add(measure(counting, func() { board(b, store, slos, now.at) }).of(n))
		for range 10 {
			now.at = now.at.Add(30 * time.Second)
			warm.add(measure(counting, func() { board(b, store, slos, now.at) }).of(n))
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(panel.time(), "panel-ms/SLO")
	b.ReportMetric(cold.time(), "cold-ms/SLO")
	b.ReportMetric(instant.time(), "instant-ms/SLO")
	b.ReportMetric(warm.time(), "warm-ms/SLO")
	b.ReportMetric(panel.time()/cold.time(), "panel/cold-time")
	b.ReportMetric(panel.touched()/cold.touched(), "panel/cold-samples")
	b.ReportMetric(instant.time()/warm.time(), "instant/warm-time")
	b.ReportMetric(instant.touched()/warm.touched(), "instant/warm-samples")
	return costs{panel: panel, instant: instant, cold: cold, warm: warm}
}

// windowed writes the plain ratio of a 30-day window.
func windowed(r slo.Ratio, _ float64) string {
	return fmt.Sprintf("sum(increase(%s[30d])) / sum(increase(%s[30d]))", r.Bad.Expr, r.Total.Expr)
}

// each asks for every SLO's plain query, as many at a time as the client lets.
func each(b *testing.B, slos []slo.SLO, query func(r slo.Ratio, target float64) string, ask func(expr string) error) {
	var wg sync.WaitGroup
	for _, s := range slos {
		o := s.Objectives[0]
		expr := query(o.Indicator.(slo.Ratio), o.Target)
		wg.Go(func() {
			if err := ask(expr); err != nil {
				b.Error(err)
			}
		})
	}
	wg.Wait()
}

// board evaluates all SLOs, as a dashboard does.
func board(b *testing.B, store *ledger.Store, slos []slo.SLO, now time.Time) {
	entries := store.Entries(b.Context(), slos, promql.Scope{}, func(t budget.Terms) (from, to time.Time) {
		return t.Reach(now), now
	})
	for _, e := range entries {
		if e.Err != nil {
			b.Fatal(e.Err)
		}
		if s := e.At(now, budget.Options{}).Status(); s.State == budget.StateNoData {
			b.Fatalf("%s has no data", e.SLO.Name)
		}
	}
}

// counter counts the samples that answers cost the server.
type counter struct {
	*upstream.Client
	mu      sync.Mutex
	samples int64
}

func (c *counter) count(m upstream.Meta) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.samples += m.Stats.Samples
}

func (c *counter) Instant(ctx context.Context, expr string, at time.Time) ([]upstream.Series, upstream.Meta, error) {
	series, meta, err := c.Client.Instant(ctx, expr, at)
	c.count(meta)
	return series, meta, err
}

func (c *counter) Range(ctx context.Context, expr string, start, end time.Time, step time.Duration) ([]upstream.Series, upstream.Meta, error) {
	series, meta, err := c.Client.Range(ctx, expr, start, end, step)
	c.count(meta)
	return series, meta, err
}

func (c *counter) Samples(ctx context.Context, selector func(time.Duration) string, from, to time.Time) ([]upstream.Series, upstream.Meta, error) {
	series, meta, err := c.Client.Samples(ctx, selector, from, to)
	c.count(meta)
	return series, meta, err
}

func (c *counter) panel(ctx context.Context, expr string, end time.Time) error {
	_, _, err := c.Range(ctx, expr, end.Add(-7*day), end, 7*day/300)
	return err
}

func (c *counter) instant(ctx context.Context, expr string, end time.Time) error {
	_, _, err := c.Instant(ctx, expr, end)
	return err
}

// cost is the mean cost of queries.
type cost struct {
	duration time.Duration
	samples  int64
	n        int
}

func (c *cost) add(o cost) {
	c.duration += o.duration
	c.samples += o.samples
	c.n += o.n
}

func (c cost) time() float64    { return c.duration.Seconds() * 1000 / float64(c.n) }
func (c cost) touched() float64 { return float64(c.samples) / float64(c.n) }

// milliseconds returns the time in two significant digits at least.
func (c cost) milliseconds() string {
	if c.time() >= 10 {
		return fmt.Sprintf("%.0f ms", c.time())
	}
	return fmt.Sprintf("%.2g ms", c.time())
}

// timesLonger returns how many times longer c takes than another cost.
func (c cost) timesLonger(than cost) string { return fmt.Sprintf("%.0f", c.time()/than.time()) }

// timesMore returns how many times more samples c reads than another cost.
func (c cost) timesMore(than cost) string { return fmt.Sprintf("%.0f", c.touched()/than.touched()) }

// measure returns what the queries of ask cost.
func measure(c *counter, ask func()) cost {
	samples, start := c.samples, time.Now()
	ask()
	return cost{time.Since(start), c.samples - samples, 1}
}

// of returns the cost of one of so many SLOs.
func (c cost) of(slos int) cost { return cost{c.duration, c.samples, slos} }

// BenchmarkMaintain reports what a day of asking again and checking costs, for one
// SLO of 20 series and 30 days, in instant ratios over 30 days of the same server.
func BenchmarkMaintain(b *testing.B) {
	end := lastMeasured
	server := promtest.Start(b, func(w *prometheus.Writer) { traffic(w, end) })
	client, err := upstream.New(upstream.Options{URL: server.URL, Stats: true, Timeout: 10 * time.Minute})
	if err != nil {
		b.Fatal(err)
	}
	counting := &counter{Client: client}
	slos := definitions(1)
	instant := measure(counting, func() {
		each(b, slos, windowed, func(expr string) error { return counting.instant(b.Context(), expr, end) })
	})
	var maintenance, warm cost
	for b.Loop() {
		now := &clock{at: end.Add(-25 * time.Hour)}
		store := ledger.NewStore(counting, ledger.Options{Now: now.now})
		board(b, store, slos, now.at)
		for ; now.at.Before(end); now.at = now.at.Add(time.Minute) {
			warm.add(measure(counting, func() { board(b, store, slos, now.at) }))
			maintenance.add(measure(counting, func() {
				if err := store.Maintain(b.Context()); err != nil {
					b.Fatal(err)
				}
			}))
		}
	}
	day := float64(b.N) * 25 / 24
	table := tables.New("in a day", "samples, in instant ratios over 30 days", "time, in instant ratios over 30 days")
	table.Add("recounts and checks", fmt.Sprintf("%.2f", float64(maintenance.samples)/day/instant.touched()),
		fmt.Sprintf("%.2f", maintenance.duration.Seconds()*1000/day/instant.time()))
	table.Publish(b, costsPage, "maintenance")
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(maintenance.samples)/day/instant.touched(), "instants/day-samples")
	b.ReportMetric(maintenance.duration.Seconds()*1000/day/instant.time(), "instants/day-time")
	b.ReportMetric(maintenance.touched()/warm.touched(), "maintenance/refresh-samples")
}
