package ledger

import (
	"context"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
)

// recordsMaxAge is the time after which the server is asked again which plans it
// records.
const recordsMaxAge = 5 * time.Minute

// Records tracks which plans a server has records of. It asks once for all of them,
// and again every few minutes. Many ledgers may share it.
type Records struct {
	q   Querier
	now func() time.Time

	// Whoever holds the turn asks; it protects the fields below.
	turn  chan struct{}
	plans map[string]int
	asked time.Time
}

// NewRecords returns Records that have asked nothing yet. A nil clock means
// time.Now.
func NewRecords(q Querier, now func() time.Time) *Records {
	if now == nil {
		now = time.Now
	}
	return &Records{q: q, now: now, turn: make(chan struct{}, 1)}
}

// Series returns how many series held records of the plan with this fingerprint in
// the last hour. If the server does not answer, its last answer holds: without
// records events are counted all the same.
func (r *Records) Series(ctx context.Context, fingerprint string) int {
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return 0
	}
	if now := r.now(); r.asked.IsZero() || now.Sub(r.asked) >= recordsMaxAge {
		if r.refresh(ctx, now); ctx.Err() == nil {
			r.asked = now
		}
	}
	return r.plans[fingerprint]
}

func (r *Records) refresh(ctx context.Context, now time.Time) {
	series, _, err := r.q.Instant(ctx, promql.RecordedPlans(), now)
	if err != nil {
		return
	}
	r.plans = make(map[string]int, len(series))
	for _, s := range series {
		if len(s.Samples) > 0 {
			r.plans[s.Labels.Get(promql.RecordedPlan)] = int(s.Samples[0].V)
		}
	}
}
