package ledger_test

import (
	"fmt"
	"maps"
	"math"
	"net/url"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/events"
	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/stores"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// A window as long as the retention loses minutes at its start, no more.
func TestMimirRetention(t *testing.T) {
	end := time.Now().Truncate(5 * time.Minute)
	e := happen(t, end, 38*day, func(p *events.Profile) { p.Uptime = 6 * time.Hour })
	server := stores.Mimir(t, stores.MimirOptions{Retention: 30 * day}, map[string]func(*prometheus.Writer){"a": writing(e)})
	checkCounts(t, tenantClient(t, server, "a"), end, []time.Duration{7 * day, 30 * day}, e)
}

// Limits of length are met by asking for less at a time.
func TestMimirLengthLimits(t *testing.T) {
	end := time.Now().Add(-time.Hour).Truncate(5 * time.Minute)
	e := happen(t, end, 9*day, func(p *events.Profile) { p.Uptime = 6 * time.Hour })
	server := stores.Mimir(t, stores.MimirOptions{MaxLength: 3 * day}, map[string]func(*prometheus.Writer){"a": writing(e)})
	checkCounts(t, tenantClient(t, server, "a"), end, []time.Duration{7 * day}, e)
}

func TestMimirTenantsShareTargets(t *testing.T) {
	end := time.Now().Add(-time.Hour).Truncate(5 * time.Minute)
	a := happen(t, end, 9*day, nil)
	b := happen(t, end, 9*day, func(p *events.Profile) { p.Seed, p.Uptime = 2, 6*time.Hour })
	server := stores.Mimir(t, stores.MimirOptions{}, map[string]func(*prometheus.Writer){"a": writing(a), "b": writing(b)})
	checkCounts(t, tenantClient(t, server, "a|b"), end, []time.Duration{7 * day}, a, b)
}

func TestThanosReplicas(t *testing.T) {
	end := time.Now().Add(-time.Hour).Truncate(5 * time.Minute)
	var all []*events.Events
	for seed := range uint64(3) {
		all = append(all, happen(t, end, 9*day, func(p *events.Profile) {
			p.Seed, p.Instances, p.Uptime, p.Bad = seed, 1, 6*time.Hour, 0.002
		}))
	}
	down := func(before time.Duration) events.Gap {
		return events.Gap{From: end.Add(-before), To: end.Add(10*time.Minute - before)}
	}
	server := stores.Thanos(t, stores.QuerierOptions{ReplicaLabels: []string{"replica"}},
		stores.StoreOptions{Labels: map[string]string{"replica": "a"}, Data: scraping(all, 0, down(50*time.Hour))},
		stores.StoreOptions{Labels: map[string]string{"replica": "b"}, Data: scraping(all, 22*time.Second, down(90*time.Hour))})
	checkCounts(t, thanosClient(t, server, nil), end, []time.Duration{7 * day}, all...)
}

func TestThanosClustersShareTargets(t *testing.T) {
	end := time.Now().Add(-time.Hour).Truncate(5 * time.Minute)
	north := happen(t, end, 9*day, nil)
	south := happen(t, end, 9*day, func(p *events.Profile) { p.Seed, p.Uptime = 2, 6*time.Hour })
	server := stores.Thanos(t, stores.QuerierOptions{}, inCluster("north", north), inCluster("south", south))
	client := thanosClient(t, server, nil)
	checkCounts(t, client, end, []time.Duration{7 * day}, north, south)

	plan := compile(t, ratio(`sum by (cluster) (rate(`+metric+`{code="500"}[5m]))`, `sum by (cluster) (rate(`+metric+`[5m]))`))
	groups := mustFill(t, ledger.New(client, plan, ledger.Options{}), end.Add(-7*day), end).Groups
	if len(groups) != 2 {
		t.Fatalf("%d groups, want two", len(groups))
	}
	for i, cluster := range []*events.Events{north, south} {
		t.Run(groups[i].Labels.String(), func(t *testing.T) {
			good, bad := count(end.Add(-7*day), end, cluster)
			checkWindow(t, groups[i].Curve, 7*day, end, good, bad)
		})
	}
}

// A store that is down is reported, and what its absence left open is counted once
// it is back, by the ledger that was filled before or during the outage.
func TestThanosStoreDownAndBack(t *testing.T) {
	end := time.Now().Add(-time.Hour).Truncate(5 * time.Minute)
	north := happen(t, end, 9*day, nil)
	south := happen(t, end, 9*day, func(p *events.Profile) { p.Seed, p.Job = 2, "till" })
	server := stores.Thanos(t, stores.QuerierOptions{Strict: true}, inCluster("north", north), inCluster("south", south))
	client, plan := thanosClient(t, server, nil), compile(t, shapes(metric)[0].ratio)
	now := &clock{at: end.Add(-30 * time.Hour)}
	warm, cold := ledger.New(client, plan, ledger.Options{Now: now.now}), ledger.New(client, plan, ledger.Options{Now: now.now})
	mustFill(t, warm, end.Add(-7*day), now.at)

	server.Stores[1].Stop()
	now.at = end.Add(-2 * time.Hour)
	for name, l := range map[string]*ledger.Ledger{"filled before": warm, "filled during": cold} {
		expectTold(t, name, l, now.at.Add(-7*day), now.at)
	}

	server.Stores[1].Start(t)
	now.at = end.Add(time.Hour)
	for name, l := range map[string]*ledger.Ledger{"filled before": warm, "filled during": cold} {
		t.Run(name, func(t *testing.T) {
			curve := mustFill(t, l, end.Add(-7*day), end).Groups[0].Curve
			good, bad := count(end.Add(-7*day), end, north, south)
			checkWindow(t, curve, 7*day, end, good, bad)
			checkReading(t, curve, end.Add(-27*time.Hour), end.Add(-3*time.Hour), north, south)
		})
	}
}

// checkReading compares a day or so, whose ends lie between two scrapes.
func checkReading(t *testing.T, curve *ledger.Curve, from, to time.Time, all ...*events.Events) {
	t.Helper()
	r := curve.Reading(from, to)
	good, bad := count(from, to, all...)
	off := deviation{relative(r.Bad, bad), relative(r.Total, good+bad)}
	t.Logf("%s: %+v, off %s", to.Sub(from), r, off)
	if math.Abs(off.bad) > 0.005 || math.Abs(off.total) > 0.005 {
		t.Errorf("the %s of the outage are %s off", to.Sub(from), off)
	}
}

// A limit that no range meets is reported.
func TestMimirSeriesLimit(t *testing.T) {
	end := time.Now().Add(-time.Hour).Truncate(5 * time.Minute)
	server := stores.Mimir(t, stores.MimirOptions{MaxSeries: 2},
		map[string]func(*prometheus.Writer){"a": writing(happen(t, end, 9*day, nil))})
	l := ledger.New(tenantClient(t, server, "a"), compile(t, shapes(metric)[0].ratio), ledger.Options{})
	expectTold(t, "too many series", l, end.Add(-7*day), end)
}

// A limit that shorter ranges meet is met.
func TestThanosSampleLimit(t *testing.T) {
	end := time.Now().Add(-time.Hour).Truncate(5 * time.Minute)
	e := happen(t, end, 9*day, nil)
	store := inCluster("north", e)
	store.MaxSamples = 40_000 // of 17,280 a day
	server := stores.Thanos(t, stores.QuerierOptions{}, store)
	checkCounts(t, thanosClient(t, server, nil), end, []time.Duration{7 * day}, e)
}

func TestThanosSeriesLimit(t *testing.T) {
	end := time.Now().Add(-time.Hour).Truncate(5 * time.Minute)
	store := inCluster("north", happen(t, end, 9*day, nil))
	store.MaxSeries = 2
	server := stores.Thanos(t, stores.QuerierOptions{}, store)
	l := ledger.New(thanosClient(t, server, nil), compile(t, shapes(metric)[0].ratio), ledger.Options{})
	expectTold(t, "too many series", l, end.Add(-7*day), end)
}

// Of the older part of the window there are only points every five minutes. The
// ledger may be as far off as the server itself.
func TestThanosDownsampled(t *testing.T) {
	end := time.Now().Add(-time.Hour).Truncate(5 * time.Minute)
	e := happen(t, end, 34*day, func(p *events.Profile) { p.Uptime = 6 * time.Hour })
	store := inCluster("north", e)
	store.Raw = 10 * day
	server := stores.Thanos(t, stores.QuerierOptions{AutoDownsampling: true}, store)
	coarse := url.Values{"max_source_resolution": {"5m"}}
	good, bad := count(end.Add(-30*day), end, e)
	plain := increased(t, thanosClient(t, server, coarse), 30*day, end, good, bad)
	for name, params := range map[string]url.Values{"asked for": coarse, "not asked for": nil} {
		t.Run(name, func(t *testing.T) {
			curve := fill(t, thanosClient(t, server, params), shapes(metric)[0].ratio, end.Add(-30*day), end)
			window := slo.Window{Period: slo.Period{Count: 30, Unit: slo.Day}}
			s := budget.At(curve, budget.Terms{Target: 0.99, Window: window}, end, budget.Options{}).Status()
			found := deviation{relative(s.Bad, bad), relative(s.Total, good+bad)}
			t.Logf("%s; increase %s; coverage %.4f, state %v", found, plain, s.Coverage, s.State)
			if worse(found.bad, plain.bad) || worse(found.total, plain.total) || s.Coverage < 0.99 {
				t.Errorf("the ledger is %s off, increase %s", found, plain)
			}
		})
	}
}

// worse reports whether an error is greater than 0.1 % and than another one.
func worse(found, plain float64) bool { return math.Abs(found) > max(0.001, math.Abs(plain)+0.0001) }

const metric = "requests_total"

// happen invents the events of a service until end.
func happen(t *testing.T, end time.Time, length time.Duration, change func(*events.Profile)) *events.Events {
	t.Helper()
	stores.SkipWithout(t)
	p := events.Profile{
		Seed: 1, Metric: metric, Job: "shop", Start: end.Add(-length), End: end,
		Instances: 3, Good: 2, Bad: 0.02, Daily: 0.6,
		Interval: 30 * time.Second, Jitter: 5 * time.Millisecond,
	}
	if change != nil {
		change(&p)
	}
	e, err := events.Generate(p)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func writing(e *events.Events) func(*prometheus.Writer) {
	return func(w *prometheus.Writer) { e.Write(w) }
}

func inCluster(name string, e *events.Events) stores.StoreOptions {
	return stores.StoreOptions{Labels: map[string]string{"cluster": name}, Data: writing(e)}
}

func tenantClient(t *testing.T, server *stores.Server, tenants string) *upstream.Client {
	t.Helper()
	transport, err := upstream.NewHTTPClient(upstream.TransportOptions{Headers: map[string]string{stores.TenantHeader: tenants}})
	if err != nil {
		t.Fatal(err)
	}
	return newClient(t, upstream.Options{URL: server.URL, HTTPClient: transport})
}

func thanosClient(t *testing.T, server *stores.Querier, params url.Values) *upstream.Client {
	t.Helper()
	return newClient(t, upstream.Options{URL: server.URL, Params: maps.Clone(params)})
}

func newClient(t *testing.T, o upstream.Options) *upstream.Client {
	t.Helper()
	client, err := upstream.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func count(from, to time.Time, all ...*events.Events) (good, bad float64) {
	for _, e := range all {
		g, b := e.Count(from, to)
		good, bad = good+float64(g), bad+float64(b)
	}
	return good, bad
}

// checkCounts compares new ledgers with the events, for each way to write the
// indicator.
func checkCounts(t *testing.T, client *upstream.Client, end time.Time, lengths []time.Duration, all ...*events.Events) {
	t.Helper()
	for _, length := range lengths {
		good, bad := count(end.Add(-length), end, all...)
		t.Logf("increase over %s: %s", length, increased(t, client, length, end, good, bad))
		for _, shape := range shapes(metric) {
			t.Run(fmt.Sprintf("%.0f d, %s", length.Hours()/24, shape.name), func(t *testing.T) {
				checkWindow(t, fill(t, client, shape.ratio, end.Add(-length), end), length, end, good, bad)
			})
		}
	}
}

// increased returns how far plain PromQL is off, NaN if the server refuses it.
func increased(t *testing.T, client *upstream.Client, length time.Duration, end time.Time, good, bad float64) deviation {
	t.Helper()
	value := func(selector string) float64 {
		q := upstream.Query{Expr: fmt.Sprintf("sum(increase(%s[%ds]))", selector, int(length.Seconds())), Resolution: 5 * time.Minute}
		series, _, err := client.InstantQuery(t.Context(), q, end)
		if err != nil || len(series) != 1 {
			return math.NaN()
		}
		return series[0].Samples[0].V
	}
	return deviation{relative(value(metric+`{code="500"}`), bad), relative(value(metric), good+bad)}
}

// expectTold expects an error or a notice.
func expectTold(t *testing.T, name string, l *ledger.Ledger, from, to time.Time) {
	t.Helper()
	s, err := l.Fill(t.Context(), from, to)
	if err == nil && len(s.Notices) == 0 {
		t.Errorf("%s: parts are missing, and nothing says so", name)
	}
	if err != nil {
		t.Logf("%s: %v", name, err)
	}
	if s != nil {
		t.Logf("%s: %+v, notices %q", name, s.Groups[0].Curve.Reading(from, to), s.Notices)
	}
}
