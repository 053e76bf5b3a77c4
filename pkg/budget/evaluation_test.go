package budget_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// thirty is a 30-day rolling window at 99.9 % over an account of 60 days.
var thirty = budget.Terms{Target: 0.999, Window: rolling(30, slo.Day)}

func TestStatusOfARollingWindow(t *testing.T) {
	now := t0.Add(60 * day)
	// 30 days of 288 steps of 100 events: 864,000; 864 may be bad.
	// An hour at 18 bad of 100 a step is 216, a quarter of them.
	a := account(t0, 60*day).errors(now.Add(-36*time.Hour), time.Hour, 18).curve()
	s := evaluate(a, thirty, now, budget.Options{})
	near(t, "SLI", s.SLI, 1-216./864000)
	near(t, "yesterday's SLI", s.YesterdaySLI, 1-0./28800)
	near(t, "budget", s.Budget.Total, 864)
	near(t, "consumed", s.Budget.Consumed, 0.25)
	near(t, "remaining", s.Budget.Remaining, 0.75)
	near(t, "total", budget.Some(s.Total), 864000)
	near(t, "good", budget.Some(s.Good), 864000-216)
	near(t, "coverage", budget.Some(s.Coverage), 1)
	near(t, "background", s.BackgroundShare, 0)
	near(t, "burn over 3d", s.BurnRates[6].Rate, 216./86400/0.001)
	near(t, "burn over 1d", s.BurnRates[5].Rate, 0)
	if s.State != budget.StateOK || s.ExhaustsAt != nil || s.Budget.Estimated {
		t.Errorf("state %s, exhausts %v, estimated %v", s.State, s.ExhaustsAt, s.Budget.Estimated)
	}
	if len(s.Incidents) != 1 || s.Incidents[0].Open || s.Incidents[0].Bad != 216 {
		t.Errorf("incidents %+v", s.Incidents)
	}
}

func TestYesterdayIsADayOfTheWindowsZone(t *testing.T) {
	paris := zone(t, "Europe/Paris")
	// Midnight of 10 and 11 June in Paris is 22:00 UTC of the days before.
	a := account(t0, 20*day).errors(time.Date(2026, 6, 9, 22, 0, 0, 0, time.UTC), day, 1).curve()
	now := time.Date(2026, 6, 11, 8, 0, 0, 0, time.UTC)
	local := budget.Terms{Target: 0.9, Window: calendar(1, slo.Month, time.Date(2026, 1, 1, 0, 0, 0, 0, paris))}
	near(t, "in Paris", evaluate(a, local, now, budget.Options{}).YesterdaySLI, 0.99)
	near(t, "in UTC", evaluate(a, thirty, now, budget.Options{}).YesterdaySLI, 1-22./24/100)
	near(t, "as asked", evaluate(a, thirty, now, budget.Options{Location: paris}).YesterdaySLI, 0.99)
}

