package budget_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// troubled draws an account with bursts, idle times, gaps and partial answers.
func troubled(t *rapid.T, length time.Duration) budget.Account {
	n := int(length / budget.DefaultStep)
	bad, total, covered := make([]float64, n), make([]float64, n), make([]bool, n)
	for i := range n {
		total[i], covered[i] = 100, true
	}
	stretches := func(name string, most int, change func(i int)) {
		for k := range rapid.IntRange(0, most).Draw(t, name) {
			from := rapid.IntRange(0, n-1).Draw(t, fmt.Sprint(name, k))
			for i := from; i < min(n, from+rapid.IntRange(1, 60).Draw(t, name+" steps")); i++ {
				change(i)
			}
		}
	}
	if rapid.Bool().Draw(t, "noisy") {
		for i := range n {
			bad[i] = float64(i * 7919 % 3)
		}
	}
	stretches("burst", 6, func(i int) { bad[i] = float64(rapid.IntRange(0, 100).Draw(t, "bad")) })
	stretches("idle", 3, func(i int) { bad[i], total[i] = 0, 0 })
	stretches("gap", 3, func(i int) { bad[i], total[i], covered[i] = 0, 0, false })
	if rapid.IntRange(0, 4).Draw(t, "impossible") == 0 {
		stretches("swapped", 2, func(i int) { bad[i], total[i] = 100, 1 })
	}
	curve := budgettest.NewCurve(t0, budget.DefaultStep, bad, total, covered)
	if rapid.Bool().Draw(t, "partial") {
		from := t0.Add(time.Duration(rapid.IntRange(0, n).Draw(t, "partial from")) * budget.DefaultStep)
		return partly{curve, from, from.Add(time.Duration(rapid.IntRange(1, 30).Draw(t, "partial steps")) * budget.DefaultStep)}
	}
	return curve
}

// TestReplayOfAlerts checks that the alerts that would have fired are those that a
// rule sees that evaluates every step.
func TestReplayOfAlerts(t *testing.T) {
	fired := 0
	rapid.Check(t, func(t *rapid.T) {
		length := time.Duration(rapid.IntRange(2, 6*24).Draw(t, "hours")) * time.Hour
		a := troubled(t, length)
		terms := budget.Terms{Window: rapid.SampledFrom([]slo.Window{
			rolling(2, slo.Day), rolling(30, slo.Day), rolling(1, slo.Month), calendar(1, slo.Day, t0), calendar(1, slo.Week, t0), rolling(3, slo.Hour),
		}).Draw(t, "window")}
		if rapid.Bool().Draw(t, "least") {
			terms.Conditions = []slo.BurnCondition{
				{Severity: slo.Page, BurnRate: 2, Long: time.Hour, Short: 7 * time.Minute, MinBadEvents: 30},
				{Severity: slo.Ticket, Share: 0.01, Long: 5 * time.Hour, Short: 5 * time.Minute},
			}
		}
		last := t0.Add(length)
		first := a.Since()
		for _, target := range []float64{0.5, 0.9, 0.99, 0.999} {
			terms.Target = 0 // the replay depends on no target
			r := budget.At(a, terms, last, budget.Options{}).Replay(t0)
			terms.Target = target
			for _, s := range slo.Severities() {
				got := r.Firings(target, s)
				var want []budget.Firing
				if !first.IsZero() {
					want = budgettest.Firings(a, terms, first, last, s)
				}
				if fmt.Sprint(got) != fmt.Sprint(want) {
					t.Fatalf("%s at %v:\ngot  %v\nwant %v", s, target, got, want)
				}
				fired += len(want)
			}
		}
	})
	if fired < 20 {
		t.Errorf("only %d alerts fired", fired)
	}
}

// TestRecordOfRollingWindows checks the days against the budget at every step.
func TestRecordOfRollingWindows(t *testing.T) {
	days, missed := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		length := time.Duration(rapid.IntRange(1, 8*24).Draw(t, "hours")) * time.Hour
		a := troubled(t, length)
		terms := budget.Terms{Window: rolling(2, slo.Day)}
		last := t0.Add(length)
		r := budget.At(a, terms, last, budget.Options{}).Replay(t0)
		for _, target := range []float64{0.5, 0.9, 0.99, 0.999} {
			terms.Target = target
			var want budget.Record
			known, steps, overspent, worst := 0, 0, false, 0.
			var shares []float64
			close := func() {
				switch {
				case steps == 0:
				case 2*known < steps || known == 0:
					want.Unknown++
				case overspent:
					want.Missed++
				default:
					want.Kept++
				}
				if known > 0 && 2*known >= steps {
					shares = append(shares, worst)
				}
				known, steps, overspent, worst = 0, 0, false, 0
			}
			if first := a.Since(); !first.IsZero() {
				at := first.Add(day)
				for ; !at.After(last); at = at.Add(a.Step()) {
					if at.After(t0) {
						steps++
						e := budget.At(a, terms, at, budget.Options{})
						events, consumed := e.Events(), e.Budget().Consumed
						if v, ok := consumed.Get(); ok && events.Coverage >= budget.MinCoverage && events.Provisional <= budget.MaxProvisional {
							known++
							overspent = overspent || e.SLI().Or(0) < target
							worst = max(worst, v)
						}
					}
					if at.Sub(t0)%day == 0 {
						close()
					}
				}
				close()
			}
			got := r.Record(target)
			if got.Kept != want.Kept || got.Missed != want.Missed || got.Unknown != want.Unknown {
				t.Fatalf("at %v: got %+v, want %+v", target, got, want)
			}
			if v, ok := got.Worst.Get(); ok != (len(shares) > 0) || ok && math.Abs(v-slices.Max(shares)) > 1e-9*(1+v) {
				t.Fatalf("at %v the worst is %v, of %v", target, got.Worst, shares)
			}
			days, missed = days+got.Kept+got.Missed, missed+got.Missed
		}
		checkHighest(t, r)
	})
	if days < 50 || missed < 5 {
		t.Errorf("only %d days, %d of them missed", days, missed)
	}
}

