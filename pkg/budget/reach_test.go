package budget_test

import (
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
