package ledger

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

// queue holds the requests of callers that wait. While there are any, one goroutine
// works for all of them, a piece at a time, and first for the one that needs the
// least: an alert does not wait for a dashboard's month. What is done is kept
// whoever leaves, nothing is done for nobody, and all get a failure at once.
type queue struct {
	mu      sync.Mutex
	pending []*request
	// working says that a goroutine works for the pending requests; cancel ends
	// the piece that it is at.
	working bool
	cancel  context.CancelFunc
}

// request describes what one caller waits for.
type request struct {
	from, to int64
	// ctx carries the caller's values, such as its priority.
	ctx context.Context
	progress
	answered chan struct{}
	snapshot *Snapshot
	err      error
}

// add appends a request, and reports whether a goroutine must be started to work
// for it.
func (q *queue) add(r *request) (start bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.pending = append(q.pending, r)
	start, q.working = !q.working, true
	return start
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
// piece of it. If there is none, it returns nil and ends the work.
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

// answer answers one request.
func (q *queue) answer(r *request, s *Snapshot, err error) {
	q.answerIf(func(o *request) bool { return o == r }, s, err)
}

// answerAll answers all pending requests.
func (q *queue) answerAll(s *Snapshot, err error) {
	q.answerIf(func(*request) bool { return true }, s, err)
}

// answerIf answers the pending requests for which a condition holds.
func (q *queue) answerIf(holds func(*request) bool, s *Snapshot, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.cancel != nil {
		q.cancel()
	}
	q.pending = slices.DeleteFunc(q.pending, func(r *request) bool {
		if !holds(r) {
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
