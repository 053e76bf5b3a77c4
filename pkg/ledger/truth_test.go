package ledger_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/events"
	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

const day = 24 * time.Hour

// truths are services that each make it hard, in a way of its own, to count
// events from counters. Each is scraped for 31 days.
func truths(end time.Time) []events.Case {
	var all []events.Case
	add := func(name string, change func(*events.Profile)) {
		p := events.Profile{
			Seed: uint64(len(all) + 1), Metric: fmt.Sprintf("truth%d_total", len(all)), Job: "shop",
			Start: end.Add(-31 * day), End: end,
			Instances: 3, Good: 2, Bad: 0.02, Daily: 0.6,
			Interval: 30 * time.Second, Jitter: 5 * time.Millisecond,
		}
		change(&p)
		all = append(all, events.Case{Name: name, Profile: p})
	}
	hourly := 1.0 / 3600
	gap := func(server bool) []events.Gap {
		from := end.Add(-30*time.Hour - 7*time.Minute)
		return []events.Gap{{From: from, To: from.Add(40 * time.Minute), Server: server}}
	}
	add("dense, every 15 s", func(p *events.Profile) { p.Interval = 15 * time.Second })
	add("dense, every 30 s", func(p *events.Profile) {})
	add("dense, every 60 s", func(p *events.Profile) { p.Interval = time.Minute })
	add("an error an hour", func(p *events.Profile) { p.Bad = hourly })
	add("an error an hour, every 60 s", func(p *events.Profile) { p.Bad, p.Interval = hourly, time.Minute })
	add("restarts every 3 h", func(p *events.Profile) { p.Uptime, p.Instances = 3*time.Hour, 6 })
	add("restarts every 3 h, every 60 s", func(p *events.Profile) { p.Uptime, p.Interval = 3*time.Hour, time.Minute })
	add("restarts with 4 min down", func(p *events.Profile) { p.Uptime, p.Downtime = 3*time.Hour, 4*time.Minute })
	add("an error an hour, restarts every 3 h", func(p *events.Profile) { p.Bad, p.Uptime = hourly, 3*time.Hour })
	add("the same from zero", func(p *events.Profile) { p.Bad, p.Uptime, p.BadFromZero = hourly, 3*time.Hour, true })
	add("service unreachable for 40 min", func(p *events.Profile) { p.Gaps = gap(false) })
	add("server down for 40 min", func(p *events.Profile) { p.Gaps = gap(true) })
	add("an error an hour, server down", func(p *events.Profile) { p.Bad, p.Gaps = hourly, gap(true) })
	add("old counters", func(p *events.Profile) { p.Already = 5_000_000 })
	return all
}

// reading is what is compared: the account's own entry for a window.
func TestTruth(t *testing.T) {
	end := time.Now().Add(-time.Hour).Truncate(5 * time.Minute)
	cases := truths(end)
	counted := make([]*events.Events, len(cases))
	server := promtest.Start(t, func(w *prometheus.Writer) {
		for i, c := range cases {
			e, err := events.Generate(c.Profile)
			if err != nil {
				t.Fatal(err)
			}
			counted[i] = e
			e.Write(w)
		}
	})
	for i, c := range cases {
		for shape, ratio := range shapes(c.Profile.Metric) {
			t.Run(c.Name+", "+shape, func(t *testing.T) { compare(t, server.URL, ratio, counted[i], end) })
		}
	}
}

// shapes are ways to write the same indicator. Where the one is not
// part of the other two queries are made upstream, and what happens to the one counter must be
// learned from the other.
func shapes(metric string) map[string]slo.Ratio {
	query := func(format string) slo.Query { return slo.Query{Expr: fmt.Sprintf(format, metric)} }
	bad, good := query(`%s{code="500"}`), query(`sum(rate(%s{code="200"}[{{.window}}]))`)
	return map[string]slo.Ratio{
		"part of total":    {Bad: &bad, Total: query("%s"), Counter: true},
		"apart from total": {Bad: &bad, Total: query(`sum(increase(%s{code=~"200|500"}[5m]))`), Counter: true},
		"good and total":   {Good: &good, Total: query(`sum(rate(%s[5m]))`), Counter: true},
	}
}

func compare(t *testing.T, url string, ratio slo.Ratio, e *events.Events, end time.Time) {
	curve := fill(t, url, ratio, end.Add(-30*day), end)
	for _, length := range []time.Duration{time.Hour, day, 7 * day, 30 * day} {
		from := end.Add(-length)
		good, bad := e.Count(from, end)
		r := curve.Reading(from, end)
		errTotal := relative(r.Total, float64(good+bad))
		errBad := relative(r.Bad, float64(bad))
		t.Logf("%5s: total %9.1f of %8d (%+.4f %%), bad %7.1f of %6d (%+.4f %%), coverage %.4f",
			length, r.Total, good+bad, 100*errTotal, r.Bad, bad, 100*errBad, r.Coverage)
		if length >= 7*day && (math.Abs(errTotal) > 0.001 || math.Abs(errBad) > 0.001) {
			t.Errorf("%s: more than 0.1 %% off", length)
		}
	}
}

func relative(got, want float64) float64 {
	if want == 0 {
		return got
	}
	return got/want - 1
}

func fill(t testing.TB, url string, ratio slo.Ratio, from, to time.Time) *ledger.Curve {
	t.Helper()
	client, err := upstream.New(upstream.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := promql.Compile(ratio)
	if err != nil {
		t.Fatal(err)
	}
	snapshot, err := ledger.New(client, plan, ledger.Options{}).Fill(t.Context(), from, to)
	if err != nil {
		t.Fatal(err)
	}
	if len(snapshot.Groups) != 1 {
		t.Fatalf("%d groups, want one", len(snapshot.Groups))
	}
	return snapshot.Groups[0].Curve
}
