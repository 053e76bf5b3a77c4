package budget

import (
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Replay goes through the history of an account once, and says what it would have
// meant for any target. Nothing in it depends on the target of the terms. A Replay
// is for one goroutine.
type Replay struct {
	e *Evaluation
	k *knots
	// First data of the account, and start of the history that counts. Windows and
	// lookbacks that end in it reach back before it.
	since, from time.Time

	past    memo[[]PastWindow]
	signals memo[[]stepSignal]
	next    memo[Reading]
}

// Replay returns the replay of the account's steps since from, or since its first
// data. Calendar windows are replayed from their start. Terms.ReplayReach says how far
// back the account should go.
func (e *Evaluation) Replay(from time.Time) *Replay {
	first, ok := firstData(e.account)
	if !ok || !inRange(from) || !from.Before(e.fresh) {
		return &Replay{e: e, k: newKnots(nothing{}, e.fresh, e.fresh), from: e.fresh}
	}
	reach := e.terms.ReplayReach(from)
	if e.terms.Window.Calendar {
		from = reach
	}
	filled, _ := e.account.Span()
	return &Replay{e: e, k: newKnots(e.account, later(filled, reach), e.fresh), since: first, from: earlier(later(first, from), e.fresh)}
}

// Span returns the history that was replayed; both times are the same if there is
// none.
func (r *Replay) Span() (from, to time.Time) { return r.from, later(r.from, r.e.fresh) }

// stepSignal contains what an alert condition showed at a step. Steps of which
// nothing was bad have none.
type stepSignal struct {
	at        int32
	condition slo.BurnCondition
	signal
}

// Firing describes an alert from when it fired to when it resolved.
type Firing struct {
	Severity slo.Severity
	// From the first step at which a condition held to the first one at which none
	// did, or to the end of the history.
	From, To time.Time
	// Start of the short lookback of the condition that fired first: what burned the
	// budget came after it.
	Since time.Time
}

// Firings returns the alerts of a severity that would have fired at a target, in
// order. Conditions are evaluated at each step, as AlertValue does; where it has no
// value the alert stays as it was, as Grafana leaves it.
func (r *Replay) Firings(target float64, s slo.Severity) []Firing {
	var all []Firing
	var open *Firing
	last := -1
	resolve := func(at int) {
		if open != nil {
			open.To = r.k.time(at)
			all, open = append(all, *open), nil
		}
	}
	signals := r.stepSignals()
	for i := 0; i < len(signals); {
		at := int(signals[i].at)
		if at > last+1 {
			resolve(last + 1)
		}
		end := i
		for end < len(signals) && int(signals[end].at) == at {
			end++
		}
		switch cause, decided := decide(signals[i:end], target, s); {
		case cause != nil && open == nil:
			t := r.k.time(at)
			open = &Firing{Severity: s, From: t, Since: t.Add(-cause.Short)}
		case cause == nil && decided:
			resolve(at)
		}
		i, last = end, at
	}
	if last < len(r.k.at)-1 {
		resolve(last + 1)
	}
	resolve(len(r.k.at) - 1)
	return all
}

// decide returns the condition of a severity that holds at a step, nil if none does,
// and whether it is known that none does.
func decide(signals []stepSignal, target float64, s slo.Severity) (holds *slo.BurnCondition, decided bool) {
	decided = true
	for i, one := range signals {
		if one.condition.Severity != s {
			continue
		}
		v, undecided := one.evaluate(one.condition, target)
		if v.v > 1 {
			return &signals[i].condition, true
		}
		decided = decided && !undecided
	}
	return nil, decided
}

// stepSignals returns the signals of all steps, in order.
func (r *Replay) stepSignals() []stepSignal {
	return r.signals.get(func() []stepSignal {
		var all []stepSignal
		c := conditionsOverTime{terms: r.e.terms}
		for i := r.indexAfter(r.from.Add(1)); i < len(r.k.at); i++ {
			all = r.appendSignals(all, i, c.at(r.k.time(i)))
		}
		return all
	})
}

// appendSignals adds those of one step. A severity none of whose conditions has a
// value at any target is undecided.
func (r *Replay) appendSignals(all []stepSignal, i int, conditions []slo.BurnCondition) []stepSignal {
	t := r.k.time(i)
	contradictory := !r.k.clean && r.isContradictory(t)
	var hasValue, hasSignal, idles severities
	for _, c := range conditions {
		s := r.signal(c, t, contradictory)
		switch {
		case s.kind == unknown || s.ratio > 0 && s.bad >= c.MinBadEvents:
			hasSignal.add(c.Severity)
			all = append(all, stepSignal{int32(i), c, s})
		case s.kind == idle:
			idles.add(c.Severity)
		default:
			hasValue.add(c.Severity)
		}
	}
	for _, severity := range idles {
		if !hasValue.has(severity) && !hasSignal.has(severity) {
			all = append(all, stepSignal{int32(i), slo.BurnCondition{Severity: severity}, signal{kind: unknown}})
		}
	}
	return all
}

// severities holds each of a few once.
type severities []slo.Severity

func (s *severities) add(one slo.Severity) {
	if !s.has(one) {
		*s = append(*s, one)
	}
}

func (s severities) has(one slo.Severity) bool { return slices.Contains(s, one) }

// signal returns what the lookbacks of a condition show at a time.
func (r *Replay) signal(c slo.BurnCondition, t time.Time, contradictory bool) signal {
	from := t.Add(-c.Long)
	if contradictory && contradictsAtAll(r.k, from, t) {
		return signal{kind: unknown}
	}
	return newSignal(read(r.k, from, t), read(r.k, t.Add(-c.Short), t))
}

// isContradictory reports whether the counts of the window in force at a time are
// impossible.
func (r *Replay) isContradictory(t time.Time) bool {
	start, _ := r.e.terms.Window.At(t)
	return read(r.k, start, t).impossible != consistent
}

// conditionsOverTime returns the alert conditions in force at times in order. It
// makes them anew when the length of the window changes.
type conditionsOverTime struct {
	terms Terms
	until time.Time
	known map[time.Duration][]slo.BurnCondition
	last  []slo.BurnCondition
}

func (c *conditionsOverTime) at(t time.Time) []slo.BurnCondition {
	if c.known != nil && (c.terms.rollsEvenly() || !t.After(c.until)) {
		return c.last
	}
	start, end := c.terms.Window.At(t)
	if c.terms.Window.Calendar {
		c.until = end
	}
	if c.known == nil {
		c.known = map[time.Duration][]slo.BurnCondition{}
	}
	length := end.Sub(start)
	if _, ok := c.known[length]; !ok {
		c.known[length] = c.terms.AlertConditions(t)
	}
	c.last = c.known[length]
	return c.last
}
