package frame

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/review"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// TestWhatGoesOnHasNoEnd checks the incident that goes on, and the one that does not.
func TestWhatGoesOnHasNoEnd(t *testing.T) {
	for name, test := range map[string]struct {
		to   time.Duration
		open bool
	}{"going on": {0, true}, "over": {2 * time.Hour, false}} {
		t.Run(name, func(t *testing.T) {
			e := withBad("outage", false, 50, 3*time.Hour, test.to)
			f := Incidents(t.Context(), []budget.Entry{e}, Params{Now: now, From: now.Add(-7 * day), To: now})[0]
			if f.Rows() != 1 {
				t.Fatalf("%d incidents", f.Rows())
			}
			if cell(t, f, "open", 0) != test.open || (cell(t, f, "timeEnd", 0) == nil) != test.open || cell(t, f, "kind", 0) != "fast" {
				t.Errorf("open %v, ends %v, is %v", cell(t, f, "open", 0), cell(t, f, "timeEnd", 0), cell(t, f, "kind", 0))
			}
			if got, want := cell(t, f, "duration", 0), (3*time.Hour - test.to).Seconds(); got != want {
				t.Errorf("lasts %v, want %v", got, want)
			}
			from, to := cell(t, f, "viewFrom", 0).(time.Time), cell(t, f, "viewTo", 0).(time.Time)
			if start := cell(t, f, "time", 0).(time.Time); start.Sub(from) < 30*time.Minute || to.Sub(start) < 30*time.Minute {
				t.Errorf("is seen from %s to %s", from, to)
			}
		})
	}
}

// TestOutagesOfServices checks that incidents of one service at one time are one outage,
// with the name that each of them has.
func TestOutagesOfServices(t *testing.T) {
	pay, cart := withBad("pay", false, 50, 9*time.Hour, 8*time.Hour), withBad("cart", false, 90, 9*time.Hour, 7*time.Hour)
	other := withBad("other", false, 50, 9*time.Hour, 8*time.Hour)
	other.SLO.Service = "bank"
	all := []budget.Entry{pay, cart, other}
	p := Params{Now: now, From: now.Add(-7 * day), To: now}
	outages, incidents := Outages(t.Context(), all, p)[0], Incidents(t.Context(), all, p)[0]
	if outages.Rows() != 2 || incidents.Rows() != 3 {
		t.Fatalf("%d outages of %d incidents", outages.Rows(), incidents.Rows())
	}
	if cell(t, outages, "slos", 0) != "Cart, Pay" || cell(t, outages, "slo", 0) != "cart" || cell(t, outages, "budgetShare", 0) != cell(t, incidents, "budgetShare", 0) {
		t.Errorf("SLOs %v, the worst is %v with %v", cell(t, outages, "slos", 0), cell(t, outages, "slo", 0), cell(t, outages, "budgetShare", 0))
	}
	if text := cell(t, outages, "text", 0).(string); !strings.HasPrefix(text, "2 h of Cart, Pay consumed up to") {
		t.Errorf("the text is %q", text)
	}
	names := map[any]int{}
	for i := range incidents.Rows() {
		names[cell(t, incidents, "outage", i)]++
	}
	if names[cell(t, outages, "outage", 0)] != 2 || names[cell(t, outages, "outage", 1)] != 1 {
		t.Errorf("the incidents are of %v", names)
	}
}

// TestChangesBeforeIncidents checks that no change is shown as such only where it is
// known that there was none.
func TestChangesBeforeIncidents(t *testing.T) {
	start := now.Add(-3 * time.Hour)
	earlier := func(ago time.Duration) review.Changes {
		return review.Changes{All: []review.Change{{At: start.Add(-ago), What: "v2"}}, Since: start.Add(-7 * day)}
	}
	for name, test := range map[string]struct {
		changes map[string]review.Changes
		want    any
		known   bool
	}{
		"one":              {map[string]review.Changes{"version": earlier(time.Hour)}, "v2", true},
		"long before":      {map[string]review.Changes{"version": earlier(25 * time.Hour)}, "None in the 1 d before", false},
		"failed":           {map[string]review.Changes{"version": {Err: errors.New("timeout")}}, "Not known (timeout)", false},
		"known too late":   {map[string]review.Changes{"version": {Since: start.Add(-time.Hour)}}, "Not known (changes are known since " + human.Time(start.Add(-time.Hour)) + ")", false},
		"not asked for":    {nil, "Not known (it was not asked for)", false},
		"another's change": {map[string]review.Changes{"other": earlier(time.Hour)}, "Not known (it was not asked for)", false},
	} {
		t.Run(name, func(t *testing.T) {
			e := withBad("outage", false, 50, 3*time.Hour, 2*time.Hour)
			p := Params{Now: now, From: now.Add(-7 * day), To: now, Changes: test.changes}
			if f := Incidents(t.Context(), []budget.Entry{e}, p)[0]; cell(t, f, "change", 0) != nil {
				t.Errorf("without changes in the promise it is %v", cell(t, f, "change", 0))
			}
			e.SLO.Promise = &slo.Promise{Changes: &slo.Query{Expr: "version"}}
			f := Incidents(t.Context(), []budget.Entry{e}, p)[0]
			if got := cell(t, f, "change", 0); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
			if got := cell(t, f, "changeTime", 0); (got != nil) != test.known {
				t.Errorf("changed at %v", got)
			}
		})
	}
}
