package budget

import (
	"fmt"
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// GateState tells whether a gate lets an action through.
type GateState string

// The states of a gate.
const (
	// GateOpen: the action is allowed.
	GateOpen GateState = "open"
	// GateClosed: the policy blocks the action.
	GateClosed GateState = "closed"
	// GateUnknown: data is missing or provisional, and nothing has closed the gate
	// before.
	GateUnknown GateState = "unknown"
)

// Gate describes whether an action is allowed at a moment. It depends on the
// account, the policy and the moment alone, not on what was asked before.
type Gate struct {
	Action string
	// State that counts: that of Rule, or open by an override.
	State GateState
	// Rule contains the state by the policy alone.
	Rule GateState
	// Since when the rule has this state; nil if that was so when the replay began.
	Since *time.Time
	// Consequence that closes the gate, the strictest if there are several; nil
	// unless Rule is closed.
	Consequence *slo.Consequence
	// OpensBy tells when the gate opens at the latest, if the consequence does not
	// apply again; nil unless Rule is closed.
	OpensBy *time.Time
	// Remaining share of the budget at AsOf, missing if it is not known.
	Remaining Value
	// AsOf tells up to when the account was taken into account.
	AsOf time.Time
	// Override that opens the gate, nil if none is in force.
	Override *slo.Override
	// Entry whose policy it is.
	Entry Entry
}

// GateSpan describes a time in which the state of a gate did not change.
type GateSpan struct {
	From, To time.Time
	State    GateState
	// Override that is in force, nil if there is none.
	Override *slo.Override
}

// Gates returns the gates of the actions that the entry's policy blocks at times, in
// order.
func (e Entry) Gates(now time.Time) []Gate {
	r := e.replayGates(now, now)
	var gates []Gate
	for _, action := range r.actions {
		g := r.gate(action)
		g.Entry = e
		g.State = g.Rule
		if g.Override = e.SLO.OverrideAt(action, now); g.Override != nil {
			g.State = GateOpen
		}
		gates = append(gates, g)
	}
	return gates
}

// GateHistory returns the states of the gate of an action in (from, to], in order.
func (e Entry) GateHistory(action string, from, to time.Time) []GateSpan {
	r := e.replayGates(from, to)
	return withOverrides(clipSpans(r.spans[action], from, to), action, e.SLO)
}

// GateReach returns how far back an account should go so that the gate is known at
// from and later.
func (t Terms) GateReach(from time.Time) time.Time {
	if !t.applyAt(from) {
		return from
	}
	return t.gateReachAt(t.gateStart(from))
}

// gateStart returns from when the policy is replayed to know the gate at a time: the
// start of the calendar window, or a rolling window before.
func (t Terms) gateStart(at time.Time) time.Time {
	start, _ := t.Window.At(at)
	if t.Window.Calendar {
		return start
	}
	// Months differ in length.
	return start.AddDate(0, 0, -4)
}

// gateLag returns by how much the gate is behind: in the steps that are newer,
// samples may still come in.
func gateLag(a Account) time.Duration { return 2 * stepOf(a) }

// gatePace returns the distance of the moments at which the policy is evaluated
// whatever happens: an hour, or less for windows of less than a day.
func (t Terms) gatePace(step time.Duration) time.Duration {
	const perWindow = 24
	length := time.Duration(float64(t.Window.Period.Count) * daysOf(t.Window.Period.Unit) * 24 * float64(time.Hour))
	return step * max(1, min(time.Hour, length/perWindow)/step)
}

// GateMoments returns how often at least the policy of the entry is evaluated to know its
// gates in (from, to].
func (e Entry) GateMoments(from, to time.Time) int {
	if e.Account == nil || !from.Before(to) {
		return 0
	}
	first, last := e.Account.Span()
	known := earlier(to, last).Sub(later(from, first))
	return max(0, int(known/e.Terms().gatePace(stepOf(e.Account))))
}

// maxNames bounds the names in a sentence.
const maxNames = 5

// Why returns a sentence that says why the gate has its state.
func (g Gate) Why() string {
	text := g.ruleText()
	if g.Override != nil {
		text = fmt.Sprintf("Opened by %s until %s: %s. By the policy: %s", human.List(g.Override.ApprovedBy, maxNames), human.Time(g.Override.To), g.Override.Reason, text)
	}
	return text
}

func (g Gate) ruleText() string {
	remaining, known := g.Remaining.Get()
	left := human.Percent(remaining, 1) + " of the budget remains"
	if remaining < 0 {
		left = human.Percent(1-remaining, 1) + " of the budget is consumed"
	}
	switch {
	case g.Rule == GateUnknown && g.Entry.Err != nil:
		return fmt.Sprintf("It is not known how much of the budget remains (%s)", g.Entry.Err)
	case g.Rule == GateUnknown:
		return "It is not known how much of the budget remains"
	case g.Rule == GateOpen && known:
		return left
	case g.Rule == GateOpen:
		return "The window has only just begun"
	case !known:
		return "It is not known how much of the budget remains, so that the gate stays closed"
	default:
		return fmt.Sprintf("%s %s", left, g.limitText(remaining))
	}
}

// limitText returns how the remaining share compares with the limits of the
// consequence.
func (g Gate) limitText(remaining float64) string {
	c := g.Consequence
	switch {
	case remaining >= 0 && c.Applies(remaining) && c.RemainingBelow > 0:
		return "(less than " + human.Percent(c.RemainingBelow, 1) + ")"
	case c.Applies(remaining):
		return "(nothing is left)"
	default:
		return "(it was less than " + human.Percent(c.RemainingBelow, 1) + " before)"
	}
}

// Until returns what opens the gate again, empty unless the policy closes it.
func (g Gate) Until() string {
	if g.Consequence == nil {
		return ""
	}
	return g.Consequence.Until.String()
}

// Outlook returns when a gate opens that the policy closes, as what follows "it opens";
// empty for others.
func (g Gate) Outlook() string {
	switch {
	case g.State != GateClosed || g.Consequence == nil || g.OpensBy == nil:
		return ""
	case g.Consequence.Until.Window:
		return fmt.Sprintf("at %s, unless more burns", human.Time(*g.OpensBy))
	default:
		return fmt.Sprintf("once %s, at %s at the latest unless more burns", g.Until(), human.Time(*g.OpensBy))
	}
}

// clipSpans returns the spans within (from, to].
func clipSpans(spans []GateSpan, from, to time.Time) []GateSpan {
	var all []GateSpan
	for _, s := range spans {
		s.From, s.To = later(s.From, from), earlier(s.To, to)
		if s.From.Before(s.To) {
			all = append(all, s)
		}
	}
	return all
}

// withOverrides splits spans where an override of the action begins or ends, and opens
// the gate while one is in force.
func withOverrides(spans []GateSpan, action string, s slo.SLO) []GateSpan {
	var all []GateSpan
	for _, span := range spans {
		cuts := []time.Time{span.From, span.To}
		for _, o := range s.Overrides {
			if slices.Contains(o.Actions, action) {
				cuts = append(cuts, o.From, o.To)
			}
		}
		slices.SortFunc(cuts, time.Time.Compare)
		for i := range cuts[1:] {
			part := span
			part.From, part.To = later(cuts[i], span.From), earlier(cuts[i+1], span.To)
			if !part.From.Before(part.To) {
				continue
			}
			if part.Override = s.OverrideAt(action, part.From); part.Override != nil {
				part.State = GateOpen
			}
			all = appendSpan(all, part)
		}
	}
	return all
}

// appendSpan adds a span, or prolongs the last one if nothing changes.
func appendSpan(spans []GateSpan, s GateSpan) []GateSpan {
	if n := len(spans); n > 0 && spans[n-1].State == s.State && spans[n-1].Override == s.Override && spans[n-1].To.Equal(s.From) {
		spans[n-1].To = s.To
		return spans
	}
	return append(spans, s)
}
