package ledger

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
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

const (
	// forgetAfter is how long the store keeps a ledger that nobody asks for.
	forgetAfter = 6 * time.Hour
	// maxObjectives is how many objectives are filled at a time; the requests
	// to the server have a limit of their own.
	maxObjectives = 16
)

// Store keeps the ledgers of many SLOs: one for each plan and way of slicing,
// shared by all objectives and callers that need it. It may be used by many at
// the same time.
type Store struct {
	q    Querier
	opts Options

	mu      sync.Mutex
	ledgers map[string]*stored
}

// stored is a ledger with when it was last asked for.
type stored struct {
	ledger *Ledger
	used   time.Time
}

// NewStore returns a store without ledgers, which asks nothing yet. Method and
// Slices of the options are not used: those of the SLOs are. What the server has
// recorded is asked for all ledgers at once, unless the options have Records
// that others share.
func NewStore(q Querier, opts Options) *Store {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Records == nil {
		opts.Records = NewRecords(q, opts.Now)
	}
	return &Store{q: q, opts: opts, ledgers: map[string]*stored{}}
}

// Entries fills the accounts of all objectives of the SLOs over the span, and
// returns them in the order of the SLOs, their objectives and their label sets.
// An SLO that fails has an entry with its error and does not hinder the others.
func (s *Store) Entries(ctx context.Context, slos []slo.SLO, scope promql.Scope, span budget.Span) []budget.Entry {
	var asked []budget.Entry
	for _, one := range slos {
		for _, o := range one.Objectives {
			asked = append(asked, budget.Entry{SLO: one, Objective: o})
		}
	}
	answers := make([][]budget.Entry, len(asked))
	var g errgroup.Group
	g.SetLimit(maxObjectives)
	for i, entry := range asked {
		g.Go(func() error {
			answers[i] = s.entries(ctx, entry, scope, span)
			return nil
		})
	}
	_ = g.Wait()
	return slices.Concat(answers...)
}

// entries returns the entry of an objective once for each of its label sets.
func (s *Store) entries(ctx context.Context, entry budget.Entry, scope promql.Scope, span budget.Span) []budget.Entry {
	l, err := s.ledger(entry.SLO, entry.Objective, scope)
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

// Recorded returns how many of the SLOs are read from recorded series, all of
// their objectives.
func (s *Store) Recorded(ctx context.Context, slos []slo.SLO) (n int) {
	for _, one := range slos {
		if !slices.ContainsFunc(one.Objectives, func(o slo.Objective) bool {
			plan, err := promql.PlanOf(one, o, promql.Scope{})
			return err != nil || s.opts.Records.Series(ctx, plan.Fingerprint()) == 0
		}) {
			n++
		}
	}
	return n
}

// ledger returns the objective's ledger, a new one if there is none yet.
func (s *Store) ledger(one slo.SLO, o slo.Objective, scope promql.Scope) (*Ledger, error) {
	plan, err := promql.PlanOf(one, o, scope)
	if err != nil {
		return nil, err
	}
	key := storeKey(plan, one.Method, o.Slices)
	now := s.opts.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget(now)
	found, ok := s.ledgers[key]
	if !ok {
		opts := s.opts
		opts.Method, opts.Slices = one.Method, o.Slices
		found = &stored{ledger: New(s.q, plan, opts)}
		s.ledgers[key] = found
	}
	found.used = now
	return found.ledger, nil
}

// forget drops the ledgers that nobody asks for.
func (s *Store) forget(now time.Time) {
	maps.DeleteFunc(s.ledgers, func(_ string, l *stored) bool { return now.Sub(l.used) > forgetAfter })
}

// storeKey returns the same key for what can share a ledger.
func storeKey(plan *promql.Plan, method slo.Method, rule *slo.Slices) string {
	key := []string{plan.Identity(), method.String()}
	if rule != nil {
		key = append(key, fmt.Sprintf("%+v", *rule))
	}
	return strings.Join(key, "\n")
}
