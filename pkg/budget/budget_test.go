package budget_test

import (
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestCalendarBudgetFollowsTheWeek(t *testing.T) {
	// Weeks with 100 events a step on working days and 10 at weekends, then
	// Monday of a calendar week at noon.
	s := account(t0, 21*day+12*time.Hour)
	for w := range 3 {
		s.traffic(t0.Add(time.Duration(7*w+5)*day), 2*day, 10)
	}
	week := budget.Terms{Target: 0.99, Window: calendar(1, slo.Week, t0)}
	got := evaluate(s.curve(), week, t0.Add(21*day+12*time.Hour), budget.Options{}).Budget
	near(t, "total", got.Total, 0.01*288*(5*100+2*10))
	if !got.Estimated {
		t.Error("not marked as estimated")
	}
}

func TestCalendarBudgetTakesTheMeanOfWeeks(t *testing.T) {
	s := account(t0, 14*day).traffic(t0, 7*day, 50)
	week := budget.Terms{Target: 0.99, Window: calendar(1, slo.Week, t0)}
	near(t, "total", evaluate(s.curve(), week, t0.Add(14*day+time.Minute), budget.Options{}).Budget.Total, 0.01*2016*75)

	six := account(t0, 42*day).traffic(t0, 14*day, 5000)
	near(t, "four weeks at most", evaluate(six.curve(), week, t0.Add(42*day+time.Minute), budget.Options{}).Budget.Total, 0.01*2016*100)
}

func TestCalendarBudgetWithoutHistoryTakesTheMeanSoFar(t *testing.T) {
	month := budget.Terms{Target: 0.999, Window: calendar(1, slo.Month, t0)}
	for name, a := range map[string]*shape{
		"full":     account(t0, 2*day),
		"with gap": account(t0, 2*day).gap(t0.Add(3*time.Hour), 12*time.Hour),
	} {
		t.Run(name, func(t *testing.T) {
			s := evaluate(a.curve(), month, t0.Add(2*day), budget.Options{})
			near(t, "total", s.Budget.Total, 0.001*(s.Total+28*28800))
		})
	}
}

func TestCalendarWindowStartsFull(t *testing.T) {
	a := account(t0, 30*day).errors(t0.Add(day), time.Hour, 90).curve()
	week := budget.Terms{Target: 0.99, Window: calendar(1, slo.Week, t0)}
	s := evaluate(a, week, t0.Add(28*day), budget.Options{})
	near(t, "at the end of the week before", s.Budget.Remaining, 1)
	first := evaluate(a, week, t0.Add(7*day), budget.Options{})
	near(t, "at the end of the first week", first.Budget.Remaining, 1-1080./2016)
	fresh := evaluate(until{a, t0.Add(7 * day)}, week, t0.Add(7*day+4*time.Minute), budget.Options{})
	near(t, "moments after", fresh.Budget.Remaining, 1)
	missing(t, "SLI moments after", fresh.SLI)
	if fresh.State != budget.StateOK {
		t.Errorf("state %s moments after", fresh.State)
	}
	silent := evaluate(until{a, t0.Add(6 * day)}, week, t0.Add(7*day+4*time.Minute), budget.Options{})
	missing(t, "remaining in silence", silent.Budget.Remaining)
}

func TestBudgetOfAClosedWindowIsExact(t *testing.T) {
	a := account(t0, 30*day).curve()
	june := budget.Terms{Target: 0.999, Window: calendar(1, slo.Month, t0)}
	s := evaluate(a, june, t0.Add(30*day), budget.Options{})
	if s.Budget.Estimated || !s.End.Equal(t0.Add(30*day)) {
		t.Errorf("estimated %v, window ends %v", s.Budget.Estimated, s.End)
	}
	near(t, "total", s.Budget.Total, 864)
}

func TestBudgetOfTimeSlices(t *testing.T) {
	// Slices of 5 minutes, 10 days into a June of 8640.
	withGap := func(missing time.Duration) *budgettest.Curve {
		s := account(t0, 10*day).traffic(t0, 10*day, 1).errors(t0, time.Hour, 1)
		return s.gap(t0.Add(2*day), missing).curve()
	}
	terms := func(empty slo.EmptySlice) budget.Terms {
		return budget.Terms{
			Target: 0.99, Window: calendar(1, slo.Month, t0), Method: slo.Timeslices,
			Slices: &slo.Slices{Length: budget.DefaultStep, Target: 0.95, Op: slo.GTE, Empty: empty},
		}
	}
	for name, tt := range map[string]struct {
		account   *budgettest.Curve
		empty     slo.EmptySlice
		total     float64
		estimated bool
	}{
		"every slice counts":       {withGap(0), slo.EmptyGood, 86.4, false},
		"bad without data":         {withGap(0), slo.EmptyBad, 86.4, false},
		"empty ones ignored":       {withGap(0), slo.EmptyIgnored, 86.4, true},
		"some ignored so far":      {withGap(day), slo.EmptyIgnored, 86.4 - 2.88, true},
		"some without data so far": {withGap(day), slo.EmptyGood, 86.4 - 2.88, true},
	} {
		t.Run(name, func(t *testing.T) {
			got := evaluate(tt.account, terms(tt.empty), t0.Add(10*day+3*time.Minute), budget.Options{}).Budget
			near(t, "total", got.Total, tt.total)
			near(t, "consumed", got.Consumed, 12/tt.total)
			if got.Estimated != tt.estimated {
				t.Errorf("estimated %v, want %v", got.Estimated, tt.estimated)
			}
		})
	}
}

func TestCalendarWindowsKeepDaylightSaving(t *testing.T) {
	paris := zone(t, "Europe/Paris")
	at := func(m time.Month, d, h int) time.Time { return time.Date(2026, m, d, h, 0, 0, 0, paris) }
	for name, tt := range map[string]struct {
		now   time.Time
		unit  slo.Unit
		hours float64
	}{
		"spring day":  {at(3, 29, 12), slo.Day, 23},
		"autumn day":  {at(10, 25, 12), slo.Day, 25},
		"common day":  {at(6, 10, 12), slo.Day, 24},
		"March":       {at(3, 10, 0), slo.Month, 31*24 - 1},
		"October":     {at(10, 20, 0), slo.Month, 31*24 + 1},
		"a leap year": {time.Date(2028, 2, 29, 12, 0, 0, 0, paris), slo.Year, 366 * 24},
		"leap month":  {time.Date(2028, 2, 29, 12, 0, 0, 0, paris), slo.Month, 29 * 24},
	} {
		t.Run(name, func(t *testing.T) {
			terms := budget.Terms{Target: 0.99, Window: calendar(1, tt.unit, at(1, 1, 0))}
			a := account(tt.now.Add(-30*day), 30*day).traffic(tt.now.Add(-30*day), 30*day, 1)
			s := evaluate(a.curve(), terms, tt.now, budget.Options{})
			if got := s.End.Sub(s.Start).Hours(); got != tt.hours {
				t.Errorf("%v hours, want %v", got, tt.hours)
			}
			// What was before the account is not expected to have been.
			covered := s.End.Sub(budget.Later(s.Start, tt.now.Add(-30*day))).Hours()
			near(t, "budget", s.Budget.Total, 0.01*12*covered)
		})
	}
}
