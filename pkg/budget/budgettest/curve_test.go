package budgettest_test

import (
	"math"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
)

var t0 = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

func TestCurveReading(t *testing.T) {
	c := budgettest.NewCurve(t0, time.Hour, []float64{1, 0, 4}, []float64{10, 20, 40}, []bool{false, true, true})
	at := func(h float64) time.Time { return t0.Add(time.Duration(h * float64(time.Hour))) }
	for name, tt := range map[string]struct {
		from, to float64
		want     budget.Reading
	}{
		"one step":          {1, 2, budget.Reading{Bad: 0, Total: 20, Coverage: 1}},
		"all":               {0, 3, budget.Reading{Bad: 5, Total: 70, Coverage: 2. / 3}},
		"half a step":       {2.5, 3, budget.Reading{Bad: 2, Total: 20, Coverage: 1}},
		"across a knot":     {0.5, 1.5, budget.Reading{Bad: 0.5, Total: 15, Coverage: 0.5}},
		"before the first":  {-2, 0, budget.Reading{}},
		"partly before":     {-1, 1, budget.Reading{Bad: 1, Total: 10, Coverage: 0}},
		"beyond the last":   {2, 4, budget.Reading{Bad: 4, Total: 40, Coverage: 0.5}},
		"nothing":           {2, 2, budget.Reading{}},
		"the wrong way":     {2, 1, budget.Reading{}},
		"far before, after": {-1e5, 1e5, budget.Reading{Bad: 5, Total: 70, Coverage: 1e-5}},
	} {
		t.Run(name, func(t *testing.T) {
			got := c.Reading(at(tt.from), at(tt.to))
			if math.Abs(got.Bad-tt.want.Bad)+math.Abs(got.Total-tt.want.Total)+math.Abs(got.Coverage-tt.want.Coverage) > 1e-9 {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
	if got := c.Since(); !got.Equal(at(2)) {
		t.Errorf("since %v, want %v", got, at(2))
	}
	if first, last := c.Span(); !first.Equal(t0) || !last.Equal(at(3)) {
		t.Errorf("span %v, %v", first, last)
	}
}

func TestCurveOfInvalidInput(t *testing.T) {
	invalid := budgettest.NewCurve(t0, time.Minute, []float64{math.NaN(), -1, 2, 1}, []float64{1, 5, math.Inf(1), 3}, nil)
	if got := invalid.Reading(t0, t0.Add(4*time.Minute)); got != (budget.Reading{Bad: 1, Total: 3, Coverage: 0.25}) {
		t.Errorf("only the last step counts, got %+v", got)
	}
	none := budgettest.NewCurve(t0, 0, []float64{1}, []float64{1}, nil)
	if got := none.Reading(t0, t0.Add(time.Hour)); got != (budget.Reading{}) || !none.Since().IsZero() {
		t.Errorf("a curve without step has nothing, got %+v", got)
	}
}

func TestCurveReadsWithoutAllocation(t *testing.T) {
	var a budget.Account = budgettest.NewCurve(t0, 5*time.Minute, make([]float64, 288), make([]float64, 288), nil)
	from, to := t0.Add(7*time.Minute), t0.Add(time.Hour)
	if n := testing.AllocsPerRun(100, func() { a.Reading(from, to) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
