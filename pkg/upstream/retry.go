package upstream

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// retryPolicy says how often and how long to wait before a request is tried again.
type retryPolicy struct {
	maxTries uint
	// first is the mean of the first pause; each further one is twice as long, up
	// to max, and all of them vary by half.
	first, max time.Duration
	// maxWait limits how long servers may have a query wait, in all.
	maxWait time.Duration
	// When the request was first sent, and when there is no time for another try;
	// both are zero before.
	firstSent, deadline time.Time
}

// begin returns the time at which all tries end. They are allowed a time from the
// first one on.
func (p *retryPolicy) begin(allowed time.Duration) time.Time {
	if p.firstSent.IsZero() {
		p.firstSent = time.Now()
		p.deadline = p.firstSent.Add(allowed)
	}
	return p.deadline
}

// allows reports whether there is time for a try after a wait.
func (p *retryPolicy) allows(wait time.Duration) bool {
	return p.deadline.IsZero() || time.Until(p.deadline) > wait
}

var defaultRetries = retryPolicy{maxTries: 4, first: 250 * time.Millisecond, max: 5 * time.Second, maxWait: 10 * time.Second}

// outage remembers that a request failed at all tries, and that none has succeeded
// since. A query may send one request after another; trying each of them again would
// add up to far more than one timeout. It is safe for concurrent use.
type outage struct{ seen atomic.Pointer[time.Time] }

// outageRemembered is how long an outage is remembered while no request is sent.
const outageRemembered = 3 * time.Second

// lasts reports whether another try is of no use at present.
func (o *outage) lasts() bool {
	seen := o.seen.Load()
	return seen != nil && time.Since(*seen) < outageRemembered
}

// note takes note of how a request ended. Failures of the server as a whole are the
// circuit's.
func (o *outage) note(err error) {
	e, ours := errors.AsType[*Error](err)
	switch {
	case err == nil:
		o.seen.Store(nil)
	case ours && e.transient && !isServerWide(e):
		now := time.Now()
		o.seen.Store(&now)
	}
}

// retry tries until an error is not transient, or there were enough tries.
func retry[T any](ctx context.Context, p *retryPolicy, try func() (T, error)) (T, error) {
	var last *Error
	result, err := backoff.Retry(ctx, func() (T, error) {
		result, err := try()
		if e, ours := errors.AsType[*Error](err); ours && e.transient {
			last = e
		}
		return result, p.decide(ctx, err)
	}, backoff.WithBackOff(p.backOff()), backoff.WithMaxTries(p.maxTries), backoff.WithMaxElapsedTime(0))
	e, ours := errors.AsType[*Error](err)
	switch {
	case err == nil:
		return result, nil
	case !ours:
		return result, callerError(err)
	case last != nil && (e.secondhand || e.clientTimeout):
		return result, last // This says more than that there was no time for another try.
	}
	return result, e
}

func (p *retryPolicy) backOff() backoff.BackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval, b.Multiplier = p.first, p.max, 2
	return limitedBackOff{BackOff: b, pauses: p}
}

// limitedBackOff ends the tries when there is no time for another.
type limitedBackOff struct {
	backoff.BackOff
	pauses *retryPolicy
}

// NextBackOff returns the next pause.
func (b limitedBackOff) NextBackOff() time.Duration {
	pause := b.BackOff.NextBackOff()
	if !b.pauses.allows(pause) {
		return backoff.Stop
	}
	return pause
}

// decide tells backoff what an error means for the next try. What the server asks
// to wait for counts against maxWait: where that does not suffice, or the caller
// does not wait that long, trying again sooner does not help either.
func (p *retryPolicy) decide(ctx context.Context, err error) error {
	e, ours := errors.AsType[*Error](err)
	switch {
	case !ours || !e.transient:
		return backoff.Permanent(err)
	case e.after == nil:
		return err
	}
	wait := e.after.Duration
	if wait > p.maxWait || !p.allows(wait) || !canWait(ctx, wait) {
		return backoff.Permanent(err)
	}
	p.maxWait -= wait
	return errors.Join(err, &backoff.RetryAfterError{Duration: wait + jitter(wait)})
}

// deadlineKey is the key of the deadline of a caller whose query is shared: it does
// not end the query, but nobody may wait for longer.
type deadlineKey struct{}

func withDeadlineValue(ctx context.Context) context.Context {
	if deadline, has := ctx.Deadline(); has {
		return context.WithValue(ctx, deadlineKey{}, deadline)
	}
	return ctx
}

// canWait reports whether the caller is still there after a wait.
func canWait(ctx context.Context, wait time.Duration) bool {
	deadline, has := ctx.Value(deadlineKey{}).(time.Time)
	return !has || time.Until(deadline) > wait
}

// jitter returns up to a tenth of a wait, so that clients that were given the same
// time do not all come back at once.
func jitter(wait time.Duration) time.Duration { return rand.N(wait/10 + 1) }
