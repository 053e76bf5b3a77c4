package ledger

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
)

// requests are what callers of Fill wait for. While there are any, one goroutine
// works for all of them, a piece at a time, and first for who needs the least: an
// alert does not wait for a dashboard's month. What is done is kept whoever
// leaves, nothing is done for nobody, and a failure is told to all at once.
type requests struct {
	mu      sync.Mutex
	pending []*request
	// working says that a goroutine works for the pending; cancel ends the
	// piece that it is at.
	working bool
	cancel  context.CancelFunc
}

// request is what one caller waits for.
type request struct {
	from, to int64
	// ctx has the caller's values, such as how urgent it is.
	ctx context.Context
	progress
	answered chan struct{}
	snapshot *Snapshot
	err      error
}

// await has a request answered, unless its caller leaves first.
func (l *Ledger) await(r *request) (*Snapshot, error) {
	l.requests.mu.Lock()
	l.requests.pending = append(l.requests.pending, r)
	if !l.requests.working {
		l.requests.working = true
		go l.work()
	}
	l.requests.mu.Unlock()
	select {
	case <-r.answered:
		return r.snapshot, r.err
	case <-r.ctx.Done():
		l.requests.leave(r)
		return nil, r.ctx.Err()
	}
}

// leave forgets a request, and ends the work if nobody else waits for it.
func (q *requests) leave(r *request) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.pending = slices.DeleteFunc(q.pending, func(o *request) bool { return o == r })
	if len(q.pending) == 0 && q.cancel != nil {
		q.cancel()
	}
}

// next returns the request that needs the least, and the context for the next
// piece of it; it returns nil and ends the work if there is none.
func (q *requests) next() (*request, context.Context) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.cancel != nil {
		q.cancel()
	}
	if len(q.pending) == 0 {
		q.working, q.cancel = false, nil
		return nil, nil
	}
	r := slices.MaxFunc(q.pending, func(a, b *request) int { return cmp.Compare(a.from, b.from) })
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.ctx))
	q.cancel = cancel
	return r, ctx
}

// answer answers some of the pending requests.
func (q *requests) answer(s *Snapshot, err error, which func(*request) bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.cancel != nil {
		q.cancel()
	}
	q.pending = slices.DeleteFunc(q.pending, func(r *request) bool {
		if !which(r) {
			return false
		}
		r.snapshot, r.err = s, err
		close(r.answered)
		return true
	})
}

// work does what the pending requests need, piece by piece.
func (l *Ledger) work() {
	for {
		r, ctx := l.requests.next()
		if r == nil {
			return
		}
		done, err := l.attempt(ctx, r)
		_, panicked := errors.AsType[*guard.PanicError](err)
		switch {
		case panicked:
			l.requests.answer(nil, err, func(*request) bool { return true })
		case ctx.Err() != nil: // nobody waits for it any more
		case err != nil:
			s, missing := l.answer()
			l.requests.answer(s, cmp.Or(missing, err), func(*request) bool { return true })
		case done:
			s, err := l.answer()
			l.requests.answer(s, err, func(o *request) bool { return o == r })
		}
	}
}

// attempt does what advance does, with a panic made an error of those who wait.
// What is in the ledger after a panic is not to be believed, so it begins anew.
func (l *Ledger) attempt(ctx context.Context, r *request) (done bool, err error) {
	defer guard.Recover(&err)
	defer func() {
		if p := recover(); p != nil {
			l.book, l.edges, l.lingering, l.tail, l.open = nil, nil, nil, nil, nil
			l.upkeep, l.earliest = upkeep{}, 0
			l.forgetTail()
			panic(p)
		}
	}()
	return l.advance(ctx, r)
}

// busy reports whether anybody waits.
func (q *requests) busy() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.working
}
