package upstream

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"

	"github.com/promise-slo/promise-slo-datasource/internal/memlimit"
)

// MemoryBudget bounds the memory of answers while queries are being answered.
// Clients that share one share its limit. It counts the bytes of an answer's JSON,
// which are about as many as those of what is decoded from it. Half of the budget
// belongs to the query that began first, so that one can always go on; the others
// share the other half, and wait for it. No query gets more than half.
type MemoryBudget struct {
	limit int64

	mu sync.Mutex
	// The reservations that hold memory, the oldest first.
	reservations []*reservation
	// changed is closed when memory becomes free.
	changed chan struct{}
}

// NewMemoryBudget returns a budget of so many bytes.
func NewMemoryBudget(bytes int64) *MemoryBudget {
	return &MemoryBudget{limit: bytes, changed: make(chan struct{})}
}

// processMemory returns the budget of all clients that are not given one. Memory
// belongs to the process, and so does its limit.
var processMemory = sync.OnceValue(func() *MemoryBudget { return NewMemoryBudget(memlimit.Answers()) })

// largestShare returns the most that one query may hold.
func (b *MemoryBudget) largestShare() int64 { return b.limit / 2 }

// reservation counts what a query holds of a budget.
type reservation struct {
	budget *MemoryBudget
	bytes  int64
}

func (b *MemoryBudget) reserve() *reservation { return &reservation{budget: b} }

// take waits until there is memory for so many bytes, and calls wait before it
// does.
func (r *reservation) take(ctx context.Context, bytes int64, wait func()) error {
	for {
		ok, changed := r.tryTake(bytes)
		if ok {
			return nil
		}
		if changed == nil {
			return errTooLarge
		}
		wait()
		select {
		case <-changed:
		case <-ctx.Done():
			return errNoMemory
		}
	}
}

// tryTake takes so many bytes if there are. Otherwise it returns a channel that
// says when to try again, or nil if the query can never have so many.
func (r *reservation) tryTake(bytes int64) (ok bool, changed <-chan struct{}) {
	b := r.budget
	b.mu.Lock()
	defer b.mu.Unlock()
	if r.bytes+bytes > b.largestShare() {
		return false, nil
	}
	if oldest := len(b.reservations) == 0 || b.reservations[0] == r; !oldest && b.others()+bytes > b.largestShare() {
		return false, b.changed
	}
	if r.bytes == 0 && bytes > 0 {
		b.reservations = append(b.reservations, r)
	}
	r.bytes += bytes
	return true, nil
}

// others returns what all but the oldest hold.
func (b *MemoryBudget) others() (held int64) {
	for _, r := range b.reservations[1:] {
		held += r.bytes
	}
	return held
}

// release returns bytes to the budget.
func (r *reservation) release(bytes int64) {
	b := r.budget
	b.mu.Lock()
	defer b.mu.Unlock()
	if bytes == 0 {
		return
	}
	if r.bytes -= bytes; r.bytes == 0 {
		b.reservations = slices.DeleteFunc(b.reservations, func(other *reservation) bool { return other == r })
	}
	close(b.changed)
	b.changed = make(chan struct{})
}

// close returns all bytes to the budget.
func (r *reservation) close() {
	r.budget.mu.Lock()
	held := r.bytes
	r.budget.mu.Unlock()
	r.release(held)
}

var (
	errTooLarge = errors.New("the query holds half of the memory")
	errNoMemory = errors.New("no memory became free in time")
)

type reservationKey struct{}

func withReservation(ctx context.Context, r *reservation) context.Context {
	return context.WithValue(ctx, reservationKey{}, r)
}

// reservationOf returns the reservation of a context's query.
func reservationOf(ctx context.Context) *reservation {
	return ctx.Value(reservationKey{}).(*reservation)
}

// The first uncountedBytes of each answer are not counted, so that small answers
// never wait for large ones.
const uncountedBytes = 1 << 20

// meteredReader takes what it reads from a reservation.
type meteredReader struct {
	io.Reader
	ctx         context.Context
	reservation *reservation
	// wait is called before the reader waits for memory.
	wait func()
	read int64
}

func (r *meteredReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	before := r.charge()
	r.read += int64(n)
	if more := r.charge() - before; more > 0 {
		if refused := r.reservation.take(r.ctx, more, r.wait); refused != nil {
			r.read -= int64(n)
			return 0, refused
		}
	}
	return n, err
}

func (r *meteredReader) charge() int64 { return max(0, r.read-uncountedBytes) }

// release gives back what was read in vain.
func (r *meteredReader) release() { r.reservation.release(r.charge()) }
