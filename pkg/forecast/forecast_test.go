package forecast_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/forecast"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

var (
	t0      = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	rolling = slo.Window{Period: slo.Period{Count: 30, Unit: slo.Day}}
	monthly = slo.Window{Period: slo.Period{Count: 1, Unit: slo.Month}, Calendar: true, Anchor: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}
)

// steady returns days of 1,000 events every five minutes, of which a share is bad.
func steady(days int, ratio float64, seed uint64) *budgettest.Curve {
	rng := rand.New(rand.NewPCG(seed, 0))
	n := days * 288
	bad, total := make([]float64, n), make([]float64, n)
	for i := range n {
		total[i] = 1000
		bad[i] = float64(int(1000*ratio + rng.Float64()))
	}
	return budgettest.NewCurve(t0, 5*time.Minute, bad, total, nil)
}

func terms(target float64, w slo.Window) budget.Terms { return budget.Terms{Target: target, Window: w} }

func TestForecast(t *testing.T) {
	now := t0.Add(90 * 24 * time.Hour)
	for name, tt := range map[string]struct {
		ratio       float64
		window      slo.Window
		least, most float64
	}{
		"half the budget, rolling":  {0.0005, rolling, 0, 0.05},
		"half the budget, calendar": {0.0005, monthly, 0, 0.05},
		"twice the budget":          {0.002, monthly, 0.95, 1},
		"twice, rolling":            {0.002, rolling, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			f := forecast.New(steady(90, tt.ratio, 1), terms(0.999, tt.window), now, forecast.Options{})
			chance, ok := f.Chances.Window.Get()
			if !ok || chance < tt.least || chance > tt.most {
				t.Errorf("chance of a miss %v, want between %v and %v", f.Chances.Window, tt.least, tt.most)
			}
			kept := f.ChanceKept([]float64{0.999})[0].Or(-1)
			if want := tt.ratio < 0.001; want != (kept > 0.5) {
				t.Errorf("the next window is kept with a chance of %v", kept)
			}
		})
	}
}

func BenchmarkForecast(b *testing.B) {
	now := t0.Add(90 * 24 * time.Hour)
	a := steady(90, 0.0005, 1)
	for name, w := range map[string]slo.Window{"rolling": rolling, "calendar": monthly} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f := forecast.New(a, terms(0.999, w), now, forecast.Options{})
				for i := range 100 {
					f.Band(now.Add(time.Duration(i) * 6 * time.Hour))
				}
			}
		})
	}
}

func BenchmarkCalibrate(b *testing.B) {
	now := t0.Add(90 * 24 * time.Hour)
	a := steady(90, 0.0005, 1)
	for name, w := range map[string]slo.Window{"rolling": rolling, "calendar": monthly} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				forecast.Calibrate(a, terms(0.999, w), now, forecast.Options{})
			}
		})
	}
}

func TestForecastOfExhaustedBudgets(t *testing.T) {
	now := t0.Add(90 * 24 * time.Hour)
	for name, w := range map[string]slo.Window{"rolling": rolling, "calendar": monthly} {
		f := forecast.New(steady(90, 0.05, 1), terms(0.999, w), now, forecast.Options{})
		certain := forecast.Chances{Day: budget.Some(1), Week: budget.Some(1), Window: budget.Some(1)}
		if f.Chances != certain || f.Dates.P90 == nil || !f.Dates.P90.Equal(now) {
			t.Errorf("%s: %+v, %+v", name, f.Chances, f.Dates)
		}
		if left := f.Band(now).P50.Or(1); left > -5 {
			t.Errorf("%s: the bands begin at %v", name, left)
		}
	}
}

// A long history without an error leaves a small chance of a miss, and narrow bands; a
// short one tells little.
func TestForecastWithoutErrors(t *testing.T) {
	for name, tt := range map[string]struct {
		days        int
		least, most float64
		enough      bool
	}{
		"half a year": {180, 0.001, 0.02, true},
		"a day":       {1, 0.02, 0.3, false},
	} {
		t.Run(name, func(t *testing.T) {
			none := make([]float64, tt.days*288)
			all := make([]float64, len(none))
			for i := range all {
				all[i] = 100
			}
			now := t0.Add(time.Duration(tt.days) * 24 * time.Hour)
			f := forecast.New(budgettest.NewCurve(t0, 5*time.Minute, none, all, nil), terms(0.999, rolling), now, forecast.Options{})
			if chance := f.Chances.Window.Or(-1); chance < tt.least || chance > tt.most {
				t.Errorf("chance of a miss %v, want %v to %v", chance, tt.least, tt.most)
			}
			if f.Basis.Enough != tt.enough || (f.Basis.Notice == "") != tt.enough {
				t.Errorf("basis %+v", f.Basis)
			}
			if low := f.Band(f.End).P10.Or(-1); tt.enough && low < 0.99 {
				t.Errorf("the band reaches down to %v", low)
			}
		})
	}
}

