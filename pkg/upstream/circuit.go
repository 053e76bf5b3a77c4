package upstream

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

const (
	// A failure of the server is reported to all callers for minHold without asking
	// the server, and for up to maxHold if the server asks for more time.
	minHold = 3 * time.Second
	maxHold = 30 * time.Second
)

// circuit remembers that the server as a whole fails. It is closed until then, and
// closes when the server answers anything. The libraries for this (gobreaker,
// failsafe-go) neither let one success outweigh the failures around it, nor can
// they tell those who wait in a queue.
type circuit struct {
	mu sync.Mutex
	// When an answer of the server was last complete.
	lastAnswer time.Time
	// The failure, nil while the circuit is closed.
	failure *Error
	// When the failure was seen, and until when it is reported.
	failed, until time.Time
	// checking says that somebody is finding out whether the server answers.
	checking bool
	// closed ends, with the failure as its cause, when the circuit opens.
	closed context.Context
	trip   context.CancelCauseFunc
}

func newCircuit() *circuit {
	c := new(circuit)
	c.closed, c.trip = context.WithCancelCause(context.Background())
	return c
}

// withCircuit returns a context that ends with ctx or when the circuit opens.
func (c *circuit) withCircuit(ctx context.Context) (context.Context, context.CancelFunc) {
	c.mu.Lock()
	closed := c.closed
	c.mu.Unlock()
	return joinContexts(ctx, closed)
}

// state returns the failure as callers see it, nil while the circuit is closed.
// When it is time to try again, check is true for the first caller, who
// must check on the server.
func (c *circuit) state() (failure *Error, check bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failure == nil {
		return nil, false
	}
	if !c.checking && !time.Now().Before(c.until) {
		c.checking, check = true, true
	}
	return c.failure.asOf(c.failed), check
}

// startCheckIfSilent reports whether to check on a server that has answered nothing
// since a time. The caller must do so then.
func (c *circuit) startCheckIfSilent(since time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failure != nil || c.checking || !c.lastAnswer.Before(since) {
		return false
	}
	c.checking = true
	return true
}

// close closes the circuit.
func (c *circuit) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lastAnswer = time.Now()
	if c.failure != nil {
		c.failure, c.until = nil, time.Time{}
		c.closed, c.trip = context.WithCancelCause(context.Background())
	}
}

// recordFailure opens the circuit, or keeps it open for longer, if the error
// concerns the server as a whole and nobody has had an answer since a time. What
// nobody waited for says nothing about other queries: it may be about old data. A
// server that asks for a pause gets it in any case.
func (c *circuit) recordFailure(of Priority, since time.Time, err error) {
	e, ours := errors.AsType[*Error](err)
	if !ours || !isServerWide(e) || e.secondhand {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e.after != nil || of > Background && c.lastAnswer.Before(since) {
		c.open(e)
	}
}

// endCheck ends a check, with its error if it failed.
func (c *circuit) endCheck(err error) {
	e, ours := errors.AsType[*Error](err)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.checking = false
	if ours && isServerWide(e) {
		c.open(e)
	}
}

func (c *circuit) open(e *Error) {
	now := time.Now()
	if hold := now.Add(e.holdTime()); hold.After(c.until) {
		c.until = hold
	}
	c.failure, c.failed = e, now
	c.trip(e.asOf(c.failed))
}

// isServerWide reports whether an error concerns the server as a whole, rather than
// one query.
func isServerWide(err error) bool {
	e, ours := errors.AsType[*Error](err)
	if !ours {
		return false
	}
	switch e.Kind {
	case Unreachable, Throttled:
		return true
	case Timeout:
		return e.clientTimeout
	case Unavailable:
		return e.Status == http.StatusBadGateway || e.Status == http.StatusServiceUnavailable || e.Status == http.StatusGatewayTimeout
	default:
		return false
	}
}

func (e *Error) holdTime() time.Duration {
	if e.after == nil {
		return minHold
	}
	return min(max(e.after.Duration, minHold), maxHold)
}

// asOf returns the error as it is shown to somebody who did not see it happen.
func (e *Error) asOf(seen time.Time) *Error {
	later := *e
	later.cause, later.transient, later.after, later.secondhand = e, false, nil, true
	later.Message += " (as of a moment ago)"
	if age := time.Since(seen).Round(time.Second); age > 0 {
		later.Message = fmt.Sprintf("%s (as of %s ago)", e.Message, age)
	}
	return &later
}
