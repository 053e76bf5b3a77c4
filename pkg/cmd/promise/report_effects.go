package main

import (
	"fmt"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/cmd/promise/board"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/targets"
	"github.com/promise-slo/promise-slo-datasource/pkg/targets/drift"
)

// effectColumns contains the columns of the table of changes: each cell has what was
// and what would be.
var effectColumns = []board.Column{
	{Title: "SLO"},
	{Title: "Change"},
	{Title: "Target"},
	{Title: "Window"},
	{Title: "Budget left now"},
	{Title: "Kept"},
	{Title: "Pages"},
	{Title: "Tickets"},
}

const noChange = "No SLO has changed."

// writeEffects prints the changes as text for people.
func writeEffects(sys system, effects []drift.Effect) error {
	plain := func(s string) string { return s }
	return writeTableOfEffects(sys, effects, "", plain, board.Table)
}

// writeEffectsMarkdown prints the changes as Markdown, for a comment on a change.
func writeEffectsMarkdown(sys system, effects []drift.Effect) error {
	return writeTableOfEffects(sys, effects, "- ", board.Code, board.Markdown)
}

// writeTableOfEffects prints the changes as a table, and below it a line for each
// sentence.
func writeTableOfEffects(sys system, effects []drift.Effect, bullet string, name func(string) string, table func([]board.Column, [][]string) string) error {
	if len(effects) == 0 {
		_, err := fmt.Fprintln(sys.stdout, noChange)
		return err
	}
	var rows [][]string
	var lines string
	asked := false
	for _, e := range effects {
		rows = append(rows, effectCells(e, name(e.ID())))
		for _, s := range effectSentences(e) {
			lines += bullet + name(e.ID()) + ": " + s + "\n"
		}
		asked = asked || e.Before != nil || e.After != nil
	}
	if !asked {
		lines += bullet + human.Sentence(notAsked) + "\n"
	}
	if lines != "" {
		lines = "\n" + lines
	}
	_, err := fmt.Fprintf(sys.stdout, "%s\n%s", table(effectColumns, rows), lines)
	return err
}

func effectCells(e drift.Effect, name string) []string {
	return []string{
		name, changeText(e.Change),
		both(e.Change, func(d *catalog.Defined) string { return human.Target(d.Objective.Target) }),
		both(e.Change, func(d *catalog.Defined) string { return d.SLO.Window.String() }),
		bothNumbers(e, func(n *drift.Numbers, _ *catalog.Defined) string { return formatLeft(n.Remaining) }),
		bothNumbers(e, func(n *drift.Numbers, d *catalog.Defined) string {
			return formatKept(n.Kept, n.Missed, targets.Unit(d.SLO.Window))
		}),
		bothNumbers(e, func(n *drift.Numbers, _ *catalog.Defined) string { return formatAlertCount(n.Pages) }),
		bothNumbers(e, func(n *drift.Numbers, _ *catalog.Defined) string { return formatAlertCount(n.Tickets) }),
	}
}

// changeText names what differs.
func changeText(c catalog.Change) string {
	switch {
	case c.Before == nil:
		return "new"
	case c.After == nil:
		return "removed"
	}
	var parts []string
	for _, part := range []struct {
		differs bool
		name    string
	}{{c.Target, "target"}, {c.Window, "window"}, {c.Events, "events"}, {c.Alerts, "alerts"}} {
		if part.differs {
			parts = append(parts, part.name)
		}
	}
	return strings.Join(parts, ", ")
}

// both returns what a definition has before and after a change.
func both(c catalog.Change, text func(*catalog.Defined) string) string {
	switch {
	case c.Before == nil:
		return text(c.After)
	case c.After == nil:
		return text(c.Before)
	}
	return arrow(text(c.Before), text(c.After))
}

// bothNumbers returns a number before and after a change.
func bothNumbers(e drift.Effect, text func(*drift.Numbers, *catalog.Defined) string) string {
	switch {
	case e.Before == nil && e.After == nil:
		return human.Missing
	case e.Before == nil:
		return text(e.After, e.Change.After)
	case e.After == nil:
		return text(e.Before, e.Change.Before)
	}
	return arrow(text(e.Before, e.Change.Before), text(e.After, e.Change.After))
}

func arrow(before, after string) string {
	if before == after {
		return before
	}
	return before + " → " + after
}

func formatLeft(v budget.Value) string { return valueOf(v, human.RemainingBudget) }

// formatAlertCount returns how many alerts there were, and how long they lasted.
func formatAlertCount(a *drift.Alerts) string {
	switch {
	case a == nil:
		return human.Missing
	case a.Count == 0:
		return "0"
	}
	return fmt.Sprintf("%d (%s)", a.Count, human.Duration(a.Time))
}

