package budget_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// blocks returns a consequence that blocks deploys.
func blocks(below float64, until slo.Until) slo.Consequence {
	return slo.Consequence{RemainingBelow: below, Action: "Only fixes.", Blocks: []string{"deploy"}, Until: until}
}

var (
	untilWindow = slo.Until{Window: true}
	untilHalf   = slo.Until{Remaining: 0.5}
)

// gated returns the entry of an account with a policy.
func gated(a budget.Account, w slo.Window, policy ...slo.Consequence) budget.Entry {
	s := slo.SLO{Name: "checkout", Window: w, Promise: &slo.Promise{Policy: policy}, Objectives: []slo.Objective{{Name: "main", Target: 0.99}}}
	return budget.Entry{SLO: s, Objective: s.Objectives[0], Account: a}
}

// history returns the states of deploys in a time, as days since t0.
func history(e budget.Entry, from, to time.Time) string {
	var parts []string
	for _, s := range e.GateHistory("deploy", from, to) {
		state := string(s.State)
		if s.Override != nil {
			state += " by " + s.Override.Name
		}
		parts = append(parts, fmt.Sprintf("%s %s", s.From.UTC().Format("2 15:04"), state))
	}
	return strings.Join(parts, ", ")
}

// A step has 100 events; at 99 % a day of bad steps is 288 bad events, a week's
// budget is 2016*1.
func TestGateHistory(t *testing.T) {
	week, rollingWeek := calendar(1, slo.Week, t0), rolling(7, slo.Day)
	full := func() *shape { return account(t0.Add(-60*day), 100*day) }
	monday := t0
	for name, tt := range map[string]struct {
		account *shape
		window  slo.Window
		policy  slo.Consequence
		want    string
	}{
		"nothing bad": {full(), week, blocks(0.25, untilWindow), "1 00:00 open"},
		// 1512 of 2016 are consumed by a full outage after 15.12 steps.
		"closes within a step or two, until the window": {
			full().errors(monday.Add(2*day), 80*time.Minute, 100), week, blocks(0.25, untilWindow), "1 00:00 open, 3 01:30 closed, 8 00:00 open"},
		"closes on the hour while it burns slowly": {
			full().errors(monday.Add(2*day), 50*time.Hour, 2.6), week, blocks(0.25, untilWindow), "1 00:00 open, 5 00:50 closed, 8 00:00 open"},
		"more traffic opens it, once half is left": {
			full().errors(monday.Add(2*day), 80*time.Minute, 100).traffic(monday.Add(3*day), 4*day, 400), week, blocks(0.25, untilHalf),
			"1 00:00 open, 3 01:30 closed, 5 09:10 open"},
		"a window starts full": {
			full().errors(monday.Add(6*day), 80*time.Minute, 100), week, blocks(0.25, untilHalf), "1 00:00 open, 7 01:30 closed, 8 00:00 open"},
		"exhausted": {
			full().errors(monday.Add(2*day), 2*time.Hour, 100), week, blocks(0, untilWindow), "1 00:00 open, 3 01:55 closed, 8 00:00 open"},
		"rolling, until half is left again": {
			full().errors(monday.Add(day), 50*time.Minute, 100).errors(monday.Add(2*day), 40*time.Minute, 100), rollingWeek, blocks(0.25, untilHalf),
			"1 00:00 open, 3 00:40 closed, 9 01:10 open"},
		"rolling, until a window without it": {
			full().errors(monday.Add(day), 80*time.Minute, 100), rollingWeek, blocks(0.25, untilWindow), "1 00:00 open, 2 01:30 closed, 16 00:10 open"},
		"no data": {
			full().gap(monday.Add(2*day), 6*time.Hour), week, blocks(0.25, untilWindow), "1 00:00 open, 3 01:10 unknown, 3 07:10 open"},
		"no data while it is closed": {
			full().errors(monday.Add(2*day), 80*time.Minute, 100).gap(monday.Add(3*day), 6*time.Hour), week, blocks(0.25, untilWindow),
			"1 00:00 open, 3 01:30 closed, 8 00:00 open"},
		"no data across the end of a window": {
			full().errors(monday.Add(2*day), 80*time.Minute, 100).gap(monday.Add(6*day), 2*day), week, blocks(0.25, untilWindow),
			"1 00:00 open, 3 01:30 closed, 8 00:00 unknown, 10 00:10 open"},
	} {
		t.Run(name, func(t *testing.T) {
			got := history(gated(tt.account.curve(), tt.window, tt.policy), monday, monday.Add(20*day))
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestGates(t *testing.T) {
	week := calendar(1, slo.Week, t0)
	burned := account(t0.Add(-60*day), 67*day).errors(t0.Add(2*day), 80*time.Minute, 100).curve()
	now := t0.Add(3 * day)
	e := gated(burned, week, blocks(0.5, untilWindow), slo.Consequence{RemainingBelow: 0.25, Action: "No migrations.", Blocks: []string{"migration", "deploy"}, Until: slo.Until{Remaining: 0.6}})
	override := slo.Override{Name: "fix", Actions: []string{"deploy"}, From: now.Add(-time.Hour), To: now.Add(time.Hour), Reason: "A fix", ApprovedBy: []string{"Ada", "Grace"}}
	e.SLO.Overrides = []slo.Override{override}
	gates := e.Gates(now)
	if len(gates) != 2 || gates[0].Action != "deploy" || gates[1].Action != "migration" {
		t.Fatalf("got %+v", gates)
	}
	deploy, migration := gates[0], gates[1]
	if deploy.State != budget.GateOpen || deploy.Rule != budget.GateClosed || deploy.Override == nil || deploy.Consequence.RemainingBelow != 0.25 {
		t.Errorf("deploy %+v", deploy)
	}
	sameTime(t, "since", deploy.Since, t0.Add(2*day+65*time.Minute))
	sameTime(t, "opens by", deploy.OpensBy, t0.Add(7*day))
	near(t, "remaining", deploy.Remaining, 1-1600./2016)
	if migration.State != budget.GateClosed || migration.Override != nil || migration.Until() != "60 % of the budget is left" {
		t.Errorf("migration %+v", migration)
	}
	if got, want := migration.Why(), "20.6 % of the budget remains (less than 25.0 %)"; got != want {
		t.Errorf("why: %s", got)
	}
	if got, want := deploy.Why(), "Opened by Ada, Grace until 2026-06-04 01:00 UTC: A fix. By the policy: 20.6 % of the budget remains (less than 25.0 %)"; got != want {
		t.Errorf("why: %s", got)
	}
	if got, want := history(e, t0, t0.Add(7*day)), "1 00:00 open, 3 01:05 closed, 3 23:00 open by fix, 4 01:00 closed"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A gate without data is never open.
func TestGatesWithoutData(t *testing.T) {
	week := calendar(1, slo.Week, t0)
	full := account(t0.Add(-60*day), 62*day)
	for name, tt := range map[string]struct {
		account budget.Account
		now     time.Time
		want    budget.GateState
	}{
		"up to date":               {full.curve(), t0.Add(2 * day), budget.GateOpen},
		"behind by less":           {full.curve(), t0.Add(2*day + 40*time.Minute), budget.GateOpen},
		"behind":                   {full.curve(), t0.Add(2*day + 41*time.Minute), budget.GateUnknown},
		"in a window to come":      {full.curve(), t0.Add(7*day + time.Minute), budget.GateUnknown},
		"no account":               {nil, t0.Add(2 * day), budget.GateUnknown},
		"no account, a new window": {nil, t0.Add(time.Minute), budget.GateUnknown},
		"an account of nothing":    {account(t0, 2*day).gap(t0, 2*day).curve(), t0.Add(2 * day), budget.GateUnknown},
		"an account without steps": {budgettest.NewCurve(t0, budget.DefaultStep, nil, nil, nil), t0.Add(2 * day), budget.GateUnknown},
		"a new window":             {full.curve(), t0.Add(time.Minute), budget.GateOpen},
		"a time that is none":      {full.curve(), time.Time{}, budget.GateUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			for _, w := range []slo.Window{week, rolling(7, slo.Day)} {
				if name == "a new window" && !w.Calendar {
					continue
				}
				gates := gated(tt.account, w, blocks(0.25, untilWindow)).Gates(tt.now)
				if len(gates) != 1 || gates[0].State != tt.want {
					t.Errorf("%s: got %+v", w, gates)
				}
			}
		})
	}
	if gates := gated(full.curve(), week, slo.Consequence{RemainingBelow: 0.5, Action: "Talk."}).Gates(t0.Add(day)); len(gates) > 0 {
		t.Errorf("a policy that blocks nothing has %+v", gates)
	}
}

func drawGated(t *rapid.T, a budget.Account) budget.Entry {
	windows := []slo.Window{
		calendar(1, slo.Week, t0), calendar(3, slo.Day, t0.Add(7*time.Hour+30*time.Minute)), calendar(2, slo.Week, t0),
		rolling(7, slo.Day), rolling(30, slo.Hour),
	}
	var policy []slo.Consequence
	for _, below := range rapid.SliceOfNDistinct(rapid.SampledFrom([]float64{0, 0.25, 0.5, 0.9}), 1, 3, rapid.ID[float64]).Draw(t, "below") {
		until := untilWindow
		if rapid.Bool().Draw(t, "hysteresis") {
			until = slo.Until{Remaining: below + rapid.SampledFrom([]float64{0.05, 0.1}).Draw(t, "above")}
		}
		policy = append(policy, blocks(below, until))
	}
	return gated(a, rapid.SampledFrom(windows).Draw(t, "window"), policy...)
}

// stateAt returns the state of a history at a time.
func stateAt(spans []budget.GateSpan, t time.Time) budget.GateState {
	i := slices.IndexFunc(spans, func(s budget.GateSpan) bool { return s.From.Before(t) && !s.To.Before(t) })
	if i < 0 {
		return "nothing"
	}
	return spans[i].State
}

// What is asked at a time depends on nothing that came later, is the same when it is
// asked later on, and for any range in which it is asked.
func TestGateIsTheSameWheneverItIsAsked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawAccount(t, 60*day)
		e := drawGated(t, c)
		at := t0.Add(time.Duration(rapid.Int64Range(int64(45*day), int64(59*day)).Draw(t, "at"))).Truncate(time.Second)
		live := e
		live.Account = until{c, at.Truncate(budget.DefaultStep)}
		want := live.Gates(at)
		if got := e.Gates(at); !reflect.DeepEqual(withoutEntry(got), withoutEntry(want)) {
			t.Fatalf("asked live %+v, later %+v", want[0], got[0])
		}
		from := at.Add(-time.Duration(rapid.Int64Range(1, int64(9*day)).Draw(t, "before")))
		to := at.Add(time.Duration(rapid.Int64Range(0, int64(day)).Draw(t, "after")))
		spans := e.GateHistory("deploy", from, to)
		if got := stateAt(spans, at); got != want[0].Rule {
			t.Fatalf("at %s the history says %s, the gate was %s: %+v", at, got, want[0].Rule, spans)
		}
		for i := range spans[1:] {
			if !spans[i].To.Equal(spans[i+1].From) || spans[i].State == spans[i+1].State {
				t.Fatalf("spans %+v", spans)
			}
		}
		if !spans[0].From.Equal(from) || !spans[len(spans)-1].To.Equal(to) {
			t.Fatalf("spans %+v from %s to %s", spans, from, to)
		}
	})
}

func withoutEntry(gates []budget.Gate) []budget.Gate {
	for i := range gates {
		gates[i].Entry = budget.Entry{}
	}
	return gates
}

// However far an account was filled, the gate is the same.
func TestGateDoesNotDependOnTheFill(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawAccount(t, 70*day)
		e := drawGated(t, c)
		at := t0.Add(time.Duration(rapid.Int64Range(int64(60*day), int64(69*day)).Draw(t, "at"))).Truncate(time.Second)
		first := e.Terms().GateReach(at).Truncate(budget.DefaultStep)
		if first.Before(t0) {
			return
		}
		first = first.Add(-time.Duration(rapid.IntRange(0, 300).Draw(t, "deeper")) * budget.DefaultStep)
		if first.Before(t0) {
			first = t0
		}
		e2 := e
		e2.Account = partOf(c, first, at.Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "further"))*budget.DefaultStep).Truncate(budget.DefaultStep))
		if got, want := withoutEntry(e2.Gates(at)), withoutEntry(e.Gates(at)); !reflect.DeepEqual(got, want) {
			t.Fatalf("filled from %s it is %+v, else %+v", first, got[0], want[0])
		}
	})
}

