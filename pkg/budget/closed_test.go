package budget_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestClosedWindows(t *testing.T) {
	week := budget.Terms{Target: 0.99, Window: calendar(1, slo.Week, t0)}
	a := account(t0.Add(-3*day), 26*day).
		errors(t0.Add(2*day), time.Hour, 90).
		errors(t0.Add(8*day), 3*time.Hour, 90).
		gap(t0.Add(14*day), 7*day).curve()
	target := func(at time.Time) float64 {
		if at.Before(t0.Add(7 * day)) {
			return 0.99
		}
		return 0.999
	}
	got := slices.Collect(budget.At(a, week, t0.Add(22*day), budget.Options{}).ClosedWindows(target))
	if len(got) != 4 {
		t.Fatalf("%d windows: %+v", len(got), got)
	}
	for i, w := range got {
		if !w.Start.Equal(t0.Add(time.Duration(2-i) * 7 * day)) {
			t.Errorf("window %d starts %v", i, w.Start)
		}
	}
	empty, missed, met, partial := got[0], got[1], got[2], got[3]
	missing(t, "SLI of the empty week", empty.SLI)
	if empty.Met != nil || empty.Worst != nil || empty.Coverage != 0 {
		t.Errorf("empty week %+v", empty)
	}
	near(t, "consumed of the week after", missed.Budget.Consumed, 3240/201.6)
	if missed.Met == nil || *missed.Met || missed.Target != 0.999 || missed.Worst == nil || missed.Worst.Bad != 3240 {
		t.Errorf("missed week %+v", missed)
	}
	near(t, "SLI of the first week", met.SLI, 1-1080./201600)
	if met.Met == nil || !*met.Met || met.Target != 0.99 {
		t.Errorf("met week %+v", met)
	}
	near(t, "coverage of the week before", budget.Some(partial.Coverage), 3./7)
}

func TestRollingWindowsNeverClose(t *testing.T) {
	now := t0.Add(65 * day)
	for c := range budget.At(account(t0, 65*day).curve(), thirty, now, budget.Options{}).ClosedWindows(nil) {
		t.Errorf("%+v has closed", c)
	}
}

// TestWindowsThatAreNotKnown checks that little data is no verdict.
func TestWindowsThatAreNotKnown(t *testing.T) {
	week := budget.Terms{Target: 0.99, Window: calendar(1, slo.Week, t0)}
	sliced := week
	sliced.Method, sliced.Slices = slo.Timeslices, &slo.Slices{Length: budget.DefaultStep, Empty: slo.EmptyBad}
	for name, tt := range map[string]struct {
		account *shape
		terms   budget.Terms
		unknown string
	}{
		"all of it":            {account(t0, 8*day), week, ""},
		"just enough":          {account(t0, 8*day).gap(t0, 3*day), week, ""},
		"a third":              {account(t0, 8*day).gap(t0, 5*day), week, "Data for only 28 % of the window"},
		"three hours":          {account(t0, 8*day).gap(t0, 7*day-3*time.Hour), week, "Data for only 1 % of the window"},
		"a third, bad by gaps": {account(t0, 8*day).gap(t0, 5*day), sliced, ""},
		"nothing":              {account(t0.Add(-day), 9*day).gap(t0, 7*day), week, "No data"},
		"no events":            {account(t0, 8*day).traffic(t0, 8*day, 0), week, "No events"},
	} {
		t.Run(name, func(t *testing.T) {
			for c := range budget.At(tt.account.curve(), tt.terms, t0.Add(8*day), budget.Options{}).ClosedWindows(nil) {
				if c.Unknown != tt.unknown || (c.Met != nil) != (tt.unknown == "") {
					t.Errorf("unknown because %q, met %v, want %q", c.Unknown, c.Met, tt.unknown)
				}
				return
			}
			t.Error("no window has closed")
		})
	}
}

func TestClosedWindowsNeverChange(t *testing.T) {
	paris := zone(t, "Europe/Paris")
	windows := []slo.Window{calendar(1, slo.Day, t0), calendar(1, slo.Week, t0), calendar(1, slo.Day, t0.In(paris))}
	rapid.Check(t, func(t *rapid.T) {
		c := drawAccount(t, 20*day)
		terms := budget.Terms{Target: 0.99, Window: rapid.SampledFrom(windows).Draw(t, "window")}
		now := t0.Add(time.Duration(rapid.Int64Range(int64(day), int64(19*day)).Draw(t, "now")))
		before := slices.Collect(budget.At(until{c, now}, terms, now, budget.Options{}).ClosedWindows(nil))
		after := slices.Collect(budget.At(c, terms, lastKnot(c), budget.Options{}).ClosedWindows(nil))
		if len(before) > len(after) {
			t.Fatalf("windows got lost: %d, then %d", len(before), len(after))
		}
		if late := after[len(after)-len(before):]; len(late) > 0 && !reflect.DeepEqual(before, late) {
			t.Fatalf("%+v became %+v", before, late)
		}
	})
}

func TestClosedConsumption(t *testing.T) {
	week := budget.Terms{Target: 0.99, Window: calendar(1, slo.Week, t0)}
	monday := t0.Add(14 * day)
	missed := account(t0, 15*day).errors(t0.Add(8*day), 3*time.Hour, 90)
	sliced := week
	sliced.Method, sliced.Slices = slo.Timeslices, &slo.Slices{Length: budget.DefaultStep, Empty: slo.EmptyBad}
	for name, tt := range map[string]struct {
		account *shape
		terms   budget.Terms
		now     time.Time
		want    budget.Value
	}{
		"before its end":                    {missed, week, monday.Add(-time.Minute), budget.Some(0)},
		"as it ends":                        {missed, week, monday, budget.Some(3240. / 2016)},
		"hours later":                       {missed, week, monday.Add(23 * time.Hour), budget.Some(3240. / 2016)},
		"a day later":                       {missed, week, monday.Add(day), budget.Some(0)},
		"met":                               {account(t0, 15*day).errors(t0.Add(8*day), time.Hour, 84), week, monday, budget.Some(0.5)},
		"rolling":                           {missed, budget.Terms{Target: 0.99, Window: rolling(7, slo.Day)}, monday, budget.Some(0)},
		"mostly without data":               {missed.gapped(t0.Add(9*day), 4*day), week, monday, budget.Value{}},
		"mostly without data, which is bad": {missed.gapped(t0.Add(9*day), 4*day), sliced, monday, budget.Some(3240. / (0.01 * 288 * 3 * 100))},
		"begun late in the window":          {account(t0.Add(13*day), 2*day), week, monday, budget.Value{}},
		"begun early in the window":         {account(t0.Add(9*day), 6*day), week, monday, budget.Some(0)},
		"begun after the window":            {account(monday, day), week, monday.Add(time.Hour), budget.Some(0)},
		"no data ever":                      {account(t0, 15*day).gap(t0, 15*day), week, monday.Add(2 * day), budget.Value{}},
		"no events at all":                  {account(t0, 15*day).traffic(t0, 15*day, 0), week, monday, budget.Value{}},
	} {
		t.Run(name, func(t *testing.T) {
			got := budget.At(tt.account.curve(), tt.terms, tt.now, budget.Options{}).ClosedConsumption(nil, day)
			if want, ok := tt.want.Get(); ok {
				near(t, "consumed", got, want)
			} else {
				missing(t, "consumed", got)
			}
		})
	}
}
