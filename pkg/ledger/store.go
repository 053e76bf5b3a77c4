package ledger

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"golang.org/x/sync/errgroup"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

const (
	// maxObjectives limits how many objectives are filled at a time; requests to
	// the server have a limit of their own.
	maxObjectives = 16
)

// Store keeps the ledgers of many SLOs: one for each plan and way of slicing,
// shared by all objectives and callers that need it. It is safe for concurrent use.
type Store struct {
	q    Querier
	opts Options

	mu      sync.Mutex
	ledgers map[string]*storedLedger
	counts  groupCounts
	// historyRetry says when history is extended again after a failure of the server.
	historyRetry schedule
}

// NewStore returns a store without ledgers, which has asked nothing yet. The SLOs
// set Method and Slices, which the options need not. What the server has recorded
// is asked for all ledgers at once, unless the options have Records that others
// share. Without Memory in the options the store has its own.
func NewStore(q Querier, opts Options) *Store {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Records == nil {
		opts.Records = NewRecords(q, opts.Now)
	}
	if opts.Memory == nil {
		opts.Memory = NewMemory(0)
	}
	return &Store{q: q, opts: opts, ledgers: map[string]*storedLedger{}}
}

// Close drops all ledgers.
func (s *Store) Close() {
	s.opts.Memory.forgetStore(s)
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.ledgers)
}

// Entries fills the accounts of all objectives of the SLOs over a span, and returns
// them in the order of the SLOs, their objectives and their label sets. An SLO that
// fails has an entry with its error and does not affect the others.
func (s *Store) Entries(ctx context.Context, slos []slo.SLO, scope promql.Scope, span budget.Span) []budget.Entry {
	var asked []budget.Entry
	for _, one := range slos {
		for _, o := range one.Objectives {
			asked = append(asked, budget.Entry{SLO: one, Objective: o})
		}
	}
	s.opts.Memory.trim(s.opts.Now())
	answers := make([][]budget.Entry, len(asked))
	var g errgroup.Group
	g.SetLimit(maxObjectives)
	for i, entry := range asked {
		g.Go(func() error {
			entry.Err = guard.Func(func() error {
				answers[i] = s.entries(ctx, entry, scope, span)
				return nil
			})()
			if entry.Err != nil {
				answers[i] = []budget.Entry{entry}
			}
			return nil
		})
	}
	_ = g.Wait()
	s.opts.Memory.trim(s.opts.Now())
	return slices.Concat(answers...)
}

// entries returns the objective's entries, one for each label set.
func (s *Store) entries(ctx context.Context, entry budget.Entry, scope promql.Scope, span budget.Span) []budget.Entry {
	l, err := s.ledger(ctx, entry.SLO, entry.Objective, scope)
	if err != nil {
		entry.Err = err
		return []budget.Entry{entry}
	}
	from, to := span(entry.Terms())
	var snapshot *Snapshot
	err = s.guardLedger(l, func() (err error) {
		snapshot, err = l.Fill(ctx, from, to)
		return err
	})
	if snapshot == nil {
		entry.Err = err
		return []budget.Entry{entry}
	}
	entry.From, entry.AsOf, entry.Notices, entry.Err = from, snapshot.AsOf, snapshot.Notices, err
	var entries []budget.Entry
	for _, g := range snapshot.Groups {
		entry.Labels, entry.Account = g.Labels, g.Curve
		entries = append(entries, entry)
	}
	slices.SortFunc(entries, func(x, y budget.Entry) int { return labels.Compare(x.Labels, y.Labels) })
	return entries
}

// guardLedger calls f and drops the ledger if f panics: its state cannot be trusted
// then.
func (s *Store) guardLedger(l *Ledger, f func() error) error {
	err := guard.Func(f)()
	if _, panicked := errors.AsType[*guard.PanicError](err); panicked {
		s.mu.Lock()
		defer s.mu.Unlock()
		maps.DeleteFunc(s.ledgers, func(_ string, one *storedLedger) bool { return one.ledger == l })
	}
	return err
}

