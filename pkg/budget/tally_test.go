package budget_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestTally(t *testing.T) {
	week := budget.Terms{Target: 0.99, Window: calendar(1, slo.Week, t0)}
	start := func(n int) time.Time { return t0.Add(time.Duration(n) * 7 * day) }
	outage := func() *shape { return account(t0, 70*day).errors(t0.Add(39*day), 3*time.Hour, 90) }
	for name, tt := range map[string]struct {
		account *shape
		terms   budget.Terms
		from    time.Time
		want    budget.Tally
	}{
		"weeks":                {outage(), week, t0, budget.Tally{Kept: 9, Missed: 1}},
		"weeks of late":        {outage(), week, start(6), budget.Tally{Kept: 4}},
		"a week without data":  {outage().gap(start(7), 7*day), week, start(5), budget.Tally{Kept: 3, Missed: 1, Unknown: 1}},
		"rolling":              {account(t0, 100*day), thirty, t0, budget.Tally{Kept: 3}},
		"rolling, overspent":   {account(t0, 100*day).errors(t0.Add(95*day), 3*time.Hour, 90), thirty, t0, budget.Tally{Kept: 2, Missed: 1}},
		"rolling, not reached": {account(t0, 100*day), thirty, t0.Add(75 * day), budget.Tally{}},
		"no data":              {account(t0, 70*day).gap(t0, 70*day), week, t0, budget.Tally{}},
	} {
		t.Run(name, func(t *testing.T) {
			now := t0.Add(70 * day)
			if !tt.terms.Window.Calendar {
				now = t0.Add(100 * day)
			}
			if got := budget.At(tt.account.curve(), tt.terms, now, budget.Options{}).Tally(tt.from, nil); got != tt.want {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// TestAStreakIsPartOfTheTally checks that no more windows in a row are kept than at all,
// and that a tally without a miss is a streak.
func TestAStreakIsPartOfTheTally(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawAccount(t, 16*day)
		windows := []slo.Window{calendar(1, slo.Day, t0), calendar(2, slo.Day, t0)}
		terms := budget.Terms{Target: rapid.SampledFrom([]float64{0.9, 0.99, 0.999}).Draw(t, "target"), Window: rapid.SampledFrom(windows).Draw(t, "window")}
		from := t0.Add(time.Duration(rapid.Int64Range(0, int64(16*day)).Draw(t, "from")))
		e := budget.At(c, terms, t0.Add(16*day), budget.Options{})
		tally, streak := e.Tally(from, nil), e.Streak(from, nil)
		if streak.Kept > tally.Kept || streak.Unknown > tally.Unknown || streak.AfterMiss != (tally.Missed > 0) {
			t.Fatalf("%+v of %+v", streak, tally)
		}
		if tally.Missed == 0 && (streak.Kept != tally.Kept || streak.Unknown > tally.Unknown) {
			t.Fatalf("%+v of %+v without a miss", streak, tally)
		}
	})
}
