package budget_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// TestPlantedIncidentsAreFoundInNoise plants a burst and a slow leak in random
// errors of services large and small.
func TestPlantedIncidentsAreFoundInNoise(t *testing.T) {
	now := t0.Add(60 * day)
	burst, leak := now.Add(-20*day), now.Add(-6*day)
	for name, events := range map[string]float64{"large": 3000, "middling": 300} {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, 2))
			a := account(t0, 60*day).traffic(t0, 60*day, events)
			fill := func(ratio float64) func(i int) {
				return func(i int) { a.bad[i] = poisson(random, events*ratio) }
			}
			a.each(t0, 60*day, fill(0.0002))
			a.each(burst, 20*time.Minute, fill(0.05))
			a.each(leak, 2*day, fill(0.003))
			s := evaluate(a.curve(), thirty, now, budget.Options{})
			if len(s.Incidents) < 2 {
				t.Fatalf("incidents %+v", s.Incidents)
			}
			finds(t, "leak", s.Incidents[0], leak, 2*day)
			finds(t, "burst", s.Incidents[1], burst, 20*time.Minute)
			if len(s.Incidents) > 2 && s.Incidents[2].Share.Or(1) > 0.003 {
				t.Errorf("noise made %+v", s.Incidents[2])
			}
		})
	}
}

// finds allows the ends to be a few steps off, as noise can have it.
func finds(t *testing.T, what string, x budget.Incident, start time.Time, length time.Duration) {
	t.Helper()
	if x.Start.Sub(start).Abs() > 15*time.Minute || x.End.Sub(start.Add(length)).Abs() > 15*time.Minute {
		t.Errorf("%s found from %v to %v, was from %v for %v", what, x.Start, x.End, start, length)
	}
}

// poisson draws a number of events with a mean.
func poisson(random *rand.Rand, mean float64) float64 {
	n, p := 0., random.Float64()
	for limit := math.Exp(-mean); p > limit; n++ {
		p *= random.Float64()
	}
	return n
}
