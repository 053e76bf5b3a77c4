package ledger_test

import (
	"math"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
)

// A ledger that is kept warm knows for hours when within a step an incident
// ended, to a scrape and a cell; it forgets it in the end, but no event of it.
func TestRecentStepsStayExact(t *testing.T) {
	const ends = 10*hour + 130 // within a step
	e := newEngine(t)
	e.write(t, epoch, map[string][]sample{
		`r{instance="0",job="j",code="200"}`: every(15, 0, 30*hour, line(0, 0, 1)),
		`r{instance="0",job="j",code="500"}`: every(15, 0, 30*hour, func(t int64) float64 { return float64(min(max(t-9*hour, 0), ends-9*hour)) }),
	})
	c := &clock{after(8 * hour)}
	l := ledger.New(e, compile(t, errorsOfRequests), ledger.Options{Now: c.now})
	var curve budget.Account
	warm := func(until int64) {
		for ; !c.at.After(after(until)); c.at = c.at.Add(time.Minute) {
			curve = mustFill(t, l, after(hour), c.at).Groups[0].Curve
		}
	}
	left := func() float64 { return curve.Reading(after(ends-60), after(11*hour)).Bad }

	for _, hours := range []int64{11, 14, 17} {
		warm(hours * hour)
		if got := left(); math.Abs(got-60) > 15 {
			t.Errorf("after %d hours %v bad events are left of the last minute, want 60", hours, got)
		}
	}
	warm(29 * hour)
	if got, even := left(), 130*(300.-70)/300; math.Abs(got-even) > 1 {
		t.Errorf("in the end %v bad events are left, want the even %v", got, even)
	}
	if got, want := curve.Reading(after(hour), after(29*hour)).Bad, float64(ends-9*hour); math.Abs(got-want) > 1e-6 {
		t.Errorf("%v bad events, want %v", got, want)
	}
}