func TestState(t *testing.T) {
	now := t0.Add(60 * day)
	full := func() *shape { return account(t0, 60*day) }
	for name, tt := range map[string]struct {
		account *shape
		now     time.Time
		want    budget.State
	}{
		"nothing wrong":     {full(), now, budget.StateOK},
		"quiet incident":    {full().errors(now.Add(-10*day), time.Hour, 10), now, budget.StateOK},
		"little left":       {full().errors(now.Add(-10*day), time.Hour, 66), now, budget.StateAtRisk},
		"leaks out":         {full().errors(now.Add(-30*time.Hour), 30*time.Hour, 0.11), now, budget.StateAtRisk},
		"burns":             {full().errors(now.Add(-time.Hour), time.Hour, 5), now, budget.StateBurning},
		"burned, is over":   {full().errors(now.Add(-2*time.Hour), time.Hour, 5), now, budget.StateAtRisk},
		"gone":              {full().errors(now.Add(-10*day), time.Hour, 80), now, budget.StateExhausted},
		"gone and burning":  {full().errors(now.Add(-3*time.Hour), 3*time.Hour, 80), now, budget.StateExhausted},
		"silent":            {full(), now.Add(45 * time.Minute), budget.StateNoData},
		"late":              {full(), now.Add(9 * time.Minute), budget.StateOK},
		"mostly missing":    {full().gap(now.Add(-20*day), 19*day), now, budget.StateNoData},
		"some missing":      {full().gap(now.Add(-20*day), 10*day), now, budget.StateOK},
		"no events":         {full().traffic(t0, 60*day, 0), now, budget.StateNoData},
		"new SLO":           {account(now.Add(-4*day), 4*day), now, budget.StateOK},
		"hours old":         {account(now.Add(-3*time.Hour), 3*time.Hour), now, budget.StateNoData},
		"hours old, little": {account(now.Add(-3*time.Hour), 3*time.Hour).errors(now.Add(-10*time.Minute), 10*time.Minute, 1.7), now, budget.StateAtRisk},
		"hours old, gone":   {account(now.Add(-3*time.Hour), 3*time.Hour).errors(now.Add(-2*time.Hour), time.Hour, 50), now, budget.StateExhausted},
		"nothing at all":    {full().gap(t0, 60*day), now, budget.StateNoData},
		"exhausted, silent": {full().errors(now.Add(-10*day), time.Hour, 80), now.Add(time.Hour), budget.StateNoData},
	} {
		t.Run(name, func(t *testing.T) {
			e := budget.At(tt.account.curve(), thirty, tt.now, budget.Options{})
			s := e.Status()
			if s.State != tt.want {
				t.Errorf("state %s, want %s (remaining %v, exhausts %v, coverage %v)",
					s.State, tt.want, s.Budget.Remaining, s.ExhaustsAt, s.Coverage)
			}
			hours, ok := e.HoursToExhaustion()
			if known := tt.want != budget.StateNoData; ok != known || e.ConsumedForAlerts().OK() != known {
				t.Errorf("state %s, and alert rules have %v hours (%v) and %v", s.State, hours, ok, e.ConsumedForAlerts())
			}
		})
	}
}

// TestGroupsAreNew checks that a pod which is hours old is ok, though its SLO were not.
func TestGroupsAreNew(t *testing.T) {
	now := t0.Add(60 * day)
	e := budget.Entry{
		SLO: slo.SLO{Window: thirty.Window}, Objective: slo.Objective{Target: 0.999},
		Account: account(now.Add(-3*time.Hour), 3*time.Hour).curve(),
	}
	for pod, want := range map[string]budget.State{"": budget.StateNoData, "a": budget.StateOK} {
		e.Labels = labels.FromStrings("pod", pod)
		if pod == "" {
			e.Labels = labels.EmptyLabels()
		}
		if got := e.At(now, budget.Options{}).State(); got != want {
			t.Errorf("the state of pod %q is %s, want %s", pod, got, want)
		}
	}
}

func TestStatusWithoutEvents(t *testing.T) {
	for name, a := range map[string]*budgettest.Curve{
		"no steps":  budgettest.NewCurve(t0, budget.DefaultStep, nil, nil, nil),
		"no events": account(t0, 60*day).traffic(t0, 60*day, 0).curve(),
	} {
		t.Run(name, func(t *testing.T) {
			s := evaluate(a, thirty, t0.Add(60*day), budget.Options{})
			missing(t, "SLI", s.SLI)
			missing(t, "budget", s.Budget.Total)
			missing(t, "consumed", s.Budget.Consumed)
			missing(t, "remaining", s.Budget.Remaining)
			missing(t, "background", s.BackgroundShare)
			for _, alert := range s.Alerts {
				missing(t, "alert", alert.Value)
			}
			if s.State != budget.StateNoData || s.ExhaustsAt != nil {
				t.Errorf("state %s, exhausts %v", s.State, s.ExhaustsAt)
			}
		})
	}
}

func TestTargetZeroAllowsEverything(t *testing.T) {
	a := account(t0, 60*day).errors(t0.Add(31*day), day, 100).curve()
	terms := thirty
	terms.Target = 0
	s := evaluate(a, terms, t0.Add(60*day), budget.Options{})
	near(t, "remaining", s.Budget.Remaining, 1-1./30)
	near(t, "budget", s.Budget.Total, 864000)
}

func TestBurnRateOneConsumesTheBudget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		target := rapid.Float64Range(0.5, 0.9999).Draw(t, "target")
		s := account(t0, 7*day)
		for i := range s.bad {
			s.total[i] = float64(i%97 + 1)
			s.bad[i] = s.total[i] * (1 - target)
		}
		got := evaluate(s.curve(), budget.Terms{Target: target, Window: rolling(7, slo.Day)}, t0.Add(7*day), budget.Options{Lookbacks: []time.Duration{7 * day}})
		if math.Abs(got.BurnRates[0].Rate.Or(0)-1) > 1e-9 || math.Abs(got.Budget.Remaining.Or(1)) > 1e-9 {
			t.Fatalf("burn %v leaves %v", got.BurnRates[0].Rate, got.Budget.Remaining)
		}
	})
}

