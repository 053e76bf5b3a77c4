package forecast_test

import (
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/forecast"
)

// TestUntilEndsWithAStep checks that an account of the past has no step that was not
// over, also of steps that do not divide a day.
func TestUntilEndsWithAStep(t *testing.T) {
	for _, step := range []time.Duration{5 * time.Minute, 7 * time.Minute, 11 * time.Hour} {
		t.Run(step.String(), func(t *testing.T) {
			const steps = 20
			epoch := time.Unix(0, 0).UTC()
			first := epoch.Add(t0.Sub(epoch) / step * step)
			a := budgettest.NewCurve(first, step, make([]float64, steps), make([]float64, steps), nil)
			for at, want := range map[time.Duration]time.Duration{
				-step:              0,
				0:                  0,
				step - 1:           0,
				step:               step,
				5*step + step/2:    5 * step,
				steps*step - 1:     (steps - 1) * step,
				(steps + 2) * step: steps * step,
			} {
				if _, last := forecast.Until(a, first.Add(at)).Span(); !last.Equal(first.Add(want)) {
					t.Errorf("until %s after the start it ends %s after it, want %s", at, last.Sub(first), want)
				}
			}
		})
	}
}
