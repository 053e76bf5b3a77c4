package budget_test

import (
	"math"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestIncidents(t *testing.T) {
	now := t0.Add(60 * day)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	type want struct {
		start, end time.Time
		bad        float64
		open       bool
		// How far the ends may be off.
		within time.Duration
	}
	noisy := func(i int) float64 { return []float64{0, 0.5, 0.2, 0, 0, 1.1, 0.6}[i%7] }
	leak := account(t0, 60*day)
	leak.each(ago(3*day), 2*day, func(i int) { leak.bad[i] = noisy(i) })
	leakBad := 0.
	for _, b := range leak.bad {
		leakBad += b
	}
	for name, tt := range map[string]struct {
		account *shape
		want    []want
	}{
		"none": {account(t0, 60*day), nil},
		"5 % for 20 minutes": {
			account(t0, 60*day).errors(ago(day), 20*time.Minute, 5),
			[]want{{ago(day), ago(day - 20*time.Minute), 20, false, 0}},
		},
		"worst first": {
			account(t0, 60*day).errors(ago(9*day), time.Hour, 3).errors(ago(3*day), time.Hour, 30),
			[]want{{ago(3 * day), ago(3*day - time.Hour), 360, false, 0}, {ago(9 * day), ago(9*day - time.Hour), 36, false, 0}},
		},
		"15 minutes' pause": {
			account(t0, 60*day).errors(ago(day), 10*time.Minute, 5).errors(ago(day-25*time.Minute), 10*time.Minute, 5),
			[]want{{ago(day), ago(day - 35*time.Minute), 20, false, 0}},
		},
		"six hours' pause": {
			account(t0, 60*day).errors(ago(day), 10*time.Minute, 5).errors(ago(day-6*time.Hour), 10*time.Minute, 4.5),
			[]want{{ago(day), ago(day - 10*time.Minute), 10, false, 0}, {ago(day - 6*time.Hour), ago(day - 6*time.Hour - 10*time.Minute), 9, false, 0}},
		},
		"a leak with pauses": {leak, []want{{ago(3 * day), ago(day), leakBad, false, 30 * time.Minute}}},
		"slower than the budget allows": {
			account(t0, 60*day).errors(ago(9*day), 8*day, 0.09), []want{{ago(9 * day), ago(day), 0.09 * 288 * 8, false, 0}},
		},
		"as slow as ever": {account(t0, 60*day).errors(t0, 60*day, 0.05), nil},
		"too small":       {account(t0, 60*day).errors(ago(day), 5*time.Minute, 8), nil},
		"still going": {
			account(t0, 60*day).errors(ago(time.Hour), time.Hour, 5),
			[]want{{ago(time.Hour), now, 60, true, 0}},
		},
		"cut by the window": {
			account(t0, 60*day).errors(ago(30*day+time.Hour), 2*time.Hour, 5),
			[]want{{ago(30 * day), ago(30*day - time.Hour), 60, false, 0}},
		},
		"before the window": {account(t0, 60*day).errors(ago(31*day), time.Hour, 50), nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := evaluate(tt.account.curve(), thirty, now, budget.Options{})
			if len(s.Incidents) != len(tt.want) {
				t.Fatalf("got %+v, want %+v", s.Incidents, tt.want)
			}
			for i, w := range tt.want {
				got := s.Incidents[i]
				if got.Start.Sub(w.start).Abs() > w.within || got.End.Sub(w.end).Abs() > w.within || got.Open != w.open {
					t.Errorf("got %+v, want %+v", got, w)
				}
				if math.Abs(got.Bad-w.bad) > 1e-6+w.bad*w.within.Hours()/50 || math.Abs(got.Share.Or(0)-got.Bad/864) > 1e-9 {
					t.Errorf("%v bad, a share of %v, want %v", got.Bad, got.Share, w.bad)
				}
			}
		})
	}
}

func TestIncidentPeak(t *testing.T) {
	now := t0.Add(60 * day)
	a := account(t0, 60*day).errors(now.Add(-day), time.Hour, 5).errors(now.Add(-day), 5*time.Minute, 20).curve()
	near(t, "peak", evaluate(a, thirty, now, budget.Options{}).Incidents[0].Peak, 200)
}

