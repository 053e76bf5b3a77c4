package frame

import (
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// missedEntries returns SLOs that missed the week that ended on 25 May, by an outage of
// three hours: unreviewed, reviewed, with calendar and rolling windows, and without data.
func missedEntries() []budget.Entry {
	n := int(35 * day / step)
	bad, total := make([]float64, n), make([]float64, n)
	for i := range n {
		total[i] = 100
		if age := time.Duration(n-1-i) * step; age >= 10*day && age < 10*day+3*time.Hour {
			bad[i] = 100
		}
	}
	a := budgettest.NewCurve(now.Add(-35*day), step, bad, total, nil)
	entry := func(s slo.SLO, a budget.Account) budget.Entry {
		return budget.Entry{SLO: s, Objective: s.Objectives[0], Account: a, AsOf: now}
	}
	reviewed := promise("reviewed", true)
	week := slo.MissID{Start: time.Date(2026, 5, 18, 0, 0, 0, 0, time.UTC), End: time.Date(2026, 5, 25, 0, 0, 0, 0, time.UTC)}
	kept := slo.MissID{Start: week.End, End: week.End.AddDate(0, 0, 7)}
	reviewed.Reviews = []slo.Review{
		{
			Name: "a", Objective: "99", Miss: week, Held: week.End.AddDate(0, 0, 2), Learned: "Much.", Report: "https://example.com/report",
			Change: &slo.Change{Kind: "test", What: "A test.", Owner: "payments", Due: week.End.AddDate(0, 0, 6)}, Source: slo.Position{File: "r.yaml", Line: 3},
		},
		{Name: "b", Objective: "99", Miss: kept, Held: now, Source: slo.Position{File: "r.yaml", Line: 30}},
	}
	return []budget.Entry{entry(reviewed, a), entry(promise("unreviewed", true), a), entry(promise("rolling", false), a), entry(promise("kept", true), account(always)), entry(promise("failed", true), nil)}
}

func TestReviewAlert(t *testing.T) {
	got := map[string]*float64{}
	for _, f := range ReviewAlert(t.Context(), missedEntries(), params()) {
		got[f.Fields[0].Labels["slo"]] = f.Fields[0].At(0).(*float64)
	}
	// The reviews were due within half a week, and the change by the end of the week after.
	for name, want := range map[string]float64{"unreviewed": 5, "reviewed": 1.5, "kept": 0} {
		if v := got[name]; v == nil || *v != want {
			t.Errorf("%s: %v, want %v", name, v, want)
		}
	}
	if v, ok := got["failed"]; !ok || v != nil {
		t.Errorf("without an account it is %v", v)
	}
}
