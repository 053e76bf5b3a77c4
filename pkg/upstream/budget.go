package upstream

import (
	"context"
	"errors"
	"io"
	"math"
	"runtime/debug"
	"slices"
	"sync"
)

// MemoryBudget bounds the memory of answers while their questions are being answered.
// Clients that share one share its limit. The bytes of an answer's JSON are counted,
// which are about as many as what is made of them. Half of the budget is for the
// question that began first, so that one can always go on; the others share the
// other half, and wait for it. No question gets more than a half.
type MemoryBudget struct {
	limit int64

	mu sync.Mutex
	// accounts are those that hold memory, the eldest first.
	accounts []*account
	// changed is closed when memory becomes free.
	changed chan struct{}
}

// NewMemoryBudget returns a budget of so many bytes.
func NewMemoryBudget(bytes int64) *MemoryBudget {
	return &MemoryBudget{limit: bytes, changed: make(chan struct{})}
}

// defaultMemory is the budget of a process without a memory limit, and
// shareOfMemory the share of the limit (GOMEMLIMIT) where there is one: garbage and
// all else that a process does need their share too.
const (
	defaultMemory = 512 << 20
	shareOfMemory = 4
)

// processMemory is the budget of all clients that are not given one. Memory is the
// process's, so that is where its limit belongs.
var processMemory = sync.OnceValue(func() *MemoryBudget {
	if limit := debug.SetMemoryLimit(-1); limit < math.MaxInt64 {
		return NewMemoryBudget(limit / shareOfMemory)
	}
	return NewMemoryBudget(defaultMemory)
})

// largest returns the most that one question may hold.
func (b *MemoryBudget) largest() int64 { return b.limit / 2 }

// account is what a question holds of a budget.
type account struct {
	budget *MemoryBudget
	held   int64
}

func (b *MemoryBudget) open() *account { return &account{budget: b} }

// take waits until there is memory for so many bytes. It calls wait before it does.
func (a *account) take(ctx context.Context, bytes int64, wait func()) error {
	for {
		ok, changed := a.try(bytes)
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

// try takes so many bytes if there are. Otherwise it returns a channel that says
// when to try again, or none if the question can never have so many.
func (a *account) try(bytes int64) (ok bool, changed <-chan struct{}) {
	b := a.budget
	b.mu.Lock()
	defer b.mu.Unlock()
	if a.held+bytes > b.largest() {
		return false, nil
	}
	if eldest := len(b.accounts) == 0 || b.accounts[0] == a; !eldest && b.young()+bytes > b.largest() {
		return false, b.changed
	}
	if a.held == 0 && bytes > 0 {
		b.accounts = append(b.accounts, a)
	}
	a.held += bytes
	return true, nil
}

// young returns what all but the eldest hold.
func (b *MemoryBudget) young() (held int64) {
	for _, a := range b.accounts[1:] {
		held += a.held
	}
	return held
}

// giveBack returns bytes to the budget.
func (a *account) giveBack(bytes int64) {
	b := a.budget
	b.mu.Lock()
	defer b.mu.Unlock()
	if bytes == 0 {
		return
	}
	if a.held -= bytes; a.held == 0 {
		b.accounts = slices.DeleteFunc(b.accounts, func(other *account) bool { return other == a })
	}
	close(b.changed)
	b.changed = make(chan struct{})
}

// close returns all that is held.
func (a *account) close() {
	a.budget.mu.Lock()
	held := a.held
	a.budget.mu.Unlock()
	a.giveBack(held)
}

var (
	errTooLarge = errors.New("the question holds half of the memory")
	errNoMemory = errors.New("no memory became free in time")
)

type accountKey struct{}

func withAccount(ctx context.Context, a *account) context.Context {
	return context.WithValue(ctx, accountKey{}, a)
}

// accountOf returns that of the question that a context belongs to.
func accountOf(ctx context.Context) *account {
	return ctx.Value(accountKey{}).(*account)
}

// freeBytes is how much of each answer is not counted: small answers never wait for
// large ones.
const freeBytes = 1 << 20

// countedReader takes what it reads from an account.
type countedReader struct {
	io.Reader
	ctx     context.Context
	account *account
	// wait is called before the reader waits for memory.
	wait func()
	read int64
}

func (r *countedReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	before := r.counted()
	r.read += int64(n)
	if more := r.counted() - before; more > 0 {
		if refused := r.account.take(r.ctx, more, r.wait); refused != nil {
			r.read -= int64(n)
			return 0, refused
		}
	}
	return n, err
}

func (r *countedReader) counted() int64 { return max(0, r.read-freeBytes) }

// giveBack returns what was read in vain.
func (r *countedReader) giveBack() { r.account.giveBack(r.counted()) }
