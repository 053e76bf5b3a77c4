package budget

import (
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

var (
	betweenNow = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	rolling10d = Terms{Target: 0.99, Window: slo.Window{Period: slo.Period{Count: 10, Unit: slo.Day}}}
	monthly    = Terms{Target: 0.99, Window: slo.Window{
		Period: slo.Period{Count: 1, Unit: slo.Month}, Calendar: true,
		Anchor: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
	}}
)

// burst is an account with 100 events a step, all bad in the last hour.
func burst(now time.Time, length time.Duration) *Curve {
	n := int(length / defaultStep)
	bad, total := make([]float64, n), make([]float64, n)
	for i := range n {
		total[i] = 100
		if i >= n-12 {
			bad[i] = 100
		}
	}
	return NewCurve(now.Add(-length), defaultStep, bad, total, nil)
}

func TestBetweenAgreesWithEvaluate(t *testing.T) {
	for name, terms := range map[string]Terms{"rolling": rolling10d, "calendar": monthly} {
		t.Run(name, func(t *testing.T) {
			a := burst(betweenNow, 40*24*time.Hour)
			status := Evaluate(a, terms, betweenNow, Options{})
			if got := At(a, terms, betweenNow, Options{}); got != status.Budget {
				t.Errorf("budget is %+v, Evaluate says %+v", got, status.Budget)
			}
			found := Between(a, terms, betweenNow, status.Start, betweenNow, Options{})
			if !reflect.DeepEqual(found, status.Incidents) {
				t.Errorf("incidents are %+v, Evaluate says %+v", found, status.Incidents)
			}
			if len(found) != 1 || !found[0].Open || found[0].Length() != time.Hour {
				t.Errorf("found %+v, want one open incident of an hour", found)
			}
		})
	}
}

func TestBetweenIsClosedLater(t *testing.T) {
	a := burst(betweenNow, 20*24*time.Hour)
	found := Between(a, rolling10d, betweenNow.Add(time.Hour), betweenNow.Add(-day), betweenNow, Options{})
	if len(found) != 1 || found[0].Open {
		t.Errorf("found %+v, want one incident that is over", found)
	}
}

func TestReachSinceAndHorizon(t *testing.T) {
	from := betweenNow.Add(-30 * day)
	tests := []struct {
		name    string
		terms   Terms
		reach   time.Time
		horizon time.Time
	}{
		{"rolling", rolling10d, from.Add(-10 * day), betweenNow.Add(5 * day)},
		{"calendar", monthly, time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)},
		{"no budget", Terms{Target: 1}, betweenNow, betweenNow},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := ReachSince(test.terms, from, betweenNow); !got.Equal(test.reach) {
				t.Errorf("reach is %s, want %s", got, test.reach)
			}
			if got := Horizon(test.terms, betweenNow); !got.Equal(test.horizon) {
				t.Errorf("horizon is %s, want %s", got, test.horizon)
			}
		})
	}
}

func TestCovered(t *testing.T) {
	full := burst(betweenNow, 5*day)
	holes := make([]bool, len(full.knots)-1)
	for i := range holes {
		holes[i] = i%4 != 3
	}
	events := make([]float64, len(holes))
	gappy := NewCurve(betweenNow.Add(-5*day), defaultStep, events, events, holes)
	none := NewCurve(betweenNow.Add(-5*day), defaultStep, events, events, make([]bool, len(holes)))
	tests := []struct {
		name    string
		account Account
		want    float64
		ok      bool
	}{
		{"younger than the window", full, 1, true},
		{"a quarter is missing", gappy, 0.75, true},
		{"never any data", none, 0, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, ok := Covered(test.account, rolling10d, betweenNow)
			if math.Abs(got-test.want) > 1e-9 || ok != test.ok {
				t.Errorf("got %v, %v, want %v, %v", got, ok, test.want, test.ok)
			}
		})
	}
}
