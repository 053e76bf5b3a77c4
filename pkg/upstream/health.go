package upstream

import (
	"context"
	"fmt"
	"time"
)

// A server that answers nothing for this part of Timeout is asked a trivial query,
// which has as much time.
const checkShare = 6

// admit returns the failure of the server while one is known. When it is time to
// try again, it checks on the server first, since the query itself may be a long
// one.
func (c *Client) admit(ctx context.Context) error {
	failure, check := c.circuit.state()
	if check {
		select {
		case <-c.check():
			failure, _ = c.circuit.state()
		case <-ctx.Done():
			return contextError(ctx)
		}
	}
	if failure != nil {
		return failure
	}
	return nil
}

// watch checks on the server if it stays silent for long, to distinguish a slow
// query from a server that answers nothing. It ends with stop.
func (c *Client) watch(since time.Time) (stop func() bool) {
	return time.AfterFunc(c.checkTimeout(), func() {
		if c.circuit.startCheckIfSilent(since) {
			c.check()
		}
	}).Stop
}

// check asks the server a trivial query, beside the requests that have slots.
func (c *Client) check() <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		trivial := c.instantRequest(Query{Expr: "vector(1)"}, time.Now().UnixMilli())
		memory := c.options.Memory.reserve()
		defer memory.close()
		limited, cancel := context.WithTimeout(withReservation(c.life, memory), c.checkTimeout())
		defer cancel()
		_, err := exchange(c.life, limited, c, trivial, func() {}, decodeQuery)
		if kind, _ := KindOf(err); kind == Timeout && err != nil {
			err = c.unresponsiveError(err)
		}
		c.circuit.endCheck(err)
	}()
	return done
}

func (c *Client) checkTimeout() time.Duration { return c.options.Timeout / checkShare }

func (c *Client) unresponsiveError(err error) *Error {
	return &Error{
		Kind: Timeout, cause: err, clientTimeout: true,
		Message: fmt.Sprintf("%s did not answer vector(1) within %s", c.name(), c.checkTimeout()),
		Hint:    "Look at the server's load and health, and at the proxies before it",
	}
}