// partOf returns the steps of an account between two times, with sums of their own.
func partOf(c *budgettest.Curve, first, last time.Time) *budgettest.Curve {
	var bad, total []float64
	var covered []bool
	for at := first; at.Before(last); at = at.Add(budget.DefaultStep) {
		r := c.Reading(at, at.Add(budget.DefaultStep))
		bad, total, covered = append(bad, r.Bad), append(total, r.Total), append(covered, r.Coverage > 0.5)
	}
	return budgettest.NewCurve(first, budget.DefaultStep, bad, total, covered)
}

// Once it has opened on what is left, the gate does not close before the budget has
// fallen through the hysteresis, and the other way round.
func TestGateDoesNotFlap(t *testing.T) {
	const below, above = 0.5, 0.6
	rapid.Check(t, func(t *rapid.T) {
		c := drawAccount(t, 45*day)
		w := rapid.SampledFrom([]slo.Window{rolling(7, slo.Day), calendar(1, slo.Week, t0)}).Draw(t, "window")
		e := gated(c, w, blocks(below, slo.Until{Remaining: above}))
		spans := e.GateHistory("deploy", t0.Add(30*day), t0.Add(45*day))
		for i, s := range spans {
			if i < 2 || s.State == budget.GateUnknown || spans[i-1].State == budget.GateUnknown {
				continue
			}
			decided := s.From.Add(-2 * budget.DefaultStep)
			remaining, ok := e.At(decided, budget.Options{}).Budget().Remaining.Get()
			start, _ := w.At(s.From.Add(1))
			released := s.State == budget.GateOpen && (w.Calendar && s.From.Equal(start) || !w.Calendar && s.From.Sub(spans[i-1].From) >= 7*day)
			switch {
			case released:
			case s.State == budget.GateClosed && ok && remaining < below+1e-9:
			case s.State == budget.GateOpen && ok && remaining >= above-1e-9:
			default:
				t.Fatalf("at %s it is %s with %v left", s.From, s.State, remaining)
			}
		}
	})
}

