package budget

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"
)

// gateKey identifies the gate of an SLO and an action.
type gateKey struct{ slo, action string }

// SLOGates returns the gates of SLOs, one for each action that a policy of the SLO
// blocks at times, by name. Of an SLO's objectives and groups the one that keeps the
// gate shut decides: closed if any is closed, and open only if all are.
func SLOGates(entries iter.Seq[Entry], now time.Time) []Gate {
	worst := map[gateKey]Gate{}
	for e := range entries {
		for _, g := range e.Gates(now) {
			key := gateKey{e.SLO.ID(), g.Action}
			if other, known := worst[key]; !known || g.isStricter(other) {
				worst[key] = g
			}
		}
	}
	gates := make([]Gate, 0, len(worst))
	for _, g := range worst {
		gates = append(gates, g)
	}
	slices.SortFunc(gates, func(a, b Gate) int {
		return cmp.Or(strings.Compare(a.Entry.SLO.ID(), b.Entry.SLO.ID()), strings.Compare(a.Action, b.Action))
	})
	return gates
}

// SplitGates splits entries as SplitEnded does, but a group that ended while it kept a
// gate closed still decides: that it is gone does not show that anything is better.
func SplitGates(entries []Entry, now time.Time) (deciding, ended []Entry) {
	deciding, gone := SplitEnded(entries, now)
	for _, e := range gone {
		if slices.ContainsFunc(e.Gates(now), func(g Gate) bool { return g.Rule == GateClosed }) {
			deciding = append(deciding, e)
		} else {
			ended = append(ended, e)
		}
	}
	return deciding, ended
}

// strictness orders states of gates.
var strictness = []GateState{GateOpen, GateUnknown, GateClosed}

// isStricter reports whether a gate counts more than another of the same SLO and
// action. Of two that are closed, the one that has less left counts.
func (g Gate) isStricter(other Gate) bool {
	a, b := slices.Index(strictness, g.Rule), slices.Index(strictness, other.Rule)
	return a > b || a == b && g.Remaining.compare(other.Remaining) < 0
}

// GateHistory contains the states of the gate of an SLO and an action over time.
type GateHistory struct {
	Action string
	Spans  []GateSpan
	// Entry that is one of the SLO's.
	Entry Entry
}

// SLOGateHistories returns the states of the gates of SLOs in (from, to], by name.
// Groups that have ended count as long as they had data, and while they are closed.
func SLOGateHistories(entries, ended iter.Seq[Entry], from, to time.Time) []GateHistory {
	parts, first := map[gateKey][][]GateSpan{}, map[gateKey]Entry{}
	add := func(e Entry, r *gateReplay) {
		for _, action := range r.actions {
			key := gateKey{e.SLO.ID(), action}
			if len(parts[key]) == 0 {
				first[key] = e
			}
			parts[key] = append(parts[key], clipSpans(r.spans[action], from, to))
		}
	}
	for e := range entries {
		add(e, e.replayGates(from, to))
	}
	for e := range ended {
		add(e, e.replayGates(from, to).withoutSilence())
	}
	all := make([]GateHistory, 0, len(parts))
	for key, spans := range parts {
		e := first[key]
		all = append(all, GateHistory{Action: key.action, Spans: withOverrides(strictest(spans), key.action, e.SLO), Entry: e})
	}
	slices.SortFunc(all, func(a, b GateHistory) int {
		return cmp.Or(strings.Compare(a.Entry.SLO.ID(), b.Entry.SLO.ID()), strings.Compare(a.Action, b.Action))
	})
	return all
}

// strictest returns the strictest state at each time. The parts cover the same time.
func strictest(parts [][]GateSpan) []GateSpan {
	merged := parts[0]
	for _, other := range parts[1:] {
		merged = strictestOfTwo(merged, other)
	}
	return merged
}

func strictestOfTwo(a, b []GateSpan) []GateSpan {
	var all []GateSpan
	for i, j := 0, 0; i < len(a) && j < len(b); {
		span := a[i]
		if slices.Index(strictness, b[j].State) > slices.Index(strictness, a[i].State) {
			span = b[j]
		}
		span.From, span.To = later(a[i].From, b[j].From), earlier(a[i].To, b[j].To)
		if span.From.Before(span.To) {
			all = appendSpan(all, span)
		}
		if !a[i].To.After(span.To) {
			i++
		}
		if !b[j].To.After(span.To) {
			j++
		}
	}
	return all
}
