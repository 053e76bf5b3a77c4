package report_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/report"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

const (
	day  = 24 * time.Hour
	step = 5 * time.Minute
)

// t0 is a Monday, on which the first of eight weeks begins.
var t0 = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// july asks for the windows that closed in the second half of the data.
var july = report.Question{Title: "July", From: time.Date(2026, 6, 29, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 7, 27, 0, 0, 0, 0, time.UTC), Now: t0.Add(56 * day)}

// entry returns an SLO whose requests all fail for three hours of a day, if it is not
// negative: 1.8 budgets of a week.
func entry(name string, calendar bool, badDay int) budget.Entry {
	n := int(56 * day / step)
	bad, total := make([]float64, n), make([]float64, n)
	for i := range n {
		total[i] = 100
		if at := time.Duration(i) * step; badDay >= 0 && at >= time.Duration(badDay)*day && at < time.Duration(badDay)*day+3*time.Hour {
			bad[i] = 100
		}
	}
	s := slo.SLO{
		Name: name, DisplayName: "Pay & <go>", Service: "secret-service", Labels: map[string]string{"team": "secret-team"},
		Window:     slo.Window{Period: slo.Period{Count: 7, Unit: slo.Day}, Calendar: calendar, Anchor: t0},
		Objectives: []slo.Objective{{Name: "99", Target: 0.99}},
	}
	return budget.Entry{SLO: s, Objective: s.Objectives[0], Labels: labels.FromStrings("route", "/secret"), Account: budgettest.NewCurve(t0, step, bad, total, nil)}
}

// reviewed returns the entry with a review of the week that began on a day.
func reviewed(e budget.Entry, monday int, c *slo.Change) budget.Entry {
	start := t0.Add(time.Duration(monday) * day)
	e.SLO.Reviews = []slo.Review{{Objective: "99", Miss: slo.MissID{Start: start, End: start.Add(7 * day)}, Learned: "secret lesson", Change: c}}
	return e
}

func TestReport(t *testing.T) {
	change := func(done time.Time) *slo.Change {
		return &slo.Change{Kind: "test", What: "A test of the second site.", Owner: "secret-team", Due: t0.Add(40 * day), Done: done}
	}
	overridden := entry("a", true, -1)
	overridden.SLO.Overrides = []slo.Override{{Name: "o", Actions: []string{"deploy"}, From: t0.Add(30 * day), To: t0.Add(31 * day), Reason: "secret reason", ApprovedBy: []string{"Secret Ada", "Secret Grace"}}}
	missing := entry("a", true, -1)
	missing.Account = nil
	tests := []struct {
		name                  string
		entry                 budget.Entry
		kept, missed, unknown int
		want                  []string
	}{
		{"kept", entry("a", true, -1), 4, 0, 0, []string{"**Kept.** 100 % good of 99 % promised; 0.0 % of the error budget was consumed.", "Kept 8 windows in a row."}},
		{"missed, not reviewed", entry("a", true, 30), 3, 1, 0, []string{
			"### 29 June 2026 to 5 July 2026", `**Missed.** 98.21 % good of 99 % promised; 178.6 % of the error budget was consumed: 3600 bad events of 2016 allowed, as much as a full outage of 3 h where 1 h 40 min are allowed.`,
			"- 1 July 2026, 00:00 to 03:00 UTC (3 h): 178.6 % of the error budget", "This has not been reviewed yet.", "Kept 3 windows in a row.",
		}},
		{"missed, no change", reviewed(entry("a", true, 30), 28, nil), 3, 1, 0, []string{"The review has named no change yet."}},
		{"missed, change to come", reviewed(entry("a", true, 30), 28, &slo.Change{What: "A test.", Due: t0.Add(70 * day)}), 3, 1, 0, []string{"What is changing: A test. By 10 August 2026."}},
		{"missed, change late", reviewed(entry("a", true, 30), 28, change(time.Time{})), 3, 1, 0, []string{"A test of the second site. This was to be in place by 11 July 2026, and is late."}},
		{"missed, change in place", reviewed(entry("a", true, 30), 28, change(t0.Add(38*day))), 3, 1, 0, []string{"A test of the second site. In place since 9 July 2026."}},
		{"missed before", entry("a", true, 8), 4, 0, 0, []string{"Kept 6 windows in a row."}},
		{"rolling", entry("a", false, -1), 1, 0, 0, []string{"Kept: there was budget left at all times.", "Kept 8 windows in a row."}},
		{"overspent", entry("a", false, 30), 0, 1, 0, []string{"### 1 July 2026, 01:40 UTC to 8 July 2026, 01:19 UTC", "there was no budget left.", "Kept 2 windows in a row."}},
		{"no data", missing, 0, 0, 1, []string{"It is not known how this went: there is no data."}},
		{"an override", overridden, 4, 0, 0, []string{"## Overrides", "From 2026-07-01 00:00 UTC to 2026-07-02 00:00 UTC people opened a gate"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := july.Of(slices.Values([]budget.Entry{test.entry}))
			if r.Kept != test.kept || r.Missed != test.missed || r.Unknown != test.unknown {
				t.Errorf("%d kept, %d missed, %d not known", r.Kept, r.Missed, r.Unknown)
			}
			text := r.Markdown()
			for _, want := range test.want {
				if !strings.Contains(text, want) {
					t.Errorf("%q is missing in\n%s", want, text)
				}
			}
			page, err := r.HTML()
			if err != nil || strings.Contains(strings.ToLower(text+page), "secret") {
				t.Errorf("%v: something internal is told:\n%s\n%s", err, text, page)
			}
			internal := july
			internal.Internal = true
			if inside := internal.Of(slices.Values([]budget.Entry{test.entry})).Markdown(); !strings.Contains(inside, `route="/secret"`) {
				t.Errorf("those inside are not told which:\n%s", inside)
			}
		})
	}
}

