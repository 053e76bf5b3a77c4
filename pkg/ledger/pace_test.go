package ledger_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// scraped has counters, a gauge and a histogram that are scraped at moments of a
// time.
func scraped(metric, instance string, moments []int64) map[string][]sample {
	series := map[string][]sample{}
	add := func(name, more string, value func(t int64) float64) {
		key := fmt.Sprintf(`%s{job="j",instance="%s"%s}`, name, instance, more)
		for _, t := range moments {
			series[key] = append(series[key], sample{t, value(t)})
		}
	}
	perSecond := func(rate float64) func(int64) float64 {
		return func(t int64) float64 { return 100 + math.Floor(rate*float64(t)) }
	}
	add(metric, `,code="200"`, perSecond(1))
	add(metric, `,code="500"`, perSecond(0.01))
	add(metric+"_up", "", func(int64) float64 { return 1 })
	add(metric+"_seconds_bucket", `,le="0.5"`, perSecond(0.99))
	add(metric+"_seconds_bucket", `,le="+Inf"`, perSecond(1))
	add(metric+"_seconds_count", "", perSecond(1))
	return series
}

// moments are every so many seconds between two times, without those that are lost.
func moments(interval, phase, to int64, lost func(t int64) bool) (all []int64) {
	for t := phase; t <= to; t += interval {
		if lost == nil || !lost(t) {
			all = append(all, t)
		}
	}
	return all
}

// paceIndicators are ways to count what was scraped.
func paceIndicators(metric string) map[string]slo.Indicator {
	query := func(format string) slo.Query { return slo.Query{Expr: fmt.Sprintf(format, metric)} }
	bad, good := query(`%s{code="500"}`), query(`%s{code="200"}`)
	return map[string]slo.Indicator{
		"bad and total":  slo.Ratio{Bad: &bad, Total: query("%s"), Counter: true},
		"good and total": slo.Ratio{Good: &good, Total: query("%s"), Counter: true},
		"gauge":          slo.BoolGauge{Query: query("%s_up")},
		"histogram":      slo.Histogram{Total: query("%s_seconds_count"), Op: slo.LTE, Value: 0.5},
	}
}

