package budget_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestOverspends(t *testing.T) {
	now := t0.Add(70 * day)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	// 72 a step reach 864 with the twelfth step, and are 1.5 budgets after 18.
	gone := account(t0, 70*day).errors(ago(35*day), 90*time.Minute, 72)
	type want struct {
		start, end time.Time
		open       bool
		consumed   float64
	}
	for name, tt := range map[string]struct {
		account *shape
		want    []want
	}{
		"none":              {account(t0, 70*day).errors(ago(35*day), 50*time.Minute, 72), nil},
		"one that has been": {gone, []want{{ago(35*day - time.Hour), ago(5*day - 30*time.Minute), false, 1.5}}},
		"one that goes on": {
			account(t0, 70*day).errors(ago(2*day), 2*time.Hour, 72),
			[]want{{ago(2*day - time.Hour), now, true, 2}},
		},
		"hardly a pause": {
			// What leaves the window with the old errors comes back two hours later.
			account(t0, 70*day).errors(ago(40*day), time.Hour, 73).errors(ago(10*day-3*time.Hour), time.Hour, 73),
			[]want{{ago(40*day - time.Hour), now, true, 1}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := budget.At(tt.account.curve(), thirty, now, budget.Options{}).Overspends(ago(60*day), nil)
			if len(got) != len(tt.want) {
				t.Fatalf("got %+v", got)
			}
			for i, w := range tt.want {
				o := got[i]
				if o.Start.Sub(w.start).Abs() > 5*time.Minute || o.End.Sub(w.end).Abs() > 5*time.Minute || o.Open != w.open {
					t.Errorf("from %s to %s, open %v, want from %s to %s, %v", o.Start, o.End, o.Open, w.start, w.end, w.open)
				}
				if v := o.Budget.Consumed.Or(0); v < 0.99*w.consumed || v > 1.02*w.consumed {
					t.Errorf("consumed %v, want %v", v, w.consumed)
				}
				if o.Met == nil || *o.Met || o.Worst == nil {
					t.Errorf("met %v, worst %v", o.Met, o.Worst)
				}
			}
		})
	}
	t.Run("by the target of the time", func(t *testing.T) {
		looser := func(at time.Time) float64 {
			if at.Before(ago(20 * day)) {
				return 0.99
			}
			return 0.999
		}
		got := budget.At(gone.curve(), thirty, now, budget.Options{}).Overspends(ago(60*day), looser)
		if len(got) != 1 || got[0].Target != 0.999 || got[0].Start.Sub(ago(20*day)).Abs() > day {
			t.Errorf("got %+v, want one from when the target was raised", got)
		}
	})
	t.Run("calendar windows", func(t *testing.T) {
		month := budget.Terms{Target: 0.999, Window: calendar(1, slo.Month, t0)}
		if got := budget.At(gone.curve(), month, now, budget.Options{}).Overspends(ago(60*day), nil); got != nil {
			t.Errorf("got %+v", got)
		}
	})
}

// TestOverspendsAreWhenNothingWasLeft compares them with a plain walk.
func TestOverspendsAreWhenNothingWasLeft(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawAccount(t, 16*day)
		window := rapid.SampledFrom([]time.Duration{day, 3 * day}).Draw(t, "window")
		terms := budget.Terms{Target: rapid.SampledFrom([]float64{0.9, 0.99, 0.999}).Draw(t, "target"), Window: rolling(int(window/day), slo.Day)}
		now, from := t0.Add(16*day), t0.Add(4*day)
		found := budget.At(c, terms, now, budget.Options{}).Overspends(from, nil)
		pause := window/100 + budget.DefaultStep
		var last time.Time // at which nothing was left
		for at := from; !at.After(now); at = at.Add(budget.DefaultStep) {
			r := c.Reading(at.Add(-window), at)
			exhausted := r.Bad > 0 && r.Bad > r.Total*(1-terms.Target)*(1+1e-9)
			even := r.Bad >= r.Total*(1-terms.Target)*(1-1e-9)
			if even {
				last = at
			}
			listed := false
			for _, o := range found {
				listed = listed || !at.Before(o.Start) && !at.After(o.End)
			}
			if since := c.Since(); exhausted && !listed && !since.IsZero() && !at.Before(since) {
				t.Fatalf("nothing was left at %s, which is not listed in %+v", at, found)
			}
			if listed && !even && at.Sub(last) > pause {
				t.Fatalf("there was budget at %s, and had been since %s, in %+v", at, last, found)
			}
		}
	})
}
