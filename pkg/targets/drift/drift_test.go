package drift_test

import (
	"errors"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/targets"
	"github.com/promise-slo/promise-slo-datasource/pkg/targets/drift"
)

const day = 24 * time.Hour

var now = time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC)

// entry has 40 days of 100 events a step, all of which were bad for a while that
// began ten days ago.
func entry(target float64, bad time.Duration) budget.Entry {
	n := int(40 * day / budgetStep)
	failed, total := make([]float64, n), make([]float64, n)
	for i := range n {
		total[i] = 100
		if age := time.Duration(n-i) * budgetStep; age <= 10*day && age > 10*day-bad {
			failed[i] = 100
		}
	}
	s := slo.SLO{Name: "a", Window: slo.Window{Period: slo.Period{Count: 28, Unit: slo.Day}}, Objectives: []slo.Objective{{Target: target}}}
	return budget.Entry{
		SLO: s, Objective: s.Objectives[0], AsOf: now,
		Account: budgettest.NewCurve(now.Add(-40*day), budgetStep, failed, total, nil),
	}
}

const budgetStep = 5 * time.Minute

func numbers(entries ...budget.Entry) *drift.Numbers {
	return drift.NumbersOf(entries, targets.Options{Now: now})
}

func TestNumbers(t *testing.T) {
	// 20 minutes of 28 days are half of the budget of 99.9 %.
	lax, strict := numbers(entry(0.999, 20*time.Minute)), numbers(entry(0.9995, 20*time.Minute))
	if left := lax.Remaining.Or(0); left < 0.5 || left > 0.51 {
		t.Errorf("%v is left at 99.9 %%", left)
	}
	if lax.Missed != 0 || lax.Kept != 26 || lax.Pages.Count != 1 {
		t.Errorf("at 99.9 %%: %+v, %d pages", lax, lax.Pages.Count)
	}
	// At 99.95 % they are just less than the budget of 20.16 minutes.
	if strict.LacksBudget() || strict.Missed != 0 {
		t.Errorf("at 99.95 %%: %+v", strict)
	}
	spent := numbers(entry(0.9999, 20*time.Minute))
	if !spent.LacksBudget() || spent.Missed != 10 {
		t.Errorf("at 99.99 %%: %+v", spent)
	}
	both := numbers(entry(0.999, 20*time.Minute), entry(0.999, time.Hour))
	if !both.LacksBudget() || both.Groups != 2 || both.Pages.Count != 2 || both.Kept+both.Missed != 52 {
		t.Errorf("of two groups: %+v", both)
	}
}

func TestExhausts(t *testing.T) {
	full, spent := numbers(entry(0.999, 0)), numbers(entry(0.999, time.Hour))
	failed := numbers(budget.Entry{Err: errors.New("down")})
	empty := entry(0.999, 0)
	empty.Account = budgettest.NewCurve(now, budgetStep, nil, nil, nil)
	silent := numbers(empty)
	for name, test := range map[string]struct {
		before, after    *drift.Numbers
		exhausts, failed bool
		blinds           bool
	}{
		"nothing is taken":  {full, full, false, false, false},
		"all is taken":      {full, spent, true, false, false},
		"nothing was there": {spent, spent, false, false, false},
		"a new SLO":         {nil, spent, true, false, false},
		"a removed SLO":     {spent, nil, false, false, false},
		"no server":         {nil, nil, false, false, false},
		"a server fails":    {failed, failed, false, true, false},
		"it fails for one":  {full, failed, false, true, false},
		"no data any more":  {full, silent, false, false, true},
		"no data yet":       {nil, silent, false, false, false},
		"never any data":    {silent, silent, false, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			e := drift.Effect{Before: test.before, After: test.after}
			if e.Exhausts() != test.exhausts || e.Blinds() != test.blinds || (e.Err() != nil) != test.failed {
				t.Errorf("exhausts: %v, blinds: %v, error: %v", e.Exhausts(), e.Blinds(), e.Err())
			}
		})
	}
}

func TestAlertsThatAreOffOrNotKnown(t *testing.T) {
	off := entry(0.999, time.Hour)
	off.SLO.Alerting.Page.Disabled = true
	if n := numbers(off); n.Pages != nil || n.Tickets == nil {
		t.Errorf("got %+v", n)
	}
	empty := entry(0.999, 0)
	empty.Account = budgettest.NewCurve(now, budgetStep, nil, nil, nil)
	if n := numbers(empty); n.Pages != nil || n.Tickets != nil || n.Remaining.OK() {
		t.Errorf("got %+v", n)
	}
}
