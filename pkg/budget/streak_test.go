package budget_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestStreakOfCalendarWindows(t *testing.T) {
	week := budget.Terms{Target: 0.99, Window: calendar(1, slo.Week, t0)}
	start := func(n int) time.Time { return t0.Add(time.Duration(n) * 7 * day) }
	now := start(5).Add(2 * day)
	missed := func(a *shape, n int) *shape { return a.errors(start(n).Add(day), 3*time.Hour, 90) }
	for name, tt := range map[string]struct {
		account *shape
		want    budget.Streak
		words   string
	}{
		"all of them":           {account(t0, 37*day), budget.Streak{Kept: 5, Since: start(0)}, "kept 5 windows in a row"},
		"since a miss":          {missed(account(t0, 37*day), 1), budget.Streak{Kept: 3, Since: start(2), AfterMiss: true}, "kept 3 windows in a row"},
		"the last one":          {missed(account(t0, 37*day), 4), budget.Streak{AfterMiss: true}, "no window kept since the last miss"},
		"one of them not known": {account(t0, 37*day).gap(start(3), 7*day), budget.Streak{Kept: 4, Unknown: 1, Since: start(0)}, "kept 4 windows in a row, 1 not known"},
		"not known, and missed": {missed(account(t0, 37*day).gap(start(4), 7*day), 3), budget.Streak{Unknown: 1, AfterMiss: true}, "no window kept since the last miss, 1 not known"},
		"older, not known":      {missed(account(t0, 37*day).gap(start(2), 7*day), 1), budget.Streak{Kept: 2, Since: start(3), AfterMiss: true}, "kept 2 windows in a row"},
		"the one in force":      {missed(account(t0, 37*day), 5), budget.Streak{Kept: 5, Since: start(0)}, "kept 5 windows in a row"},
		"of late":               {account(start(4), 9*day), budget.Streak{Kept: 1, Since: start(4)}, "kept 1 window"},
		"no window so far":      {account(start(5), 2*day), budget.Streak{}, "not known"},
		"no data":               {account(t0, 37*day).gap(t0, 37*day), budget.Streak{}, "not known"},
	} {
		t.Run(name, func(t *testing.T) {
			got := budget.At(tt.account.curve(), week, now, budget.Options{}).Streak(t0, nil)
			if got != tt.want || got.String() != tt.words {
				t.Errorf("got %+v, %q", got, got)
			}
		})
	}
}

func TestStreakOfRollingWindows(t *testing.T) {
	now := t0.Add(130 * day)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	exhausting := func(at time.Time) *shape { return account(t0, 130*day).errors(at, 90*time.Minute, 72) }
	for name, tt := range map[string]struct {
		account   *shape
		kept      int
		unknown   int
		since     time.Time
		afterMiss bool
	}{
		"always":             {account(t0, 130*day), 4, 0, t0, false},
		"since an overspend": {exhausting(ago(105 * day)), 2, 0, ago(75 * day), true},
		"hardly":             {exhausting(ago(35 * day)), 0, 0, ago(5 * day), true},
		"out of budget":      {exhausting(ago(5 * day)), 0, 0, time.Time{}, true},
		"not known":          {exhausting(ago(105*day)).gap(ago(40*day), 20*day), 1, 1, ago(75 * day), true},
	} {
		t.Run(name, func(t *testing.T) {
			s := budget.At(tt.account.curve(), thirty, now, budget.Options{}).Streak(t0, nil)
			if s.Kept != tt.kept || s.Unknown != tt.unknown || s.AfterMiss != tt.afterMiss || s.Since.Sub(tt.since).Abs() > 2*time.Hour {
				t.Errorf("got %+v", s)
			}
		})
	}
}

// TestStreakCountsClosedWindows compares it with the verdicts of the windows.
func TestStreakCountsClosedWindows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawAccount(t, 16*day)
		terms := budget.Terms{Target: rapid.SampledFrom([]float64{0.9, 0.99, 0.999}).Draw(t, "target"), Window: calendar(1, slo.Day, t0)}
		now := t0.Add(time.Duration(rapid.Int64Range(0, int64(16*day)).Draw(t, "now")))
		from := t0.Add(time.Duration(rapid.Int64Range(0, int64(16*day)).Draw(t, "from")))
		e := budget.At(c, terms, now, budget.Options{})
		var want budget.Streak
		unknown := 0
		for w := range e.ClosedWindows(nil) {
			if !w.End.After(from) {
				break
			}
			if w.Met != nil && !*w.Met {
				want.AfterMiss = true
				break
			}
			if w.Met == nil {
				unknown++
				continue
			}
			want.Kept++
			want.Unknown, want.Since = unknown, w.Start
		}
		if want.Kept == 0 {
			want.Unknown = unknown
		}
		if got := e.Streak(from, nil); got != want {
			t.Fatalf("got %+v, want %+v", got, want)
		}
	})
}

// TestAStreakNeverHidesAMiss checks that no time of a streak of a rolling window was
// without budget, and that all of its time is counted.
func TestAStreakNeverHidesAMiss(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawAccount(t, 16*day)
		window := rapid.SampledFrom([]time.Duration{day, 3 * day}).Draw(t, "window")
		terms := budget.Terms{Target: rapid.SampledFrom([]float64{0.9, 0.99, 0.999}).Draw(t, "target"), Window: rolling(int(window/day), slo.Day)}
		now, from := t0.Add(16*day), t0.Add(4*day)
		e := budget.At(c, terms, now, budget.Options{})
		s := e.Streak(from, nil)
		if s.Since.IsZero() {
			return
		}
		if whole := int(now.Sub(s.Since) / window); s.Kept+s.Unknown != whole {
			t.Fatalf("%+v has not all of the %d windows since %s", s, whole, s.Since)
		}
		for _, o := range e.Overspends(from, nil) {
			if o.End.After(s.Since) && o.Met != nil {
				t.Fatalf("%+v hides %+v", s, o)
			}
		}
	})
}

// TestAStreakIgnoresWhatComesLater checks that what an account has beyond now changes
// nothing.
func TestAStreakIgnoresWhatComesLater(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawAccount(t, 16*day)
		windows := []slo.Window{calendar(1, slo.Day, t0), rolling(1, slo.Day), calendar(1, slo.Week, t0)}
		terms := budget.Terms{Target: 0.99, Window: rapid.SampledFrom(windows).Draw(t, "window")}
		now := t0.Add(time.Duration(rapid.Int64Range(int64(10*day), int64(15*day)).Draw(t, "now")))
		from := t0.Add(time.Duration(rapid.Int64Range(int64(7*day), int64(9*day)).Draw(t, "from")))
		all := budget.At(c, terms, now, budget.Options{}).Streak(from, nil)
		until := budget.At(until{c, now}, terms, now, budget.Options{}).Streak(from, nil)
		if all != until {
			t.Fatalf("%+v without, %+v with what came later", until, all)
		}
	})
}

func TestStreakFrom(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	january := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		window slo.Window
		want   time.Time
	}{
		"rolling": {rolling(28, slo.Day), now.Add(-4 * 28 * day)},
		"months":  {calendar(1, slo.Month, january), time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)},
	} {
		t.Run(name, func(t *testing.T) {
			terms := budget.Terms{Target: 0.99, Window: tt.window}
			if got := terms.StreakFrom(now); !got.Equal(tt.want) {
				t.Errorf("from %s", got)
			}
			if reach := terms.StreakReach(now); slices.MaxFunc([]time.Time{reach, tt.want}, time.Time.Compare) != tt.want {
				t.Errorf("reaches %s only", reach)
			}
		})
	}
}
