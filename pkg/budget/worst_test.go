package budget_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// chart returns the times of a chart of so many points.
func chart(from, to time.Time, points int) (at []time.Time, step time.Duration) {
	step = to.Sub(from) / time.Duration(points)
	step = (step + budget.DefaultStep - 1) / budget.DefaultStep * budget.DefaultStep
	at = budget.Grid(from, to, step)
	if at[len(at)-1].Before(to) {
		at = append(at, to)
	}
	return at, step
}

// TestNoChartLosesAnOutage checks that an hour's outage is on a chart of 30 days
// whatever its width.
func TestNoChartLosesAnOutage(t *testing.T) {
	now := t0.Add(60*day + 3*time.Minute)
	a := account(t0, 61*day).errors(now.Add(-11*day).Truncate(budget.DefaultStep), time.Hour, 42.2).curve()
	for points := 50; points <= 1000; points += 10 {
		t.Run(fmt.Sprint(points), func(t *testing.T) {
			at, step := chart(now.Add(-30*day), now, points)
			if got := highest(budget.BurnRateSeries(a, 0.999, at, time.Hour, step)); math.Abs(got-422) > 1e-6 {
				t.Errorf("the highest burn rate is %v, want 422", got)
			}
			if got := lowest(budget.SLISeries(a, at, time.Hour, step)); math.Abs(got-0.578) > 1e-9 {
				t.Errorf("the lowest SLI is %v, want 57.8 %%", got)
			}
			if bad := badOf(a, at, step); math.Abs(bad-12*42.2) > 1e-6 {
				t.Errorf("the rates of bad events add up to %v, want %v", bad, 12*42.2)
			}
		})
	}
}

// badOf returns how many events the rates of a chart add up to.
func badOf(a budget.Account, at []time.Time, step time.Duration) (bad float64) {
	grid := at[:len(at)-1]
	for _, rate := range budget.EventRateSeries(a, grid, step) {
		bad += rate.Bad.Or(0) * step.Seconds()
	}
	return bad
}

// TestWideAndNarrowChartsAgree compares the worst of charts of any width with that of
// one that has every step of the account.
func TestWideAndNarrowChartsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawAccount(t, 12*day)
		from, to := t0.Add(2*day), t0.Add(12*day)
		lookback := rapid.SampledFrom([]time.Duration{time.Minute, 5 * time.Minute, 7 * time.Minute, time.Hour, 6 * time.Hour}).Draw(t, "lookback")
		at, step := chart(from, to, rapid.IntRange(1, 4000).Draw(t, "points"))
		first := at[0].Add(budget.DefaultStep - step)
		fine := budget.Grid(first, to, budget.DefaultStep)
		burn, want := budget.BurnRateSeries(c, 0.99, at, lookback, step), budget.BurnRateSeries(c, 0.99, fine, lookback, budget.DefaultStep)
		if got, want := highest(burn), highest(want); got != want && !(got <= want*(1+1e-9) && got >= want*(1-1./30)) {
			t.Fatalf("the highest burn rate is %v, of a fine chart %v", got, want)
		}
		sli, all := budget.SLISeries(c, at, lookback, step), budget.SLISeries(c, fine, lookback, budget.DefaultStep)
		if got, want := lowest(sli), lowest(all); got != want && !(got >= want-1e-9 && 1-got >= (1-want)*(1-1./30)) {
			t.Fatalf("the lowest SLI is %v, of a fine chart %v", got, want)
		}
	})
}

// TestChartsAreBounded counts the readings of a chart of years.
func TestChartsAreBounded(t *testing.T) {
	years := account(t0, 1500*day)
	years.each(t0, 1500*day, func(i int) { years.bad[i] = 1 })
	for _, lookback := range []time.Duration{time.Minute, time.Hour, day} {
		counted := &counting{Account: years.curve()}
		at, step := chart(t0, t0.Add(1500*day), 100)
		values := budget.BurnRateSeries(counted, 0.99, at, lookback, step)
		most := max(25_000, int(1500*day/max(lookback, budget.DefaultStep))*11/10)
		if counted.readings > most || !values[50].OK() {
			t.Errorf("%d readings for lookbacks of %s, want at most %d", counted.readings, lookback, most)
		}
	}
}

// counting counts the readings of an account.
type counting struct {
	budget.Account
	readings int
}

func (c *counting) Reading(from, to time.Time) budget.Reading {
	c.readings++
	return c.Account.Reading(from, to)
}

func highest(values []budget.Value) float64 {
	most := math.Inf(-1)
	for _, v := range values {
		most = max(most, v.Or(math.Inf(-1)))
	}
	return most
}

func lowest(values []budget.Value) float64 {
	least := math.Inf(1)
	for _, v := range values {
		least = min(least, v.Or(math.Inf(1)))
	}
	return least
}

// BenchmarkBurnRateSeries prints how much longer a chart of 30 days takes in which each
// point is the worst of its step.
func BenchmarkBurnRateSeries(b *testing.B) {
	noisy := account(t0, 60*day)
	noisy.each(t0, 60*day, func(i int) { noisy.bad[i] = float64(i % 3) })
	a := noisy.curve()
	at, step := chart(t0.Add(30*day), t0.Add(60*day), 300)
	for name, step := range map[string]time.Duration{"worst of each step": step, "lookbacks that end at the points": budget.DefaultStep} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				budget.BurnRateSeries(a, 0.999, at, time.Hour, step)
			}
		})
	}
}
