package budget_test

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestNotices(t *testing.T) {
	week := budget.Terms{Target: 0.99, Window: rolling(7, slo.Day)}
	june := budget.Terms{Target: 0.99, Window: calendar(1, slo.Month, t0)}
	now := t0.Add(20 * day)
	full := func() *shape { return account(t0.Add(-30*day), 50*day) }
	since := func(first time.Time) *shape { return full().gap(t0.Add(-30*day), first.Sub(t0.Add(-30*day))) }
	tests := []struct {
		name    string
		account *shape
		terms   budget.Terms
		want    string
	}{
		{"all is there", full(), week, ""},
		{"3 hours", since(now.Add(-3 * time.Hour)), week, "Data only since 2026-06-20 21:00 UTC, for 3 h of the window's 7 d"},
		{"a bit late", since(now.Add(4*time.Hour - 7*day)), week, ""},
		{"late in the month", since(t0.Add(5*day + 30*time.Minute)), june, "Data only since 2026-06-06 00:30 UTC, for 14 d 23 h of the window's 20 d so far"},
		{"late and with gaps", since(now.Add(-4*day)).gap(now.Add(-2*day), day), week,
			"Data only since 2026-06-17 00:00 UTC, for 4 d of the window's 7 d, and for only 75 % of that time"},
		{"an hour and a half is missing", full().gap(now.Add(-2*day), 90*time.Minute), week, ""},
		{"two hours are missing", full().gap(now.Add(-2*day), 2*time.Hour), week, "Data for only 98 % of the window so far"},
		{"two days are missing", full().gap(now.Add(-3*day), 2*day), week, "Data for only 71 % of the window so far"},
		{"nothing", full().gap(t0.Add(-30*day), 50*day), week, "No data at all in the window so far"},
		{"more bad than all", full().errors(now.Add(-2*day), day, 1000), week,
			"More bad events than events in all: 288000 of 201600 from 2026-06-14 00:00 UTC to 2026-06-21 00:00 UTC; probably the bad events are not part of all events, or another exporter counts them"},
		{"all bad", full().errors(now.Add(-7*day), 7*day, 100), week, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var want []string
			if test.want != "" {
				want = []string{test.want}
			}
			e := budget.Entry{SLO: slo.SLO{Window: test.terms.Window}, Objective: slo.Objective{Target: test.terms.Target}, Account: test.account.curve()}
			if got := e.At(now, budget.Options{}).Notices(); !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// An account that was not asked for the whole window does not know since when
// there is data, and one that fell short of it neither.
func TestNoticesOfWhatWasNotAsked(t *testing.T) {
	now := t0.Add(20 * day)
	e := budget.Entry{
		SLO: slo.SLO{Window: rolling(7, slo.Day)}, Objective: slo.Objective{Target: 0.99},
		Account: account(now.Add(-3*day), 3*day).curve(), From: now.Add(-3 * day),
	}
	if got := e.At(now, budget.Options{}).Notices(); len(got) > 0 {
		t.Errorf("got %q", got)
	}
	e.From = now.Add(-10 * day)
	if got := e.At(now, budget.Options{}).Notices(); len(got) != 1 {
		t.Errorf("got %q, want since when there is data", got)
	}
	e.Err = errors.New("the server is away")
	if got := e.At(now, budget.Options{}).Notices(); len(got) > 0 {
		t.Errorf("got %q with an error", got)
	}
}

func TestCoverageSinceTheFirstData(t *testing.T) {
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
