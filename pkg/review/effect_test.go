package review_test

import (
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/review"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// A day of steps with an outage of 101 minutes consumes a week's budget.
func TestEffect(t *testing.T) {
	done := t0.Add(16 * day)
	first := outage{8 * day, 3 * time.Hour} // the miss
	for name, tt := range map[string]struct {
		outages       []outage
		now           time.Time
		done          time.Time
		before, since float64 // budgets a day; below 0 is not known
		incidents     int     // since
	}{
		"it does not come back":     {[]outage{first, {15 * day, 101 * time.Minute}}, t0.Add(30 * day), done, 1. / 7, 0, 0},
		"it comes back":             {[]outage{first, {15 * day, 101 * time.Minute}, {20 * day, 101 * time.Minute}}, t0.Add(30 * day), done, 1. / 7, 1. / 13, 1},
		"the day itself counts not": {[]outage{first, {16*day + time.Hour, 101 * time.Minute}}, t0.Add(30 * day), done, 0, 0, 0},
		"nothing is known yet":      {[]outage{first}, done.Add(30 * time.Hour), done, 0, -1, 0},
		"longer ago than a window":  {[]outage{first}, t0.Add(30 * day), done, 0, 0, 0},
		"in the very window":        {[]outage{first}, t0.Add(30 * day), t0.Add(14 * day), 1.8 / 7, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			change := &slo.Change{Kind: "test", What: "a", Owner: "b", Due: tt.done, Done: tt.done}
			m := review.Of(entry(account(append(tt.outages[:len(tt.outages):len(tt.outages)], outage{36 * day, 0})...), true, reviewed(secondWeek, change)), t0, tt.now, budget.Options{})
			miss := m[len(m)-1]
			effect, ok := miss.Effect(tt.now, budget.Options{})
			if !ok || effect.Kind != budget.FastIncident {
				t.Fatalf("got %+v, %v", effect, ok)
			}
			for what, got := range map[string][2]float64{
				"before": {effect.Before.PerDay().Or(-1), tt.before}, "since": {effect.Since.PerDay().Or(-1), tt.since},
			} {
				if got[0] < got[1]-0.006 || got[0] > got[1]+0.006 {
					t.Errorf("%s it was %v a day, want %v", what, got[0], got[1])
				}
			}
			if effect.Since.Incidents != tt.incidents {
				t.Errorf("%d incidents since", effect.Since.Incidents)
			}
		})
	}
	for name, change := range map[string]*slo.Change{"no change": nil, "open": {Due: done}, "to come": {Done: t0.Add(40 * day)}} {
		m := review.Of(entry(account(first), true, reviewed(secondWeek, change)), t0, t0.Add(30*day), budget.Options{})[0]
		if effect, ok := m.Effect(t0.Add(30*day), budget.Options{}); ok {
			t.Errorf("%s: %+v", name, effect)
		}
	}
}
