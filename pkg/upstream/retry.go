package upstream

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// pauses say how often and how long to wait before a request is tried again.
type pauses struct {
	tries uint
	// first is the mean of the first pause; each further one is twice as
	// long, up to longest, and all of them vary by half.
	first, longest time.Duration
	// patience is for how long servers may have a question wait, in all.
	patience time.Duration
	// began is when the request was first sent, and end when there is no time for
	// another try; both are zero before.
	began, end time.Time
}

// begin returns the time at which all tries end, which are allowed a time from the
// first on.
func (p *pauses) begin(allowed time.Duration) time.Time {
	if p.began.IsZero() {
		p.began = time.Now()
		p.end = p.began.Add(allowed)
	}
	return p.end
}

// allows reports whether there is time for a try after a wait.
func (p *pauses) allows(wait time.Duration) bool {
	return p.end.IsZero() || time.Until(p.end) > wait
}

var defaultPauses = pauses{tries: 4, first: 250 * time.Millisecond, longest: 5 * time.Second, patience: 10 * time.Second}

// trouble remembers that a request failed at all tries, and that none has succeeded
// since. Questions ask one request after another; trying each of them again would
// add up to far more than one timeout. It is safe for concurrent use.
type trouble struct{ seen atomic.Pointer[time.Time] }

// troubleLasts is for how long trouble is remembered when nobody asks.
const troubleLasts = 3 * time.Second

// lasts reports whether another try is of no use at present.
func (t *trouble) lasts() bool {
	seen := t.seen.Load()
	return seen != nil && time.Since(*seen) < troubleLasts
}

// note takes note of how a request ended. A failure of the server as a whole is the
// circuit's.
func (t *trouble) note(err error) {
	e, ours := errors.AsType[*Error](err)
	switch {
	case err == nil:
		t.seen.Store(nil)
	case ours && e.passing && !general(e):
		now := time.Now()
		t.seen.Store(&now)
	}
}

// retry tries until an error is not passing, or there were enough tries.
func retry[T any](ctx context.Context, p *pauses, try func() (T, error)) (T, error) {
	var last *Error
	result, err := backoff.Retry(ctx, func() (T, error) {
		result, err := try()
		if e, ours := errors.AsType[*Error](err); ours && e.passing {
			last = e
		}
		return result, p.verdict(ctx, err)
	}, backoff.WithBackOff(p.exponential()), backoff.WithMaxTries(p.tries), backoff.WithMaxElapsedTime(0))
	e, ours := errors.AsType[*Error](err)
	switch {
	case err == nil:
		return result, nil
	case !ours:
		return result, gone(err)
	case last != nil && (e.told || e.late):
		return result, last // Says more than that there was no time for another try.
	}
	return result, e
}

func (p *pauses) exponential() backoff.BackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval, b.Multiplier = p.first, p.longest, 2
	return bounded{BackOff: b, pauses: p}
}

// bounded ends the tries when there is no time for another.
type bounded struct {
	backoff.BackOff
	pauses *pauses
}

// NextBackOff returns the next pause.
func (b bounded) NextBackOff() time.Duration {
	pause := b.BackOff.NextBackOff()
	if !b.pauses.allows(pause) {
		return backoff.Stop
	}
	return pause
}

// verdict tells backoff what an error means for the next try. It takes what the
// server asks to wait for off the patience: where that does not last, or the
// caller does not wait that long, trying again sooner is no use either.
func (p *pauses) verdict(ctx context.Context, err error) error {
	e, ours := errors.AsType[*Error](err)
	switch {
	case !ours || !e.passing:
		return backoff.Permanent(err)
	case e.after == nil:
		return err
	}
	wait := e.after.Duration
	if wait > p.patience || !p.allows(wait) || !waits(ctx, wait) {
		return backoff.Permanent(err)
	}
	p.patience -= wait
	return errors.Join(err, &backoff.RetryAfterError{Duration: wait + jitter(wait)})
}

// deadlineKey is of the context value that has the deadline of a caller whose
// question is shared: it does not end the asking, but nobody may wait for longer.
type deadlineKey struct{}

func withDeadlineValue(ctx context.Context) context.Context {
	if deadline, has := ctx.Deadline(); has {
		return context.WithValue(ctx, deadlineKey{}, deadline)
	}
	return ctx
}

// waits reports whether the caller is still there after a wait.
func waits(ctx context.Context, wait time.Duration) bool {
	deadline, has := ctx.Value(deadlineKey{}).(time.Time)
	return !has || time.Until(deadline) > wait
}

// jitter is up to a tenth, so that clients that were told the same time do not
// all come back at once.
func jitter(wait time.Duration) time.Duration { return rand.N(wait/10 + 1) }

// retryAfter reads the header of that name: seconds or a date (RFC 9110,
// section 10.2.3). It is nil if the header is missing, wrong or in the past.
func retryAfter(response *http.Response) *backoff.RetryAfterError {
	text := response.Header.Get("Retry-After")
	if text == "" {
		return nil
	}
	wait := time.Duration(0)
	if n, err := strconv.Atoi(text); err == nil {
		wait = time.Duration(min(n, 1<<20)) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		wait = time.Until(at)
	}
	if wait <= 0 {
		return nil
	}
	return &backoff.RetryAfterError{Duration: wait}
}
