package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/targets"
	"github.com/promise-slo/promise-slo-datasource/pkg/targets/drift"
)

// runDrift compares definitions with those before a change.
func (c *targetsCommand) runDrift(ctx context.Context, sys system, o targets.Options) error {
	changes, problems, err := c.changes(ctx, sys)
	if err != nil {
		return err
	}
	printErrors(sys, problems)
	effects, err := c.effects(ctx, sys, changes, o)
	if err != nil {
		return err
	}
	return c.finishDrift(sys, effects, problems)
}

// changes returns what differs between the definitions, and the problems of the new
// ones. Those of the old ones may be what the change is about.
func (c *targetsCommand) changes(ctx context.Context, sys system) ([]catalog.Change, []definition.Problem, error) {
	selector, err := c.selector()
	if err != nil {
		return nil, nil, err
	}
	after, report, err := c.load(ctx, sys, c.Definitions)
	if err != nil {
		return nil, nil, err
	}
	before, earlier, err := c.load(ctx, sys, c.Against)
	if hasNoDefinitions(err) {
		return catalog.Compare(nil, after.Select(selector)), report.Problems, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("--against: %w", err)
	}
	if n := catalog.Count(earlier.Problems, definition.Error); n > 0 {
		fmt.Fprintf(sys.stderr, "promise: %s in the definitions before the change, whose SLOs are not compared\n", human.Count(n, "error"))
	}
	return catalog.Compare(before.Select(selector), after.Select(selector)), report.Problems, nil
}

// hasNoDefinitions reports whether there is a folder and nothing in it, as before the
// first SLO.
func hasNoDefinitions(err error) bool {
	_, isSource := errors.AsType[*catalog.SourceError](err)
	_, isPath := errors.AsType[*fs.PathError](err)
	return isSource && !isPath
}

// notAsked says why there are no numbers.
const notAsked = "no server was asked, so that nothing is known of budgets: give its address with --prometheus or $" + urlVariable

// effects returns the changes with their numbers, or without any if no server is
// given.
func (c *targetsCommand) effects(ctx context.Context, sys system, changes []catalog.Change, o targets.Options) ([]drift.Effect, error) {
	if !c.hasAddress(sys.env) {
		if c.Format == "json" {
			fmt.Fprintln(sys.stderr, "promise: "+notAsked)
		}
		effects := make([]drift.Effect, len(changes))
		for i, change := range changes {
			effects[i] = drift.Effect{Change: change}
		}
		return effects, nil
	}
	client, err := c.client(sys.env)
	if err != nil {
		return nil, err
	}
	s := newStores(client, o)
	effects := forEach(sys, changes, func(change catalog.Change, report func(done, all int)) []drift.Effect {
		store := s.open(report)
		return []drift.Effect{{Change: change, Before: s.numbers(ctx, store, change.Before), After: s.numbers(ctx, store, change.After)}}
	})
	return effects, ctx.Err()
}

// numbers returns the numbers of an objective, nil for none.
func (s stores) numbers(ctx context.Context, store *ledger.Store, d *catalog.Defined) *drift.Numbers {
	if d == nil {
		return nil
	}
	entries, _ := budget.SplitEnded(s.entries(ctx, store, d.SLO.Only(d.Objective)), s.options.Now)
	return drift.NumbersOf(entries, s.options)
}

// finishDrift prints the effects, and returns how the command ends.
func (c *targetsCommand) finishDrift(sys system, effects []drift.Effect, problems []definition.Problem) error {
	write := map[string]func(system, []drift.Effect) error{
		"text": writeEffects, "markdown": writeEffectsMarkdown, "json": writeEffectsJSON,
	}[c.Format]
	if err := write(sys, effects); err != nil {
		return &exit{exitFailed, err.Error()}
	}
	failed, stops := 0, false
	for _, e := range effects {
		if e.Err() != nil {
			failed++
		}
		stops = stops || e.Exhausts() || e.Blinds()
	}
	if err := failure(failed, len(effects), problems); err != nil || !stops {
		return err
	}
	return &exit{code: exitExhausts}
}