// effectSentences returns what a reviewer must know of a change.
func effectSentences(e drift.Effect) []string {
	var all []string
	switch left := func() string { return formatLeft(e.After.Remaining) }; {
	case e.Exhausts() && e.Before == nil:
		all = append(all, fmt.Sprintf("The present window would have no budget left (%s).", left()))
	case e.Exhausts():
		all = append(all, fmt.Sprintf("The change takes the budget of the present window: %s would be left, where %s is now.", left(), formatLeft(e.Before.Remaining)))
	case e.Blinds():
		all = append(all, "The change makes the budget unknown: no events of the present window are found.")
	}
	if d := e.Change.After; d != nil {
		if promised, drifted := d.SLO.PromiseOf(d.Objective).Drift(d.Objective); drifted {
			all = append(all, fmt.Sprintf("The target is %s, but %s was promised: add the new one to the history of the Promise.",
				human.Target(d.Objective.Target), human.Target(promised)))
		}
	}
	for _, n := range []*drift.Numbers{e.Before, e.After} {
		if n != nil && n.Groups > 1 {
			all = append(all, fmt.Sprintf("Of its %d groups, the one with the least budget is shown; windows and alerts are those of all.", n.Groups))
			break
		}
	}
	if err := e.Err(); err != nil {
		all = append(all, "Not computed: "+oneLine(err))
	}
	return all
}

// effectRow contains a change as scripts read it. Its keys are a contract.
type effectRow struct {
	SLO       string   `json:"slo"`
	Objective string   `json:"objective"`
	Kind      string   `json:"kind"`
	Changed   []string `json:"changed"`
	// Before is null for what is new, After for what is removed.
	Before   *sideRow `json:"before"`
	After    *sideRow `json:"after"`
	Exhausts *bool    `json:"exhausts"`
	Notices  []string `json:"notices"`
}

// sideRow describes an objective under one definition. Without an answer of a server
// the numbers are null.
type sideRow struct {
	Target    float64      `json:"target"`
	Window    string       `json:"window"`
	Unit      string       `json:"unit"`
	Remaining budget.Value `json:"remaining"`
	Exhausted *bool        `json:"exhausted"`
	Kept      *int         `json:"kept"`
	Missed    *int         `json:"missed"`
	Unknown   *int         `json:"unknown"`
	Pages     *alertsRow   `json:"pages"`
	Tickets   *alertsRow   `json:"tickets"`
	Error     *string      `json:"error"`
}

// alertsRow counts alerts, and for how long they would have fired.
type alertsRow struct {
	Count   int     `json:"count"`
	Seconds float64 `json:"seconds"`
}

func newAlertsRow(a *drift.Alerts) *alertsRow {
	if a == nil {
		return nil
	}
	return &alertsRow{Count: a.Count, Seconds: a.Time.Seconds()}
}

func writeEffectsJSON(sys system, effects []drift.Effect) error {
	rows := make([]effectRow, len(effects))
	for i, e := range effects {
		rows[i] = newEffectRow(e)
	}
	return encodeJSON(sys.stdout, rows)
}

func newEffectRow(e drift.Effect) effectRow {
	r := effectRow{Kind: changeText(e.Change), Changed: []string{}, Notices: append([]string{}, effectSentences(e)...)}
	if e.Change.Before != nil && e.Change.After != nil {
		r.Kind, r.Changed = "changed", strings.Split(changeText(e.Change), ", ")
	}
	for _, d := range []*catalog.Defined{e.Change.Before, e.Change.After} {
		if d != nil {
			r.SLO, r.Objective = d.SLO.ID(), d.Objective.Name
		}
	}
	r.Before, r.After = newSideRow(e.Change.Before, e.Before), newSideRow(e.Change.After, e.After)
	if e.After != nil && e.After.Remaining.OK() {
		r.Exhausts = new(e.Exhausts())
	}
	return r
}

func newSideRow(d *catalog.Defined, n *drift.Numbers) *sideRow {
	if d == nil {
		return nil
	}
	r := &sideRow{Target: d.Objective.Target, Window: d.SLO.Window.String(), Unit: targets.Unit(d.SLO.Window)}
	if n == nil {
		return r
	}
	if n.Err != nil {
		r.Error = new(n.Err.Error())
	}
	r.Remaining, r.Pages, r.Tickets = n.Remaining, newAlertsRow(n.Pages), newAlertsRow(n.Tickets)
	if n.Remaining.OK() {
		r.Exhausted = new(n.LacksBudget())
	}
	if n.Kept+n.Missed+n.Unknown > 0 {
		r.Kept, r.Missed, r.Unknown = &n.Kept, &n.Missed, &n.Unknown
	}
	return r
}
