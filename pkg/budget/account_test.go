package budget_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

const day = 24 * time.Hour

// t0 is a Monday.
var t0 = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// shape builds test accounts of 5-minute steps: 100 events each, none bad,
// until something is changed.
type shape struct {
	first      time.Time
	bad, total []float64
	covered    []bool
}

func account(first time.Time, length time.Duration) *shape {
	n := int(length / budget.DefaultStep)
	s := &shape{first: first, bad: make([]float64, n), total: make([]float64, n), covered: make([]bool, n)}
	for i := range n {
		s.total[i], s.covered[i] = 100, true
	}
	return s
}

// each changes the steps in [from, from+length).
func (s *shape) each(from time.Time, length time.Duration, change func(i int)) *shape {
	i := int(from.Sub(s.first) / budget.DefaultStep)
	for j := i; j < i+int(length/budget.DefaultStep); j++ {
		change(j)
	}
	return s
}

func (s *shape) errors(from time.Time, length time.Duration, bad float64) *shape {
	return s.each(from, length, func(i int) { s.bad[i] = bad })
}

func (s *shape) traffic(from time.Time, length time.Duration, total float64) *shape {
	return s.each(from, length, func(i int) { s.total[i] = total })
}

func (s *shape) gap(from time.Time, length time.Duration) *shape {
	return s.each(from, length, func(i int) { s.bad[i], s.total[i], s.covered[i] = 0, 0, false })
}

// gapped is a copy with a gap.
func (s *shape) gapped(from time.Time, length time.Duration) *shape {
	c := &shape{first: s.first, bad: slices.Clone(s.bad), total: slices.Clone(s.total), covered: slices.Clone(s.covered)}
	return c.gap(from, length)
}

func (s *shape) curve() *budgettest.Curve {
	return budgettest.NewCurve(s.first, budget.DefaultStep, s.bad, s.total, s.covered)
}

func rolling(count int, unit slo.Unit) slo.Window {
	return slo.Window{Period: slo.Period{Count: count, Unit: unit}}
}

func calendar(count int, unit slo.Unit, anchor time.Time) slo.Window {
	return slo.Window{Period: slo.Period{Count: count, Unit: unit}, Calendar: true, Anchor: anchor}
}

func near(t *testing.T, what string, got budget.Value, want float64) {
	t.Helper()
	if v, ok := got.Get(); !ok || math.Abs(v-want) > 1e-9*max(1, math.Abs(want)) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func missing(t *testing.T, what string, got budget.Value) {
	t.Helper()
	if got.OK() {
		t.Errorf("%s = %v, want null", what, got)
	}
}

func sameTime(t *testing.T, what string, got *time.Time, want time.Time) {
	t.Helper()
	if got == nil {
		t.Errorf("%s = nil, want %v", what, want)
		return
	}
	if d := got.Sub(want).Abs(); d > time.Second {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func evaluate(a budget.Account, t budget.Terms, now time.Time, o budget.Options) budget.Status {
	return budget.At(a, t, now, o).Status()
}

func lastKnot(c *budgettest.Curve) time.Time {
	_, last := c.Span()
	return last
}
