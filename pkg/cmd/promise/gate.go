package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/gate"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
)

// The exit codes of gate, beside those of all commands.
const (
	exitClosed  = 3
	exitUnknown = 4
)

// gateCommand tells whether an action is allowed.
type gateCommand struct {
	measuring
	Action    string `required:"" help:"The action, such as deploy, as a policy blocks it." placeholder:"NAME"`
	OnUnknown string `help:"What an unknown state counts as: open or closed; by default the exit status is 4." enum:",open,closed" default:"" placeholder:"STATE"`
	At        string `help:"Time of the answer, such as 2026-03-01T00:00:00Z; now by default." placeholder:"RFC3339"`
	Format    string `help:"Output format: text or json." enum:"text,json" default:"text"`
}

// Help returns the long help of gate.
func (gateCommand) Help() string {
	return `The gate is closed while the policy of any selected SLO blocks the action, unless an override is in
force. It is unknown while data is missing, if a definition is invalid, and if no policy blocks the
action, so that a wrong name does not let anything through.

Exit status: 0 open, 1 failure, 2 wrong usage, 3 closed, 4 unknown.

Examples:

  promise gate --prometheus http://localhost:9090 --definitions slos/ --slo checkout --action deploy
  promise gate --prometheus http://localhost:9090 --definitions slos/ --action migration \
      --selector '{service="shop"}' --on-unknown closed --format json`
}

func (g *gateCommand) run(ctx context.Context, sys system) error {
	at, err := answerTime(g.At, sys)
	if err != nil {
		return err
	}
	client, selected, err := g.open(ctx, sys)
	if err != nil {
		return err
	}
	answer := g.ask(ctx, client, selected, at)
	if err := ctx.Err(); err != nil {
		return err
	}
	return g.finish(sys, answer)
}

// ask returns the answer by the accounts of the selected SLOs.
func (g *gateCommand) ask(ctx context.Context, q ledger.Querier, selected selection, at time.Time) gate.Answer {
	question := gate.Question{Action: g.Action, Now: at, SLOs: selected.slos}
	for _, r := range selected.refusals {
		question.Refused = append(question.Refused, r)
	}
	store := ledger.NewStore(q, ledger.Options{Now: func() time.Time { return at }})
	entries := store.Entries(ctx, gate.WithGates(selected.slos, g.Action), promql.Scope{}, question.Span())
	deciding, _ := budget.SplitGates(entries, at)
	return question.Answer(slices.Values(deciding))
}

// finish prints the answer, and returns how the command ends.
func (g *gateCommand) finish(sys system, a gate.Answer) error {
	var err error
	if g.Format == "json" {
		err = encodeJSON(sys.stdout, a)
	} else {
		_, err = fmt.Fprintf(sys.stdout, "%s is %s: %s\n", g.Action, gateWords[a.State], a.Why)
	}
	if err != nil {
		return &exit{exitFailed, err.Error()}
	}
	state := a.State
	if state == budget.GateUnknown && g.OnUnknown != "" {
		state = budget.GateState(g.OnUnknown)
	}
	switch state {
	case budget.GateClosed:
		return &exit{code: exitClosed}
	case budget.GateUnknown:
		return &exit{code: exitUnknown}
	case budget.GateOpen:
	}
	return nil
}

// gateWords says what a state means for an action.
var gateWords = map[budget.GateState]string{
	budget.GateOpen: "allowed", budget.GateClosed: "blocked", budget.GateUnknown: "neither known to be allowed nor blocked",
}
