package budget_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
)

func TestReadingsAdd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawAccount(t, 2*day)
		first, last := c.Span()
		at := rapid.Custom(func(t *rapid.T) time.Time {
			return first.Add(time.Duration(rapid.Int64Range(-int64(time.Hour), int64(last.Sub(first))).Draw(t, "at")))
		})
		a, b, d := at.Draw(t, "a"), at.Draw(t, "b"), at.Draw(t, "c")
		if !a.Before(b) || !b.Before(d) {
			t.Skip()
		}
		x, y, sum := c.Reading(a, b), c.Reading(b, d), c.Reading(a, d)
		if math.Abs(x.Bad+y.Bad-sum.Bad) > 1e-6 || math.Abs(x.Total+y.Total-sum.Total) > 1e-6 {
			t.Fatalf("%+v + %+v != %+v", x, y, sum)
		}
	})
}

// drawAccount draws steps that are quiet, noisy, burning, idle or missing, in
// blocks.
func drawAccount(t *rapid.T, length time.Duration) *budgettest.Curve {
	s := account(t0, length)
	for i := 0; i < len(s.bad); {
		n := rapid.IntRange(1, max(1, len(s.bad)/8)).Draw(t, "block")
		kind := rapid.IntRange(0, 4).Draw(t, "kind")
		total := float64(rapid.IntRange(1, 5000).Draw(t, "total"))
		bad := total * rapid.Float64Range(0, 0.1).Draw(t, "ratio")
		for ; n > 0 && i < len(s.bad); n, i = n-1, i+1 {
			s.total[i] = total
			switch kind {
			case 1:
				s.bad[i] = float64(i % 3)
			case 2:
				s.bad[i] = bad
			case 3:
				s.total[i] = 0
			case 4:
				s.total[i], s.covered[i] = 0, false
			}
			s.bad[i] = min(s.bad[i], s.total[i])
		}
	}
	return s.curve()
}
