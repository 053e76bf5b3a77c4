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
	// shortestHold is for how long a failure of the server is told to everybody
	// without asking the server, and longestHold the same where the server asks
	// for more time.
	shortestHold = 3 * time.Second
	longestHold  = 30 * time.Second
)

// circuit remembers that the server as a whole fails. It is closed until then, and
// again when the server answers anything. The libraries for this (gobreaker,
// failsafe-go) know neither that one success speaks against the failures around it,
// nor a way to tell those who wait in a queue.
type circuit struct {
	mu sync.Mutex
	// healthy is when an answer of the server was last complete.
	healthy time.Time
	// failure is nil while the circuit is closed.
	failure *Error
	// failed is when the failure was seen, until how long it is told.
	failed, until time.Time
	// checking says that somebody finds out whether the server answers.
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

// whileClosed returns a context that ends with ctx or when the circuit opens.
func (c *circuit) whileClosed(ctx context.Context) (context.Context, context.CancelFunc) {
	c.mu.Lock()
	closed := c.closed
	c.mu.Unlock()
	return merged(ctx, closed)
}

// state returns the failure as callers are told it, nil while the circuit is
// closed. If it is time to try again, the first caller is told to check.
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

// suspects reports whether there is reason to check on a server that has not
// answered since a time. The caller must do so then.
func (c *circuit) suspects(since time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failure != nil || c.checking || !c.healthy.Before(since) {
		return false
	}
	c.checking = true
	return true
}

// answered closes the circuit.
func (c *circuit) answered() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.healthy = time.Now()
	if c.failure != nil {
		c.failure, c.until = nil, time.Time{}
		c.closed, c.trip = context.WithCancelCause(context.Background())
	}
}

// failedSince opens the circuit, or keeps it open for longer, if an error is of the
// server as a whole, which has answered nobody since a time. A server that asks for
// a pause gets it anyway.
func (c *circuit) failedSince(since time.Time, err error) {
	e, ours := errors.AsType[*Error](err)
	if !ours || !general(e) || e.told {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e.after != nil || c.healthy.Before(since) {
		c.open(e)
	}
}

// checked ends a check, with its error if there was one.
func (c *circuit) checked(err error) {
	e, ours := errors.AsType[*Error](err)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.checking = false
	if ours && general(e) {
		c.open(e)
	}
}

func (c *circuit) open(e *Error) {
	now := time.Now()
	if hold := now.Add(e.hold()); hold.After(c.until) {
		c.until = hold
	}
	c.failure, c.failed = e, now
	c.trip(e.asOf(c.failed))
}

// general reports whether an error is of the server as a whole, rather than of one
// question.
func general(err error) bool {
	e, ours := errors.AsType[*Error](err)
	if !ours {
		return false
	}
	switch e.Kind {
	case Unreachable, Throttled:
		return true
	case Timeout:
		return e.late
	case Unavailable:
		return e.Status == http.StatusBadGateway || e.Status == http.StatusServiceUnavailable || e.Status == http.StatusGatewayTimeout
	default:
		return false
	}
}

func (e *Error) hold() time.Duration {
	if e.after == nil {
		return shortestHold
	}
	return min(max(e.after.Duration, shortestHold), longestHold)
}

// asOf returns the error for somebody who did not see it happen.
func (e *Error) asOf(seen time.Time) *Error {
	told := *e
	told.cause, told.passing, told.after, told.told = e, false, nil, true
	told.Message += " (as of a moment ago)"
	if age := time.Since(seen).Round(time.Second); age > 0 {
		told.Message = fmt.Sprintf("%s (as of %s ago)", e.Message, age)
	}
	return &told
}
