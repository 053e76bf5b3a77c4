package forecast_test

import (
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
