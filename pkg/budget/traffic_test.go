package budget_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
)

func TestTrafficAtClockChanges(t *testing.T) {
	paris := zone(t, "Europe/Paris")
	at := func(m time.Month, d, h int) time.Time { return time.Date(2026, m, d, h, 0, 0, 0, paris) }
	pattern := budget.NewTraffic(func(hour int) float64 { return float64(hour % 24) }, paris, at(3, 1, 0))
	const common = 23 * 24 / 2
	for name, tt := range map[string]struct {
		from, to time.Time
		want     float64
	}{
		"common day":            {at(6, 10, 0), at(6, 11, 0), common},
		"one hour":              {at(6, 10, 8), at(6, 10, 9), 8},
		"across the hour":       {at(6, 10, 8).Add(30 * time.Minute), at(6, 10, 9).Add(20 * time.Minute), 4 + 3},
		"spring loses two":      {at(3, 29, 0), at(3, 30, 0), common - 2},
		"autumn repeats two":    {at(10, 25, 0), at(10, 26, 0), common + 2},
		"weeks over the spring": {at(3, 16, 0), at(4, 13, 0), 28*common - 2},
		"a year":                {at(1, 1, 0), at(1, 1, 0).AddDate(1, 0, 0), 365 * common},
		"the wrong way":         {at(6, 11, 0), at(6, 10, 0), 0},
	} {
		t.Run(name, func(t *testing.T) { near(t, "traffic", budget.Some(pattern.Between(tt.from, tt.to)), tt.want) })
	}
}

func TestTrafficAdds(t *testing.T) {
	sydney := zone(t, "Australia/Lord_Howe") // clocks move by half an hour
	rapid.Check(t, func(t *rapid.T) {
		pattern := budget.WeeklyTraffic(drawAccount(t, 9*day), sydney, t0.Add(9*day), 7)
		at := rapid.Int64Range(0, int64(400*day))
		a := t0.Add(time.Duration(at.Draw(t, "a")))
		b := a.Add(time.Duration(at.Draw(t, "b")))
		c := b.Add(time.Duration(at.Draw(t, "c")))
		x, y, sum := pattern.Between(a, b), pattern.Between(b, c), pattern.Between(a, c)
		if math.Abs(x+y-sum) > 1e-6*max(1, sum) {
			t.Fatalf("%v + %v != %v", x, y, sum)
		}
	})
}

// The traffic of a later moment is the same whether it was read anew, or moved on from
// earlier ones, in order or not.
func TestTrafficMovedOn(t *testing.T) {
	zones := []*time.Location{time.UTC, zone(t, "Europe/Paris"), zone(t, "Australia/Lord_Howe"), zone(t, "Asia/Kolkata")}
	// The clocks of Paris and of Lord Howe move in it.
	begin := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	const steps = 60 * 288
	bad, total, covered := make([]float64, steps), make([]float64, steps), make([]bool, steps)
	for i := range steps {
		total[i], covered[i] = float64(i*7919%1009), i*31%977 > 100
	}
	a := budgettest.NewCurve(begin, budget.DefaultStep, bad, total, covered)
	rapid.Check(t, func(t *rapid.T) {
		loc := rapid.SampledFrom(zones).Draw(t, "zone")
		moved := budget.NewWeekHistory(a, loc)
		at := begin.Add(time.Duration(rapid.IntRange(0, 1000).Draw(t, "start")) * time.Hour)
		for range 30 {
			at = at.Add(time.Duration(rapid.IntRange(-50, 300).Draw(t, "steps")) * 7 * time.Minute)
			if got, want := moved.Traffic(at, 7), budget.WeeklyTraffic(a, loc, at, 7); *got != *want {
				t.Fatalf("at %s it is %v, read anew %v", at, got, want)
			}
		}
	})
}
