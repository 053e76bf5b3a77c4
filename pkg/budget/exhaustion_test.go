package budget_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestExhaustionOfARollingWindow(t *testing.T) {
	now := t0.Add(60 * day)
	// The budget is 864 events; a day has 288 steps.
	for name, tt := range map[string]struct {
		account *shape
		want    time.Time // zero for none
	}{
		// 0.2 of 100 a step, twice the allowed, for a day: 57.6 gone,
		// and 806.4 last another 14 days. Nothing rolls off until then.
		"leak": {account(t0, 60*day).errors(now.Add(-day), day, 0.2), now.Add(14 * day)},
		// 800 leave 10 days from now; the leak would need 14 - 800/57.6 =
		// 0.11 days to take the 6.4 that are left.
		"leak before old errors leave": {
			account(t0, 60*day).errors(now.Add(-20*day), time.Hour, 800./12).errors(now.Add(-day), day, 0.2),
			now.Add(time.Duration(6.4 / 57.6 * float64(day))),
		},
		// The leak takes the budget in 14 days, but on the way 400 of old
		// ones leave, so all is as if they had never been.
		"old errors leave in time": {
			account(t0, 60*day).errors(now.Add(-25*day), time.Hour, 400./12).errors(now.Add(-day), day, 0.2),
			now.Add(14 * day),
		},
		"half the allowed": {account(t0, 60*day).errors(now.Add(-40*day), 40*day, 0.05), time.Time{}},
		"no errors":        {account(t0, 60*day), time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			got := evaluate(tt.account.curve(), thirty, now, budget.Options{}).ExhaustsAt
			if tt.want.IsZero() {
				if got != nil {
					t.Errorf("exhausts %v, want never", got)
				}
				return
			}
			sameTime(t, "exhausts", got, tt.want)
		})
	}
}

func TestExhaustionThatHasBeen(t *testing.T) {
	now := t0.Add(60 * day)
	hit := now.Add(-10 * day)
	// 72 a step reach 864 with the twelfth step.
	once := account(t0, 60*day).errors(hit, 2*time.Hour, 72)
	s := evaluate(once.curve(), thirty, now, budget.Options{})
	sameTime(t, "rolling", s.ExhaustsAt, hit.Add(time.Hour))

	// Exhausted from 45 to 15 days ago, back for a while, then again.
	twice := account(t0, 60*day).errors(now.Add(-45*day), time.Hour, 80).errors(hit, 2*time.Hour, 72)
	sameTime(t, "rolling again", evaluate(twice.curve(), thirty, now, budget.Options{}).ExhaustsAt, hit.Add(time.Hour))

	month := budget.Terms{Target: 0.999, Window: calendar(1, slo.Month, t0)}
	at := t0.AddDate(0, 1, 20)
	// July has 31 days: 892.8 may be bad, 12.4 steps of 72.
	crossed := hit.Add(time.Duration(12.4 * float64(budget.DefaultStep)))
	sameTime(t, "calendar", evaluate(once.errors(hit, 2*time.Hour, 72).curve(), month, at.Add(9*day), budget.Options{}).ExhaustsAt, crossed)

	first := account(t0, 10*day).errors(t0, time.Hour, 100).curve()
	sameTime(t, "from the first step on", evaluate(first, thirty, t0.Add(2*day), budget.Options{}).ExhaustsAt, t0.Add(time.Second/2))
}

func TestExhaustionOfACalendarWindow(t *testing.T) {
	june := budget.Terms{Target: 0.999, Window: calendar(1, slo.Month, t0)}
	now := t0.Add(10 * day)
	// June has 864,000 events expected. 0.2 a step for ten days are 576;
	// 288 are left and last five days.
	a := account(t0.Add(-28*day), 38*day).errors(t0, 10*day, 0.2).curve()
	s := evaluate(a, june, now, budget.Options{})
	near(t, "budget", s.Budget.Total, 864)
	sameTime(t, "exhausts", s.ExhaustsAt, t0.Add(15*day))
	if s.State != budget.StateBurning || !s.Budget.Estimated {
		t.Errorf("state %s, estimated %v", s.State, s.Budget.Estimated)
	}
	// At 0.11 a step it would take until after the window's end.
	slow := account(t0.Add(-28*day), 38*day).errors(t0.Add(9*day), day, 0.11).curve()
	if at := evaluate(slow, june, now, budget.Options{}).ExhaustsAt; at != nil {
		t.Errorf("exhausts %v, want never", at)
	}
	// The lookback for the error ratio can be chosen.
	burst := account(t0.Add(-28*day), 38*day).errors(now.Add(-time.Hour), time.Hour, 1).curve()
	if at := evaluate(burst, june, now, budget.Options{}).ExhaustsAt; at != nil {
		t.Errorf("exhausts %v over a day, want never", at)
	}
	// 12 gone, 852 at one a step.
	near := evaluate(burst, june, now, budget.Options{RecentErrors: time.Hour}).ExhaustsAt
	sameTime(t, "exhausts over an hour", near, now.Add(852*budget.DefaultStep))
}

