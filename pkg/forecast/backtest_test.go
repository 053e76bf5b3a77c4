package forecast_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/tables"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/forecast"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

const (
	// The model was tuned on services of other seeds.
	firstSeed, services = 40000, 30
)

// past describes a forecast that was made at a time, and what came.
type past struct {
	seed             int
	made, end        time.Time
	chance, straight float64
	// How often the outcome lay below, in and above the 80 % band.
	below, inside, above int
	exhausted, missed    bool
}

// scores adds up how the forecasts of one kind of service did.
type scores struct {
	outcomes, inside   int
	chances, missed    int
	forecast, straight float64
	ownRate, kindRate  float64
	chance             float64
}

// span says at which days of the services forecasts are made.
type span struct{ first, last, apart int }

var (
	// With a history of 11 weeks and more, and of two to six weeks.
	settled = span{75, 645, 57}
	young   = span{15, 50, 15}
)

// TestBacktest makes forecasts for simulated services, of whose future they know
// nothing, and compares them with what came.
func TestBacktest(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: this test makes thousands of forecasts")
	}
	board := newBoard("services", "in the 80 % band", "chance of a miss", "missed", "Brier score", "of its own rate", "of the rate of all", "of the straight line")
	for _, s := range simulatedServices() {
		for i, all := range replay(s, settled) {
			sc := score(all)
			board[i].add(s.name, sc)
			sc.check(t, s.name)
		}
	}
	board.publish(t, "forecast-calendar", "forecast-rolling")
}

// TestBacktestOfLittleHistory does the same where there is little history.
func TestBacktestOfLittleHistory(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: this test makes thousands of forecasts")
	}
	board := newBoard("services", "in the 80 % band", "chance of a miss", "missed", "Brier score", "of its own rate", "of the rate of all", "of the straight line")
	for _, s := range simulatedServices() {
		for i, all := range replay(s, young) {
			board[i].add(s.name, score(all))
		}
	}
	board.publish(t, "forecast-calendar-young", "forecast-rolling-young")
}

// board has the tables of calendar and of rolling windows.
type board [2]*page

type page struct {
	table            *tables.Table
	inside, outcomes int
}

func newBoard(head ...string) board {
	return board{{table: tables.New(head...)}, {table: tables.New(head...)}}
}

func (p *page) add(name string, sc *scores) {
	p.table.Add(sc.row(name)...)
	p.inside, p.outcomes = p.inside+sc.inside, p.outcomes+sc.outcomes
}

// publish holds the tables against the docs, and all outcomes against what the bands
// promise.
func (b board) publish(t *testing.T, names ...string) {
	for i, p := range b {
		all := float64(p.inside) / float64(p.outcomes)
		p.table.Add("all", percent(all), "", "", "", "", "", "")
		if all < 0.75 || all > 0.85 {
			t.Errorf("%s: %s of all outcomes lie in the 80 %% band, want 75 to 85 %%", names[i], percent(all))
		}
		p.table.Publish(t, "../../docs/forecast.md", names[i])
		p.table.Check(t, "../../docs/forecast.md", names[i])
	}
}

// replay returns the forecasts that were made for all services of a kind, in calendar
// and in rolling windows.
func replay(s service, days span) (all [2][]past) {
	for seed := range services {
		a := s.account(uint64(firstSeed + seed))
		for d := days.first; d < days.last; d += days.apart {
			now := t0.Add(time.Duration(24*d+37*seed%(days.apart*24)) * time.Hour)
			for i, w := range []slo.Window{monthly, rolling} {
				p := lookBack(a, terms(s.target, w), now)
				p.seed = seed
				all[i] = append(all[i], p)
			}
		}
	}
	return all
}

// lookBack makes a forecast at a time, and looks at what came.
func lookBack(a budget.Account, t budget.Terms, now time.Time) past {
	known := forecast.Until(a, now)
	e := budget.At(known, t, now, budget.Options{})
	f := forecast.New(known, t, now, forecast.Options{})
	p := past{made: now, end: f.End, exhausted: e.Budget().Remaining.Or(1) <= 0, missed: misses(a, t, now, f.End)}
	p.chance, p.straight = f.Chances.Window.Or(-1), forecast.Straight(known, t, now)
	for _, at := range []time.Time{now.Add(7 * 24 * time.Hour), f.End} {
		if at.After(f.End) {
			continue
		}
		switch band, left := f.Band(at), remainingAt(a, t, at); {
		case left < band.P10.Or(0)-1e-9:
			p.below++
		case left > band.P90.Or(0)+1e-9:
			p.above++
		default:
			p.inside++
		}
	}
	return p
}

