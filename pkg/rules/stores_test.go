package rules_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/stores"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/rules"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// scrapeInterval separates the samples of the shops.
const scrapeInterval = 15 * time.Second

// perScrape returns how many bad events and events in all an instance of a shop has
// between two scrapes, each of the two instances the same.
func perScrape(shop int) (bad, total int) { return 1 + shop%5, 10 + shop }

// trading writes the counters of the shops, up to a time in the future: rulers
// evaluate the present.
func trading(from, to time.Time) func(*prometheus.Writer) {
	return func(w *prometheus.Writer) {
		for shop := range 100 {
			bad, total := perScrape(shop)
			for code, n := range map[string]int{"200": total - bad, "500": bad} {
				var samples []prometheus.Sample
				for at := from; at.Before(to); at = at.Add(scrapeInterval) {
					samples = append(samples, prometheus.Float(at, float64(1000+n*int(at.Sub(from)/scrapeInterval))))
				}
				for _, instance := range []string{"a", "b"} {
					w.Append(labels.FromStrings("__name__", "requests_total", "job", "shop", "shop", fmt.Sprintf("shop-%02d", shop),
						"instance", instance, "code", code), samples...)
				}
			}
		}
	}
}

// recordTime limits how long rulers may take to record all that the ledger has not
// sealed.
const recordTime = 25 * time.Minute

// sealLag is the age of what the ledger seals.
const sealLag = 10 * time.Minute

// ruled is a ruler at work and the server that has what it records.
type ruled struct {
	client *upstream.Client
	// Where the ruler tells of its rules, and the tenant that it tells of.
	rules, tenant string
}

// writeHundred writes the rules of the hundred SLOs and returns the file's path.
func writeHundred(t *testing.T, ruler rules.Ruler, o rules.Options) string {
	t.Helper()
	o.Ruler, o.Delay = ruler, ruler.Delay()
	groups, refused := rules.Generate(hundredSLOs(), o)
	if err := ruler.CheckGroups(len(groups)); err != nil || len(refused) > 0 {
		t.Fatal(err, refused)
	}
	content, err := rules.Write(groups, ruler)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "promise.yaml")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// mimirtool loads the rules of 100 SLOs as they come into a Mimir with its default
// limits and one for the length of queries.
func TestMimirRules(t *testing.T) {
	t.Parallel()
	const limit = 3 * day
	start := time.Now().Truncate(scrapeInterval).Add(-2 * time.Hour)
	server := stores.Mimir(t, stores.MimirOptions{MaxPartialLength: limit, Steady: true}, map[string]func(*prometheus.Writer){
		"a": trading(start, start.Add(3*time.Hour)),
	})
	server.SyncRules(t, "a", writeHundred(t, rules.Mimir, rules.Options{RulesPerGroup: rules.Mimir.RulesPerGroup(), MaxRange: limit}))
	transport, err := upstream.NewHTTPClient(upstream.TransportOptions{Headers: map[string]string{stores.TenantHeader: "a"}})
	if err != nil {
		t.Fatal(err)
	}
	client, err := upstream.New(upstream.Options{URL: server.URL, HTTPClient: transport, MaxRange: limit})
	if err != nil {
		t.Fatal(err)
	}
	ruled{client: client, rules: server.URL, tenant: "a"}.check(t)
}