// Verify compares the events of an objective with the server's own count, day by
// day between two times.
func (s *Store) Verify(ctx context.Context, one slo.SLO, o slo.Objective, from, to time.Time) ([]Comparison, error) {
	l, err := s.ledger(ctx, one, o, promql.Scope{})
	if err != nil {
		return nil, err
	}
	return l.Verify(ctx, from, to)
}

// Differences returns, by the ID of the SLO, the days that differ from the server's own
// count without an explanation. It asks the server nothing, and leaves out what is
// not available before the context ends.
func (s *Store) Differences(ctx context.Context, slos []slo.SLO) map[string][]Comparison {
	differ := map[string][]Comparison{}
	for _, one := range slos {
		var seen []*Ledger
		for _, o := range one.Objectives {
			l := s.lookUp(one, o)
			if l == nil || slices.Contains(seen, l) {
				continue
			}
			seen = append(seen, l)
			if days, err := l.Differences(ctx); err == nil && len(days) > 0 {
				differ[one.ID()] = append(differ[one.ID()], days...)
			}
		}
	}
	return differ
}

// Stored returns the accounts of SLOs as far as they are in memory. It asks the
// server nothing, and leaves out what is not available before the context ends.
func (s *Store) Stored(ctx context.Context, slos []slo.SLO) (entries []budget.Entry) {
	for _, one := range slos {
		for _, o := range one.Objectives {
			l := s.lookUp(one, o)
			if l == nil {
				continue
			}
			var known *Snapshot
			if err := l.with(ctx, func(int64) { known = l.snapshot() }); err != nil || known == nil {
				continue
			}
			for _, g := range known.Groups {
				entries = append(entries, budget.Entry{SLO: one, Objective: o, Labels: g.Labels, Account: g.Curve, AsOf: known.AsOf})
			}
		}
	}
	return entries
}

// lookUp returns the objective's ledger, nil if there is none.
func (s *Store) lookUp(one slo.SLO, o slo.Objective) *Ledger {
	plan, err := promql.PlanOf(one, o, promql.Scope{})
	if err != nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if l, ok := s.ledgers[storeKey(plan, one.Method, o.Slices)]; ok {
		return l.ledger
	}
	return nil
}

// ClockNotice returns a notice of clocks that differ, empty if that is unknown or
// does not matter.
func (s *Store) ClockNotice() string {
	if ahead := clockSkewOf(s.q); ahead != 0 {
		return clockSkewNotice(ahead)
	}
	return ""
}

// RecordedCount returns how many of the SLOs have all of their objectives read from
// records.
func (s *Store) RecordedCount(ctx context.Context, slos []slo.SLO) (n int) {
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
func (s *Store) ledger(ctx context.Context, one slo.SLO, o slo.Objective, scope promql.Scope) (*Ledger, error) {
	plan, err := promql.PlanOf(one, o, scope)
	if err != nil {
		return nil, err
	}
	found := s.findOrCreate(storeKey(plan, one.Method, o.Slices), func() *storedLedger {
		opts := s.opts
		opts.Method, opts.Slices = one.Method, o.Slices
		return &storedLedger{ledger: New(s.q, plan, opts), store: s, scoped: scope.GroupBy != nil || len(scope.Matchers) > 0}
	})
	s.opts.Memory.touch(found, s.opts.Now(), upstream.PriorityOf(ctx) == upstream.Urgent)
	return found.ledger, nil
}

// findOrCreate returns the ledger under a key, or stores a new one.
func (s *Store) findOrCreate(key string, create func() *storedLedger) *storedLedger {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.ledgers[key]
	if !ok {
		found = create()
		found.drop = func() { s.remove(key, found) }
		s.ledgers[key] = found
	}
	return found
}

// remove drops a ledger, unless another has taken its place.
func (s *Store) remove(key string, one *storedLedger) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ledgers[key] == one {
		delete(s.ledgers, key)
	}
}

// storeKey returns the same key for objectives that can share a ledger.
func storeKey(plan *promql.Plan, method slo.Method, rule *slo.Slices) string {
	key := []string{plan.Encoding(), method.String()}
	if rule != nil {
		key = append(key, fmt.Sprintf("%+v", *rule))
	}
	return strings.Join(key, "\n")
}
