// Package budgettest helps to test what computes error budgets: accounts held in
// memory, and the formulas by which burn conditions detect incidents.
package budgettest

import (
	"math"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// Curve implements budget.Account in memory: cumulative sums with a knot at the
// end of every step, so that a reading costs two look-ups and no allocation. It
// never changes and may be read from many goroutines.
type Curve struct {
	first, last time.Time
	since       time.Time
	step        time.Duration
	knots       []knot // one more than there are steps
}

// knot holds what had accumulated by a moment; covered counts steps.
type knot struct{ bad, total, covered float64 }

// NewCurve returns the account of steps laid end to end from first, which should be
// aligned to the epoch. Step i had bad[i] of total[i] events, and data if
// covered[i]; where covered is nil every step had data. The shortest of the
// slices counts. Numbers that are negative or not finite are no data.
func NewCurve(first time.Time, step time.Duration, bad, total []float64, covered []bool) *Curve {
	n := min(len(bad), len(total))
	if covered != nil {
		n = min(n, len(covered))
	}
	if step <= 0 {
		step, n = 5*time.Minute, 0
	}
	c := &Curve{first: first, last: first.Add(time.Duration(n) * step), step: step, knots: make([]knot, n+1)}
	for i := range n {
		s := knot{bad[i], total[i], 1}
		if !countable(s.bad) || !countable(s.total) {
			s = knot{}
		}
		if covered != nil && !covered[i] {
			s.covered = 0
		}
		c.add(i, s)
	}
	return c
}

// countable reports whether x can be a number of events.
func countable(x float64) bool { return x >= 0 && !math.IsInf(x, 1) }

func (c *Curve) add(i int, s knot) {
	k := c.knots[i]
	c.knots[i+1] = knot{k.bad + s.bad, k.total + s.total, k.covered + s.covered}
	if s.covered > 0 && c.since.IsZero() {
		c.since = c.first.Add(time.Duration(i+1) * c.step)
	}
}

// Step returns the distance of the knots.
func (c *Curve) Step() time.Duration { return c.step }

// Span returns the interval that the steps fill.
func (c *Curve) Span() (first, last time.Time) { return c.first, c.last }

// Since returns the end of the first step that had data, zero if none has.
func (c *Curve) Since() time.Time { return c.since }

// Reading returns what accumulated in (from, to], linear between knots.
func (c *Curve) Reading(from, to time.Time) budget.Reading {
	if !from.Before(to) {
		return budget.Reading{}
	}
	a, b := c.at(from), c.at(to)
	steps := float64(to.Sub(from)) / float64(c.step)
	return budget.Reading{
		Bad:      b.bad - a.bad,
		Total:    b.total - a.total,
		Coverage: min(1, (b.covered-a.covered)/steps),
	}
}

// at returns what had accumulated by t.
func (c *Curve) at(t time.Time) knot {
	off := t.Sub(c.first)
	if off <= 0 {
		return knot{}
	}
	i := int(off / c.step)
	if i >= len(c.knots)-1 {
		return c.knots[len(c.knots)-1]
	}
	k, next := c.knots[i], c.knots[i+1]
	part := float64(off%c.step) / float64(c.step)
	return knot{
		bad:     k.bad + part*(next.bad-k.bad),
		total:   k.total + part*(next.total-k.total),
		covered: k.covered + part*(next.covered-k.covered),
	}
}
