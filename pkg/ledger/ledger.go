// Package ledger keeps the account of good and bad events: for each SLO and
// label set the cumulative count of total and bad events over time. It asks the
// server for each stretch of time once, seals what is known for certain, asks
// again for the rest, and holds what it sealed against the server's own count.
//
// Its words are those of docs/ledger.md, and five more. The book is what is sealed.
// A sheet is what a source, the plan's own series or its records, says of a window
// before it goes into the book. A walker goes through the plan's own series from
// one grid point to another. A seam is where what one source says ends and what
// another says begins. What lingers are sealed steps that are still known in the
// cells of the tail.
package ledger

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/ledger/counter"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
)

// DefaultStep is the distance of the ledger's knots, unless time slices set it.
const DefaultStep = 5 * time.Minute

// Ledger is the account of one plan. It may be used by many at the same time:
// they share what is being fetched.
type Ledger struct {
	plan   *promql.Plan
	opts   Options
	groups *groups
	fetch  *fetcher
	step   int64 // distance of knots
	grid   int64 // distance of the points that are asked for; divides step

	queue queue
	// bytes is about how much memory the ledger takes.
	bytes atomic.Int64

	// turn is held by whoever works on the fields below, a piece at a time.
	turn    chan struct{}
	series  *ownSource
	records *recordedSource
	// sealed is nil until the first fill.
	sealed     *sealedSteps
	fineSteps  []map[int64]segment // by group
	recentFine []segment           // by group
	tail       []segment           // by group
	// open is what the tail was made of.
	open    *batch
	newest  int64
	fetched time.Time
	// downsampled are the stretches that were counted from downsampled data,
	// by its resolution.
	downsampled map[time.Duration]window
	// earliest is the time before which the server has nothing, 0 if that
	// is not known.
	earliest    int64
	maintenance maintenance
	remarks     remarks
}

// New returns an empty ledger. It asks nothing yet.
func New(q Querier, plan *promql.Plan, opts Options) *Ledger {
	l := &Ledger{
		plan: plan,
		opts: opts.withDefaults(),
		step: DefaultStep.Milliseconds(),
		turn: make(chan struct{}, 1),
	}
	l.groups = newGroups(groupsOverTime * l.opts.MaxGroups)
	if opts.Slices != nil {
		l.step = opts.Slices.Length.Milliseconds()
	}
	l.grid, l.fetch = gridFor(l.step), newFetcher(q, plan, l.opts.Now)
	if len(plan.GroupBy) == 0 {
		l.groups.index(labels.EmptyLabels(), nil)
	}
	l.series = &ownSource{
		walker: &walker{
			plan: plan, groups: l.groups, fetch: l.fetch, now: l.now, grid: l.grid, step: l.step, lead: leadIn, head: firstRequest,
			tracker: counter.NewTracker(len(l.fetch.bases), distinguishingLabels(plan)),
		},
		settle: l.opts.Settle, sliced: opts.Slices != nil,
	}
	l.records = &recordedSource{ownSource: l.series, known: opts.Records, fingerprint: plan.Fingerprint()}
	return l
}

// gridFor returns the longest of 5 minutes and 1 minute that divides the step, or
// the step itself if neither does.
func gridFor(step int64) int64 {
	for _, g := range []time.Duration{DefaultStep, time.Minute} {
		if step%g.Milliseconds() == 0 {
			return g.Milliseconds()
		}
	}
	return step
}

// acquire waits for the caller's turn.
func (l *Ledger) acquire(ctx context.Context) (release func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case l.turn <- struct{}{}:
		return func() { <-l.turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// with does something in the caller's turn if there is anything sealed.
func (l *Ledger) with(ctx context.Context, do func(now int64)) error {
	release, err := l.acquire(ctx)
	if err != nil {
		return err
	}
	defer release()
	if l.sealed != nil && !l.sealed.empty() {
		do(l.now())
	}
	return nil
}

// now returns the server's time as far as is known.
func (l *Ledger) now() int64 { return l.opts.Now().Add(-clockSkewOf(l.fetch.q)).UnixMilli() }
