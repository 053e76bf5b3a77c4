package ledger

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// CheckGroups returns a GroupsError if the events of all SLOs and objectives have
// more groups in the scope than Options.MaxGroups. It asks the server how many
// there are at present, with one number as the answer for each ledger. Groups of
// the past are left to the ledgers, as is a server that does not answer.
func (s *Store) CheckGroups(ctx context.Context, slos []slo.SLO, scope promql.Scope) error {
	if s.opts.MaxGroups <= 0 {
		return nil
	}
	all := groupings(slos, scope)
	var g errgroup.Group
	g.SetLimit(maxObjectives)
	for _, one := range all {
		g.Go(guard.Func(func() error {
			one.groups = s.countGroups(ctx, one.plan, one.plan.GroupBy)
			return ctx.Err()
		}))
	}
	if err := g.Wait(); err != nil {
		return err
	}
	refused := &GroupsError{Most: s.opts.MaxGroups}
	var largest *grouping
	for _, one := range all {
		refused.Groups += one.groups
		if largest == nil || one.groups > largest.groups {
			largest = one
		}
	}
	if refused.Groups <= refused.Most {
		return nil
	}
	refused.SLO = largest.slo
	for _, label := range largest.plan.GroupBy {
		if n := s.countGroups(ctx, largest.plan, []string{label}); n > refused.Values {
			refused.Label, refused.Values = label, n
		}
	}
	return refused
}

// grouping describes how the events of an objective are kept apart.
type grouping struct {
	slo  string
	plan *promql.Plan
	// groups counts the groups, 0 if unknown.
	groups int
}

// groupings returns the groupings of all objectives that have a plan.
func groupings(slos []slo.SLO, scope promql.Scope) (all []*grouping) {
	for _, one := range slos {
		for _, o := range one.Objectives {
			plan, err := promql.PlanOf(one, o, scope)
			if err != nil {
				continue // its entry has the error
			}
			all = append(all, &grouping{slo: one.ID(), plan: plan})
		}
	}
	return all
}

// countGroups returns how many combinations of label values there are, 0 if the
// server does not answer.
func (s *Store) countGroups(ctx context.Context, plan *promql.Plan, by []string) int {
	expr := plan.GroupCount(by)
	now := s.opts.Now()
	if n, ok := s.counts.get(expr, now); ok {
		return n
	}
	series, _, err := s.q.Instant(ctx, expr, now.Add(-clockSkewOf(s.q)))
	if err != nil {
		return 0
	}
	n := 0
	if len(series) == 1 && len(series[0].Samples) == 1 {
		n = int(series[0].Samples[0].V)
	}
	s.counts.put(expr, n, now)
	return n
}

const (
	// groupCountMaxAge is how long a number of groups is not asked for again, which
	// keeps it cheap to refuse the same query repeatedly.
	groupCountMaxAge = 5 * time.Minute
	// maxGroupCounts limits how many numbers are kept.
	maxGroupCounts = 1000
)

// groupCounts caches numbers of groups by expression. It is safe for concurrent
// use.
type groupCounts struct {
	mu    sync.Mutex
	known map[string]groupCount
}

// groupCount holds a number of groups and when it was asked for.
type groupCount struct {
	n  int
	at time.Time
}

func (c *groupCounts) get(expr string, now time.Time) (n int, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	known, ok := c.known[expr]
	return known.n, ok && now.Sub(known.at).Abs() < groupCountMaxAge
}

func (c *groupCounts) put(expr string, n int, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= maxGroupCounts {
		c.known = map[string]groupCount{}
	}
	c.known[expr] = groupCount{n, now}
}
