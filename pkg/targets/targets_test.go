package targets_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/targets"
)

const day = 24 * time.Hour

// now is a Monday.
var now = time.Date(2026, 6, 29, 0, 0, 0, 0, time.UTC)

func TestCandidates(t *testing.T) {
	promised := func(target float64) *slo.Promise {
		return &slo.Promise{History: []slo.Commitment{{Target: 0.5}, {Target: target}}}
	}
	considered := promised(0.998)
	considered.Considered = &slo.TargetRange{Lowest: 0.99, Highest: 0.997}
	for name, test := range map[string]struct {
		target  float64
		promise *slo.Promise
		asked   []float64
		want    string
	}{
		"common":     {0.999, nil, nil, "0.9 0.95 0.99 0.995 0.999(In force) 0.9995 0.9999"},
		"promised":   {0.999, promised(0.999), nil, "0.9 0.95 0.99 0.995 0.999(In force, promised) 0.9995 0.9999"},
		"drifted":    {0.97, promised(0.98), nil, "0.9 0.95 0.97(In force) 0.98(Promised) 0.99 0.995 0.999 0.9995 0.9999"},
		"asked":      {0.9999, nil, []float64{0.997, 0.5, 0.99}, "0.5(Asked for) 0.9 0.95 0.99(Asked for) 0.995 0.997(Asked for) 0.999 0.9995 0.9999(In force)"},
		"considered": {0.999, considered, nil, "0.9 0.95 0.99(Considered) 0.995(Considered) 0.998(Promised) 0.999(In force) 0.9995 0.9999"},
	} {
		t.Run(name, func(t *testing.T) {
			o := slo.Objective{Target: test.target}
			var got []string
			for _, c := range targets.Candidates(slo.SLO{Promise: test.promise}, o, test.asked) {
				text := fmt.Sprint(c.Target)
				if m := c.Mark(); m != "" {
					text += "(" + m + ")"
				}
				got = append(got, text)
			}
			if got := strings.Join(got, " "); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// entry has weeks of steps of 100 events, bad as a function of the week says.
func entry(calendar bool, weeks int, bad func(week int) float64) budget.Entry {
	const step = 5 * time.Minute
	n := weeks * int(7*day/step)
	failed, total := make([]float64, n), make([]float64, n)
	for i := range n {
		total[i], failed[i] = 100, bad(i/int(7*day/step))
	}
	window := slo.Window{Period: slo.Period{Count: 7, Unit: slo.Day}, Calendar: calendar, Anchor: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)}
	s := slo.SLO{Name: "a", Window: window, Objectives: []slo.Objective{{Target: 0.99}}}
	curve := budgettest.NewCurve(now.Add(-time.Duration(weeks)*7*day), step, failed, total, nil)
	return budget.Entry{SLO: s, Objective: s.Objectives[0], AsOf: now, Account: curve}
}

func TestSummary(t *testing.T) {
	rising := func(week int) float64 { return float64(week) }
	for name, test := range map[string]struct {
		entry budget.Entry
		want  string
	}{
		"ten weeks":      {entry(true, 10, rising), "91.00 % would have been kept in all 10 windows, 92.00 % in nine of ten"},
		"one week":       {entry(true, 1, rising), "100 % would have been kept in the only window that is known"},
		"days":           {entry(false, 2, func(int) float64 { return 0.123 }), "99.877 % would have been kept on all 11 days, 99.877 % on nine of ten"},
		"too little":     {entry(false, 0, rising), "No day of the history is known"},
		"without events": {entry(true, 2, func(int) float64 { return 0 }), "100 % would have been kept in all 2 windows, 100 % in nine of ten"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := targets.Of(test.entry, targets.Options{Now: now}).Summary(); !strings.HasPrefix(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestStudy(t *testing.T) {
	s := targets.Of(entry(true, 12, func(week int) float64 { return float64(week % 2) }), targets.Options{Now: now, Asked: []float64{0.985}})
	if len(s.Rows) != 8 {
		t.Fatalf("%d rows", len(s.Rows))
	}
	lax, strict := s.Rows[0], s.Rows[len(s.Rows)-1]
	if lax.Missed != 0 || strict.Missed != 6 || strict.Kept != 6 {
		t.Errorf("got %+v and %+v", lax.Record, strict.Record)
	}
	for i, r := range s.Rows {
		chance, ok := r.ChanceKept.Get()
		if !ok || chance <= 0 || chance >= 1 {
			t.Errorf("the chance of %v is %v", r.Candidate.Target, r.ChanceKept)
		}
		if i > 0 && chance > s.Rows[i-1].ChanceKept.Or(0) {
			t.Errorf("%v has a better chance than a lower target", r.Candidate.Target)
		}
	}
	if v := s.KeptInAll.Or(0); v != 0.99 {
		t.Errorf("kept in all: %v", v)
	}
	half := targets.Of(entry(true, 12, func(week int) float64 { return float64(week % 2) }), targets.Options{Now: now, History: 6 * 7 * day})
	if r := half.Rows[0].Record; r.Kept != 6 || half.To.Sub(half.From) != 6*7*day {
		t.Errorf("of six weeks: %+v from %s to %s", r, half.From, half.To)
	}
}

func TestStudyWithoutAccount(t *testing.T) {
	e := entry(true, 1, func(int) float64 { return 0 })
	e.Account = nil
	if s := targets.Of(e, targets.Options{Now: now}); len(s.Rows) > 0 || s.HasHistory() || s.KeptInAll.OK() {
		t.Errorf("got %+v", s)
	}
}

func TestHighestKept(t *testing.T) {
	for target, want := range map[float64]string{1: "100 %", 0.5: "50.0 %", 0.999876543: "99.9876 %", 0.999999: "99.999900 %", 0.91: "91.00 %", 0.8999: "89.9 %", 0: "0.0 %"} {
		if got := targets.HighestKept(budget.Some(target)); got != want {
			t.Errorf("%v is %s, want %s", target, got, want)
		}
	}
	if got := targets.HighestKept(budget.Value{}); got != "–" {
		t.Errorf("nothing is %s", got)
	}
}

func TestHistoryOf(t *testing.T) {
	window := func(count int, unit slo.Unit) slo.Window {
		return slo.Window{Period: slo.Period{Count: count, Unit: unit}}
	}
	for name, test := range map[string]struct {
		window slo.Window
		asked  time.Duration
		want   time.Duration
	}{
		"a week":       {window(7, slo.Day), 0, 90 * day},
		"six weeks":    {window(42, slo.Day), 0, 126 * day},
		"a year":       {window(1, slo.Year), 0, 400 * day},
		"as asked for": {window(1, slo.Year), 10 * day, 10 * day},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (targets.Options{Now: now, History: test.asked}).HistoryOf(test.window); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
