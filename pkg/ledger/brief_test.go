package ledger_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
)

// Processes that live for two minutes are at no grid point. Where they matter, the
// check finds them, on one day and then on all.
func TestShortLivedProcesses(t *testing.T) {
	for _, others := range []bool{true, false} {
		t.Run(fmt.Sprintf("beside another: %v", others), func(t *testing.T) {
			testBriefProcesses(t, others)
		})
	}
}

func testBriefProcesses(t *testing.T, others bool) {
	const daily, interval = 24 * hour, 15
	series := map[string][]sample{}
	if others {
		series[`r{instance="a",job="j",code="200"}`] = every(60, 0, 8*daily, line(0, 1000, 0.1))
	}
	var bad, total float64
	for from := int64(660); from < 8*daily-hour; from += hour / 2 {
		brief := func(code string, rate float64) {
			name := fmt.Sprintf(`r{instance="p%d",job="batch",code="%s"}`, from, code)
			samples := every(interval, from, from+105, func(t int64) float64 { return math.Floor(rate * float64(t+interval-from)) })
			series[name] = append(samples, sample{from + 120, gone})
			if from > daily {
				total += samples[len(samples)-1].value
			}
			if from > daily && code == "500" {
				bad += samples[len(samples)-1].value
			}
		}
		brief("200", 2)
		brief("500", 0.2)
	}
	f := newFeed(t, series, func(s sample) int64 { return s.seconds })
	f.arrive(after(8 * daily))
	l := ledger.New(f, compile(t, ratio(`r{code="500"}`, "r")), ledger.Options{Now: f.now})
	from, to := after(daily), after(8*daily)
	mustFill(t, l, from, to)
	for range 10 {
		if err := l.Maintain(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if others {
		total += 0.7 * float64(daily)
	}
	got := mustFill(t, l, from, to).Groups[0].Curve.Reading(from, to)
	if math.Abs(relative(got.Bad, bad)) > 0.001 || math.Abs(relative(got.Total, total)) > 0.001 {
		t.Errorf("%v of %v events, want %v of %v", got.Bad, got.Total, bad, total)
	}
}
