package budget

import (
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// gateReplay goes through an account and follows the rules of a policy: what a
// moment shows is in force a lag later. All times of rules and spans are those at
// which something is in force.
type gateReplay struct {
	*gateReader
	lag   time.Duration
	rules []*gateRule
	// since is the end of the first step with data, zero if none has.
	since time.Time
	// actions that the rules block at times, in order.
	actions []string
	spans   map[string][]GateSpan
	// end of the replay.
	to time.Time
	// What is known of the budget at the end, and as of when; missing if that is not
	// known, or if no moment of the calendar window is in force.
	remaining Value
	asOf      time.Time
}

// gateRule follows one consequence of a policy.
type gateRule struct {
	slo.Consequence
	state GateState
	// opensBy tells when the gate opens even if nothing of the budget comes back.
	opensBy time.Time
}

// replayGates returns the replay of the entry's policy that is needed to know the
// gates in [from, to].
func (e Entry) replayGates(from, to time.Time) *gateReplay {
	promise := e.SLO.PromiseOf(e.Objective)
	account, terms := e.Account, e.Terms()
	if !terms.applyAt(from) || !terms.applyAt(to) {
		account = nil
	}
	r := &gateReplay{gateReader: newGateReader(account, terms), actions: promise.BlockableActions(), spans: map[string][]GateSpan{}, to: to}
	r.lag, r.since = gateLag(r.account), r.account.Since()
	if len(r.actions) == 0 {
		return r
	}
	for _, c := range promise.Policy {
		if len(c.Blocks) > 0 {
			r.rules = append(r.rules, &gateRule{Consequence: c, state: GateOpen})
		}
	}
	start := from
	if r.terms.applyAt(from) {
		start = r.terms.gateStart(from)
	}
	r.run(start)
	return r
}

// run follows the rules from start to the end of the replay.
func (r *gateReplay) run(start time.Time) {
	r.record(start)
	if r.account == (nothing{}) {
		r.show(start, Value{})
	}
	_, last := r.account.Span()
	known := earlier(floor(r.to.Add(-r.lag), stepOf(r.account)), last)
	if known.After(start) {
		r.eachMoment(start, known, r.decide)
	}
	silence := later(start, last.Add(r.lag+maxDataAge(r.account)))
	if silence.Before(r.to) {
		r.releaseUntil(silence)
		r.show(silence, Value{})
	} else if known.After(start) {
		r.asOf = known
		r.remaining, _ = r.remainingAt(known)
	}
	r.releaseUntil(r.to)
	for action, spans := range r.spans {
		spans[len(spans)-1].To = later(r.to, spans[len(spans)-1].From)
		r.spans[action] = spans
	}
}

// eachMoment yields the moments of (from, to] at which the policy is evaluated: those
// of the pace, and those between them. Which they are does not depend on from.
func (r *gateReplay) eachMoment(from, to time.Time, yield func(time.Time)) {
	pace := r.terms.gatePace(stepOf(r.account))
	for p := floor(from, pace); !p.After(to); p = p.Add(pace) {
		if p.After(from) {
			yield(p)
		}
		r.eachMomentBetween(p, p.Add(pace), to, func(at time.Time) {
			if at.After(from) {
				yield(at)
			}
		})
	}
}

// eachMomentBetween yields the moments between two of the pace, as far as the account
// is known: those by which another hundredth of the budget was consumed, and all in
// which it burned while the budget is not known.
func (r *gateReplay) eachMomentBetween(p, next, known time.Time, yield func(time.Time)) {
	const share = 0.01
	if next.Before(r.since) {
		return // nothing burned
	}
	var total Value
	asked, limit := false, share
	r.eachFastStep(p, earlier(next, known), func(at time.Time) {
		if !at.Before(next) {
			return
		}
		if !asked {
			_, total = r.remainingAt(p)
			asked = true
		}
		consumed := quotient(read(r.account, p, at).Bad, total.v)
		if consumed.ok && consumed.v < limit {
			return
		}
		limit = max(limit, consumed.v) + share
		yield(at)
	})
}

// eachFastStep yields the ends of the whole steps in (from, to] in which the budget
// burned faster than it lasts.
func (r *gateReplay) eachFastStep(from, to time.Time, yield func(time.Time)) {
	const rounding = 1 + 1e-6 // of differences of large sums
	ratio := rounding * r.terms.allowance()
	step := stepOf(r.account)
	if s, ok := r.account.(Stepper); ok {
		s.EachStep(from, to, ratio, func(_, end time.Time, _ Reading) {
			if floor(end, step).Equal(end) {
				yield(end)
			}
		})
		return
	}
	for end := from.Add(step); !end.After(to); end = end.Add(step) {
		if reading := read(r.account, end.Add(-step), end); reading.Bad > ratio*reading.Total {
			yield(end)
		}
	}
}

// decide evaluates the policy at a moment, which is in force a lag later, unless the
// calendar window is over by then.
func (r *gateReplay) decide(at time.Time) {
	inForce := at.Add(r.lag)
	r.releaseUntil(inForce)
	if at.Before(r.since) && r.knowsNothing() {
		return
	}
	if _, end := r.windowAt(at); r.isSettled() || r.terms.Window.Calendar && inForce.After(end) {
		return
	}
	remaining, _ := r.remainingAt(at)
	r.show(inForce, remaining)
}

// knowsNothing reports whether no rule has a state, as before the first data.
func (r *gateReplay) knowsNothing() bool {
	return !slices.ContainsFunc(r.rules, func(rule *gateRule) bool { return rule.state != GateUnknown })
}

// isSettled reports whether nothing can change before the calendar window ends.
func (r *gateReplay) isSettled() bool {
	return r.terms.Window.Calendar && !slices.ContainsFunc(r.rules, func(rule *gateRule) bool {
		return rule.state != GateClosed || !rule.Until.Window
	})
}

// show has the rules see what remains of the budget, in force from a time on.
func (r *gateReplay) show(inForce time.Time, remaining Value) {
	for _, rule := range r.rules {
		rule.see(inForce, remaining, r)
	}
	r.record(inForce)
}

// see changes the state of the rule by what remains of the budget. A gate that is
// closed opens on evidence alone.
func (g *gateRule) see(inForce time.Time, remaining Value, r *gateReplay) {
	v, known := remaining.Get()
	switch {
	case known && g.Applies(v):
		g.state = GateClosed
		g.opensBy = r.opensBy(inForce)
	case g.state == GateClosed && (!known || !g.Ends(v)):
	case !known:
		g.state = GateUnknown
	default:
		g.state = GateOpen
	}
}

// opensBy returns when a gate that a rule closes at a time opens at the latest.
func (r *gateReplay) opensBy(inForce time.Time) time.Time {
	if !r.terms.Window.Calendar {
		return r.terms.Window.Period.Add(inForce.UTC(), 1)
	}
	_, end := r.windowAt(inForce)
	return end
}

// releaseUntil ends what is to end before a time, in order: the gate opens, unless it
// is not known what remains.
func (r *gateReplay) releaseUntil(t time.Time) {
	for {
		var first *gateRule
		for _, rule := range r.rules {
			if rule.state == GateClosed && rule.opensBy.Before(t) && (first == nil || rule.opensBy.Before(first.opensBy)) {
				first = rule
			}
		}
		if first == nil {
			return
		}
		first.state = GateOpen
		if remaining, _ := r.remainingAt(floor(first.opensBy.Add(-r.lag), stepOf(r.account))); !remaining.ok {
			first.state = GateUnknown
		}
		r.record(first.opensBy)
	}
}

// record notes the states of all actions from a time on.
func (r *gateReplay) record(t time.Time) {
	for _, action := range r.actions {
		spans := r.spans[action]
		if n := len(spans); n > 0 {
			spans[n-1].To = t
			if !spans[n-1].From.Before(t) {
				spans = spans[:n-1]
			}
		}
		r.spans[action] = appendSpan(spans, GateSpan{From: t, To: t, State: r.stateOf(action)})
	}
}

// withoutSilence has what is not known after the account's last data block nothing.
func (r *gateReplay) withoutSilence() *gateReplay {
	first, filled := r.account.Span()
	last := lastData(r.account, first, earlier(filled, r.to))
	for action, spans := range r.spans {
		var all []GateSpan
		for _, span := range spans {
			if span.State == GateUnknown && span.To.After(last) {
				silent := span
				silent.From, silent.State = later(span.From, last), GateOpen
				if span.To = silent.From; span.From.Before(span.To) {
					all = appendSpan(all, span)
				}
				span = silent
			}
			all = appendSpan(all, span)
		}
		r.spans[action] = all
	}
	return r
}

// stateOf returns the state of an action: closed if any rule blocks it, and open only
// if all are known not to.
func (r *gateReplay) stateOf(action string) GateState {
	state := GateOpen
	for _, rule := range r.rules {
		switch {
		case !slices.Contains(rule.Blocks, action):
		case rule.state == GateClosed:
			return GateClosed
		case rule.state == GateUnknown:
			state = GateUnknown
		}
	}
	return state
}

// gate returns the gate of an action at the end of the replay.
func (r *gateReplay) gate(action string) Gate {
	spans := r.spans[action]
	g := Gate{Action: action, Rule: r.stateOf(action), Remaining: r.remaining, AsOf: r.asOf}
	if len(spans) > 1 {
		since := spans[len(spans)-1].From
		g.Since = &since
	}
	for _, rule := range r.rules {
		if rule.state != GateClosed || !slices.Contains(rule.Blocks, action) {
			continue
		}
		if g.Consequence == nil || rule.RemainingBelow < g.Consequence.RemainingBelow {
			g.Consequence = &rule.Consequence
		}
		if g.OpensBy == nil || rule.opensBy.After(*g.OpensBy) {
			opensBy := rule.opensBy
			g.OpensBy = &opensBy
		}
	}
	return g
}