func TestForecastOfMoreEvents(t *testing.T) {
	s := simulatedServices()
	for _, s := range []service{s[1], s[3], s[4]} {
		a := s.account(7)
		now := t0.Add(100 * 24 * time.Hour)
		known := forecast.Until(a, now)
		f := forecast.New(known, terms(s.target, rolling), now, forecast.Options{})
		g := forecast.New(many{known}, terms(s.target, rolling), now, forecast.Options{})
		if x, y := f.Band(f.End).P50.Or(0), g.Band(g.End).P50.Or(0); math.Abs(x-y) > 0.15 {
			t.Errorf("%s: a thousand times the events make %v of %v", s.name, y, x)
		}
		if x, y := f.Chances.Window.Or(0), g.Chances.Window.Or(0); math.Abs(x-y) > 0.15 {
			t.Errorf("%s: a thousand times the events make %v of a chance of %v", s.name, y, x)
		}
	}
}

// many has a thousand times the events.
type many struct{ budget.Account }

func (m many) Reading(from, to time.Time) budget.Reading {
	r := m.Account.Reading(from, to)
	r.Bad, r.Total = 1000*r.Bad, 1000*r.Total
	return r
}

// An outage that goes on runs the budget out within hours, and one that is over does
// not.
func TestForecastDuringAnOutage(t *testing.T) {
	for name, tt := range map[string]struct {
		after       time.Duration
		least, most float64
	}{
		"two hours of it":     {0, 0.6, 1},
		"an hour after it":    {time.Hour, 0, 0.5},
		"20 minutes after it": {20 * time.Minute, 0, 0.5},
	} {
		t.Run(name, func(t *testing.T) {
			n, ended := 60*288, int(tt.after/(5*time.Minute))
			bad, total := make([]float64, n), make([]float64, n)
			for i := range n {
				total[i] = 100
				if i >= n-ended-24 && i < n-ended {
					bad[i] = 25 // of a budget of 1,728
				}
			}
			now := t0.Add(60 * 24 * time.Hour)
			f := forecast.New(budgettest.NewCurve(t0, 5*time.Minute, bad, total, nil), terms(0.999, rolling), now, forecast.Options{})
			if chance := f.Chances.Day.Or(-1); chance < tt.least || chance > tt.most {
				t.Errorf("chance of a miss within a day %v, want %v to %v", chance, tt.least, tt.most)
			}
		})
	}
}

func TestForecastOfNothing(t *testing.T) {
	now := t0.Add(20 * 24 * time.Hour)
	a := steady(20, 0.0005, 1)
	for name, f := range map[string]*forecast.Forecast{
		"no account":   forecast.New(nil, terms(0.999, rolling), now, forecast.Options{}),
		"silent":       forecast.New(a, terms(0.999, rolling), now.Add(5*time.Hour), forecast.Options{}),
		"no budget":    forecast.New(a, terms(1, rolling), now, forecast.Options{}),
		"before it":    forecast.New(a, terms(0.999, rolling), t0.Add(-time.Hour), forecast.Options{}),
		"impossible":   forecast.New(budgettest.NewCurve(t0, time.Hour, repeat(480, 90), repeat(480, 30), nil), terms(0.999, rolling), now, forecast.Options{}),
		"an empty one": forecast.New(budgettest.NewCurve(t0, time.Hour, nil, nil, nil), terms(0.999, rolling), now, forecast.Options{}),
	} {
		if f.Known() || f.Basis.Notice == "" || f.Chances != (forecast.Chances{}) || f.Dates != (forecast.Dates{}) || f.Band(now) != (forecast.Band{}) ||
			f.ChanceKept([]float64{0.9})[0].OK() {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if c := forecast.Calibrate(a, terms(1, rolling), now, forecast.Options{}); c.Enough || c.Notice == "" || c.Inside.OK() {
		t.Errorf("calibration of nothing: %+v", c)
	}
}

func repeat(n int, x float64) []float64 {
	all := make([]float64, n)
	for i := range all {
		all[i] = x
	}
	return all
}