// checkHighest checks that the highest targets were reached by as many windows as
// they say, and that none above them was.
func checkHighest(t *rapid.T, r *budget.Replay) {
	for share, least := range map[float64]func(n int) int{
		1: func(n int) int { return n }, 0.9: func(n int) int { return int(math.Ceil(0.9*float64(n) - 1e-9)) },
	} {
		highest, ok := r.HighestKept(share).Get()
		if !ok {
			if got := r.Record(0.5); got.Kept+got.Missed > 0 {
				t.Fatalf("no target for %+v", got)
			}
			continue
		}
		got := r.Record(highest)
		n := got.Kept + got.Missed
		if got.Kept < least(n) {
			t.Fatalf("%v was reached by %d of %d windows", highest, got.Kept, n)
		}
		if above := math.Nextafter(highest, 2); above < 1 && r.Record(above).Kept >= least(n) {
			t.Fatalf("%v was reached by as many windows as %v", above, highest)
		}
	}
}

func TestRecordOfCalendarWindows(t *testing.T) {
	// Five weeks: 2 % bad in the second, an idle third, a fourth of which a day is
	// known, and one that is not over.
	week := 7 * day
	s := account(t0, 5*week-day).errors(t0.Add(week), week, 2).
		traffic(t0.Add(2*week), week, 0).errors(t0.Add(2*week), week, 0).
		gap(t0.Add(3*week), 6*day).errors(t0.Add(5*week-2*day), time.Hour, 50)
	r := budget.At(s.curve(), budget.Terms{Window: calendar(1, slo.Week, t0)}, t0.Add(5*week-day), budget.Options{}).Replay(t0)
	for target, want := range map[float64]budget.Record{
		0.95: {Kept: 2, Unknown: 2, Worst: budget.Some(0.02 / 0.05), Median: budget.Some(0.01 / 0.05)},
		0.98: {Kept: 2, Unknown: 2, Worst: budget.Some(0.02 / (1 - 0.98)), Median: budget.Some(0.01 / (1 - 0.98))},
		0.99: {Kept: 1, Missed: 1, Unknown: 2, Worst: budget.Some(0.02 / (1 - 0.99)), Median: budget.Some(0.01 / (1 - 0.99))},
	} {
		got := r.Record(target)
		if got.Kept != want.Kept || got.Missed != want.Missed || got.Unknown != want.Unknown {
			t.Errorf("at %v: got %+v, want %+v", target, got, want)
		}
		near(t, "worst", got.Worst, want.Worst.Or(0))
		near(t, "median", got.Median, want.Median.Or(0))
	}
	near(t, "highest", r.HighestKept(1), 0.98)
}

// TestRecordIsThatOfClosedWindows checks that calendar windows are kept and missed as
// the list of closed windows has it.
func TestRecordIsThatOfClosedWindows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		length := time.Duration(rapid.IntRange(2, 8*24).Draw(t, "hours")) * time.Hour
		a := troubled(t, length)
		terms := budget.Terms{Window: calendar(1, slo.Day, t0)}
		for _, target := range []float64{0.5, 0.9, 0.99, 0.999} {
			terms.Target = target
			e := budget.At(a, terms, t0.Add(length), budget.Options{})
			var want budget.Record
			for c := range e.ClosedWindows(nil) {
				switch {
				case c.Met == nil:
					want.Unknown++
				case *c.Met:
					want.Kept++
				default:
					want.Missed++
				}
			}
			if got := e.Replay(t0).Record(target); got.Kept != want.Kept || got.Missed != want.Missed || got.Unknown != want.Unknown {
				t.Fatalf("at %v: got %+v, want %+v", target, got, want)
			}
		}
	})
}