// remainingAt returns what was left at a time. In a calendar window that is a share of
// what turned out to be the budget of the whole.
func remainingAt(a budget.Account, t budget.Terms, at time.Time) float64 {
	start, end := t.Window.At(at)
	allowed := a.Reading(start, end).Total * (1 - t.Target)
	return 1 - a.Reading(start, at).Bad/allowed
}

// misses reports whether the budget was exhausted at the end of a calendar window, or
// at any hour of a rolling one.
func misses(a budget.Account, t budget.Terms, from, to time.Time) bool {
	if t.Window.Calendar {
		return remainingAt(a, t, to) <= 0
	}
	for at := from.Add(time.Hour); !at.After(to); at = at.Add(time.Hour) {
		if remainingAt(a, t, at) <= 0 {
			return true
		}
	}
	return false
}

// score adds up how forecasts did. Chances of what was already certain do not count.
func score(all []past) *scores {
	sc := &scores{}
	for _, p := range all {
		sc.inside += p.inside
		sc.outcomes += p.below + p.inside + p.above
		if p.exhausted {
			continue
		}
		outcome := 0.
		if p.missed {
			outcome = 1
			sc.missed++
		}
		sc.chances++
		sc.chance += p.chance
		sc.forecast += (p.chance - outcome) * (p.chance - outcome)
		sc.straight += (p.straight - outcome) * (p.straight - outcome)
		own := baseRate(all, p.made, func(q past) bool { return q.seed == p.seed })
		sc.ownRate += (own - outcome) * (own - outcome)
		kind := baseRate(all, p.made, func(past) bool { return true })
		sc.kindRate += (kind - outcome) * (kind - outcome)
	}
	return sc
}

// baseRate returns how many of those windows that were over at a time had been missed, a
// half if there was none.
func baseRate(all []past, at time.Time, counts func(past) bool) float64 {
	missed, n := 0.5, 1.
	for _, p := range all {
		if p.exhausted || p.end.After(at) || !counts(p) {
			continue
		}
		n++
		if p.missed {
			missed++
		}
	}
	return missed / n
}

func (sc *scores) row(name string) []string {
	n := float64(sc.chances)
	brier := func(sum float64) string { return fmt.Sprintf("%.3f", sum/n) }
	return []string{
		name, percent(float64(sc.inside) / float64(sc.outcomes)), percent(sc.chance / n), percent(float64(sc.missed) / n),
		brier(sc.forecast), brier(sc.ownRate), brier(sc.kindRate), brier(sc.straight),
	}
}

// check holds the scores against what the forecast promises.
func (sc *scores) check(t *testing.T, name string) {
	inside := float64(sc.inside) / float64(sc.outcomes)
	if name == alwaysKept {
		// There is nothing to know: whoever says so is right.
		if sc.missed > 0 || sc.chance > 0.03*float64(sc.chances) {
			t.Errorf("%s: %d missed, chance of a miss %.3f", name, sc.missed, sc.chance/float64(sc.chances))
		}
		return
	}
	if inside < 0.65 || inside > 0.95 {
		t.Errorf("%s: %s of the outcomes lie in the 80 %% band, want 65 to 95 %%", name, percent(inside))
	}
	if slack := 1 + unknowable(name); sc.forecast >= sc.ownRate || sc.forecast >= sc.straight || sc.forecast >= sc.kindRate*slack {
		t.Errorf("%s: the chance of a miss is no better than a base rate or the straight line: %v", name, sc.row(name))
	}
}

// unknowable returns by what share a forecast may be worse than the rate of all services
// of a kind. Where incidents come at random, thirty services show their rate better than
// one can.
func unknowable(name string) float64 {
	if name == "rare long outages" || name == "leaks that begin" {
		return 0.05
	}
	return 0
}

func percent(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }
