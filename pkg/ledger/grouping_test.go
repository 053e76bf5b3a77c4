package ledger_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// instants counts instant queries.
type instants struct {
	ledger.Querier
	asked atomic.Int64
	err   error
}

func (i *instants) Instant(ctx context.Context, expr string, at time.Time) ([]upstream.Series, upstream.Meta, error) {
	i.asked.Add(1)
	if i.err != nil {
		return nil, upstream.Meta{}, i.err
	}
	return i.Querier.Instant(ctx, expr, at)
}

func TestCheckGroups(t *testing.T) {
	now := func() time.Time { return lastMeasured }
	q := &instants{Querier: shop(t, lastMeasured).Querier}
	one, two := failing("one", `r{code="500"}`, 0.9), failing("two", `r{code="500"}`, 0.9, 0.99)
	tests := []struct {
		name string
		slos []slo.SLO
		by   []string
		most int
		want string
	}{
		{"as many as may be", []slo.SLO{one}, []string{"handler", "code"}, 3, ""},
		{"one too many", []slo.SLO{one}, []string{"job", "handler"}, 1,
			"the events have 2 groups, where at most 1 are counted; of one, the label handler has most values: 2"},
		{"of all objectives", []slo.SLO{one, two}, []string{"handler"}, 6, ""},
		{"too many of all objectives", []slo.SLO{one, two}, []string{"handler"}, 5,
			"the events have 6 groups, where at most 5 are counted; of one, the label handler has most values: 2"},
		{"any number", []slo.SLO{one}, []string{"handler", "code"}, 0, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store := ledger.NewStore(q, ledger.Options{MaxGroups: test.most, Now: now})
			err := store.CheckGroups(t.Context(), test.slos, promql.Scope{GroupBy: test.by})
			if (err != nil) != (test.want != "") || err != nil && err.Error() != test.want {
				t.Errorf("error is %v, want %q", err, test.want)
			}
		})
	}
	t.Run("asks once", func(t *testing.T) {
		store := ledger.NewStore(q, ledger.Options{MaxGroups: 1, Now: now})
		q.asked.Store(0)
		for range 3 {
			if store.CheckGroups(t.Context(), []slo.SLO{one}, promql.Scope{GroupBy: []string{"handler"}}) == nil {
				t.Error("there is no error")
			}
		}
		if n := q.asked.Load(); n != 1 {
			t.Errorf("%d queries, want 1", n)
		}
	})
	t.Run("of a server that does not answer", func(t *testing.T) {
		store := ledger.NewStore(&instants{err: errors.New("down")}, ledger.Options{MaxGroups: 1, Now: now})
		if err := store.CheckGroups(t.Context(), []slo.SLO{one}, promql.Scope{GroupBy: []string{"handler"}}); err != nil {
			t.Error(err)
		}
	})
}
