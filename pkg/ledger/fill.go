package ledger

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
)

// Fill fetches what the ledger lacks between from and to, or the present if to is
// later, and returns a snapshot. Concurrent callers share the work; the shortest
// request goes first, and what is done is kept if a caller leaves. If the
// server fails, the error comes with the last snapshot, nil if there is none.
func (l *Ledger) Fill(ctx context.Context, from, to time.Time) (*Snapshot, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r := &request{from: from.UnixMilli(), to: to.UnixMilli(), ctx: ctx, answered: make(chan struct{})}
	if l.queue.add(r) {
		go l.work()
	}
	select {
	case <-r.answered:
		return r.snapshot, r.err
	case <-r.ctx.Done():
		l.queue.leave(r)
		return nil, r.ctx.Err()
	}
}

// work does what the pending requests need, piece by piece.
func (l *Ledger) work() {
	for {
		r, ctx := l.queue.next()
		if r == nil {
			return
		}
		done, err := l.attempt(ctx, r)
		_, panicked := errors.AsType[*guard.PanicError](err)
		switch {
		case panicked:
			l.queue.answerAll(nil, err)
		case ctx.Err() != nil: // nobody waits for it any more
		case err != nil:
			s, missing := l.answer()
			l.queue.answerAll(s, cmp.Or(missing, err))
		case done:
			s, err := l.answer()
			l.queue.answer(r, s, err)
		}
	}
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

// attempt calls advance and returns its panic as an error. The account cannot be
// trusted after a panic, so the ledger starts over.
func (l *Ledger) attempt(ctx context.Context, r *request) (done bool, err error) {
	defer guard.Recover(&err)
	defer func() {
		if p := recover(); p != nil {
			l.account.clear()
			l.maintenance, l.earliest = maintenance{}, 0
			l.sealedFrom.Store(0)
			l.resetTail()
			panic(p)
		}
	}()
	return l.advance(ctx, r)
}

// advance does the next piece of what a request needs, and reports whether nothing
// more is needed. Pieces go backwards in time, so that the latest, which alerts
// need, are there first.
func (l *Ledger) advance(ctx context.Context, r *request) (done bool, err error) {
	release, err := l.acquire(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	defer l.updateSize()
	g := l.goalOf(r)
	r.start(l.opts.Progress, int(l.account.missing(g.first, g.last)/l.sources.own.grid))
	switch {
	case l.account.empty():
		l.account.begin(max(g.first, g.last-ceil(firstRequest.Milliseconds(), l.account.step)))
		return false, l.extend(ctx, g.last, &r.progress)
	case l.isFarBehind(g):
		return false, l.extend(ctx, g.last, &r.progress)
	case g.first < l.account.sealed.first:
		return false, l.extendBack(ctx, g.first, &r.progress)
	case g.end > l.account.sealed.last:
		if err := l.refresh(ctx, g.limit, g.now); err != nil {
			return false, err
		}
	}
	return true, l.sharpen(ctx, r.from, g.end)
}

// goal describes what a request needs at a time: sealed steps from first to last,
// and the tail up to end.
type goal struct {
	first, last, end int64
	// End of the latest step that is old enough to be sealed.
	limit, now int64
}

// goalOf returns what a request needs by now. Even a short one needs as much time
// before its end as counters take to become known.
func (l *Ledger) goalOf(r *request) goal {
	step, now := l.account.step, l.now()
	g := goal{now: now, end: min(r.to, now), limit: floor(now-l.opts.Settle.Milliseconds(), step)}
	g.last = min(ceil(g.end, step), g.limit)
	g.first = max(min(floor(r.from, step), g.last-ceil(leadIn.Milliseconds(), step)), l.earliest)
	return g
}

// isFarBehind reports whether the sealed steps end so long before the goal that they
// are extended from grid points, rather than from the samples of a tail.
func (l *Ledger) isFarBehind(g goal) bool {
	behind := g.limit - l.account.sealed.last
	return g.last > l.account.sealed.last && behind > max(maxSpanSteps*l.sources.own.grid, 2*longestOpen(l.account.step))
}
