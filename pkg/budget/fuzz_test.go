package budget_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// FuzzEvaluate checks that no input makes a panic or a number that is not one.
func FuzzEvaluate(f *testing.F) {
	f.Add(0.999, 30, byte('d'), false, int64(0), int64(1e9), 10.0, 1000.0, 0, int64(300))
	f.Add(0.9, 1, byte('M'), true, int64(0), int64(1e9), 10.0, 100.0, 1, int64(60))
	f.Add(math.NaN(), 0, byte('x'), true, int64(math.MinInt64), int64(math.MaxInt64), math.Inf(1), -1.0, 2, int64(-5))
	f.Add(1.0, math.MaxInt, byte('Y'), true, int64(-62135596800), int64(1e10), math.MaxFloat64, math.MaxFloat64, 3, int64(math.MaxInt64))
	f.Add(0.5, 1, byte('m'), true, int64(1), int64(1e9), 1e308, 1e308, 1, int64(1))
	f.Fuzz(func(t *testing.T, target float64, count int, unit byte, isCalendar bool, anchor, now int64, bad, total float64, method int, step int64) {
		length := time.Duration(step) * time.Second
		c := budgettest.NewCurve(time.Unix(now, 0).Add(-300*length), length, repeated(bad, 300), repeated(total, 299), nil)
		terms := budget.Terms{
			Target: target,
			Window: slo.Window{Period: slo.Period{Count: count, Unit: slo.Unit(unit)}, Calendar: isCalendar, Anchor: time.Unix(anchor, 0).UTC()},
			Method: slo.Method(method),
			Slices: &slo.Slices{Length: length, Empty: slo.EmptySlice(method)},
		}
		at := time.Unix(now, 0)
		o := budget.Options{RecentErrors: length, Incidents: budget.IncidentOptions{Threshold: bad, MinShare: total, Gap: length}}
		times := []time.Time{{}, at.Add(-length), at, at.Add(length), time.Unix(anchor, 0)}
		for closed := range budget.At(c, terms, at, o).ClosedWindows(nil) {
			encodes(t, closed)
		}
		encodes(t, evaluate(c, terms, at, o))
		encodes(t, budget.At(c, terms, at, o).ClosedConsumption(nil, length))
		encodes(t, budget.At(c, terms, at, o).ConsumedForAlerts())
		if hours, ok := budget.At(c, terms, at, o).HoursToExhaustion(); math.IsNaN(hours) || math.IsInf(hours, -1) || !ok && hours != 0 {
			t.Fatalf("%v hours to exhaustion, %v", hours, ok)
		}
		if age, ok := budget.At(c, terms, at, budget.Options{}).DataAge(); age < 0 || !ok && age != 0 {
			t.Fatalf("data age %v, %v", age, ok)
		}
		encodes(t, budget.At(c, terms, at, o).Project(times[1:4]))
		for _, from := range times {
			r := budget.At(c, terms, at, o).Replay(from)
			encodes(t, r.Outcome(0.99))
			encodes(t, r.HighestKept(0.9))
		}
		encodes(t, budget.At(c, terms, at, o).RemainingSeries(times))
		encodes(t, budget.SLISeries(c, times, length, 2*length))
		encodes(t, budget.BurnRateSeries(c, target, times, length, 2*length))
		encodes(t, budget.ContributorsTo(c, map[string]budget.Account{"": c}, at.Add(-length), at, budget.Some(total), method))
	})
}

func repeated(x float64, n int) []float64 {
	all := make([]float64, n)
	for i := range all {
		all[i] = x
	}
	return all
}

// encodes fails on NaN and infinities, which JSON does not have.
func encodes(t *testing.T, v any) {
	t.Helper()
	if _, err := json.Marshal(v); err != nil {
		t.Fatalf("%+v: %v", v, err)
	}
}
