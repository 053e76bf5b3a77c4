package rules_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/rules"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// recorder is a server that has records of the plans of some rules, and that
// remembers of which plans records were asked for.
type recorder struct {
	plans []string

	mu    sync.Mutex
	asked []string
}

func (r *recorder) Instant(_ context.Context, expr string, at time.Time) ([]upstream.Series, upstream.Meta, error) {
	one := func(ls labels.Labels) upstream.Series {
		return upstream.Series{Labels: ls, Samples: []upstream.Sample{{T: at.UnixMilli(), V: 1}}}
	}
	if expr == promql.RecordedPlans() {
		var all []upstream.Series
		for _, plan := range r.plans {
			all = append(all, one(labels.FromStrings(promql.RecordedPlan, plan)))
		}
		return all, upstream.Meta{}, nil
	}
	if strings.HasPrefix(expr, "count(") { // whether a counter has series
		return []upstream.Series{one(labels.EmptyLabels())}, upstream.Meta{}, nil
	}
	if of := regexp.MustCompile(`,plan="(\w+)"}`).FindStringSubmatch(expr); of != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.asked = append(r.asked, of[1])
	}
	return nil, upstream.Meta{}, nil
}

func (r *recorder) Samples(ctx context.Context, selector func(time.Duration) string, from, to time.Time) ([]upstream.Series, upstream.Meta, error) {
	return r.Instant(ctx, selector(to.Sub(from)), to)
}

func (r *recorder) Range(context.Context, string, time.Time, time.Time, time.Duration) ([]upstream.Series, upstream.Meta, error) {
	return nil, upstream.Meta{}, nil
}

// For every objective of the samples, as it is and grouped by more, the records
// that the ledger asks for are those that the rules write.
func TestLedgerAsksForWhatRulesRecord(t *testing.T) {
	now := func() time.Time { return end }
	lastHours := func(budget.Terms) (from, to time.Time) { return end.Add(-3 * time.Hour), end }
	compared := map[string]int{}
	compare := func(t *testing.T, s slo.SLO, o slo.Objective, kind string) {
		s.Objectives = []slo.Objective{o}
		if _, err := promql.PlanOf(s, o, promql.Scope{}); err != nil {
			return // has no answer
		}
		groups, refused := rules.Generate([]slo.SLO{s}, rules.Options{})
		if len(refused) > 0 {
			t.Fatal(refused[0])
		}
		server := &recorder{plans: []string{groups[0].Rules[0].Labels[promql.RecordedPlan]}}
		store := ledger.NewStore(server, ledger.Options{Now: now})
		store.Entries(t.Context(), []slo.SLO{s}, promql.Scope{}, lastHours)
		if asked := slices.Compact(server.asked); !slices.Equal(asked, server.plans) {
			t.Errorf("%s, %s: recorded is %s, asked for %s", s.Name, kind, server.plans, asked)
		}
		if n := store.RecordedCount(t.Context(), []slo.SLO{s}); n != 1 {
			t.Errorf("%s, %s: the accounts do not know that it is recorded", s.Name, kind)
		}
		compared[kind]++
	}
	for _, path := range []string{
		"testdata/shop.yaml", "../../internal/story/definitions", "../definition/testdata/pyrra", "../definition/testdata/sloth",
	} {
		for _, s := range read(t, path) {
			for _, o := range s.Objectives {
				compare(t, s, o, "as it is")
				grouped := s
				grouped.GroupBy = []string{"handler", "plan", "team"}
				compare(t, grouped, o, "grouped")
			}
		}
	}
	t.Logf("compared are %v", compared)
	if compared["as it is"] < 20 || compared["grouped"] < 10 {
		t.Errorf("only %v are compared", compared)
	}
}
