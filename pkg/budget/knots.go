package budget

import "time"

// knots implements Account in memory: it holds what had accumulated by the end of
// each step of another. Those who walk a long history read it many times as fast.
type knots struct {
	first, last time.Time
	step        time.Duration
	since       time.Time
	at          []knot // one more than there are steps
	// counted reports whether events differ from the counts, as those of time slices
	// do.
	counted bool
	// clean reports that the counts of no step contradict each other.
	clean bool
}

// knot holds what had accumulated by a moment. Covered and provisional time is
// counted in steps.
type knot struct {
	bad, total, covered, provisional float64
	badEvents, events                float64
}

// newKnots returns the whole steps of an account between two times.
func newKnots(a Account, from, to time.Time) *knots {
	step := stepOf(a)
	k := &knots{first: floor(from, step), last: floor(to, step), step: step, since: a.Since(), clean: true}
	n := max(0, int(k.last.Sub(k.first)/step))
	k.last = k.first.Add(time.Duration(n) * step)
	k.at = make([]knot, n+1)
	i := n
	EachBack(a, k.last, step, n, func(r Reading) {
		k.at[i] = knot{bad: r.Bad, total: r.Total, covered: r.Coverage, provisional: r.Provisional}
		i--
	})
	k.addEvents(a)
	k.addUp()
	return k
}

func (k *knots) addEvents(a Account) {
	c, ok := a.(EventCounter)
	if !ok {
		return
	}
	for i := range k.at[1:] {
		from := k.time(i)
		if k.at[i+1].badEvents, k.at[i+1].events, k.counted = c.Events(from, from.Add(k.step)); !k.counted {
			return
		}
	}
}

// addUp turns the counts of steps into cumulative ones. A step whose counts are not
// numbers has no data.
func (k *knots) addUp() {
	for i := 1; i < len(k.at); i++ {
		s, before := k.at[i], k.at[i-1]
		if !Some(s.bad + s.total + s.covered + s.provisional).ok {
			s = knot{provisional: Some(s.provisional).Or(0)}
		}
		if !Some(s.badEvents + s.events).ok {
			s.badEvents, s.events = 0, 0
		}
		k.clean = k.clean && s.bad >= 0 && s.bad <= s.total && s.badEvents >= 0 && s.badEvents <= s.events
		k.at[i] = knot{
			before.bad + s.bad, before.total + s.total, before.covered + s.covered, before.provisional + s.provisional,
			before.badEvents + s.badEvents, before.events + s.events,
		}
	}
}

// time returns when the i-th knot is.
func (k *knots) time(i int) time.Time { return k.first.Add(time.Duration(i) * k.step) }

// Step implements Account.
func (k *knots) Step() time.Duration { return k.step }

// Span implements Account.
func (k *knots) Span() (first, last time.Time) { return k.first, k.last }

// Since implements Account.
func (k *knots) Since() time.Time { return k.since }

// Reading implements Account.
func (k *knots) Reading(from, to time.Time) Reading {
	d, steps := k.between(from, to)
	return d.reading(steps)
}

// reading returns a difference over so many steps.
func (d knot) reading(steps float64) Reading {
	return Reading{Bad: d.bad, Total: d.total, Coverage: min(1, d.covered/steps), Provisional: min(1, d.provisional/steps)}
}

// Events implements EventCounter.
func (k *knots) Events(from, to time.Time) (bad, total float64, ok bool) {
	if !k.counted {
		return 0, 0, false
	}
	d, _ := k.between(from, to)
	return d.badEvents, d.events, true
}

// EachStep implements Stepper.
func (k *knots) EachStep(from, to time.Time, ratio float64, yield func(from, to time.Time, r Reading)) {
	for from.Before(to) {
		end := earlier(to, floor(from, k.step).Add(k.step))
		if d, steps := k.between(from, end); d.bad > ratio*d.total {
			yield(from, end, d.reading(steps))
		}
		from = end
	}
}

// EachBack implements Stepper.
func (k *knots) EachBack(to time.Time, length time.Duration, n int, yield func(Reading)) {
	readBack(k, to, length, n, yield)
}

// between returns what accumulated in (from, to], and how many steps that are.
func (k *knots) between(from, to time.Time) (d knot, steps float64) {
	if !from.Before(to) {
		return knot{}, 1
	}
	a, b := k.by(from), k.by(to)
	return knot{
		b.bad - a.bad, b.total - a.total, b.covered - a.covered, b.provisional - a.provisional,
		b.badEvents - a.badEvents, b.events - a.events,
	}, float64(to.Sub(from)) / float64(k.step)
}

// by returns what had accumulated by a time, linear between knots.
func (k *knots) by(t time.Time) knot {
	off := t.Sub(k.first)
	i := int(off / k.step)
	switch {
	case off <= 0:
		return k.at[0]
	case i >= len(k.at)-1:
		return k.at[len(k.at)-1]
	case off%k.step == 0:
		return k.at[i]
	}
	return k.at[i].towards(k.at[i+1], float64(off%k.step)/float64(k.step))
}

// towards returns the part of the way to the next knot.
func (d knot) towards(next knot, part float64) knot {
	return knot{
		d.bad + part*(next.bad-d.bad), d.total + part*(next.total-d.total),
		d.covered + part*(next.covered-d.covered), d.provisional + part*(next.provisional-d.provisional),
		d.badEvents + part*(next.badEvents-d.badEvents), d.events + part*(next.events-d.events),
	}
}
