package budget_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestLeft(t *testing.T) {
	now := t0.Add(60 * day)
	minutes := func(n float64) slo.Slices { return slo.Slices{Length: time.Duration(n) * time.Minute} }
	slices := minutes(5)
	sliced := budget.Terms{Target: 0.999, Window: thirty.Window, Method: slo.Timeslices, Slices: &slices}
	// A window has 864,000 events, of which 864 may be bad: 43.2 minutes of them.
	for name, tt := range map[string]struct {
		account         *shape
		terms           budget.Terms
		events, minutes budget.Value
	}{
		"nothing gone":          {account(t0, 60*day), thirty, budget.Some(864), budget.Some(43.2)},
		"three quarters left":   {account(t0, 60*day).errors(now.Add(-3*day), time.Hour, 18), thirty, budget.Some(648), budget.Some(32.4)},
		"overspent":             {account(t0, 60*day).errors(now.Add(-3*day), time.Hour, 100), thirty, budget.Some(-336), budget.Some(-16.8)},
		"all allowed":           {account(t0, 60*day), budget.Terms{Window: thirty.Window}, budget.Some(864000), budget.Some(30 * 24 * 60)},
		"slices":                {account(t0, 60*day).traffic(t0, 60*day, 1), sliced, budget.Some(8.64), budget.Some(43.2)},
		"twice the traffic now": {account(t0, 60*day).traffic(now.Add(-28*day), 28*day, 200), thirty, budget.Some(864 * 58. / 30), budget.Some(43.2 * 58. / 60)},
		"no events":             {account(t0, 60*day).traffic(t0, 60*day, 0), thirty, budget.Value{}, budget.Value{}},
		"no data":               {account(t0, 60*day).gap(t0, 60*day), thirty, budget.Value{}, budget.Value{}},
	} {
		t.Run(name, func(t *testing.T) {
			left := budget.At(tt.account.curve(), tt.terms, now, budget.Options{}).Left()
			if left.Events.OK() != tt.events.OK() || math.Abs(left.Events.Or(0)-tt.events.Or(0)) > 1e-6 {
				t.Errorf("%v events, want %v", left.Events, tt.events)
			}
			if left.Minutes.OK() != tt.minutes.OK() || math.Abs(left.Minutes.Or(0)-tt.minutes.Or(0)) > 1./30 {
				t.Errorf("%v minutes, want %v", left.Minutes, tt.minutes)
			}
		})
	}
}

// TestAnOutageOfWhatIsLeftConsumesIt lets a full outage begin now: nothing is left of
// a calendar window once it has lasted for as many minutes as were left,
// but for what the traffic of an hour differs from its mean.
func TestAnOutageOfWhatIsLeftConsumesIt(t *testing.T) {
	month := budget.Terms{Target: 0.999, Window: calendar(1, slo.Month, t0)}
	rapid.Check(t, func(t *rapid.T) {
		wave := rapid.Float64Range(0, 90).Draw(t, "wave")
		now := t0.AddDate(0, 1, rapid.IntRange(1, 20).Draw(t, "days")).Add(time.Duration(rapid.IntRange(0, 287).Draw(t, "step")) * budget.DefaultStep)
		burned := rapid.Float64Range(0, 0.9).Draw(t, "burned")
		a := account(t0, 70*day)
		for i := range a.total {
			a.total[i] = 100 + wave*math.Sin(2*math.Pi*float64(i)/288)
		}
		whole := a.curve().Reading(t0.AddDate(0, 1, 0), t0.AddDate(0, 2, 0)).Total
		a.errors(t0.AddDate(0, 1, 0), budget.DefaultStep, burned*0.001*whole)
		before := evaluate(until{a.curve(), now}, month, now, budget.Options{})
		a.each(now, 5*day, func(i int) { a.bad[i] = a.total[i] })
		lasted := now.Add(time.Duration(before.Left.Minutes.Or(math.NaN()) * float64(time.Minute)))
		after := evaluate(a.curve(), month, lasted, budget.Options{})
		if math.Abs(after.Budget.Remaining.Or(1)) > 0.08 {
			t.Fatalf("%v minutes of outage leave %v", before.Left.Minutes, after.Budget.Remaining)
		}
	})
}
