package budget_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// trouble is a burn rate for a length of time, which began so long ago. It may come
// back at every pause for a while.
type trouble struct {
	ago, length  time.Duration
	burn         float64
	every, until time.Duration
}

// TestKindsOfIncidents looks for incidents in services of all kinds, with traffic of
// all sizes, and random errors.
func TestKindsOfIncidents(t *testing.T) {
	now := t0.Add(60 * day)
	const hour = time.Hour
	whole := 60 * day
	tests := []struct {
		name  string
		usual float64
		all   []trouble
		// How many incidents there are at most, and what they consume at least of what
		// the troubles did.
		most int
		part float64
		kind budget.IncidentKind
	}{
		{"steady noise", 0.5, nil, 0, 0, ""},
		{"much noise", 0.95, nil, 0, 0, ""},
		{"hardly any errors", 0.02, nil, 0, 0, ""},
		{"an outage", 0.1, []trouble{{ago: 5 * day, length: hour, burn: 400}}, 1, 0.99, budget.FastIncident},
		{"a short outage", 0.1, []trouble{{ago: 5 * day, length: 10 * time.Minute, burn: 800}}, 1, 0.99, budget.FastIncident},
		{"a leak of 3", 0.1, []trouble{{ago: 12 * day, length: 4 * day, burn: 3}}, 2, 0.95, budget.SlowIncident},
		{"a leak of 1.5", 0.1, []trouble{{ago: 20 * day, length: 10 * day, burn: 1.5}}, 2, 0.95, budget.SlowIncident},
		{"a leak of 0.9", 0.1, []trouble{{ago: 20 * day, length: 10 * day, burn: 0.9}}, 2, 0.9, budget.SlowIncident},
		{"a leak that eats most of the budget", 0.1, []trouble{{ago: 25 * day, length: 20 * day, burn: 1.2}}, 3, 0.9, budget.SlowIncident},
		{"a leak that goes on", 0.1, []trouble{{ago: 8 * day, length: 8 * day, burn: 1.5}}, 2, 0.95, budget.SlowIncident},
		{"always too many errors", 1.5, []trouble{{ago: whole, length: whole, burn: 1.5}}, 5, 0.8, budget.SlowIncident},
		{"frequent short ones", 0.05, []trouble{{ago: 20 * day, length: 5 * time.Minute, burn: 60, every: 3 * hour, until: 10 * day}}, 12, 0.8, ""},
		{"an outage a day", 0.05, []trouble{{ago: 20 * day, length: 30 * time.Minute, burn: 100, every: day, until: 10 * day}}, 10, 0.85, budget.FastIncident},
	}
	for _, test := range tests {
		for _, events := range []float64{30, 300, 3000} {
			t.Run(fmt.Sprintf("%s, %v events", test.name, events), func(t *testing.T) {
				for seed := range uint64(8) {
					a, bad := simulate(now, events, test.usual, test.all, seed)
					s := evaluate(a, thirty, now, budget.Options{})
					sum := 0.
					for _, i := range s.Incidents {
						sum += i.Share.Or(0)
						if test.kind != "" && i.Kind != test.kind {
							t.Errorf("seed %d: %s is %s, want %s", seed, describe(i, now), i.Kind, test.kind)
						}
					}
					want := test.part * bad / s.Budget.Total.Or(1)
					if len(s.Incidents) > test.most || sum < want {
						t.Errorf("seed %d: %d incidents consumed %.3f, want at most %d and %.3f", seed, len(s.Incidents), sum, test.most, want)
						for _, i := range s.Incidents {
							t.Log(describe(i, now))
						}
					}
				}
			})
		}
	}
}

// TestAnOutageInALeak checks that both are seen: the outage from its start to its end,
// and the leak before and after it.
func TestAnOutageInALeak(t *testing.T) {
	now := t0.Add(60 * day)
	leak, outage := trouble{ago: 20 * day, length: 10 * day, burn: 1.5}, trouble{ago: 15 * day, length: time.Hour, burn: 300}
	for seed := range uint64(8) {
		a, bad := simulate(now, 300, 0.1, []trouble{leak, outage}, seed)
		s := evaluate(a, thirty, now, budget.Options{})
		if len(s.Incidents) < 3 || len(s.Incidents) > 4 {
			t.Fatalf("%d incidents: %+v", len(s.Incidents), s.Incidents)
		}
		worst, all := s.Incidents[0], s.Incidents[0].Bad
		finds(t, "outage", worst, now.Add(-outage.ago), outage.length)
		for _, i := range s.Incidents[1:] {
			all += i.Bad
			if i.Kind != budget.SlowIncident {
				t.Errorf("%s is %s", describe(i, now), i.Kind)
			}
		}
		if worst.Kind != budget.FastIncident || all < 0.9*bad {
			t.Errorf("the worst is %s, all have %v bad events of %v", worst.Kind, all, bad)
		}
	}
}

// TestALeakIsOpenWhileItGoesOn checks that a leak with pauses has no end as long as it
// would not have had to show again.
func TestALeakIsOpenWhileItGoesOn(t *testing.T) {
	now := t0.Add(60 * day)
	leak := trouble{ago: 8 * day, length: 8 * day, burn: 1.5}
	closed := 0
	for seed := range uint64(20) {
		c, _ := simulate(now, 30, 0.1, []trouble{leak}, seed)
		if s := evaluate(c, thirty, now, budget.Options{}); len(s.Incidents) == 0 || !s.Incidents[0].Open {
			closed++
		}
	}
	if closed > 2 {
		t.Errorf("%d leaks of 20 have an end", closed)
	}
}

func describe(i budget.Incident, now time.Time) string {
	return fmt.Sprintf("%v ago for %v, %v bad, a share of %v", now.Sub(i.Start), i.Length(), i.Bad, i.Share)
}

// simulate returns an account of 60 days in which errors come by chance, at 99.9 %, and
// how many of those of the last 30 came in the troubles.
func simulate(now time.Time, events, usual float64, all []trouble, seed uint64) (a budget.Account, bad float64) {
	random := rand.New(rand.NewPCG(seed, 7))
	s := account(now.Add(-60*day), 60*day)
	burn, inTrouble := make([]float64, len(s.bad)), make([]bool, len(s.bad))
	s.each(s.first, 60*day, func(i int) {
		burn[i] = usual
		s.total[i] = math.Round(events * (1 + 0.5*math.Sin(2*math.Pi*float64(i)/288)))
	})
	for _, x := range all {
		for at := time.Duration(0); at == 0 || at < x.until; at += max(x.every, 1) {
			s.each(now.Add(at-x.ago), x.length, func(i int) { burn[i], inTrouble[i] = x.burn, true })
			if x.every == 0 {
				break
			}
		}
	}
	for i := range s.bad {
		s.bad[i] = min(s.total[i], normalOrPoisson(random, s.total[i]*burn[i]*0.001))
		if inTrouble[i] && i >= len(s.bad)/2 {
			bad += s.bad[i]
		}
	}
	return s.curve(), bad
}

// normalOrPoisson draws a number of events with a mean.
func normalOrPoisson(random *rand.Rand, mean float64) float64 {
	if mean < 50 {
		return poisson(random, mean)
	}
	return max(0, math.Round(mean+math.Sqrt(mean)*random.NormFloat64()))
}