func TestScalingEventsChangesNoRatio(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawAccount(t, 14*day)
		factor := math.Ldexp(1, rapid.IntRange(-4, 20).Draw(t, "doublings"))
		terms := budget.Terms{Target: 0.99, Window: rolling(7, slo.Day)}
		a := evaluate(c, terms, lastKnot(c), budget.Options{})
		b := evaluate(scaled{c, factor}, terms, lastKnot(c), budget.Options{})
		if a.SLI != b.SLI || a.Budget.Remaining != b.Budget.Remaining || a.State != b.State ||
			a.Total*factor != b.Total {
			t.Fatalf("%+v\n%+v", a, b)
		}
		if (a.ExhaustsAt == nil) != (b.ExhaustsAt == nil) || a.ExhaustsAt != nil && !a.ExhaustsAt.Equal(*b.ExhaustsAt) {
			t.Fatalf("exhausts %v and %v", a.ExhaustsAt, b.ExhaustsAt)
		}
	})
}

// scaled multiplies the events of an account.
type scaled struct {
	budget.Account
	by float64
}

func (s scaled) Reading(from, to time.Time) budget.Reading {
	r := s.Account.Reading(from, to)
	r.Bad, r.Total = r.Bad*s.by, r.Total*s.by
	return r
}

// shifted adds to readings what rounding can, and worse.
type shifted struct {
	budget.Account
	by budget.Reading
}

func (s shifted) Reading(from, to time.Time) budget.Reading {
	r := s.Account.Reading(from, to)
	return budget.Reading{Bad: r.Bad + s.by.Bad, Total: r.Total + s.by.Total, Coverage: r.Coverage + s.by.Coverage}
}

func TestInvalidReadings(t *testing.T) {
	a, now := account(t0, 60*day).curve(), t0.Add(60*day)
	s := evaluate(shifted{a, budget.Reading{Bad: -1e-12, Total: 0, Coverage: 1e-9}}, thirty, now, budget.Options{})
	near(t, "SLI", s.SLI, 1)
	near(t, "coverage", budget.Some(s.Coverage), 1)
	if s.State != budget.StateOK {
		t.Errorf("state %s", s.State)
	}
	for _, by := range []budget.Reading{{Bad: math.NaN()}, {Total: math.Inf(1)}, {Coverage: math.NaN()}} {
		s := evaluate(shifted{a, by}, thirty, now, budget.Options{})
		missing(t, "SLI", s.SLI)
		if s.State != budget.StateNoData {
			t.Errorf("state %s for %+v", s.State, by)
		}
	}
}

func TestMissingValuesAreNullInJSON(t *testing.T) {
	data, err := json.Marshal(evaluate(budgettest.NewCurve(t0, budget.DefaultStep, nil, nil, nil), thirty, t0, budget.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	var back struct {
		SLI   *float64
		State budget.State
	}
	if err := json.Unmarshal(data, &back); err != nil || back.SLI != nil || back.State != budget.StateNoData {
		t.Errorf("%s: %v", data, err)
	}
}

func BenchmarkEvaluate(b *testing.B) {
	now := t0.Add(60*day + 100*time.Second)
	leak := func(bad float64) *budgettest.Curve {
		s := account(t0, 60*day)
		for i := range s.bad {
			s.bad[i] = bad * float64(i%7) / 3
		}
		return s.curve()
	}
	month := budget.Terms{Target: 0.999, Window: calendar(1, slo.Month, t0)}
	year := budget.Terms{Target: 0.999, Window: calendar(1, slo.Year, t0.AddDate(0, -5, 0).In(zone(b, "Europe/Paris")))}
	for name, bb := range map[string]struct {
		account *budgettest.Curve
		terms   budget.Terms
	}{
		"rolling 30d healthy":     {leak(0.01), thirty},
		"rolling 30d at the edge": {leak(0.0999999), thirty},
		"rolling 30d exhausted":   {leak(0.3), thirty},
		"calendar month":          {leak(0.05), month},
		"calendar year":           {leak(0.05), year},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				evaluate(bb.account, bb.terms, now, budget.Options{})
			}
		})
	}
}
