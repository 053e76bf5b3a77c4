package plugin

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

const weeklyDefinitions = `
apiVersion: openslo/v1
kind: SLO
metadata: {name: weekly}
spec:
  service: shop
  indicator: {metadata: {name: errors}, spec: &errors {ratioMetric: {counter: true,
    bad: {metricSource: {type: Prometheus, spec: {query: 'weekly_total{code="500"}'}}},
    total: {metricSource: {type: Prometheus, spec: {query: weekly_total}}}}}}
  timeWindow: [{duration: 1w, isRolling: false, calendar: {startTime: "2026-01-05 00:00:00", timeZone: UTC}}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.998}]
---
apiVersion: promise.slo/v1
kind: Promise
metadata: {name: weekly}
spec: {slo: weekly, considered: {lowest: 99%, highest: 99.9%}, history: [{target: 0.9985, from: 2026-01-01}]}
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: rolling}
spec:
  service: shop
  indicator: {metadata: {name: errors}, spec: {ratioMetric: {counter: true,
    bad: {metricSource: {type: Prometheus, spec: {query: 'weekly_total{code="500"}'}}},
    total: {metricSource: {type: Prometheus, spec: {query: weekly_total}}}}}}
  timeWindow: [{duration: 7d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.998}]
`

// firstWeek is the first of six whole weeks with data, which begins an hour before.
var firstWeek = time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC)

// An outage and a brief one, each with the bad requests of its minutes.
var outages = []struct {
	from   time.Time
	length time.Duration
}{
	{firstWeek.Add(8*day + 5*time.Hour), 30 * time.Minute},
	{firstWeek.Add(23*day + 7*time.Hour), 10 * time.Minute},
}

// weeks has 60 requests a minute, all of which fail in an outage.
func weeks(w *prometheus.Writer) {
	var good, bad []prometheus.Sample
	var ok, failed float64
	for at := firstWeek.Add(-time.Hour); !at.After(now); at = at.Add(time.Minute) {
		out := false
		for _, o := range outages {
			out = out || at.After(o.from) && !at.After(o.from.Add(o.length))
		}
		if out {
			failed += 60
		} else {
			ok += 60
		}
		good, bad = append(good, prometheus.Float(at, ok)), append(bad, prometheus.Float(at, failed))
	}
	for code, samples := range map[string][]prometheus.Sample{"200": good, "500": bad} {
		w.Append(labels.FromStrings("__name__", "weekly_total", "job", "shop", "instance", "a", "code", code), samples...)
	}
}

