package main

import (
	"context"
	"fmt"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/targets"
)

// runStudies compares targets.
func (c *targetsCommand) runStudies(ctx context.Context, sys system, o targets.Options) error {
	client, selected, err := c.open(ctx, sys)
	if err != nil {
		return err
	}
	s := studier{q: client, options: o}
	studies := s.all(ctx, sys, selected.slos)
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, r := range selected.refusedResults() {
		studies = append(studies, targets.Study{Entry: budget.Entry{SLO: r.SLO, Err: r.err}})
	}
	return c.finishStudies(sys, studies, selected.problems)
}

// finishStudies prints the studies, and returns how the command ends.
func (c *targetsCommand) finishStudies(sys system, studies []targets.Study, problems []definition.Problem) error {
	write := map[string]func(system, []targets.Study) error{
		"text": writeStudies, "markdown": writeStudiesMarkdown, "json": writeStudiesJSON,
	}[c.Format]
	if err := write(sys, studies); err != nil {
		return &exit{exitFailed, err.Error()}
	}
	failed := 0
	for _, s := range studies {
		if s.Err != nil {
			failed++
		}
	}
	return failure(failed, len(studies), problems)
}

// studier compares the targets of SLOs.
type studier struct {
	q       ledger.Querier
	options targets.Options
}

// all returns the studies of the SLOs, in their order. It gives up when the context
// ends.
func (s studier) all(ctx context.Context, sys system, slos []slo.SLO) []targets.Study {
	stores := newStores(s.q, s.options)
	return forEach(sys, slos, func(one slo.SLO, report func(done, all int)) []targets.Study {
		entries, ended := budget.SplitEnded(stores.entries(ctx, stores.open(report), one), s.options.Now)
		var studies []targets.Study
		for _, e := range entries {
			if text := budget.EndedNotice(ended); text != "" {
				e.Notices = append(e.Notices[:len(e.Notices):len(e.Notices)], text)
			}
			studies = append(studies, targets.Of(e, s.options))
		}
		return studies
	})
}

// stores opens ledgers for the history that targets are compared over.
type stores struct {
	q       ledger.Querier
	options targets.Options
	records *ledger.Records
}

func newStores(q ledger.Querier, o targets.Options) stores {
	s := stores{q: q, options: o}
	s.records = ledger.NewRecords(q, s.options.Clock())
	return s
}

// open returns a store for what is worked on together.
func (s stores) open(report func(done, all int)) *ledger.Store {
	return ledger.NewStore(s.q, ledger.Options{Now: s.options.Clock(), Records: s.records, Progress: report})
}

// entries returns the accounts of an SLO.
func (s stores) entries(ctx context.Context, store *ledger.Store, one slo.SLO) []budget.Entry {
	return store.Entries(ctx, []slo.SLO{one}, promql.Scope{}, s.options.Span())
}

// studyName names what a study is about.
func studyName(s targets.Study) string {
	name := s.SLO.ID()
	if len(s.SLO.Objectives) > 1 {
		name += " / " + s.Objective.Name
	}
	if !s.Labels.IsEmpty() {
		name += fmt.Sprintf(" %s", s.Labels)
	}
	return name
}
