// Package drift says what a change of definitions does to error budgets, before it
// is merged: what is left of the present window under the old definition and under
// the new one, and what both would have meant in the past.
package drift

import (
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/targets"
)

// Effect pairs a change with the numbers under both definitions. They are nil where
// the objective is not, or no server was asked.
type Effect struct {
	catalog.Change
	Before, After *Numbers
}

// Numbers describes an objective under one definition.
type Numbers struct {
	// Remaining is the share of the budget of the present window that is left, of the
	// group with the least.
	Remaining budget.Value
	// Windows or days of the history, of all groups: see budget.Record.
	Kept, Missed, Unknown int
	// Pages and Tickets would have fired for all groups; nil if they are turned off or
	// there is no history.
	Pages, Tickets *Alerts
	// Groups counts the accounts of the objective.
	Groups int
	// Err says why there are no numbers, or why they are not up to date.
	Err error
}

// Alerts counts those that would have fired, and for how long in all.
type Alerts struct {
	Count int
	Time  time.Duration
}

// NumbersOf returns the numbers of the accounts of one objective.
func NumbersOf(entries []budget.Entry, o targets.Options) *Numbers {
	n := &Numbers{Groups: len(entries)}
	for _, e := range entries {
		if e.Err != nil {
			n.Err = e.Err
		}
		if e.Account != nil {
			n.add(e, o)
		}
	}
	return n
}

// add adds the numbers of an account.
func (n *Numbers) add(e budget.Entry, o targets.Options) {
	now := e.At(o.Now, o.Budget)
	if left, ok := now.Budget().Remaining.Get(); ok && left < n.Remaining.Or(left+1) {
		n.Remaining = budget.Some(left)
	}
	replay := now.Replay(o.Since(e.SLO.Window))
	record := replay.Record(e.Objective.Target)
	n.Kept, n.Missed, n.Unknown = n.Kept+record.Kept, n.Missed+record.Missed, n.Unknown+record.Unknown
	if from, to := replay.Span(); !from.Before(to) {
		return
	}
	for severity, alerts := range map[slo.Severity]**Alerts{slo.Page: &n.Pages, slo.Ticket: &n.Tickets} {
		if e.SLO.Alerting.Of(severity).Disabled {
			continue
		}
		if *alerts == nil {
			*alerts = &Alerts{}
		}
		(*alerts).add(replay.Firings(e.Objective.Target, severity))
	}
}

func (a *Alerts) add(fired []budget.Firing) {
	a.Count += len(fired)
	for _, f := range fired {
		a.Time += f.To.Sub(f.From)
	}
}

// LacksBudget reports whether nothing is left of the present window's budget.
func (n *Numbers) LacksBudget() bool {
	if n == nil {
		return false
	}
	left, ok := n.Remaining.Get()
	return ok && left <= 0
}

// Exhausts reports whether the change takes what is left of the present window's
// budget: nothing is left under the new definition, and under the old one something
// was, or there was none.
func (e Effect) Exhausts() bool { return e.After.LacksBudget() && !e.Before.LacksBudget() }

// Blinds reports whether the change makes unknown what is known of the present window's
// budget, as a query does that finds nothing.
func (e Effect) Blinds() bool {
	return e.Before.isKnown() && e.After != nil && e.After.Err == nil && !e.After.isKnown()
}

// isKnown reports whether it is known what is left of the present window's budget.
func (n *Numbers) isKnown() bool { return n != nil && n.Remaining.OK() }

// Err returns why numbers are missing or not up to date, nil if none are.
func (e Effect) Err() error {
	for _, n := range []*Numbers{e.Before, e.After} {
		if n != nil && n.Err != nil {
			return n.Err
		}
	}
	return nil
}
