package ledger

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
)

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

// await has a request answered, unless its caller leaves first.
func (l *Ledger) await(r *request) (*Snapshot, error) {
	l.queue.mu.Lock()
	l.queue.pending = append(l.queue.pending, r)
	if !l.queue.working {
		l.queue.working = true
		go l.work()
	}
	l.queue.mu.Unlock()
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
			l.queue.answer(nil, err, func(*request) bool { return true })
		case ctx.Err() != nil: // nobody waits for it any more
		case err != nil:
			s, missing := l.answer()
			l.queue.answer(s, cmp.Or(missing, err), func(*request) bool { return true })
		case done:
			s, err := l.answer()
			l.queue.answer(s, err, func(o *request) bool { return o == r })
		}
	}
}

// attempt does what advance does, with a panic made an error of those who wait.
// What is in the ledger after a panic is not to be believed, so it begins anew.
func (l *Ledger) attempt(ctx context.Context, r *request) (done bool, err error) {
	defer guard.Recover(&err)
	defer func() {
		if p := recover(); p != nil {
			l.sealed, l.fineSteps, l.recentFine, l.tail, l.open = nil, nil, nil, nil, nil
			l.maintenance, l.earliest = maintenance{}, 0
			l.resetTail()
			panic(p)
		}
	}()
	return l.advance(ctx, r)
}

// advance does the next piece of what a request needs, and reports whether
// nothing more is needed. Pieces go backwards in time, so that the latest, which
// alerts need, are there first.
func (l *Ledger) advance(ctx context.Context, r *request) (done bool, err error) {
	release, err := l.acquire(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	defer l.updateSize()
	now := l.now()
	to := min(r.to, now)
	limit := floor(now-l.opts.Settle.Milliseconds(), l.step)
	hi := min(ceil(to, l.step), limit)
	lo := max(min(floor(r.from, l.step), hi-ceil(leadIn.Milliseconds(), l.step)), l.earliest)
	r.plan(l, lo, hi)
	switch {
	case l.sealed == nil || l.sealed.empty():
		begin := max(lo, hi-ceil(firstRequest.Milliseconds(), l.step))
		l.sealed = sealedSteps{groups: l.groups, method: l.opts.Method, rule: l.opts.Slices, step: l.step}.emptyAt(begin)
		return false, l.extend(ctx, hi, &r.progress)
	case hi > l.sealed.last && limit-l.sealed.last > max(maxSpanSteps*l.grid, 2*longestOpen(l.step)):
		return false, l.extend(ctx, hi, &r.progress)
	case lo < l.sealed.first:
		return false, l.extendBack(ctx, lo, &r.progress)
	case to > l.sealed.last:
		if err := l.refresh(ctx, now, limit); err != nil {
			return false, err
		}
	}
	return true, l.sharpen(ctx, r.from, to)
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
