package ledger

import (
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// Curve holds the account of one label set at the time of a snapshot. It never
// changes. It implements budget.Account.
type Curve struct {
	sealed, tail segment
	// fineSteps maps the start of sealed steps to their finer cells.
	fineSteps map[int64]segment
	// recentFine covers the newest sealed steps in finer cells.
	recentFine segment
	since      int64
	// provisional lists the windows for which answers were partial, in order.
	provisional []window
	// events holds those of the sealed steps before time slices are evaluated, nil
	// without time slices.
	events *segment
	origin Origin
}

// Origin identifies what a curve is the account of, as long as its ledger lives:
// curves of the same origin are the same account at different times.
type Origin struct {
	groups *groups
	group  int
}

// Origin returns what the curve is the account of, the zero Origin without any data.
func (c *Curve) Origin() Origin { return c.origin }

var (
	_ budget.Account = (*Curve)(nil)
	_ budget.Stepper = (*Curve)(nil)

	_ budget.EventCounter = (*Curve)(nil)
)

// Reading implements budget.Account.
func (c *Curve) Reading(from, to time.Time) budget.Reading {
	a, b := from.UnixMilli(), to.UnixMilli()
	if b <= a {
		return budget.Reading{}
	}
	return c.reading(a, b, c.at(b).minus(c.at(a)))
}

// reading returns the reading of a difference over (a, b].
func (c *Curve) reading(a, b int64, d count) budget.Reading {
	return budget.Reading{
		Bad: d.bad, Total: d.total, Coverage: min(1, d.covered/float64(b-a)),
		Provisional: c.provisionalIn(a, b),
	}
}

// provisionalIn returns the share of (a, b] for which answers were partial.
func (c *Curve) provisionalIn(a, b int64) float64 {
	var sum int64
	for _, w := range c.provisional {
		sum += max(0, min(w.last, b)-max(w.first, a))
	}
	return float64(sum) / float64(b-a)
}

// Events implements budget.EventCounter.
func (c *Curve) Events(from, to time.Time) (bad, total float64, ok bool) {
	if c.events == nil {
		return 0, 0, false
	}
	d := c.events.at(to.UnixMilli()).minus(c.events.at(from.UnixMilli()))
	return d.bad, d.total, true
}

// EachBack implements budget.Stepper. It looks each end up once.
func (c *Curve) EachBack(to time.Time, length time.Duration, n int, yield func(budget.Reading)) {
	b := to.UnixMilli()
	after := c.at(b)
	for range n {
		a := b - length.Milliseconds()
		before := c.at(a)
		yield(c.reading(a, b, after.minus(before)))
		b, after = a, before
	}
}

// EachStep implements budget.Stepper. It reads whole sealed steps off their counts.
func (c *Curve) EachStep(from, to time.Time, ratio float64, yield func(from, to time.Time, r budget.Reading)) {
	a, last := from.UnixMilli(), to.UnixMilli()
	before := c.at(a)
	for a < last {
		b := min(floor(a, c.sealed.cellLength)+c.sealed.cellLength, last)
		var after count
		if b-a == c.sealed.cellLength && a >= c.sealed.first && b <= c.sealed.last {
			after = c.sealed.cumulative(int((b - c.sealed.first) / c.sealed.cellLength))
		} else {
			after = c.at(b)
		}
		if d := after.minus(before); d.bad > ratio*d.total {
			yield(at(a), at(b), c.reading(a, b, d))
		}
		a, before = b, after
	}
}

// Step implements budget.Account.
func (c *Curve) Step() time.Duration { return milliseconds(c.sealed.cellLength) }

// Span implements budget.Account.
func (c *Curve) Span() (first, last time.Time) {
	return at(c.sealed.first), at(c.tail.last)
}

// Since implements budget.Account.
func (c *Curve) Since() time.Time {
	if c.since == 0 {
		return time.Time{}
	}
	return at(c.since)
}

func (c *Curve) at(t int64) count {
	if t > c.sealed.last {
		return c.sealed.at(c.sealed.last).plus(c.tail.at(t))
	}
	if start := floor(t, c.sealed.cellLength); start != t {
		if edge, ok := c.fineSteps[start]; ok {
			return c.sealed.at(start).plus(edge.at(t))
		}
		if c.recentFine.covers(start, c.sealed.cellLength) {
			return c.sealed.at(start).plus(c.recentFine.at(t).minus(c.recentFine.at(start)))
		}
	}
	return c.sealed.at(t)
}
