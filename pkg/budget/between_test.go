package budget_test

import (
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

var (
	betweenNow = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	rolling10d = budget.Terms{Target: 0.99, Window: slo.Window{Period: slo.Period{Count: 10, Unit: slo.Day}}}
	monthly    = budget.Terms{Target: 0.99, Window: slo.Window{
		Period: slo.Period{Count: 1, Unit: slo.Month}, Calendar: true,
		Anchor: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
	}}
)

// burst is an account with 100 events a step, all bad in the last hour.
func burst(now time.Time, length time.Duration) *budgettest.Curve {
	n := int(length / budget.DefaultStep)
	bad, total := make([]float64, n), make([]float64, n)
	for i := range n {
		total[i] = 100
		if i >= n-12 {
			bad[i] = 100
		}
	}
	return budgettest.NewCurve(now.Add(-length), budget.DefaultStep, bad, total, nil)
}

func TestBetweenAgreesWithEvaluate(t *testing.T) {
	for name, terms := range map[string]budget.Terms{"rolling": rolling10d, "calendar": monthly} {
		t.Run(name, func(t *testing.T) {
			a := burst(betweenNow, 40*24*time.Hour)
			status := evaluate(a, terms, betweenNow, budget.Options{})
			if got := budget.At(a, terms, betweenNow, budget.Options{}).Budget(); got != status.Budget {
				t.Errorf("budget is %+v, Evaluate says %+v", got, status.Budget)
			}
			found := budget.At(a, terms, betweenNow, budget.Options{}).IncidentsBetween(status.Start, betweenNow)
			if !reflect.DeepEqual(found, status.Incidents) {
				t.Errorf("incidents are %+v, Evaluate says %+v", found, status.Incidents)
			}
			if len(found) != 1 || !found[0].Open || found[0].Length() != time.Hour {
				t.Errorf("found %+v, want one open incident of an hour", found)
			}
		})
	}
}

func TestBetweenIsClosedLater(t *testing.T) {
	a := burst(betweenNow, 20*24*time.Hour)
	found := budget.At(a, rolling10d, betweenNow.Add(time.Hour), budget.Options{}).IncidentsBetween(betweenNow.Add(-day), betweenNow)
	if len(found) != 1 || found[0].Open {
		t.Errorf("found %+v, want one incident that is over", found)
	}
}

func TestReachSinceAndHorizon(t *testing.T) {
	from := betweenNow.Add(-30 * day)
	tests := []struct {
		name    string
		terms   budget.Terms
		reach   time.Time
		horizon time.Time
	}{
		{"rolling", rolling10d, from.Add(-10 * day), betweenNow.Add(5 * day)},
		{"calendar", monthly, time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)},
		{"no budget", budget.Terms{Target: 1}, betweenNow, betweenNow},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.terms.ReachSince(from, betweenNow); !got.Equal(test.reach) {
				t.Errorf("reach is %s, want %s", got, test.reach)
			}
			if got := test.terms.Horizon(betweenNow); !got.Equal(test.horizon) {
				t.Errorf("horizon is %s, want %s", got, test.horizon)
			}
		})
	}
}

func TestCovered(t *testing.T) {
	full := burst(betweenNow, 5*day)
	holes := make([]bool, 5*day/budget.DefaultStep)
	for i := range holes {
		holes[i] = i%4 != 3
	}
	events := make([]float64, len(holes))
	gappy := budgettest.NewCurve(betweenNow.Add(-5*day), budget.DefaultStep, events, events, holes)
	none := budgettest.NewCurve(betweenNow.Add(-5*day), budget.DefaultStep, events, events, make([]bool, len(holes)))
	tests := []struct {
		name    string
		account budget.Account
		want    float64
		ok      bool
	}{
		{"younger than the window", full, 1, true},
		{"a quarter is missing", gappy, 0.75, true},
		{"never any data", none, 0, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, ok := budget.At(test.account, rolling10d, betweenNow, budget.Options{}).Coverage()
			if math.Abs(got-test.want) > 1e-9 || ok != test.ok {
				t.Errorf("got %v, %v, want %v, %v", got, ok, test.want, test.ok)
			}
		})
	}
}
