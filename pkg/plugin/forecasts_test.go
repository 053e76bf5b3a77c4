package plugin

import (
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/frame"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
)

func TestRecentForgets(t *testing.T) {
	r := newRecent[int, int](10)
	for i := range 1000 {
		r.put(i, i)
		r.get(3)
		if n := len(r.young) + len(r.old); n > 10 {
			t.Fatalf("%d values of at most 10", n)
		}
	}
	if _, ok := r.get(3); !ok {
		t.Error("what is used all the time is forgotten")
	}
	if _, ok := r.get(7); ok {
		t.Error("what was not used is remembered")
	}
}

// entriesWithAccounts returns those that the data source answers from.
func entriesWithAccounts(t testing.TB, d *Datasource) []budget.Entry {
	t.Helper()
	c, err := d.library.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	span := func(terms budget.Terms) (from, to time.Time) { return terms.Reach(now), now }
	var found []budget.Entry
	for _, e := range d.ledgers.Entries(t.Context(), c.SLOs, promql.Scope{}, span) {
		if curve, ok := e.Account.(*ledger.Curve); ok && !curve.Since().IsZero() {
			found = append(found, e)
		}
	}
	if len(found) == 0 {
		t.Fatal("no SLO has data")
	}
	return found
}

func TestForecastsAreRemembered(t *testing.T) {
	d := open(t, source(t, startShop(t).URL, inline(definitions)))
	for _, e := range entriesWithAccounts(t, d) {
		first := d.forecasts.Forecast(e, now)
		at := lastOf(e, now, forecastAge)
		if at.After(now) || now.Sub(at) >= forecastAge {
			t.Errorf("at %s, the last forecast is of %s", now, at)
		}
		if again := d.forecasts.Forecast(e, at.Add(forecastAge-time.Second)); again != first {
			t.Error("a forecast is made again within ten minutes")
		}
		if other := newForecasts().Forecast(e, now); other.Chances != first.Chances {
			t.Errorf("another replica forecasts %+v, not %+v", other.Chances, first.Chances)
		}
		if later := d.forecasts.Forecast(e, at.Add(forecastAge)); later == first {
			t.Error("a forecast is older than ten minutes")
		}
	}
}

func TestCalibrationsAreMadeInTheBackground(t *testing.T) {
	d := open(t, source(t, startShop(t).URL, inline(definitions)))
	for _, e := range entriesWithAccounts(t, d) {
		deadline := time.Now().Add(30 * time.Second)
		for {
			if c, ok := d.forecasts.Calibration(e, now); ok {
				if !c.Enough && c.Notice == "" {
					t.Errorf("%+v does not say why it is not enough", c)
				}
				break
			}
			if time.Now().After(deadline) {
				t.Fatal("there is no calibration")
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	d.forecasts.mu.Lock()
	defer d.forecasts.mu.Unlock()
	if len(d.forecasts.waiting) > 1 {
		t.Errorf("%d calibrations wait", len(d.forecasts.waiting))
	}
}

// BenchmarkStatusRow compares the evaluation of an entry with a forecast that is
// remembered with one without.
func BenchmarkStatusRow(b *testing.B) {
	d := open(b, source(b, startShop(b).URL, inline(definitions)))
	e := entriesWithAccounts(b, d)[0]
	d.forecasts.Calibration(e, now)
	p := frame.Params{Now: now, From: now.Add(-day), To: now, Forecasts: d.forecasts}
	b.Run("with a forecast", func(b *testing.B) {
		for b.Loop() {
			frame.Status(b.Context(), []budget.Entry{e}, p)
		}
	})
	b.Run("without", func(b *testing.B) {
		for b.Loop() {
			e.At(now, budget.Options{}).Status()
		}
	})
}
