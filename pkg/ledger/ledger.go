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
	"slices"
	"sync/atomic"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
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

	requests requests
	// bytes is about how much memory the ledger takes.
	bytes atomic.Int64

	// turn is held by whoever works on the fields below, a piece at a time.
	turn    chan struct{}
	series  *series
	records *recordedSeries
	// book is nil until the first fill.
	book      *book
	edges     []map[int64]run // by group
	lingering []run           // by group
	tail      []run           // by group
	// open is what the tail was made of.
	open    *sheet
	newest  int64
	fetched time.Time
	// downsampled are the stretches that were counted from downsampled data,
	// by its resolution.
	downsampled map[time.Duration]window
	// earliest is the time before which the server has nothing, 0 if that
	// is not known.
	earliest int64
	upkeep   upkeep
	remarks  remarks
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
	l.series = &series{
		walker: &walker{
			plan: plan, groups: l.groups, fetch: l.fetch, now: l.now, grid: l.grid, step: l.step, lead: leadIn, head: firstPiece,
			tracker: counter.NewTracker(len(l.fetch.bases), telling(plan)),
		},
		settle: l.opts.Settle, sliced: opts.Slices != nil,
	}
	l.records = &recordedSeries{series: l.series, known: opts.Records, fingerprint: plan.Fingerprint()}
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

// Fill makes sure that the ledger is filled between from and to, or to the
// present if to is later, and returns it as it is then. Callers that ask at the
// same time share the work, of which the shortest is done first, and what is done
// is kept if a caller leaves. If the server fails, the error comes with the last
// snapshot, which is nil if there is none.
func (l *Ledger) Fill(ctx context.Context, from, to time.Time) (*Snapshot, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return l.await(&request{from: from.UnixMilli(), to: to.UnixMilli(), ctx: ctx, answered: make(chan struct{})})
}

// answer returns the ledger as it is.
func (l *Ledger) answer() (s *Snapshot, err error) {
	defer guard.Recover(&err)
	l.turn <- struct{}{}
	defer func() { <-l.turn }()
	if missing := l.missingBucket(); missing != nil {
		return nil, missing
	}
	return l.snapshot(), nil
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
	if l.book != nil && !l.book.empty() {
		do(l.now())
	}
	return nil
}

// now returns the server's time as far as is known.
func (l *Ledger) now() int64 { return l.opts.Now().Add(-clockSkewOf(l.fetch.q)).UnixMilli() }

// advance does the next piece of what a request needs, and reports whether
// nothing more is needed. Pieces go backwards in time, so that the latest, which
// alerts need, are there first.
func (l *Ledger) advance(ctx context.Context, r *request) (done bool, err error) {
	release, err := l.acquire(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	defer l.measure()
	now := l.now()
	to := min(r.to, now)
	limit := floor(now-l.opts.Settle.Milliseconds(), l.step)
	hi := min(ceil(to, l.step), limit)
	lo := max(min(floor(r.from, l.step), hi-ceil(leadIn.Milliseconds(), l.step)), l.earliest)
	r.plan(l, lo, hi)
	switch {
	case l.book == nil || l.book.empty():
		begin := max(lo, hi-ceil(firstPiece.Milliseconds(), l.step))
		l.book = book{groups: l.groups, method: l.opts.Method, rule: l.opts.Slices, step: l.step}.open(begin)
		return false, l.extend(ctx, hi, &r.progress)
	case hi > l.book.last && limit-l.book.last > max(spanSteps*l.grid, 2*longest(l.step)):
		return false, l.extend(ctx, hi, &r.progress)
	case lo < l.book.first:
		return false, l.extendBack(ctx, lo, &r.progress)
	case to > l.book.last:
		if err := l.refresh(ctx, now, limit); err != nil {
			return false, err
		}
	}
	return true, l.sharpen(ctx, r.from, to)
}

// sealed plans the upkeep of steps that were sealed at once.
func (l *Ledger) sealed(first, last int64) {
	unknown := slices.ContainsFunc(l.book.stepsIn(whole(first, last)), func(s step) bool { return !s.has(covered) })
	l.upkeep.filled(l.now(), unknown)
	l.upkeep.check.choose(first, last)
}

// lost reports whether the server says nothing of the time since the book's end,
// of which it had samples before. The tail then stays as it was, until its steps
// are too old to stay open.
func (l *Ledger) lost(r recent) bool {
	return r.closed == nil && r.newest <= l.book.last && l.newest > l.book.last && len(l.tail) > 0 && l.tail[0].first == l.book.last
}