func TestIncidentOptions(t *testing.T) {
	now := t0.Add(60 * day)
	a := account(t0, 60*day).errors(now.Add(-day), time.Hour, 3).errors(now.Add(-day+80*time.Minute), 5*time.Minute, 0.2).curve()
	for name, tt := range map[string]struct {
		o    budget.IncidentOptions
		want int
	}{
		"default":        {budget.IncidentOptions{}, 1},
		"keep all":       {budget.IncidentOptions{MinShare: -1}, 2},
		"longer gap":     {budget.IncidentOptions{MinShare: -1, Gap: 20 * time.Minute}, 1},
		"high threshold": {budget.IncidentOptions{Threshold: 40}, 0},
		"large only":     {budget.IncidentOptions{MinShare: 0.05}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := evaluate(a, thirty, now, budget.Options{Incidents: tt.o}).Incidents; len(got) != tt.want {
				t.Errorf("%d incidents, want %d: %+v", len(got), tt.want, got)
			}
		})
	}
}

func TestIncidentsAndBackgroundAreAllThatWasConsumed(t *testing.T) {
	windows := []slo.Window{rolling(7, slo.Day), rolling(90, slo.Minute), calendar(1, slo.Week, t0)}
	rapid.Check(t, func(t *rapid.T) {
		c := drawAccount(t, 10*day)
		terms := budget.Terms{Target: rapid.Float64Range(0, 0.9999).Draw(t, "target"), Window: rapid.SampledFrom(windows).Draw(t, "window")}
		now := t0.Add(time.Duration(rapid.Int64Range(0, int64(11*day)).Draw(t, "now")))
		o := budget.Options{Incidents: budget.IncidentOptions{
			Threshold: rapid.Float64Range(0.1, 50).Draw(t, "threshold"),
			Gap:       time.Duration(rapid.IntRange(1, 60).Draw(t, "gap")) * time.Minute,
			MinShare:  rapid.Float64Range(-0.01, 0.1).Draw(t, "share"),
		}}
		s := evaluate(c, terms, now, o)
		if !s.Budget.Consumed.OK() {
			if len(s.Incidents) != 0 || s.BackgroundShare.OK() {
				t.Fatalf("shares of nothing: %+v", s)
			}
			return
		}
		sum, bad := s.BackgroundShare.Or(-1), 0.
		for i, x := range s.Incidents {
			sum += x.Share.Or(math.NaN())
			bad += x.Bad
			if !x.Start.Before(x.End) || x.Start.Before(s.Start) || x.End.After(now) {
				t.Fatalf("incident %+v leaves the window from %v to %v", x, s.Start, now)
			}
			for _, y := range s.Incidents[:i] {
				if x.Start.Before(y.End) && y.Start.Before(x.End) {
					t.Fatalf("%+v overlaps %+v", x, y)
				}
			}
		}
		if math.Abs(sum-s.Budget.Consumed.Or(0)) > 1e-9*max(1, sum) || bad > s.Bad*(1+1e-9) {
			t.Fatalf("shares add up to %v of %v, bad to %v of %v", sum, s.Budget.Consumed, bad, s.Bad)
		}
	})
}

func TestIncidentsBetweenAgreeWithTheStatus(t *testing.T) {
	for name, terms := range map[string]budget.Terms{"rolling": rolling10d, "calendar": monthly} {
		t.Run(name, func(t *testing.T) {
			a := burst(betweenNow, 40*24*time.Hour)
			status := evaluate(a, terms, betweenNow, budget.Options{})
			if got := budget.At(a, terms, betweenNow, budget.Options{}).Budget(); got != status.Budget {
				t.Errorf("budget is %+v, the status says %+v", got, status.Budget)
			}
			found := budget.At(a, terms, betweenNow, budget.Options{}).IncidentsBetween(status.Start, betweenNow)
			if !reflect.DeepEqual(found, status.Incidents) {
				t.Errorf("incidents are %+v, the status says %+v", found, status.Incidents)
			}
			if len(found) != 1 || !found[0].Open || found[0].Length() != time.Hour {
				t.Errorf("found %+v, want one open incident of an hour", found)
			}
		})
	}
}

func TestIncidentsBetweenCloseLater(t *testing.T) {
	a := burst(betweenNow, 20*24*time.Hour)
	found := budget.At(a, rolling10d, betweenNow.Add(time.Hour), budget.Options{}).IncidentsBetween(betweenNow.Add(-day), betweenNow)
	if len(found) != 1 || found[0].Open {
		t.Errorf("found %+v, want one incident that is over", found)
	}
}