// A period that is not over is not kept yet.
func TestPeriodsThatGoOn(t *testing.T) {
	q := july
	q.Now = t0.Add(40 * day)
	text := q.Of(slices.Values([]budget.Entry{entry("a", false, -1)})).Markdown()
	for _, want := range []string{"29 June 2026 to 11 July 2026, so far", "**Kept so far: there was budget left at all times.**"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}

// Overrides of several SLOs of a service are listed once, others of the same name too.
func TestOverridesOfOneName(t *testing.T) {
	a, b := entry("a", true, -1), entry("b", true, -1)
	one := slo.Override{Name: "o", From: t0.Add(30 * day), To: t0.Add(31 * day)}
	other := slo.Override{Name: "o", From: t0.Add(40 * day), To: t0.Add(41 * day)}
	a.SLO.Overrides, b.SLO.Overrides = []slo.Override{one}, []slo.Override{one, other}
	if got := july.Of(slices.Values([]budget.Entry{a, b})).Overrides; len(got) != 2 {
		t.Errorf("%d overrides", len(got))
	}
}

var outside = regexp.MustCompile(`(?i)<script|src=|href=|url\(|@import|https?:|//[a-z]`)

// The page needs nothing else, whatever the names are.
func TestPageStandsAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := entry("a", true, 30)
		e.SLO.DisplayName = rapid.StringOf(rapid.SampledFrom([]rune(`<>"'&/ascriptonl=:{}`))).Draw(t, "name")
		page, err := july.Of(slices.Values([]budget.Entry{e})).HTML()
		if err != nil {
			t.Fatal(err)
		}
		escaped := strings.NewReplacer("&lt;", "", "&gt;", "", "&#34;", "", "&#39;", "", "&amp;", "").Replace(e.SLO.DisplayName)
		if found := outside.FindString(strings.Replace(page, escaped, "", 1)); found != "" && !strings.Contains(e.SLO.DisplayName, strings.TrimLeft(found, "<")) {
			t.Fatalf("%q in\n%s", found, page)
		}
		if strings.Contains(page, "<script") || !strings.Contains(page, "prefers-color-scheme: dark") || !strings.Contains(page, "@media print") {
			t.Fatalf("got\n%s", page)
		}
	})
}
