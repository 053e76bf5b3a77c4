package ledger

import (
	"context"
	"math"
	"sync/atomic"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/ledger/counter"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
)

// DefaultStep is the length of a ledger's steps, unless time slices set it.
const DefaultStep = 5 * time.Minute

// Ledger keeps the account of one plan. It is safe for concurrent use: callers
// share what is being fetched.
type Ledger struct {
	plan    *promql.Plan
	opts    Options
	fetch   *fetcher
	sources sources

	queue queue
	// bytes estimates how much memory the ledger takes.
	bytes atomic.Int64
	// sealedFrom is the start of what is sealed, 0 if nothing is.
	sealedFrom atomic.Int64
	history    history

	// Whoever holds the turn works on the fields below, one piece at a time.
	turn    chan struct{}
	account account
	// When the tail was fetched.
	fetched time.Time
	// Time before which the server has nothing, 0 if unknown.
	earliest    int64
	maintenance maintenance
}

// New returns an empty ledger, which has asked the server nothing yet.
func New(q Querier, plan *promql.Plan, opts Options) *Ledger {
	opts = opts.withDefaults()
	step := DefaultStep.Milliseconds()
	if opts.Slices != nil {
		step = opts.Slices.Length.Milliseconds()
	}
	l := &Ledger{
		plan: plan, opts: opts,
		fetch: newFetcher(q, plan, opts.Now),
		turn:  make(chan struct{}, 1), history: history{searched: math.MaxInt64},
		account: account{
			groups: newGroups(groupsOverTime * opts.MaxGroups),
			method: opts.Method, rule: opts.Slices, step: step,
		},
	}
	if len(plan.GroupBy) == 0 {
		l.account.groups.index(labels.EmptyLabels(), nil)
	}
	own := &ownSource{sliced: opts.Slices != nil, walker: &walker{
		plan: plan, groups: l.account.groups, fetch: l.fetch, now: l.now, grid: gridFor(step), step: step,
		lead: leadIn, head: firstRequest,
		paces:   newPaces(gridFor(step), len(l.fetch.direct) > 0),
		tracker: counter.NewTracker(len(l.fetch.bases), distinguishingLabels(plan)),
	}}
	l.sources = sources{own, &recordedSource{ownSource: own, known: opts.Records, fingerprint: plan.Fingerprint()}}
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

// with calls do in the caller's turn, unless nothing is sealed yet.
func (l *Ledger) with(ctx context.Context, do func(now int64)) error {
	release, err := l.acquire(ctx)
	if err != nil {
		return err
	}
	defer release()
	if !l.account.empty() {
		do(l.now())
	}
	return nil
}

// now returns the server's time as far as it is known.
func (l *Ledger) now() int64 { return l.opts.Now().Add(-clockSkewOf(l.fetch.q)).UnixMilli() }

// resetTail makes the next refresh fetch and count the tail from scratch.
func (l *Ledger) resetTail() {
	l.sources.own.restart()
	l.fetched = time.Time{}
}

const (
	// A ledger takes about baseBytes besides its account, seriesBytes for each
	// series that it follows and groupBytes for each group.
	baseBytes   = 8 << 10
	seriesBytes = 1 << 10
	groupBytes  = 512
)

// updateSize estimates how much memory the ledger takes, and notes since when it is
// sealed.
func (l *Ledger) updateSize() {
	n := baseBytes + seriesBytes*len(l.sources.own.tracker.All()) + groupBytes*l.account.groups.count() + l.account.bytes()
	l.bytes.Store(int64(n))
	l.sealedFrom.Store(0)
	if !l.account.empty() {
		l.sealedFrom.Store(l.account.sealed.first)
	}
}