// TestTargets compares targets over a history that is known to the event.
func TestTargets(t *testing.T) {
	d := open(t, source(t, promtest.Start(t, weeks).URL, inline(weeklyDefinitions)))
	const perWeek = 60 * 7 * 24 * 60.
	worst, second := 30*60/perWeek, 10*60/perWeek
	t.Run("calendar", func(t *testing.T) {
		f := targetsOf(t, d, map[string]any{"queryType": "targets", "slos": "weekly", "targets": []float64{0.997, 1 - worst}, "since": "60d"})
		for target, want := range map[float64]struct{ kept, missed int64 }{
			0.9: {6, 0}, 0.997: {6, 0}, 0.998: {5, 1}, 0.9985: {5, 1}, 0.999: {5, 1}, 0.9995: {4, 2}, 0.9999: {4, 2},
		} {
			row := rowOf(t, f, target)
			if kept, missed, unknown := cellOf[int64](t, f, "kept", row), cellOf[int64](t, f, "missed", row), cellOf[int64](t, f, "unknown", row); kept != want.kept || missed != want.missed || unknown != 1 {
				t.Errorf("at %v %d weeks are kept, %d missed and %d not known, want %d, %d and 1", target, kept, missed, unknown, want.kept, want.missed)
			}
			near(t, "worst", number(t, f, "worstConsumed", row), worst/(1-target), 1e-9)
			near(t, "median", number(t, f, "medianConsumed", row), 0, 1e-9)
			near(t, "allowed minutes", number(t, f, "allowedMinutes", row), 7*24*60*(1-target), 1e-6)
			near(t, "allowed events", number(t, f, "allowedEvents", row), perWeek*(1-target), 0.001*perWeek*(1-target))
			if chance := number(t, f, "chanceKept", row); !(chance > 0 && chance < 1) {
				t.Errorf("at %v the chance is %v", target, chance)
			}
		}
		near(t, "kept in all", number(t, f, "keptInAll", 0), 1-worst, 1e-12)
		near(t, "kept in most", number(t, f, "keptInMost", 0), 1-worst, 1e-12)
		for target, mark := range map[float64]string{0.998: "In force", 0.9985: "Promised", 0.997: "Asked for", 0.99: "Considered", 0.9999: ""} {
			if got, _ := field(t, f, "mark").ConcreteAt(rowOf(t, f, target)); got != mark {
				t.Errorf("%v is marked %v, want %v", target, got, mark)
			}
		}
		expectNotice(t, f, "weekly: 99.702 % would have been kept in all 6 windows", data.NoticeSeverityInfo)
	})
	t.Run("rolling", func(t *testing.T) {
		f := targetsOf(t, d, map[string]any{"queryType": "targets", "slos": "rolling", "since": "60d", "targets": []float64{0.997}})
		// Each outage spoils the eight days through which its week rolls. Days begin
		// half a window after the data.
		days := int64(now.Truncate(day).Sub(firstWeek.Add(-time.Hour).Add(7*day/2).Truncate(day))/day) + 1
		for target, missed := range map[float64]int64{0.9: 0, 0.997: 0, 0.998: 8, 0.999: 8, 0.9995: 16} {
			row := rowOf(t, f, target)
			if got, kept := cellOf[int64](t, f, "missed", row), cellOf[int64](t, f, "kept", row); got != missed || kept != days-missed {
				t.Errorf("at %v %d days are missed and %d kept, want %d of %d", target, got, kept, missed, days)
			}
		}
		near(t, "kept in all", number(t, f, "keptInAll", 0), 1-worst, 1e-12)
		if got := number(t, f, "keptInMost", 0); math.Abs(got-(1-worst)) > 1e-12 && math.Abs(got-(1-second)) > 1e-12 {
			t.Errorf("nine of ten days kept %v", got)
		}
	})
	t.Run("alerts", func(t *testing.T) { compareAlerts(t, d) })
	t.Run("an alert rule", func(t *testing.T) {
		r := ask(t.Context(), t, d, map[string]any{"queryType": "targets"}, map[string]string{backend.FromAlertHeaderName: "true"})
		if r.Error == nil || !strings.Contains(r.Error.Error(), "is not for alert rules") {
			t.Errorf("got %v", r.Error)
		}
	})
}

// compareAlerts compares the alerts with those that a rule sees on the same account.
func compareAlerts(t *testing.T, d *Datasource) {
	c, err := d.library.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	entries := d.ledgers.Entries(t.Context(), c.SLOs, promql.Scope{}, func(budget.Terms) (from, to time.Time) { return now.Add(-60 * day), now })
	for _, e := range entries {
		f := targetsOf(t, d, map[string]any{"queryType": "targets", "slos": e.SLO.Name, "since": "60d"})
		for _, target := range []float64{0.9, 0.99, 0.999, 0.9999} {
			terms := e.Terms()
			terms.Target = target
			_, last := e.Account.Span()
			for severity, column := range map[slo.Severity]string{slo.Page: "pages", slo.Ticket: "tickets"} {
				want := int64(len(budgettest.Firings(e.Account, terms, e.Account.Since(), last, severity)))
				row := rowOf(t, f, target)
				got, justified := cellOf[int64](t, f, column, row), cellOf[int64](t, f, column+"Justified", row)
				if got != want {
					t.Errorf("%s at %v: %d %s, want %d", e.SLO.Name, target, got, column, want)
				}
				if justified != got {
					t.Errorf("%s at %v: %d of %d %s mattered, want all: there was nothing but outages", e.SLO.Name, target, justified, got, column)
				}
			}
		}
		if pages := cellOf[int64](t, f, "pages", rowOf(t, f, 0.999)); pages != 2 {
			t.Errorf("%s: %d pages at 99.9 %%, want one for each outage", e.SLO.Name, pages)
		}
	}
}

func targetsOf(t *testing.T, d *Datasource, query map[string]any) *data.Frame {
	t.Helper()
	r := ask(t.Context(), t, d, query, nil)
	if r.Error != nil {
		t.Fatal(r.Error)
	}
	return only(t, r.Frames)
}

// rowOf returns the row of a target.
func rowOf(t *testing.T, f *data.Frame, target float64) int {
	t.Helper()
	column := field(t, f, "target")
	for i := range column.Len() {
		if v, ok := column.ConcreteAt(i); ok && v == target {
			return i
		}
	}
	t.Fatalf("there is no target %v", target)
	return 0
}

func cellOf[T any](t *testing.T, f *data.Frame, name string, row int) T {
	t.Helper()
	v, _ := field(t, f, name).ConcreteAt(row)
	cell, ok := v.(T)
	if !ok {
		t.Fatalf("%s is %v", name, v)
	}
	return cell
}
