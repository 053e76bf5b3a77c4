package ledger_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// ranges counts queries, as asks does, and keeps the longest range.
type ranges struct {
	asks
	longest atomic.Int64 // in milliseconds
}

func (r *ranges) Range(ctx context.Context, expr string, start, end time.Time, step time.Duration) ([]upstream.Series, upstream.Meta, error) {
	r.longest.Store(max(r.longest.Load(), end.Sub(start).Milliseconds()))
	return r.asks.Range(ctx, expr, start, end, step)
}

// shop serves 3 requests a minute by handlers a (2, one of which fails) and b.
func shop(t *testing.T, end time.Time) *ranges {
	t.Helper()
	server := promtest.Start(t, func(w *prometheus.Writer) {
		for _, s := range []struct{ handler, code string }{{"a", "200"}, {"a", "500"}, {"b", "200"}} {
			ls := labels.FromStrings("__name__", "r", "job", "shop", "instance", "1", "handler", s.handler, "code", s.code)
			for age := 3 * day; age >= 0; age -= time.Minute {
				w.Append(ls, prometheus.Float(end.Add(-age), (3*day-age).Minutes()))
			}
		}
	})
	client, err := upstream.New(upstream.Options{URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	return &ranges{asks: asks{Querier: client}}
}

// failing returns an SLO of a day, whose bad events are those of a query, with
// an objective a target.
func failing(name string, bad string, targets ...float64) slo.SLO {
	s := slo.SLO{Name: name, Window: slo.Window{Period: slo.Period{Count: 1, Unit: slo.Day}}}
	for _, target := range targets {
		s.Objectives = append(s.Objectives, slo.Objective{Target: target, Indicator: slo.Ratio{
			Bad: &slo.Query{Expr: bad}, Total: slo.Query{Expr: "r"}, Counter: true,
		}})
	}
	return s
}

// lastDay returns the span of the day before the end.
func lastDay(end time.Time) budget.Span {
	return func(budget.Terms) (from, to time.Time) { return end.Add(-day), end }
}

func TestEntries(t *testing.T) {
	end := lastMeasured
	server := shop(t, end)
	now := &clock{at: end}
	store := ledger.NewStore(server, ledger.Options{Now: now.now})
	of := func(scope promql.Scope, slos ...slo.SLO) []budget.Entry {
		return store.Entries(t.Context(), slos, scope, lastDay(end))
	}
	bad := func(t *testing.T, e budget.Entry, bad, total float64) {
		t.Helper()
		if e.Err != nil {
			t.Fatal(e.Err)
		}
		if r := e.Account.Reading(end.Add(-day), end); r.Bad != bad || r.Total != total {
			t.Errorf("%s %s: %v bad of %v, want %v of %v", e.SLO.Name, e.Labels, r.Bad, r.Total, bad, total)
		}
	}

	t.Run("an SLO that fails does not hinder the others", func(t *testing.T) {
		entries := of(promql.Scope{}, failing("one", `r{code="500"}`, 0.9), failing("two", `avg(r)`, 0.9), failing("three", `r{code="500"}`, 0.9))
		if len(entries) != 3 || entries[1].SLO.Name != "two" {
			t.Fatalf("%d entries, want three in order", len(entries))
		}
		bad(t, entries[0], 1440, 3*1440)
		bad(t, entries[2], 1440, 3*1440)
		if entries[1].Err == nil || !strings.Contains(entries[1].Err.Error(), "avg") || entries[1].Account != nil {
			t.Errorf("error %v, want one about avg", entries[1].Err)
		}
	})
	t.Run("objectives share a ledger", func(t *testing.T) {
		before := server.raw.Load()
		if entries := of(promql.Scope{}, failing("more", `r{code="500"}`, 0.9, 0.99, 0.999)); len(entries) != 3 {
			t.Fatalf("%d entries, want one an objective", len(entries))
		}
		if n := server.raw.Load() - before; n != 0 {
			t.Errorf("what is known is asked for %d times", n)
		}
	})
	t.Run("grouped and narrowed", func(t *testing.T) {
		entries := of(promql.Scope{GroupBy: []string{"handler"}}, failing("one", `r{code="500"}`, 0.9))
		if len(entries) != 2 || entries[0].Labels.Get("handler") != "a" || entries[1].Labels.Get("handler") != "b" {
			t.Fatalf("%v", entries)
		}
		bad(t, entries[0], 1440, 2*1440)
		bad(t, entries[1], 0, 1440)
		narrow := promql.Scope{Matchers: []*labels.Matcher{labels.MustNewMatcher(labels.MatchEqual, "handler", "b")}}
		bad(t, of(narrow, failing("one", `r{code="500"}`, 0.9))[0], 0, 1440)
	})
	t.Run("ledgers that nobody asks for are forgotten", func(t *testing.T) {
		reread := func() bool {
			server.longest.Store(0)
			of(promql.Scope{}, failing("one", `r{code="500"}`, 0.9))
			return server.longest.Load() > (20 * time.Hour).Milliseconds()
		}
		now.at = end.Add(5 * time.Hour)
		if reread() {
			t.Error("after five hours a whole day is read again")
		}
		now.at = end.Add(12 * time.Hour)
		if !reread() {
			t.Error("after seven hours without a query the day is not read again")
		}
	})
}

// recordQuestions counts what a client is asked about records.
type recordQuestions struct {
	ledger.Querier
	times atomic.Int64
}

func (r *recordQuestions) Instant(ctx context.Context, expr string, at time.Time) ([]upstream.Series, upstream.Meta, error) {
	if strings.Contains(expr, promql.RecordedTotal) {
		r.times.Add(1)
	}
	return r.Querier.Instant(ctx, expr, at)
}

// A server without records is asked once for all SLOs whether it has some, and
// again every few minutes.
func TestAsksOnceForRecords(t *testing.T) {
	end := lastMeasured
	server := &recordQuestions{Querier: shop(t, end)}
	now := &clock{at: end.Add(-30 * time.Minute)}
	store := ledger.NewStore(server, ledger.Options{Now: now.now})
	slos := []slo.SLO{failing("one", `r{code="500"}`, 0.9), failing("two", `r{code="404"}`, 0.9, 0.99), failing("three", "r", 0.9)}
	for range 20 {
		store.Entries(t.Context(), slos, promql.Scope{}, lastDay(end))
		now.at = now.at.Add(30 * time.Second)
	}
	if n := server.times.Load(); n != 2 {
		t.Errorf("in ten minutes it is asked %d times, want two", n)
	}
	if n := store.RecordedCount(t.Context(), slos); n != 0 {
		t.Errorf("%d SLOs are recorded, want none", n)
	}
}

// SLOs whose events are counted as the records say are read from them, however
// their accounts are shared; others are not.
func TestRecordedCount(t *testing.T) {
	end := lastMeasured
	one, two := failing("one", `r{code="500"}`, 0.9, 0.99), failing("two", `r{code="404"}`, 0.9)
	server := promtest.Start(t, func(w *prometheus.Writer) {
		plan, err := promql.PlanOf(one, one.Objectives[0], promql.Scope{})
		if err != nil {
			t.Fatal(err)
		}
		for name, events := range map[string]float64{promql.RecordedBad: 1, promql.RecordedTotal: 7} {
			for age := 2 * day; age >= 0; age -= time.Minute {
				w.Append(labels.FromStrings("__name__", name, "slo", "one", promql.RecordedPlan, plan.Fingerprint()),
					prometheus.Float(end.Add(-age), events))
			}
		}
	})
	client, err := upstream.New(upstream.Options{URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	store := ledger.NewStore(client, ledger.Options{Now: func() time.Time { return end }})
	for i, e := range store.Entries(t.Context(), []slo.SLO{one, two}, promql.Scope{}, lastDay(end)) {
		want := budget.Reading{Bad: 1440, Total: 7 * 1440, Coverage: 1}
		if i == 2 {
			want = budget.Reading{}
		}
		if e.Err != nil || e.Account.Reading(end.Add(-day), end) != want {
			t.Errorf("%s: %v, %v, want %v", e.SLO.Name, e.Account, e.Err, want)
		}
	}
	if n := store.RecordedCount(t.Context(), []slo.SLO{one, two}); n != 1 {
		t.Errorf("%d SLOs are recorded, want one", n)
	}
}
