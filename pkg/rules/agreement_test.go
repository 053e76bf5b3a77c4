package rules_test

import (
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"

	"github.com/promise-slo/promise-slo-datasource/internal/events"
	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/rules"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// watched is for how long alerts are compared, and before is the history that
// their lookbacks reach into.
const (
	watched = 9 * time.Hour
	before  = 12 * time.Hour
)

// shapesOfIncidents are incidents in the hours that are watched, which begin at
// start.
func shapesOfIncidents(start time.Time) []events.Case {
	var all []events.Case
	add := func(name string, change func(*events.Profile)) {
		p := events.Profile{
			Seed: uint64(len(all) + 1), Metric: fmt.Sprintf("incident%d_total", len(all)), Job: "shop",
			Start: start.Add(-before), End: start.Add(watched),
			Instances: 3, Good: 2, Bad: 0.004, Daily: 0.3, Interval: 30 * time.Second, Jitter: 5 * time.Millisecond,
		}
		change(&p)
		all = append(all, events.Case{Name: name, Profile: p})
	}
	burst := func(after, length time.Duration, rate float64) events.Burst {
		from := start.Add(after + 17*time.Second)
		return events.Burst{From: from, To: from.Add(length), Bad: rate}
	}
	outage := []events.Burst{burst(time.Hour, 45*time.Minute, 1)}
	add("an outage", func(p *events.Profile) { p.Bursts = outage })
	add("a leak", func(p *events.Profile) { p.Bursts = []events.Burst{burst(time.Hour, 6*time.Hour, 0.2)} })
	add("three minutes", func(p *events.Profile) { p.Bursts = []events.Burst{burst(time.Hour, 3*time.Minute, 2)} })
	add("on and off", func(p *events.Profile) {
		for n := range 12 {
			p.Bursts = append(p.Bursts, burst(time.Hour+time.Duration(n)*15*time.Minute, 5*time.Minute, 1))
		}
	})
	add("an outage with restarts", func(p *events.Profile) { p.Bursts, p.Uptime = outage, 40*time.Minute })
	add("an outage of which the server sees half", func(p *events.Profile) {
		p.Bursts = outage
		p.Gaps = []events.Gap{{From: start.Add(80 * time.Minute), To: start.Add(100 * time.Minute), Server: true}}
	})
	return all
}

// promised is an SLO about a case's counters.
func promised(c events.Case) slo.SLO {
	bad := slo.Query{Expr: c.Profile.Metric + `{code="500"}`}
	return slo.SLO{
		Name: c.Profile.Metric, Window: slo.Window{Period: slo.Period{Count: 30, Unit: slo.Day}},
		Objectives: []slo.Objective{{
			Name: "99", Target: 0.99,
			Indicator: slo.Ratio{Bad: &bad, Total: slo.Query{Expr: c.Profile.Metric}, Counter: true},
		}},
	}
}

// TestAgreement compares, minute by minute, which alerts fire by the rules over
// what they recorded, and which by the ledger. promtool records as the rules
// say.
func TestAgreement(t *testing.T) {
	start := end.Add(-watched)
	cases := shapesOfIncidents(start)
	source := promtest.Start(t, func(w *prometheus.Writer) {
		for _, c := range cases {
			e, err := events.Generate(c.Profile)
			if err != nil {
				t.Fatal(err)
			}
			e.Write(w)
		}
	})
	var slos []slo.SLO
	for _, c := range cases {
		slos = append(slos, promised(c))
	}
	slos = append(slos, sliced(slos[0]))
	cases = append(cases, cases[0])
	groups, refused := rules.Generate(slos, rules.Options{})
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	ruler := ask(t, backfilled(t, source, groups, start))
	for i, s := range slos {
		c := cases[i]
		t.Run(c.Name+", "+s.Method.String(), func(t *testing.T) {
			edge := time.Minute
			if len(c.Profile.Gaps) > 0 {
				// Once a step is sealed, the ledger spreads over all of
				// it the events of a gap, which are seen at its end.
				edge = ledger.DefaultStep
			}
			from := evaluated(t, ruler, s, start)
			compareAlerts(t, alertsOf(t, ruler, groups[2*i], from), alertsByLedger(t, ask(t, source), s, from), edge)
		})
	}
}

// sliced is an SLO about the time slices of another.
func sliced(s slo.SLO) slo.SLO {
	s.Name, s.Method = s.Name+"-slices", slo.Timeslices
	s.Objectives = slices.Clone(s.Objectives)
	s.Objectives[0].Target = 0.95
	s.Objectives[0].Slices = &slo.Slices{Length: 5 * time.Minute, Target: 0.9, Op: slo.GTE}
	return s
}

func ask(t *testing.T, server *prometheus.Server) *upstream.Client {
	t.Helper()
	client, err := upstream.New(upstream.Options{URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// backfilled is a server that has what the rules recorded.
func backfilled(t *testing.T, source *prometheus.Server, groups []rulefmt.RuleGroup, start time.Time) *prometheus.Server {
	t.Helper()
	content, err := rules.Write(groups, rules.Prometheus)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "rules.yaml"), content, 0o600); err != nil {
		t.Fatal(err)
	}
	promtest.Promtool(t, dir, "tsdb", "create-blocks-from", "rules", "--url="+source.URL, "--output-dir=.",
		"--start="+start.Add(-before).Format(time.RFC3339), "--end="+start.Add(watched).Format(time.RFC3339), "rules.yaml")
	return promtest.StartWith(t, prometheus.Options{Dir: dir}, nil)
}

// evaluated is when the rules of an SLO were evaluated last at start. Each group
// has a second of its own in every minute, by its name and file.
func evaluated(t *testing.T, client *upstream.Client, s slo.SLO, start time.Time) time.Time {
	t.Helper()
	series, _, err := client.Instant(t.Context(), fmt.Sprintf("timestamp(%s{slo=%q})", promql.RecordedTotal, s.Name), start)
	if err != nil || len(series) != 1 {
		t.Fatalf("%v, %v", series, err)
	}
	return time.UnixMilli(int64(1000 * series[0].Samples[0].V))
}

// values are how far alerts are above what they fire at, by severity and
// lookback and by minute.
type values map[string]map[int64]float64

func (v values) set(severity string, long model.Duration, at time.Time, value float64) {
	key := severity + " " + long.String()
	if v[key] == nil {
		v[key] = map[int64]float64{}
	}
	v[key][at.Unix()] = value
}

// alertsOf evaluates a group's burn-rate alerts. There are values where they
// fire.
func alertsOf(t *testing.T, client *upstream.Client, group rulefmt.RuleGroup, start time.Time) values {
	t.Helper()
	fired := values{}
	for _, r := range group.Rules {
		if r.Labels["long"] == "" {
			continue
		}
		long, err := model.ParseDuration(r.Labels["long"])
		if err != nil {
			t.Fatal(err)
		}
		series, _, err := client.Range(t.Context(), r.Expr, start, start.Add(watched-time.Minute), time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range series {
			for _, sample := range s.Samples {
				fired.set(r.Labels["severity"], long, time.UnixMilli(sample.T), sample.V)
			}
		}
	}
	return fired
}

// alertsByLedger asks the ledger as it is in each minute.
func alertsByLedger(t *testing.T, client *upstream.Client, s slo.SLO, start time.Time) values {
	t.Helper()
	all, now := values{}, start
	store := ledger.NewStore(client, ledger.Options{Fresh: time.Nanosecond, Now: func() time.Time { return now }})
	span := func(budget.Terms) (from, to time.Time) { return now.Add(-before), now }
	for ; now.Before(start.Add(watched)); now = now.Add(time.Minute) {
		entries := store.Entries(t.Context(), []slo.SLO{s}, promql.Scope{}, span)
		if len(entries) != 1 || entries[0].Err != nil {
			t.Fatalf("%v", entries)
		}
		for _, a := range entries[0].At(now, budget.Options{}).Alerts() {
			all.set(string(a.Severity), model.Duration(a.Long), now, a.Value.Or(0))
		}
	}
	return all
}

// undecided is how close to 1 an alert's value is where a few events decide
// whether it fires.
const undecided = 0.05

// compareAlerts wants the same alerts in the same minutes. One that begins or
// ends to fire may do so as much as edge sooner or later.
func compareAlerts(t *testing.T, fired, byLedger values, edge time.Duration) {
	t.Helper()
	for _, key := range slices.Sorted(maps.Keys(byLedger)) {
		firing, edges, nearOne := 0, 0, 0
		for at, value := range byLedger[key] {
			_, fires := fired[key][at]
			if value > 1 {
				firing++
			}
			switch {
			case fires == (value > 1):
			case math.Abs(value-1) < undecided:
				nearOne++
			case near(byLedger[key], at, edge, fires):
				edges++
			default:
				t.Errorf("%s at %s: it fires by the rules: %v; by the ledger it is at %v", key, time.Unix(at, 0).UTC(), fires, value)
			}
		}
		t.Logf("%s fires in %d minutes by the ledger and %d by the rules; of %d they disagree in %d at an edge, and in %d within %.0f %% of what it fires at",
			key, firing, len(fired[key]), len(byLedger[key]), edges, nearOne, 100*undecided)
		if edges > mostEdges || nearOne > mostClose {
			t.Errorf("%s: they disagree in %d of %d minutes", key, edges+nearOne, len(byLedger[key]))
		}
	}
}

// mostEdges and mostClose are in how many minutes of a case an alert may fire by
// the rules or by the ledger alone: as it begins or ends, and while it is close to
// what it fires at.
const (
	mostEdges = 5
	mostClose = 10
)

// near says whether an alert fires, or does not, within a time around at.
func near(byLedger map[int64]float64, at int64, edge time.Duration, fires bool) bool {
	for d := -int64(edge.Seconds()); d <= int64(edge.Seconds()); d += 60 {
		if value, ok := byLedger[at+d]; ok && fires == (value > 1) {
			return true
		}
	}
	return false
}
