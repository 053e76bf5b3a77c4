package upstream

import (
	"context"
	"io"
	"sync"
	"time"
)

// fetch sends a request, a few times if the server is only in trouble for the
// moment, and returns the decoded answer. If the server fails others meanwhile, it
// returns their failure, unless the server is at work on the answer.
func fetch[T any](ctx context.Context, c *Client, r request, decode func(io.Reader) (T, error)) (result T, err error) {
	ctx, cancel := c.withLife(ctx)
	defer cancel()
	if err := c.admit(ctx); err != nil {
		return result, err
	}
	waiting, cancel := c.circuit.withCircuit(ctx)
	defer cancel()
	p := c.retries
	if c.outage.lasts() {
		p.maxTries = 1
	}
	result, err = retry(waiting, &p, func() (T, error) { return attempt(ctx, waiting, c, r, &p, decode) })
	c.circuit.recordFailure(PriorityOf(ctx), p.firstSent, err)
	c.outage.note(err)
	return result, err
}

// attempt takes one of the client's slots for as long as the server is busy with
// the answer.
func attempt[T any](ctx, waiting context.Context, c *Client, r request, p *retryPolicy, decode func(io.Reader) (T, error)) (result T, err error) {
	priority := PriorityOf(ctx)
	if err := c.slots.acquire(waiting, priority); err != nil {
		return result, contextError(waiting)
	}
	release := sync.OnceFunc(func() { c.slots.release(priority) })
	defer release()
	limited, cancel := context.WithDeadline(ctx, p.begin(c.options.Timeout))
	defer cancel()
	stop := c.watch(time.Now())
	defer stop()
	return exchange(ctx, limited, c, r, release, decode)
}
