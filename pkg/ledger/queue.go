package ledger

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

// queue are what callers of Fill wait for. While there are any, one goroutine
// works for all of them, a piece at a time, and first for who needs the least: an
// alert does not wait for a dashboard's month. What is done is kept whoever
// leaves, nothing is done for nobody, and a failure is told to all at once.
type queue struct {
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

// leave forgets a request, and ends the work if nobody else waits for it.
func (q *queue) leave(r *request) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.pending = slices.DeleteFunc(q.pending, func(o *request) bool { return o == r })
	if len(q.pending) == 0 && q.cancel != nil {
		q.cancel()
	}
}

// next returns the request that needs the least, and the context for the next
// piece of it; it returns nil and ends the work if there is none.
func (q *queue) next() (*request, context.Context) {
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
func (q *queue) answer(s *Snapshot, err error, which func(*request) bool) {
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

// busy reports whether anybody waits.
func (q *queue) busy() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.working
}
