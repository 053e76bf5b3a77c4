package main

import (
	"context"
	"io"
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/badge"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
)

// badgeCommand draws a badge.
type badgeCommand struct {
	measuring
	Show  string `help:"What it shows: budget, the state and what is left of the budget, or streak, how many windows were kept in a row." enum:"budget,streak" default:"budget"`
	Label string `help:"What it is about; by default the title of the SLO." placeholder:"TEXT"`
	At    string `help:"Time of the badge, such as 2026-03-01T00:00:00Z; now by default." placeholder:"RFC3339"`
}

// Help returns the long help of badge.
func (badgeCommand) Help() string {
	return `The image is written to standard output. Of several SLOs, objectives or groups, it is about the one
that does worst; if one of them is not known, so is the badge.

Exit status: 0 success, 1 a definition is invalid or an SLO could not be computed, which the badge
then shows as not known, 2 wrong usage.

Examples:

  promise badge --prometheus http://localhost:9090 --definitions slos/ --slo checkout > checkout.svg
  promise badge --prometheus http://localhost:9090 --definitions slos/ --slo checkout --show streak`
}

func (c *badgeCommand) run(ctx context.Context, sys system) error {
	at, err := answerTime(c.At, sys)
	if err != nil {
		return err
	}
	client, selected, err := c.open(ctx, sys)
	if err != nil {
		return err
	}
	q := badge.Question{Label: c.Label, Show: badge.Shown(c.Show), Now: at, Refused: len(selected.refusals) > 0}
	store := ledger.NewStore(client, ledger.Options{Now: func() time.Time { return at }})
	entries, _ := budget.SplitEnded(store.Entries(ctx, selected.slos, promql.Scope{}, q.Span()), at)
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := io.WriteString(sys.stdout, q.Of(slices.Values(entries)).SVG()); err != nil {
		return &exit{exitFailed, err.Error()}
	}
	return finishReport(sys, entries, len(selected.refusals))
}
