package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/changes"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/review"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// reviewCommand writes reviews of misses to be filled in.
type reviewCommand struct {
	measuring
	Since model.Duration `help:"How far back misses are looked for, such as 90d; by default two windows." placeholder:"DURATION"`
	At    string         `help:"Time of the search, such as 2026-03-01T00:00:00Z; now by default." placeholder:"RFC3339"`
	By    string         `help:"Label of the events, such as route, whose values contributed to a miss." placeholder:"LABEL"`
	Out   string         `help:"Folder to write a file for each miss to; printed by default." placeholder:"FOLDER"`
}

// Help returns the long help of review.
func (reviewCommand) Help() string {
	return `A document of the kind Review is written for each missed window, and each overspend of a rolling
one, that has none. What is known of the miss is in comments: what burned the budget, which alerts
would fire, what burned at the same time among the services that the promise depends on, and the
changes before it. The questions are yours to answer; validate tells what is missing. Existing
files are never replaced.

Exit status: 0 success, 1 a definition is invalid, an SLO could not be computed, or a review is
about a time that was kept, 2 wrong usage.

Examples:

  promise review --prometheus http://localhost:9090 --definitions slos/ --out slos/reviews/
  promise review --prometheus http://localhost:9090 --definitions slos/ --slo checkout --since 180d`
}

func (c *reviewCommand) run(ctx context.Context, sys system) error {
	at, err := answerTime(c.At, sys)
	if err != nil {
		return err
	}
	if c.By != "" {
		if err := promql.CheckLabel(c.By); err != nil {
			return fmt.Errorf("--by: %w", err)
		}
	}
	client, selected, err := c.open(ctx, sys)
	if err != nil {
		return err
	}
	r := reviewer{client: client, at: at, since: time.Duration(c.Since), by: c.By, all: selected.all}
	found := forEach(sys, selected.slos, func(s slo.SLO, report func(done, all int)) []reviewResult { return r.one(ctx, s, report) })
	if err := ctx.Err(); err != nil {
		return err
	}
	return c.finish(sys, found, len(selected.refusals))
}

// reviewResult contains what was found about an entry.
type reviewResult struct {
	written []definition.Written
	// complaints are about what could not be computed, and about reviews.
	complaints []string
}

// reviewer finds misses.
type reviewer struct {
	client *upstream.Client
	at     time.Time
	since  time.Duration
	// by is the label whose values contributed, empty for none.
	by string
	// all contains the SLOs among which dependencies are looked for.
	all []slo.SLO
}

// from returns from when on misses of a window are looked for.
func (r reviewer) from(w slo.Window) time.Time {
	if r.since > 0 {
		return r.at.Add(-r.since)
	}
	return review.AlertSince(w, r.at)
}

// one returns what was found about the entries of an SLO.
func (r reviewer) one(ctx context.Context, s slo.SLO, report func(done, all int)) []reviewResult {
	from := r.from(s.Window)
	store := ledger.NewStore(r.client, ledger.Options{Now: func() time.Time { return r.at }, Progress: report})
	entries := store.Entries(ctx, []slo.SLO{s}, promql.Scope{}, func(t budget.Terms) (time.Time, time.Time) { return review.Reach(t, from, r.at), r.at })
	living, _ := budget.SplitEnded(entries, r.at)
	var all []reviewResult
	for _, u := range review.UnfoundedOf(entries, from, r.at, budget.Options{}) {
		all = append(all, reviewResult{complaints: []string{u.String()}})
	}
	for _, e := range living {
		var found reviewResult
		if e.Err != nil {
			found.complaints = append(found.complaints, s.ID()+": "+oneLine(e.Err))
		}
		for _, m := range review.Of(e, from, r.at, budget.Options{}) {
			if m.Review == nil {
				found.written = append(found.written, definition.Written{Name: m.Name(), Content: []byte(m.Document(r.facts(ctx, store, m)))})
			}
		}
		all = append(all, found)
	}
	return all
}

