// Package gate answers whether an action is allowed, for pipelines and webhooks:
// what the plugin's resource and the command line share. Whether a gate is closed is
// decided in package budget.
package gate

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Answer says whether an action is allowed.
type Answer struct {
	Action string `json:"action"`
	// State is closed if any of the gates is, and open only if all are.
	State budget.GateState `json:"state"`
	// Why names the gates that decide, and why.
	Why string `json:"why"`
	// The gates of the selected SLOs whose policies block the action, by name.
	Gates []Record `json:"gates"`
}

// Record describes the gate of one SLO.
type Record struct {
	SLO string `json:"slo"`
	// The objective that decides.
	Objective string           `json:"objective"`
	State     budget.GateState `json:"state"`
	// The state by the policy alone, without an override.
	Rule budget.GateState `json:"rule"`
	// Since when the rule has this state; null for longer than what decides.
	Since *time.Time `json:"since"`
	Why   string     `json:"why"`
	// What the policy says that is to be done.
	PolicyAction string `json:"policyAction"`
	// What opens the gate again; empty unless the rule closes it.
	Until string `json:"until"`
	// When the gate opens at the latest, if it does not close again.
	OpensBy *time.Time `json:"opensBy"`
	// The share of the budget that remains, null if it is not known.
	Remaining *float64 `json:"remaining"`
	// Up to when data was taken into account.
	AsOf     *time.Time `json:"asOf"`
	Override *Override  `json:"override"`
}

// Override describes an override that is in force.
type Override struct {
	Name       string    `json:"name"`
	Until      time.Time `json:"until"`
	Reason     string    `json:"reason"`
	ApprovedBy []string  `json:"approvedBy"`
}

// Question asks whether an action is allowed now.
type Question struct {
	Action string
	Now    time.Time
	// SLOs that are selected, and those among them that were refused, so that their
	// policies are not known.
	SLOs    []slo.SLO
	Refused []error
}

// WithGates returns the SLOs whose policies block an action at times; any action if none
// is named.
func WithGates(slos []slo.SLO, action string) []slo.SLO {
	return slices.DeleteFunc(slices.Clone(slos), func(s slo.SLO) bool {
		blocked := s.BlockableActions()
		return len(blocked) == 0 || action != "" && !slices.Contains(blocked, action)
	})
}

// Span returns the span that the accounts of the entries must cover.
func (q Question) Span() budget.Span {
	return func(t budget.Terms) (from, to time.Time) { return t.GateReach(q.Now), q.Now }
}

// Answer returns the answer by the entries of the gated SLOs.
func (q Question) Answer(entries iter.Seq[budget.Entry]) Answer {
	a := Answer{Action: q.Action, State: budget.GateOpen, Gates: []Record{}}
	var decisive []string
	for _, g := range budget.SLOGates(entries, q.Now) {
		if g.Action != q.Action {
			continue
		}
		a.Gates = append(a.Gates, newRecord(g))
		decisive = a.weigh(decisive, g.State, reason(g))
	}
	for _, err := range q.Refused {
		decisive = a.weigh(decisive, budget.GateUnknown, err.Error())
	}
	if len(a.Gates)+len(q.Refused) == 0 {
		decisive = a.weigh(decisive, budget.GateUnknown, q.nothingBlocks())
	}
	a.Why = human.List(decisive, maxReasons)
	return a
}

const maxReasons = 5

// reason says why a gate has its state, and when it opens.
func reason(g budget.Gate) string {
	text := g.Entry.SLO.ID() + ": " + g.Why()
	if opens := g.Outlook(); opens != "" {
		text += "; it opens " + opens
	}
	return text
}

// weigh takes a gate into account, and returns the reasons of the gates that decide.
func (a *Answer) weigh(reasons []string, state budget.GateState, why string) []string {
	if state == a.State {
		return append(reasons, why)
	}
	if a.State == budget.GateClosed || state == budget.GateOpen {
		return reasons
	}
	a.State = state
	return []string{why}
}

// nothingBlocks returns that no policy blocks the action, with the action that was
// probably meant.
func (q Question) nothingBlocks() string {
	var known []string
	for _, s := range q.SLOs {
		known = append(known, s.BlockableActions()...)
	}
	slices.Sort(known)
	known = slices.Compact(known)
	text := fmt.Sprintf("no policy of the selected SLOs blocks %q", q.Action)
	if near := definition.Nearest(q.Action, known); near != "" {
		return text + "; did you mean " + near + "?"
	}
	if len(known) > 0 {
		return text + "; they block " + strings.Join(known, ", ")
	}
	return text + "; write what it blocks in a Promise: policy, blocks"
}

func newRecord(g budget.Gate) Record {
	r := Record{
		SLO: g.Entry.SLO.ID(), Objective: g.Entry.Objective.Name, State: g.State, Rule: g.Rule, Since: g.Since, Why: g.Why(),
		Until: g.Until(), OpensBy: g.OpensBy, Remaining: g.Remaining.Ptr(),
	}
	if g.Consequence != nil {
		r.PolicyAction = g.Consequence.Action
	}
	if !g.AsOf.IsZero() {
		r.AsOf = &g.AsOf
	}
	if o := g.Override; o != nil {
		r.Override = &Override{Name: o.Name, Until: o.To, Reason: o.Reason, ApprovedBy: o.ApprovedBy}
	}
	return r
}
