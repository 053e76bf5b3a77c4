package budget_test

import (
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// partly is an account of which the time from from to to rests on partial
// answers.
type partly struct {
	budget.Account
	from, to time.Time
}

func (p partly) Reading(from, to time.Time) budget.Reading {
	r := p.Account.Reading(from, to)
	r.Provisional = max(0, float64(budget.Earlier(to, p.to).Sub(budget.Later(from, p.from)))/float64(to.Sub(from)))
	return r
}

// Alert numbers over partial answers are missing, whatever the numbers would be;
// that there was data stays true.
func TestAlertNumbersOverPartialAnswers(t *testing.T) {
	now := t0.Add(60*day + time.Hour)
	week := budget.Terms{Target: 0.999, Window: rolling(7, slo.Day)}
	daily := budget.Terms{Target: 0.999, Window: calendar(1, slo.Day, t0)}
	numbers := map[string]func(a budget.Account) budget.Value{
		"page": func(a budget.Account) budget.Value {
			return budget.At(a, week, now, budget.Options{}).AlertValue(slo.Page)
		},
		"ticket": func(a budget.Account) budget.Value {
			return budget.At(a, week, now, budget.Options{}).AlertValue(slo.Ticket)
		},
		"exhaustion": func(a budget.Account) budget.Value {
			hours, ok := budget.At(a, week, now, budget.Options{}).HoursToExhaustion()
			if !ok {
				return budget.Value{}
			}
			return budget.Some(hours)
		},
		"consumption": func(a budget.Account) budget.Value {
			return budget.At(a, week, now, budget.Options{}).ConsumedForAlerts()
		},
		"window": func(a budget.Account) budget.Value {
			return budget.At(a, daily, now, budget.Options{}).ClosedConsumption(nil, day)
		},
	}
	for name, tt := range map[string]struct {
		from, to time.Duration // before now
		missing  []string
	}{
		"never":             {0, 0, nil},
		"before the window": {10 * day, 8 * day, nil},
		"days ago":          {6 * day, 6*day - time.Hour, []string{"exhaustion", "consumption"}},
		"yesterday":         {5 * time.Hour, 4 * time.Hour, []string{"page", "ticket", "exhaustion", "consumption", "window"}},
		"lately":            {10 * time.Minute, 0, []string{"page", "ticket", "exhaustion", "consumption"}},
	} {
		t.Run(name, func(t *testing.T) {
			// It leaks, so that the budget runs out in the end.
			a := partly{account(t0, 60*day+time.Hour).errors(t0, 60*day+time.Hour, 0.05).errors(now.Add(-2*time.Hour), 2*time.Hour, 0.3).curve(), now.Add(-tt.from), now.Add(-tt.to)}
			without := map[string]bool{}
			for _, one := range tt.missing {
				without[one] = true
			}
			for number, of := range numbers {
				if got := of(a); got.OK() == without[number] {
					t.Errorf("%s is %s", number, got)
				}
			}
			if age, ok := budget.At(a, week, now, budget.Options{}).DataAge(); !ok || age != 0 {
				t.Errorf("data age %s, %v", age, ok)
			}
		})
	}
}

func TestStatusOverPartialAnswers(t *testing.T) {
	now := t0.Add(60 * day)
	full := account(t0, 60*day).curve()
	for name, tt := range map[string]struct {
		from, to time.Duration // before now
		want     budget.State
		share    float64
	}{
		"none":           {0, 0, budget.StateOK, 0},
		"a day long ago": {10 * day, 9 * day, budget.StateOK, 1. / 30},
		"lately":         {5 * time.Minute, 0, budget.StateNoData, 1. / 30 / 288},
		"days":           {10 * day, 8 * day, budget.StateNoData, 2. / 30},
	} {
		t.Run(name, func(t *testing.T) {
			s := evaluate(partly{full, now.Add(-tt.from), now.Add(-tt.to)}, thirty, now, budget.Options{})
			near(t, "provisional", budget.Some(s.Provisional), tt.share)
			if s.State != tt.want {
				t.Errorf("state %s, want %s", s.State, tt.want)
			}
		})
	}
}