// What comes as often as it does is there all the time, however it is asked for,
// and what does not come is missing.
func TestPace(t *testing.T) {
	const minute, end = 60, 36 * hour
	gap := func(t int64) bool { return t > 20*hour && t <= 24*hour }
	flaky := func(t int64) bool { return t/600%4 == 1 } // ten minutes of forty
	tests := map[string]struct {
		moments [][]int64
		// Coverage of the last day, give or take 1.5 %.
		want float64
	}{
		"every 30 s":                           {[][]int64{moments(30, 17, end, nil)}, 1},
		"every minute":                         {[][]int64{moments(minute, 17, end, nil)}, 1},
		"every 5 minutes":                      {[][]int64{moments(5*minute, 17, end, nil)}, 1},
		"every 6 minutes":                      {[][]int64{moments(6*minute, 17, end, nil)}, 1},
		"every 7 minutes":                      {[][]int64{moments(7*minute, 17, end, nil)}, 1},
		"every 10 minutes":                     {[][]int64{moments(10*minute, 17, end, nil)}, 1},
		"at full 10 minutes":                   {[][]int64{moments(10*minute, 0, end, nil)}, 1},
		"every 12 minutes":                     {[][]int64{moments(12*minute, 17, end, nil)}, 1},
		"every 15 minutes":                     {[][]int64{moments(15*minute, 17, end, nil)}, 1},
		"every 20 minutes":                     {[][]int64{moments(20*minute, 17, end, nil)}, 1},
		"every 30 minutes":                     {[][]int64{moments(30*minute, 17, end, nil)}, 1},
		"every hour":                           {[][]int64{moments(hour, 17, end, nil)}, 1. / 12},
		"10 and 15 minutes":                    {[][]int64{moments(10*minute, 17, end, nil), moments(15*minute, 200, end, nil)}, 1},
		"7 and 15 minutes":                     {[][]int64{moments(7*minute, 17, end, nil), moments(15*minute, 200, end, nil)}, 1},
		"30 s and 15 minutes":                  {[][]int64{moments(30, 17, end, nil), moments(15*minute, 200, end, nil)}, 1},
		"every 30 s, 4 hours are missing":      {[][]int64{moments(30, 17, end, gap)}, 20. / 24},
		"every 7 minutes, 4 hours missing":     {[][]int64{moments(7*minute, 17, end, gap)}, 20. / 24},
		"every 15 minutes, 4 hours missing":    {[][]int64{moments(15*minute, 17, end, gap)}, 20. / 24},
		"every 30 s, 10 minutes of 40 missing": {[][]int64{moments(30, 17, end, flaky)}, 0.75},
	}
	for name, test := range tests {
		server := newEngine(t)
		for i, at := range test.moments {
			server.write(t, epoch, scraped("m", fmt.Sprint(i), at))
		}
		now := after(end)
		check := func(t *testing.T, c *ledger.Curve) {
			t.Helper()
			if got := c.Reading(now.Add(-day), now.Add(-40*time.Minute)).Coverage; math.Abs(got-test.want) > 0.025 {
				t.Errorf("coverage is %v, want %v", got, test.want)
			}
		}
		for kind, indicator := range paceIndicators("m") {
			t.Run(name+", "+kind, func(t *testing.T) {
				cold := ledger.New(server, compile(t, indicator), ledger.Options{Now: func() time.Time { return now }})
				check(t, mustFill(t, cold, now.Add(-day), now).Groups[0].Curve)
			})
		}
		for kind, slices := range map[string]*slo.Slices{
			"ignored": {Length: 5 * time.Minute, Target: 0.9, Op: slo.GTE},
			"good":    {Length: 5 * time.Minute, Target: 0.9, Op: slo.GTE, Empty: slo.EmptyGood},
			"minutes": {Length: time.Minute, Target: 0.9, Op: slo.GTE},
		} {
			if kind == "minutes" && (test.want == 0.75 || name == "every hour") {
				continue
			}
			t.Run(name+", slices, "+kind, func(t *testing.T) {
				l := ledger.New(server, compile(t, ratio(`m{code="500"}`, "m")), ledger.Options{
					Now: func() time.Time { return now }, Method: slo.Timeslices, Slices: slices,
				})
				check(t, mustFill(t, l, now.Add(-day), now).Groups[0].Curve)
			})
		}
	}
}

// Minute by minute, sparse scrapes are no missing data: neither a silence nor a
// state without data, and the same coverage as if it were asked for at once.
func TestPaceMinuteByMinute(t *testing.T) {
	const end = 36 * hour
	for _, interval := range []int64{5 * 60, 7 * 60, 10 * 60, 15 * 60} {
		for kind, indicator := range paceIndicators("m") {
			t.Run(fmt.Sprint(interval/60, " minutes, ", kind), func(t *testing.T) {
				server := newEngine(t)
				server.write(t, epoch, scraped("m", "a", moments(interval, 17, end, nil)))
				now := after(30 * hour)
				l := ledger.New(server, compile(t, indicator), ledger.Options{Now: func() time.Time { return now }, Fresh: time.Second})
				terms := budget.Terms{Target: 0.9, Window: slo.Window{Period: slo.Period{Count: 1, Unit: slo.Day}}}
				var c *ledger.Curve
				for i := range 5 * 60 {
					now = now.Add(time.Minute)
					s := mustFill(t, l, now.Add(-day), now)
					c = s.Groups[0].Curve
					if len(s.Notices) > 0 {
						t.Fatalf("at %s there are notices: %q", now, s.Notices)
					}
					if i%15 == 14 {
						if err := l.Maintain(t.Context()); err != nil {
							t.Fatal(err)
						}
					}
					e := budget.At(c, terms, now, budget.Options{})
					if age, ok := e.DataAge(); !ok || age > 25*time.Minute || e.State() == budget.StateNoData {
						t.Fatalf("at %s the data is %v old and the state %s", now, age, e.State())
					}
				}
				if got := c.Reading(now.Add(-day), now.Add(-40*time.Minute)).Coverage; got < 0.985 {
					t.Errorf("coverage is %v", got)
				}
			})
		}
	}
}
