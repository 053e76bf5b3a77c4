package budget_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestDays(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	// March 2026 has 743 hours in Berlin.
	start := time.Date(2026, 3, 1, 0, 0, 0, 0, berlin)
	month := budget.Terms{Target: 0.99, Window: calendar(1, slo.Month, start)}
	a := account(start.Add(-day), 40*day).errors(start.Add(3*day), 3*time.Hour, 100).gap(start.Add(10*day), day)
	all := budget.At(a.curve(), month, start.Add(38*day), budget.Options{}).Days(start, start.AddDate(0, 1, 0), 0.99)
	if len(all) != 31 || all[28].End.Sub(all[28].Start) != 23*time.Hour {
		t.Fatalf("%d days, the 29th from %s to %s", len(all), all[28].Start, all[28].End)
	}
	total := 100 * 12 * (743 - 24.) * 0.01
	near(t, "the worst day", all[3].Consumed, 3600/total)
	near(t, "left after it", all[3].Remaining, 1-3600/total)
	near(t, "left in the end", all[30].Remaining, 1-3600/total)
	missing(t, "the day without data", all[10].Consumed)
}

func TestOutage(t *testing.T) {
	v := budget.Verdict{Target: 0.99, SLI: budget.Some(0.97)}
	taken, allowed := v.Outage(t0, t0.Add(100*time.Hour))
	if taken.Round(time.Second) != 3*time.Hour || allowed.Round(time.Second) != time.Hour {
		t.Errorf("%s of %s", taken, allowed)
	}
}

// TestDaysAddUp checks that they are as long as the window, and consume as much.
func TestDaysAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawAccount(t, 16*day)
		terms := budget.Terms{Target: 0.99, Window: rapid.SampledFrom([]slo.Window{calendar(3, slo.Day, t0), rolling(3, slo.Day)}).Draw(t, "window")}
		now := t0.Add(time.Duration(rapid.Int64Range(int64(4*day), int64(15*day)).Draw(t, "now")))
		start, end := terms.Window.At(now)
		e := budget.At(c, terms, now, budget.Options{})
		var length time.Duration
		var consumed float64
		at := start
		for _, d := range e.Days(start, end, 0.99) {
			if !d.Start.Equal(at) {
				t.Fatalf("a day starts at %s, not at %s", d.Start, at)
			}
			at = d.End
			length += d.End.Sub(d.Start)
			consumed += d.Consumed.Or(0)
		}
		if length != end.Sub(start) {
			t.Fatalf("%s of %s", length, end.Sub(start))
		}
		if want := e.Verdict(start, end, 0.99).Budget.Consumed.Or(0); math.Abs(consumed-want) > 1e-6*(1+want) {
			t.Fatalf("%v of the budget, want %v", consumed, want)
		}
	})
}
