package forecast_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/tables"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/forecast"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// score adds up how forecasts did.
type score struct {
	outcomes, inside, insideWeek               int
	trials, missed                             int
	brier, baseBrier, straightBrier, low, high float64
	chance                                     float64
}

// trial is a forecast that was made at a time and what came.
type trial struct {
	at, end  time.Time
	chance   float64
	straight float64
	missed   bool
}

func backtest(s service, w slo.Window, from, n int) score {
	var sc score
	var all []trial
	for seed := range n {
		a := s.account(uint64(from + seed))
		for d := 75; d < 215; d += 9 {
			now := t0.Add(time.Duration(d)*24*time.Hour + time.Duration(seed*37%24)*time.Hour)
			all = append(all, sc.try(a, terms(s.target, w), now)...)
		}
	}
	for _, x := range all {
		hits, known := 0.5, 1.
		for _, y := range all {
			if !y.end.After(x.at) {
				known++
				if y.missed {
					hits++
				}
			}
		}
		outcome := 0.
		if x.missed {
			outcome = 1
			sc.missed++
		}
		square := func(p float64) float64 { return (p - outcome) * (p - outcome) }
		sc.trials++
		sc.chance += x.chance
		sc.brier += square(x.chance)
		sc.straightBrier += square(x.straight)
		sc.baseBrier += square(hits / known)
	}
	return sc
}

func (sc *score) try(a budget.Account, t budget.Terms, now time.Time) []trial {
	past := forecast.Until(a, now)
	e := budget.At(past, t, now, budget.Options{})
	f := forecast.New(past, t, now, forecast.Options{})
	later := budget.At(a, t, f.End, budget.Options{})
	left := later.Budget().Remaining.Or(-99)
	band := f.Band(f.End)
	sc.outcomes++
	const tiny = 1e-9
	if band.P10.Or(0) > left+tiny {
		sc.low++
	} else if band.P90.Or(0) < left-tiny {
		sc.high++
	} else {
		sc.inside++
	}
	if e.Budget().Remaining.Or(1) <= 0 {
		return nil
	}
	x := trial{at: now, end: f.End, chance: f.Chances.Window.Or(-9)}
	if e.ExhaustsAt() != nil {
		x.straight = 1
	}
	x.missed = left <= 0
	if !t.Window.Calendar {
		x.missed = misses(a, t, now, f.End)
	}
	return []trial{x}
}

func misses(a budget.Account, t budget.Terms, from, to time.Time) bool {
	for at := from.Add(time.Hour); !at.After(to); at = at.Add(time.Hour) {
		start, _ := t.Window.At(at)
		r := a.Reading(start, at)
		if r.Bad > 0 && r.Bad >= r.Total*(1-t.Target) {
			return true
		}
	}
	return false
}

func TestBacktest(t *testing.T) {
	from, n := 1000, 30
	if s := os.Getenv("SEEDS"); s != "" {
		from, _ = strconv.Atoi(s)
	}
	if s := os.Getenv("N"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	for _, w := range []slo.Window{monthly, rolling} {
		table := tables.New("kind", "inside", "below", "above", "trials", "missed", "chance", "brier", "base", "straight", "skill base", "skill straight")
		var all score
		for _, s := range simulatedServices() {
			if k := os.Getenv("KIND"); k != "" && !strings.Contains(k, s.name[:4]) {
				continue
			}
			sc := backtest(s, w, from, n)
			all.inside += sc.inside
			all.outcomes += sc.outcomes
			k := float64(sc.trials)
			pct := func(x float64) string { return fmt.Sprintf("%.0f %%", 100*x) }
			table.Add(s.name, pct(float64(sc.inside)/float64(sc.outcomes)), pct(sc.low/float64(sc.outcomes)), pct(sc.high/float64(sc.outcomes)), fmt.Sprint(sc.trials), pct(float64(sc.missed)/k), pct(sc.chance/k),
				fmt.Sprintf("%.3f", sc.brier/k), fmt.Sprintf("%.3f", sc.baseBrier/k), fmt.Sprintf("%.3f", sc.straightBrier/k),
				fmt.Sprintf("%.2f", 1-sc.brier/sc.baseBrier), fmt.Sprintf("%.2f", 1-sc.brier/sc.straightBrier))
		}
		t.Logf("%s: all %.3f\n%s", w, float64(all.inside)/float64(all.outcomes), table)
	}
}