// A group that is gone keeps the gate closed that it closed, and blocks nothing else;
// the history says at each time what was answered then.
func TestGatesOfEndedGroups(t *testing.T) {
	week := calendar(1, slo.Week, t0)
	group := func(name string, a *shape) budget.Entry {
		e := gated(a.curve(), week, blocks(0.25, untilWindow))
		e.Labels = labels.FromStrings("region", name)
		return e
	}
	full := func() *shape { return account(t0.Add(-60*day), 67*day) }
	gone := t0.Add(3 * day)
	for name, tt := range map[string]struct {
		other       *shape
		want        budget.GateState
		wantHistory string
	}{
		"gone while closed": {full().errors(t0.Add(2*day), 80*time.Minute, 100).gap(gone, 4*day), budget.GateClosed, "open closed"},
		"gone while open":   {full().gap(gone, 4*day), budget.GateOpen, "open"},
		"still there":       {full().errors(t0.Add(2*day), 80*time.Minute, 100), budget.GateClosed, "open closed"},
	} {
		t.Run(name, func(t *testing.T) {
			entries := []budget.Entry{group("a", full()), group("b", tt.other)}
			for _, now := range []time.Time{t0.Add(2*day + 2*time.Hour), gone.Add(time.Minute), gone.Add(2 * time.Hour), t0.Add(6 * day)} {
				deciding, _ := budget.SplitGates(entries, now)
				gates := budget.SLOGates(slices.Values(deciding), now)
				if len(gates) != 1 || gates[0].State != tt.want {
					t.Errorf("at %s it is %+v", now, gates)
				}
				living, ended := budget.SplitEnded(entries, now)
				histories := budget.SLOGateHistories(slices.Values(living), slices.Values(ended), t0, now)
				if got := stateAt(histories[0].Spans, now); len(histories) != 1 || got != tt.want {
					t.Errorf("at %s the history says %s", now, got)
				}
				var states []string
				for _, s := range histories[0].Spans {
					states = append(states, string(s.State))
				}
				if got := strings.Join(states, " "); got != tt.wantHistory {
					t.Errorf("by %s it was %s", now, got)
				}
			}
		})
	}
}

// The history of groups ends in what the gate answers, whichever of them have ended, and
// is open by override exactly while one is in force.
func TestGatesOfGroupsAreWhatTheirHistorySays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := t0.Add(time.Duration(rapid.Int64Range(int64(45*day), int64(59*day)).Draw(t, "at"))).Truncate(time.Second)
		first := drawGated(t, drawAccount(t, 60*day))
		from := at.Add(time.Duration(rapid.Int64Range(-2, 2).Draw(t, "from")) * time.Second)
		first.SLO.Overrides = []slo.Override{{Name: "fix", Actions: []string{"deploy"}, From: from, To: from.Add(time.Second)}}
		var entries []budget.Entry
		for i := range rapid.IntRange(1, 4).Draw(t, "groups") {
			e := first
			e.Labels = labels.FromStrings("region", fmt.Sprint(i))
			e.Account = until{drawAccount(t, 60*day), at.Truncate(budget.DefaultStep)}
			entries = append(entries, e)
		}
		deciding, _ := budget.SplitGates(entries, at)
		gates := budget.SLOGates(slices.Values(deciding), at)
		if want := from.Equal(at); len(gates) != 1 || (gates[0].Override != nil) != want || want && gates[0].State != budget.GateOpen {
			t.Fatalf("the override begins at %s, and at %s the gates are %+v", from, at, gates)
		}
		living, ended := budget.SplitEnded(entries, at)
		spans := budget.SLOGateHistories(slices.Values(living), slices.Values(ended), at.Add(-9*day), at)[0].Spans
		last := spans[len(spans)-1]
		if want := gates[0].Rule; last.Override == nil && last.State != want {
			t.Fatalf("at %s the gate is %s, the history says %+v", at, want, spans)
		}
	})
}

// What the SLO's objectives and groups say is one answer.
func TestSLOGates(t *testing.T) {
	week, now := calendar(1, slo.Week, t0), t0.Add(3*day)
	healthy := gated(account(t0.Add(-60*day), 67*day).curve(), week, blocks(0.25, untilWindow))
	burned := gated(account(t0.Add(-60*day), 67*day).errors(t0.Add(2*day), 80*time.Minute, 100).curve(), week, blocks(0.25, untilWindow))
	silent := gated(nil, week, blocks(0.25, untilWindow))
	other := healthy
	other.SLO.Name = "other"
	for name, tt := range map[string]struct {
		entries []budget.Entry
		want    string
	}{
		"nothing":        {nil, ""},
		"one":            {[]budget.Entry{healthy}, "checkout open"},
		"one is closed":  {[]budget.Entry{healthy, burned, silent}, "checkout closed"},
		"one is unknown": {[]budget.Entry{healthy, silent, healthy}, "checkout unknown"},
		"two SLOs":       {[]budget.Entry{other, burned, other}, "checkout closed, other open"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, g := range budget.SLOGates(slices.Values(tt.entries), now) {
				got = append(got, g.Entry.SLO.Name+" "+string(g.State))
			}
			if strings.Join(got, ", ") != tt.want {
				t.Errorf("got %v, want %s", got, tt.want)
			}
		})
	}
	histories := budget.SLOGateHistories(slices.Values([]budget.Entry{healthy, burned}), slices.Values([]budget.Entry{}), t0, t0.Add(8*day))
	if len(histories) != 1 || len(histories[0].Spans) != 4 || histories[0].Spans[1].State != budget.GateClosed || histories[0].Spans[3].State != budget.GateUnknown {
		t.Errorf("got %+v", histories)
	}
}

// A gate is replayed from the start of the window, and should not cost much more than a
// table that looks at it once. The ratio is that of a hundred gates to a hundred rows of a status.
func BenchmarkGates(b *testing.B) {
	a := budget.NewKnots(account(t0, 200*day).errors(t0, 200*day, 0.9).curve(), t0, t0.Add(200*day))
	now := t0.Add(120 * day)
	for name, w := range map[string]slo.Window{"quarter": calendar(1, slo.Quarter, t0.AddDate(0, -5, 0)), "28 days": rolling(28, slo.Day)} {
		b.Run(name, func(b *testing.B) {
			e := gated(a, w, blocks(0, untilWindow))
			var gates, states time.Duration
			for b.Loop() {
				start := time.Now()
				e.Gates(now)
				between := time.Now()
				evaluation := e.At(now, budget.Options{})
				evaluation.State()
				evaluation.Incidents()
				gates, states = gates+between.Sub(start), states+time.Since(between)
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(gates.Seconds()*1e3/float64(b.N), "ms/gate")
			b.ReportMetric(float64(gates)/float64(states), "gate/status")
		})
	}
}
