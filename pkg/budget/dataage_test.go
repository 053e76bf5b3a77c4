package budget_test

import (
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestDataAge(t *testing.T) {
	end := t0.Add(10 * day)
	week := budget.Terms{Target: 0.99, Window: rolling(7, slo.Day)}
	full := account(t0, 10*day).curve()
	for name, tt := range map[string]struct {
		account *budgettest.Curve
		now     time.Time
		want    time.Duration
	}{
		"data to the end":              {full, end, 0},
		"within a step":                {full, end.Add(-2 * time.Minute), 0},
		"the next step is not yet in":  {full, end.Add(2 * time.Minute), 2 * time.Minute},
		"nothing came for a while":     {full, end.Add(37 * time.Minute), 37 * time.Minute},
		"the last steps are empty":     {account(t0, 10*day).gap(end.Add(-time.Hour), time.Hour).curve(), end, time.Hour},
		"idle is not silent":           {account(t0, 10*day).traffic(end.Add(-day), day, 0).curve(), end, 0},
		"data at the window's start":   {account(t0, 10*day).gap(t0.Add(3*day+5*time.Minute), 7*day-5*time.Minute).curve(), end, 7*day - 5*time.Minute},
		"data before the window alone": {account(t0, 10*day).gap(t0.Add(3*day), 7*day).curve(), end, -1},
		"no data ever":                 {account(t0, 10*day).gap(t0, 10*day).curve(), end, -1},
		"no account to speak of":       {budgettest.NewCurve(t0, budget.DefaultStep, nil, nil, nil), end, -1},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := budget.At(tt.account, week, tt.now, budget.Options{}).DataAge()
			if want := tt.want >= 0; ok != want || ok && got != tt.want {
				t.Errorf("%v, %v, want %v", got, ok, tt.want)
			}
		})
	}
}
