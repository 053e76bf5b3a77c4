package forecast_test

import (
	"math"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/forecast"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// What a calibration forecasts for a past time is what was forecast then.
func TestCalibrationForecastsAsThen(t *testing.T) {
	now := t0.Add(120 * 24 * time.Hour)
	for _, s := range simulatedServices() {
		a := s.account(3)
		for name, w := range map[string]slo.Window{"rolling": rolling, "calendar": monthly} {
			for _, hours := range []int{1, 200, 1500} {
				then := now.Add(-time.Duration(hours) * time.Hour)
				f := forecast.New(forecast.Until(a, then), terms(s.target, w), then, few)
				g := forecast.Earlier(forecast.Until(a, now), terms(s.target, w), now, hours, few)
				if f.Chances.Window.Or(0) == 1 {
					continue // certain, and not compared
				}
				if f.Chances != g.Chances || math.Abs(f.Band(f.End).P10.Or(9)-g.Band(g.End).P10.Or(8)) > 1e-9 {
					t.Errorf("%s, %s: %+v %d hours ago, and %+v by the calibration", s.name, name, f.Chances, hours, g.Chances)
				}
			}
		}
	}
}

func TestCalibration(t *testing.T) {
	inside, outcomes := 0., 0
	now := t0.Add(200 * 24 * time.Hour)
	for _, s := range simulatedServices() {
		for seed := range uint64(3) {
			a := forecast.Until(s.account(60000+seed), now)
			for name, w := range map[string]slo.Window{"rolling": rolling, "calendar": monthly} {
				c := forecast.Calibrate(a, terms(s.target, w), now, forecast.Options{})
				if again := forecast.Calibrate(a, terms(s.target, w), now, forecast.Options{}); c != again {
					t.Errorf("%s: %+v, and again %+v", s.name, c, again)
				}
				if !c.Enough || c.Forecasts != 40 || c.Windows < 5 || c.Windows > 7 {
					t.Errorf("%s, %s: %+v", s.name, name, c)
				}
				if c.SkillBase.OK() && (c.Misses == 0 || c.Misses == c.Chances) {
					t.Errorf("%s, %s: skill where all went alike: %+v", s.name, name, c)
				}
				inside += c.Inside.Or(0) * float64(c.Outcomes)
				outcomes += c.Outcomes
			}
		}
	}
	if share := inside / float64(outcomes); share < 0.7 || share > 0.9 {
		t.Errorf("%.2f of all outcomes lie in the 80 %% band", share)
	}
}

func TestCalibrationOfLittleHistory(t *testing.T) {
	now := t0.Add(25 * 24 * time.Hour)
	c := forecast.Calibrate(steady(25, 0.0005, 1), terms(0.999, rolling), now, forecast.Options{})
	if c.Enough || c.Notice == "" || c.Forecasts == 0 || c.Chances != 0 || c.Brier.OK() {
		t.Errorf("%+v", c)
	}
}