func TestSilenceProjectsNothing(t *testing.T) {
	now := t0.Add(60 * day)
	a := account(t0, 60*day).errors(now.Add(-day), day, 0.2).curve()
	if at := evaluate(a, thirty, now.Add(2*time.Hour), budget.Options{}).ExhaustsAt; at != nil {
		t.Errorf("exhausts %v, want unknown", at)
	}
}

// TestExhaustionIsWhereTheProjectionCrosses compares the search with a plain walk.
func TestExhaustionIsWhereTheProjectionCrosses(t *testing.T) {
	windows := []slo.Window{rolling(7, slo.Day), rolling(1, slo.Day), calendar(1, slo.Week, t0), calendar(2, slo.Day, t0)}
	rapid.Check(t, func(t *rapid.T) {
		c := drawAccount(t, 16*day)
		now := lastKnot(c).Add(-time.Duration(rapid.Int64Range(0, int64(5*day)).Draw(t, "ago")))
		cut := until{c, now}
		terms := budget.Terms{
			Target: rapid.SampledFrom([]float64{0.9, 0.98, 0.99, 0.999}).Draw(t, "target"),
			Window: rapid.SampledFrom(windows).Draw(t, "window"),
		}
		s := evaluate(cut, terms, now, budget.Options{})
		end := s.End
		if !terms.Window.Calendar {
			end = now.Add(now.Sub(s.Start))
		}
		p := budget.At(cut, terms, now, budget.Options{}).Project(append(budget.Grid(now, end, budget.DefaultStep), end))
		if s.Budget.Remaining.Or(1) <= 0 {
			if s.ExhaustsAt == nil || s.ExhaustsAt.After(now) {
				t.Fatalf("exhausted, but exhausts at %v", s.ExhaustsAt)
			}
			return
		}
		for _, point := range p.Points {
			left, ok := point.Remaining.Get()
			if s.ExhaustsAt == nil || point.Time.Before(*s.ExhaustsAt) {
				if ok && left < -1e-9 {
					t.Fatalf("%v remains at %v, exhausts at %v", left, point.Time, s.ExhaustsAt)
				}
			}
		}
		if s.ExhaustsAt == nil {
			return
		}
		around := []time.Time{s.ExhaustsAt.Add(-2 * time.Millisecond), *s.ExhaustsAt}
		at := budget.At(cut, terms, now, budget.Options{}).Project(around).Points
		if at[0].Remaining.Or(0) < -1e-9 || at[1].Remaining.Or(1) > 1e-9 {
			t.Fatalf("%v then %v remain when it exhausts at %v (now %v)", at[0].Remaining, at[1].Remaining, s.ExhaustsAt, now)
		}
	})
}

// until is an account as it was at a time.
type until struct {
	*budgettest.Curve
	now time.Time
}

func (u until) Span() (first, last time.Time) {
	first, _ = u.Curve.Span()
	return first, u.now
}

func (u until) Reading(from, to time.Time) budget.Reading {
	if !from.Before(to) {
		return budget.Reading{}
	}
	known := budget.Earlier(to, u.now)
	r := u.Curve.Reading(from, known)
	r.Coverage *= max(0, float64(known.Sub(from))) / float64(to.Sub(from))
	return r
}

// TestHoursToExhaustion checks that the numbers of alerts agree with the status.
func TestHoursToExhaustion(t *testing.T) {
	now := t0.Add(60 * day)
	full := func() *shape { return account(t0, 60*day) }
	for name, tt := range map[string]struct {
		account *shape
		now     time.Time
		want    float64
		ok      bool
	}{
		"nothing wrong":  {full(), now, math.Inf(1), true},
		"leaks out":      {full().errors(now.Add(-30*time.Hour), 30*time.Hour, 0.25), now, 30*24/2.5 - 30, true},
		"gone":           {full().errors(now.Add(-10*day), time.Hour, 80), now, -(9*24 + 23 + 0.1), true},
		"silent":         {full(), now.Add(45 * time.Minute), 0, false},
		"mostly missing": {full().gap(now.Add(-20*day), 19*day), now, 0, false},
		"no events":      {full().traffic(t0, 60*day, 0), now, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			a := tt.account.curve()
			hours, ok := budget.At(a, thirty, tt.now, budget.Options{}).HoursToExhaustion()
			if ok != tt.ok || hours != tt.want && math.Abs(hours-tt.want) > 1e-3 {
				t.Errorf("%v, %v, want %v", hours, ok, tt.want)
			}
			s := evaluate(a, thirty, tt.now, budget.Options{})
			if known := s.State != budget.StateNoData; known != ok || ok && (s.ExhaustsAt == nil) != math.IsInf(hours, 1) {
				t.Errorf("%v, %v, but the state is %s and exhausts %v", hours, ok, s.State, s.ExhaustsAt)
			}
			if got := budget.At(a, thirty, tt.now, budget.Options{}).ConsumedForAlerts(); got.OK() != ok || ok && got != s.Budget.Consumed {
				t.Errorf("consumed %v, want %v", got, s.Budget.Consumed)
			}
		})
	}
	if _, ok := budget.At(full().curve(), budget.Terms{Target: 1, Window: thirty.Window}, now, budget.Options{}).HoursToExhaustion(); ok {
		t.Error("a target of 1 has no budget that could last")
	}
}
