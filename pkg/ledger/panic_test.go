package ledger_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// panicking panics at every query, until it is fixed.
type panicking struct{ fixed bool }

func (p *panicking) answer() ([]upstream.Series, upstream.Meta, error) {
	if !p.fixed {
		panic("out of my depth")
	}
	return nil, upstream.Meta{}, nil
}

func (p *panicking) Instant(context.Context, string, time.Time) ([]upstream.Series, upstream.Meta, error) {
	return p.answer()
}

func (p *panicking) Samples(context.Context, func(time.Duration) string, time.Time, time.Time) ([]upstream.Series, upstream.Meta, error) {
	return p.answer()
}

func (p *panicking) Range(context.Context, string, time.Time, time.Time, time.Duration) ([]upstream.Series, upstream.Meta, error) {
	return p.answer()
}

// TestPanic checks that a panic, in whichever goroutine, is the error of those
// who asked, and that a ledger starts over after it.
func TestPanic(t *testing.T) {
	q := &panicking{}
	store := ledger.NewStore(q, ledger.Options{Now: func() time.Time { return lastMeasured }})
	span := func(budget.Terms) (from, to time.Time) { return lastMeasured.Add(-3 * day), lastMeasured }
	ask := func() error {
		entries := store.Entries(t.Context(), []slo.SLO{failing("a", `r{code="500"}`, 0.9)}, promql.Scope{}, span)
		if len(entries) != 1 {
			t.Fatalf("%d entries", len(entries))
		}
		return entries[0].Err
	}
	if _, panicked := errors.AsType[*guard.PanicError](ask()); !panicked {
		t.Errorf("error is %v, want the panic", ask())
	}
	q.fixed = true
	if err := ask(); err != nil {
		t.Errorf("after it was fixed: %v", err)
	}
}
