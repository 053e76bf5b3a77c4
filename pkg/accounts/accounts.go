// Package accounts keeps the ledgers of many SLOs: one for each indicator and
// way of grouping, shared by all objectives and callers that need it.
package accounts

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"golang.org/x/sync/errgroup"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

const (
	// idle is after how long a ledger that nobody asked for is forgotten.
	idle = 6 * time.Hour
	// together is how many SLOs are worked on at a time; the requests to the
	// server have a limit of their own.
	together = 16
)

// Accounts keeps ledgers. It may be used by many at the same time.
type Accounts struct {
	q    ledger.Querier
	opts ledger.Options

	mu      sync.Mutex
	ledgers map[string]*kept
}

type kept struct {
	ledger *ledger.Ledger
	used   time.Time
}

// New keeps no ledgers yet. Method and Slices of the options are not used. What
// the server has recorded is asked for all ledgers at once, unless the options
// have Records that others share.
func New(q ledger.Querier, opts ledger.Options) *Accounts {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Records == nil {
		opts.Records = ledger.NewRecords(q, opts.Now)
	}
	return &Accounts{q: q, opts: opts, ledgers: map[string]*kept{}}
}

// Of gives the accounts of all objectives of the SLOs, filled over the span, in
// the order of the SLOs, their objectives and their label sets. An SLO that
// fails has an entry with its error and does not hinder the others.
func (a *Accounts) Of(ctx context.Context, slos []slo.SLO, scope promql.Scope, span budget.Span) []budget.Entry {
	type question struct {
		slo       slo.SLO
		objective slo.Objective
	}
	var questions []question
	for _, s := range slos {
		for _, o := range s.Objectives {
			questions = append(questions, question{s, o})
		}
	}
	answers := make([][]budget.Entry, len(questions))
	var g errgroup.Group
	g.SetLimit(together)
	for i, q := range questions {
		g.Go(func() error {
			answers[i] = a.objective(ctx, q.slo, q.objective, scope, span)
			return nil
		})
	}
	_ = g.Wait()
	return slices.Concat(answers...)
}

func (a *Accounts) objective(ctx context.Context, s slo.SLO, o slo.Objective, scope promql.Scope, span budget.Span) []budget.Entry {
	entry := budget.Entry{SLO: s, Objective: o}
	l, err := a.ledger(s, o, scope)
	if err != nil {
		entry.Err = err
		return []budget.Entry{entry}
	}
	from, to := span(entry.Terms())
	snapshot, err := l.Fill(ctx, from, to)
	if snapshot == nil {
		entry.Err = err
		return []budget.Entry{entry}
	}
	entry.AsOf, entry.Notices, entry.Err = snapshot.AsOf, snapshot.Notices, err
	var entries []budget.Entry
	for _, g := range snapshot.Groups {
		entry.Labels, entry.Account = g.Labels, g.Curve
		entries = append(entries, entry)
	}
	slices.SortFunc(entries, func(x, y budget.Entry) int { return labels.Compare(x.Labels, y.Labels) })
	return entries
}

// Recorded is how many of the SLOs are read from recorded series, all of their
// objectives.
func (a *Accounts) Recorded(ctx context.Context, slos []slo.SLO) (n int) {
	for _, s := range slos {
		if !slices.ContainsFunc(s.Objectives, func(o slo.Objective) bool {
			plan, err := promql.PlanOf(s, o, promql.Scope{})
			return err != nil || a.opts.Records.Series(ctx, plan.Fingerprint()) == 0
		}) {
			n++
		}
	}
	return n
}

func (a *Accounts) ledger(s slo.SLO, o slo.Objective, scope promql.Scope) (*ledger.Ledger, error) {
	plan, err := promql.PlanOf(s, o, scope)
	if err != nil {
		return nil, err
	}
	key := identity(plan, s.Method, o.Slices)
	now := a.opts.Now()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.forget(now)
	k, ok := a.ledgers[key]
	if !ok {
		opts := a.opts
		opts.Method, opts.Slices = s.Method, o.Slices
		k = &kept{ledger: ledger.New(a.q, plan, opts)}
		a.ledgers[key] = k
	}
	k.used = now
	return k.ledger, nil
}

func (a *Accounts) forget(now time.Time) {
	maps.DeleteFunc(a.ledgers, func(_ string, k *kept) bool { return now.Sub(k.used) > idle })
}

// identity is the same for what can share a ledger.
func identity(plan *promql.Plan, method slo.Method, rule *slo.Slices) string {
	key := []string{plan.Identity(), method.String()}
	if rule != nil {
		key = append(key, fmt.Sprintf("%+v", *rule))
	}
	return strings.Join(key, "\n")
}