// TestHistoryThatBeginsLater checks that windows are the same ones however far back the
// history goes: those that began before it count as a whole.
func TestHistoryThatBeginsLater(t *testing.T) {
	later := 0
	rapid.Check(t, func(t *rapid.T) {
		length := time.Duration(rapid.IntRange(2, 8*24).Draw(t, "hours")) * time.Hour
		from := t0.Add(time.Duration(rapid.Int64Range(0, int64(length)).Draw(t, "from")))
		terms := budget.Terms{Target: 0.99, Window: rapid.SampledFrom([]slo.Window{
			rolling(2, slo.Day), calendar(1, slo.Day, t0.Add(7*time.Hour)), calendar(2, slo.Day, t0),
		}).Draw(t, "window")}
		e := budget.At(troubled(t, length), terms, t0.Add(length), budget.Options{})
		whole := map[time.Time]budget.PastWindow{}
		for _, w := range e.Replay(t0).Windows() {
			whole[w.Start] = w
		}
		for _, w := range e.Replay(from).Windows() {
			want := whole[w.Start]
			if !terms.Window.Calendar && w.Start.Before(from) {
				continue // a part of a day
			}
			if w.Known != want.Known || math.Abs(w.Reading.Bad-want.Reading.Bad)+math.Abs(w.Reading.Total-want.Reading.Total) > 1e-6 {
				t.Fatalf("since %s: got %+v, want %+v", from, w, want)
			}
			later++
		}
	})
	if later < 10 {
		t.Errorf("only %d windows", later)
	}
}

// TestOutcome replays a month with an outage of half an hour, which matters at 99.9 %
// and not at 90 %, and a single bad step.
func TestOutcome(t *testing.T) {
	now := t0.Add(60 * day)
	s := account(t0, 60*day).errors(t0.Add(40*day), 30*time.Minute, 100).errors(t0.Add(45*day), 5*time.Minute, 8)
	r := budget.At(s.curve(), thirty, now, budget.Options{}).Replay(t0)
	strict, lax := r.Outcome(0.999), r.Outcome(0.9)
	near(t, "allowed events", strict.AllowedEvents, 864)
	near(t, "allowed minutes", strict.AllowedMinutes, 43.2)
	near(t, "lax events", lax.AllowedEvents, 86400)
	if strict.Pages != (budget.Fired{Count: 1, Justified: 1, Time: strict.Pages.Time}) || strict.Pages.Time < 30*time.Minute || strict.Pages.Time > 7*time.Hour || strict.Incidents != 1 || strict.Paged != 1 {
		t.Errorf("at 99.9 %%: %+v", strict)
	}
	if lax.Pages.Count != 0 || lax.Incidents != 0 || lax.Missed != 0 || lax.Kept != 45 {
		t.Errorf("at 90 %%: %+v", lax)
	}
	// 600 bad events are less than 864.
	if strict.Missed != 0 {
		t.Errorf("at 99.9 %%: %+v", strict.Record)
	}
	near(t, "worst", strict.Worst, 608./864)
	// At 99.99 % the single step pages too, and matters: 8 of 86 events.
	if finer := r.Outcome(0.9999); finer.Pages.Count != 2 || finer.Incidents != 2 {
		t.Errorf("at 99.99 %%: %+v", finer)
	}
}

func TestReplayOfNothing(t *testing.T) {
	now := t0.Add(60 * day)
	full := account(t0, 60*day).curve()
	for name, e := range map[string]*budget.Evaluation{
		"no account": budget.At(nil, thirty, now, budget.Options{}),
		"no budget":  budget.At(full, budget.Terms{Target: 1, Window: thirty.Window}, now, budget.Options{}),
		"no data":    budget.At(account(t0, 60*day).gap(t0, 60*day).curve(), thirty, now, budget.Options{}),
		"new":        budget.At(full, thirty, t0.Add(time.Minute), budget.Options{}),
	} {
		t.Run(name, func(t *testing.T) {
			r := e.Replay(t0)
			o := r.Outcome(0.999)
			if o.Record != (budget.Record{}) || o.Pages.Count+o.Tickets.Count+o.Incidents > 0 {
				t.Errorf("got %+v", o)
			}
			missing(t, "highest", r.HighestKept(1))
			if name != "new" {
				missing(t, "allowed events", o.AllowedEvents)
			}
		})
	}
}

// BenchmarkReplay prints how long 90 days take, of steps of 1 and 5 minutes at nine
// targets, in quiet and in noisy accounts.
func BenchmarkReplay(b *testing.B) {
	for _, step := range []time.Duration{time.Minute, 5 * time.Minute} {
		for _, noisy := range []bool{false, true} {
			n := int(90 * day / step)
			bad, total := make([]float64, n), repeated(100, n)
			for i := range n {
				if noisy || i/12%500 == 0 {
					bad[i] = float64(i * 7919 % 5)
				}
			}
			a := budgettest.NewCurve(t0, step, bad, total, nil)
			b.Run(fmt.Sprintf("%s noisy=%v", step, noisy), func(b *testing.B) {
				for b.Loop() {
					r := budget.At(a, thirty, t0.Add(90*day), budget.Options{}).Replay(t0)
					for _, target := range []float64{0.9, 0.95, 0.99, 0.995, 0.999, 0.9995, 0.9999, 0.998, 0.9985} {
						r.Outcome(target)
					}
				}
			})
		}
	}
}