func TestThanosRules(t *testing.T) {
	t.Parallel()
	start := time.Now().Truncate(scrapeInterval).Add(-2 * time.Hour)
	server := stores.Thanos(t, stores.QuerierOptions{Rules: []string{writeHundred(t, rules.Thanos, rules.Options{})}},
		stores.StoreOptions{Data: trading(start, start.Add(3*time.Hour)), Labels: map[string]string{"cluster": "north"}})
	client, err := upstream.New(upstream.Options{URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	ruled{client: client, rules: server.Ruler.URL}.check(t)
}

func TestVMAlertRules(t *testing.T) {
	stores.CheckRules(t, writeHundred(t, rules.VMAlert, rules.Options{}))
	stores.CheckRules(t, writeHundred(t, rules.VMAlert, rules.Options{RulesPerGroup: 20, MaxRange: 3 * day}))
}

// check waits until all is recorded that the ledger has not sealed, and has the
// plugin read it.
func (r ruled) check(t *testing.T) {
	t.Helper()
	from, to := r.await(t)
	r.checkHealth(t)
	now := func() time.Time { return to }
	span := func(budget.Terms) (time.Time, time.Time) { return from, to }
	asked := &lateAsks{Client: r.client, from: from}
	store := ledger.NewStore(asked, ledger.Options{Now: now})
	fromRecords := store.Entries(t.Context(), hundredSLOs(), promql.Scope{}, span)
	if n := store.RecordedCount(t.Context(), hundredSLOs()); n != 100 {
		t.Errorf("%d SLOs are read from records, want 100", n)
	}
	if n := asked.counters.Load(); n > 0 {
		t.Errorf("counters of what is recorded are asked for %d times", n)
	}
	raw := ledger.Options{Now: now, Records: ledger.NewRecords(unrecorded{r.client}, now)}
	fromCounters := ledger.NewStore(r.client, raw).Entries(t.Context(), hundredSLOs(), promql.Scope{}, span)
	if len(fromRecords) != 110 || len(fromCounters) != 110 {
		t.Fatalf("%d and %d groups, want 110", len(fromRecords), len(fromCounters))
	}
	for i, e := range fromRecords {
		compareTrade(t, e, fromCounters[i], from, to)
	}
	r.checkRecords(t, to.Sub(from), to)
}

// compareTrade wants the same from both, but for the minute at either end that a
// record is about: it counts in whole.
func compareTrade(t *testing.T, recorded, counted budget.Entry, from, to time.Time) {
	t.Helper()
	if recorded.Err != nil || counted.Err != nil {
		t.Fatalf("%s: %v, %v", recorded.SLO.Name, recorded.Err, counted.Err)
	}
	if !labels.Equal(recorded.Labels, counted.Labels) {
		t.Fatalf("the group %s, want %s", recorded.Labels, counted.Labels)
	}
	got, raw := recorded.Account.Reading(from, to), counted.Account.Reading(from, to)
	off := math.Abs(got.Total - raw.Total)
	if recorded.SLO.Method != slo.Occurrences {
		if off > 1 || math.Abs(got.Bad-raw.Bad) > 1 {
			t.Errorf("%s: %+v from records, %+v from counters", recorded.SLO.Name, got, raw)
		}
		return
	}
	bad, total := perScrape(shopOf(t, recorded.SLO.Name))
	instances := 2 - len(recorded.SLO.GroupBy)
	perMinute := float64(instances * total * int(time.Minute/scrapeInterval))
	uncovered := (raw.Coverage - got.Coverage) * to.Sub(from).Minutes()
	ratio := math.Abs(got.Bad/got.Total*float64(total)/float64(bad) - 1)
	if off > 1.01*perMinute || uncovered > 1.01 || ratio > 1e-9 {
		t.Errorf("%s %s: %+v from records, %+v from counters", recorded.SLO.Name, recorded.Labels, got, raw)
	}
}

// checkRecords wants each record to be the events of its minute, to the digit.
func (r ruled) checkRecords(t *testing.T, length time.Duration, to time.Time) {
	t.Helper()
	selector := func(d time.Duration) string {
		return fmt.Sprintf(`{__name__=~%q}[%ds]`, promql.RecordedBad+"|"+promql.RecordedTotal, int(d.Seconds()))
	}
	series, _, err := r.client.Samples(t.Context(), selector, to.Add(-length), to)
	if err != nil || len(series) != 220 {
		t.Fatalf("%d series, want 220; %v", len(series), err)
	}
	samples := 0
	for _, s := range series {
		bad, want := perScrape(shopOf(t, s.Labels.Get("slo")))
		if s.Labels.Get("__name__") == promql.RecordedBad {
			want = bad
		}
		want *= int(time.Minute / scrapeInterval)
		if s.Labels.Get("instance") == "" {
			want *= 2
		}
		for _, sample := range s.Samples {
			samples++
			if sample.V != float64(want) {
				t.Errorf("%s is %v at %s, want %d", s.Labels, sample.V, time.UnixMilli(sample.T).UTC(), want)
			}
		}
	}
	t.Logf("%d samples of %d series are exact", samples, len(series))
}

// shopOf returns the number of the shop that an SLO is about.
func shopOf(t *testing.T, name string) (shop int) {
	t.Helper()
	if _, err := fmt.Sscanf(name, "shop-%d", &shop); err != nil {
		t.Fatal(err)
	}
	return shop
}

// lateAsks counts how often a client asks for counters after a time.
type lateAsks struct {
	*upstream.Client
	from     time.Time
	counters atomic.Int64
}

func (a *lateAsks) note(query string, to time.Time) {
	if strings.HasPrefix(query, "requests_total") && to.After(a.from) {
		a.counters.Add(1)
	}
}

func (a *lateAsks) Range(ctx context.Context, expr string, start, end time.Time, step time.Duration) ([]upstream.Series, upstream.Meta, error) {
	a.note(expr, end)
	return a.Client.Range(ctx, expr, start, end, step)
}

func (a *lateAsks) Samples(ctx context.Context, selector func(time.Duration) string, from, to time.Time) ([]upstream.Series, upstream.Meta, error) {
	a.note(selector(to.Sub(from)), to)
	return a.Client.Samples(ctx, selector, from, to)
}

// await returns the end of what the ledger seals, and the time of the last record,
// once every minute of the last sealed step and of what came after it is recorded for
// all SLOs: from then on the ledger needs no counters.
func (r ruled) await(t *testing.T) (from, to time.Time) {
	t.Helper()
	for deadline := time.Now().Add(recordTime); time.Now().Before(deadline); time.Sleep(5 * time.Second) {
		first, last, n := r.recorded(t)
		from = last.Add(-sealLag).Truncate(ledger.DefaultStep)
		if n == 220 && first.Before(from.Add(-ledger.DefaultStep)) {
			return from, last
		}
	}
	t.Fatalf("not all is recorded from %s on", from)
	return from, to
}

// recorded returns the latest of the times at which series begin to be recorded, the
// earliest of those at which they end, and how many series there are.
func (r ruled) recorded(t *testing.T) (first, last time.Time, n int) {
	t.Helper()
	value := func(expr string) float64 {
		series, _, err := r.client.Instant(t.Context(), expr, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if len(series) != 1 {
			return 0
		}
		return series[0].Samples[0].V
	}
	const total = promql.RecordedTotal
	at := func(expr string) time.Time { return time.UnixMilli(int64(1000 * value(expr))) }
	return at(`max(min_over_time(timestamp(` + total + `)[30m:15s]))`), at(`min(timestamp(` + total + `))`),
		int(value(`count({__name__=~"` + promql.RecordedBad + `|` + total + `"})`))
}

// checkHealth wants all rules of the hundred SLOs to be loaded, evaluated, and
// without errors.
func (r ruled) checkHealth(t *testing.T) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.rules+"/api/v1/rules", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set(stores.TenantHeader, r.tenant)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var answer struct {
		Data struct {
			Groups []struct {
				Name  string
				Rules []struct {
					Name, Health, LastError, State string
					Labels                         model.LabelSet
				}
			}
		}
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	found, firing := map[string]int{}, 0
	for _, g := range answer.Data.Groups {
		for _, rule := range g.Rules {
			found[rule.Name]++
			if rule.Health != "ok" {
				t.Errorf("%s, %s of %s: %s %s", g.Name, rule.Name, rule.Labels["slo"], rule.Health, rule.LastError)
			}
			if rule.State == "firing" {
				firing++
			}
		}
	}
	t.Logf("%d groups, rules %v, %d firing", len(answer.Data.Groups), found, firing)
	for name, n := range map[string]int{
		promql.RecordedTotal: 100, promql.RecordedBad: 100, "ErrorBudgetBurn": 400, "ErrorBudgetNoData": 100, "ErrorBudgetExhausted": 100,
	} {
		if found[name] != n {
			t.Errorf("%d rules are %s, want %d", found[name], name, n)
		}
	}
	if firing == 0 {
		t.Error("no alert fires")
	}
}