// facts returns what is known of a miss.
func (r reviewer) facts(ctx context.Context, store *ledger.Store, m review.Miss) review.Facts {
	var gaps []string
	span := func(t budget.Terms) (from, to time.Time) { return t.ReachSince(m.From, m.To), m.To }
	dependencies := store.Entries(ctx, m.DependenciesOf(r.all), promql.Scope{}, span)
	for _, e := range dependencies {
		if e.Err != nil {
			gaps = append(gaps, fmt.Sprintf("It is not known what burned of %s (%s).", e.SLO.ID(), e.Err))
		}
	}
	sources := review.Sources{Dependencies: dependencies}
	if expr := review.ChangesQuery(m.Entry); expr != "" {
		sources.Changes = changes.Read(ctx, r.client, expr, m.From.Add(-review.Suspicion), m.To)
	}
	if err := sources.Changes.Err; err != nil {
		gaps = append(gaps, fmt.Sprintf("It is not known what changed (%s).", err))
	}
	var err error
	if sources.Parts, err = r.parts(ctx, store, m); err != nil {
		gaps = append(gaps, fmt.Sprintf("It is not known who contributed (%s).", err))
	}
	f := m.Facts(sources, budget.Options{})
	f.Gaps = gaps
	return f
}

// parts returns the account of a miss by what contributes to it, none unless they are
// asked for.
func (r reviewer) parts(ctx context.Context, store *ledger.Store, m review.Miss) (map[string]budget.Account, error) {
	if r.by == "" {
		return nil, nil
	}
	s, err := promql.Split(m.Entry.SLO, m.Entry.Objective, promql.Scope{}, r.by)
	if err != nil {
		return nil, err
	}
	parts := map[string]budget.Account{}
	for _, e := range store.Entries(ctx, []slo.SLO{s}, promql.Scope{}, func(budget.Terms) (from, to time.Time) { return m.From, m.To }) {
		if e.Err != nil {
			return nil, e.Err
		}
		if labels.Equal(e.Labels.MatchLabels(false, r.by), m.Entry.Labels) {
			parts[fmt.Sprintf("%s=%q", r.by, e.Labels.Get(r.by))] = e.Account
		}
	}
	return parts, nil
}

// finish writes the documents, and returns how the command ends.
func (c *reviewCommand) finish(sys system, found []reviewResult, refused int) error {
	var written []definition.Written
	complaints := 0
	names := map[string]bool{}
	for _, f := range found {
		for _, w := range f.written {
			if !names[w.Name] { // groups of an SLO that missed the same window share a review
				written = append(written, w)
			}
			names[w.Name] = true
		}
		for _, text := range f.complaints {
			fmt.Fprintln(sys.stderr, "promise: "+text)
			complaints++
		}
	}
	slices.SortFunc(written, func(a, b definition.Written) int { return strings.Compare(a.Name, b.Name) })
	if err := c.write(sys, written); err != nil {
		return &exit{exitFailed, err.Error()}
	}
	if complaints+refused > 0 {
		return &exit{code: exitFailed}
	}
	return nil
}

// write writes the documents that are not there yet, and says how many misses have no
// review.
func (c *reviewCommand) write(sys system, written []definition.Written) error {
	what := "misses without a review"
	if len(written) == 1 {
		what = "miss without a review"
	}
	fmt.Fprintf(sys.stderr, "%d %s\n", len(written), what)
	if c.Out == "" {
		return printDocuments(sys.stdout, written)
	}
	missing := slices.DeleteFunc(written, func(w definition.Written) bool {
		_, err := os.Lstat(fileName(c.Out, w))
		if err == nil {
			fmt.Fprintf(sys.stderr, "%s is there already; it is a review once validate finds nothing missing\n", fileName(c.Out, w))
		}
		return err == nil
	})
	return writeFiles(c.Out, missing)
}
