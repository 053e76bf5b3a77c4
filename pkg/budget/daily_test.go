package budget_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// dailyOf returns the days of an SLO of 99 % over a week, with a curve of steps of an hour
// that ends at now.
func dailyOf(now time.Time, loc *time.Location, bad, total []float64) []budget.DailyVerdict {
	terms := budget.Terms{Target: 0.99, Window: slo.Window{Period: slo.Period{Count: 7, Unit: slo.Day}}}
	curve := budgettest.NewCurve(now.Add(-time.Duration(len(bad))*time.Hour), time.Hour, bad, total, nil)
	var days []budget.DailyVerdict
	for d := range budget.At(curve, terms, now, budget.Options{Location: loc}).Daily(now.AddDate(0, 0, -30)) {
		days = append(days, d)
	}
	return days
}

// TestDailyCountsEveryEventOnce holds the days against the curve, also where the clocks
// change.
func TestDailyCountsEveryEventOnce(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		hours := rapid.IntRange(1, 400).Draw(t, "hours")
		now := time.Date(2026, 10, 27, rapid.IntRange(0, 23).Draw(t, "hour"), 0, 0, 0, time.UTC)
		bad, total, sum := make([]float64, hours), make([]float64, hours), 0.0
		for i := range bad {
			bad[i], total[i] = float64(rapid.IntRange(0, 5).Draw(t, "bad")), 100
			sum += bad[i]
		}
		var counted float64
		days := dailyOf(now, berlin, bad, total)
		for i, d := range days {
			counted += d.Bad
			if local := d.Start.In(berlin); local.Hour() != 0 {
				t.Fatalf("a day begins at %s", local)
			}
			if i > 0 && !d.Start.Equal(days[i-1].End) {
				t.Fatalf("a day begins at %s, and the one before it ends at %s", d.Start, days[i-1].End)
			}
		}
		if counted != sum || !days[len(days)-1].End.Equal(now) {
			t.Fatalf("%v of %v bad events up to %s", counted, sum, days[len(days)-1].End)
		}
	})
}

func TestDaily(t *testing.T) {
	now := time.Date(2026, 6, 3, 12, 0, 0, 0, time.UTC)
	bad, total := make([]float64, 60), make([]float64, 60)
	for i := range total {
		total[i] = 100
	}
	bad[32] = 30 // yesterday at eight: 30 of 2,400 are more than one in a hundred
	days := dailyOf(now, time.UTC, bad, total)
	if len(days) != 3 {
		t.Fatalf("%d days", len(days))
	}
	met := []bool{true, false, true}
	for i, d := range days {
		if d.Met == nil || *d.Met != met[i] {
			t.Errorf("day %d: met is %v, %q", i, d.Met, d.Unknown)
		}
	}
	if got, want := days[1].Consumed.Or(-1), 30.0/60; math.Abs(got-want) > 1e-9 {
		t.Errorf("it took %v of the budget, not %v", got, want)
	}
	if days := dailyOf(now, time.UTC, make([]float64, 60), make([]float64, 60)); days[0].Met != nil || days[0].Unknown != "No events" {
		t.Errorf("a day without events: %v, %q", days[0].Met, days[0].Unknown)
	}
}
