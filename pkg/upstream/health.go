package upstream

import (
	"context"
	"fmt"
	"time"
)

// patienceShare is the part of Timeout after which a server that answers nobody is
// asked something trivial, and the part that it has for that.
const patienceShare = 6

// admit returns the failure of the server while one is known. When it is time to
// try again, it checks on the server first, for the question itself may be a long
// one.
func (c *Client) admit(ctx context.Context) error {
	failure, check := c.circuit.state()
	if check {
		select {
		case <-c.check():
			failure, _ = c.circuit.state()
		case <-ctx.Done():
			return ended(ctx)
		}
	}
	if failure != nil {
		return failure
	}
	return nil
}

// watch checks on the server if it stays silent for long, so that one slow question
// is told from a server that answers nobody. It ends with stop.
func (c *Client) watch(since time.Time) (stop func() bool) {
	return time.AfterFunc(c.patience(), func() {
		if c.circuit.suspects(since) {
			c.check()
		}
	}).Stop
}

// check asks the server something trivial, beside the requests that have slots.
func (c *Client) check() <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		trivial := c.instantRequest(Query{Expr: "vector(1)"}, time.Now().UnixMilli())
		memory := c.options.Memory.open()
		defer memory.close()
		limited, cancel := context.WithTimeout(withAccount(c.life, memory), c.patience())
		defer cancel()
		_, err := exchange(c.life, limited, c, trivial, func() {}, decodeQuery)
		if kind, _ := KindOf(err); kind == Timeout && err != nil {
			err = c.unresponsive(err)
		}
		c.circuit.checked(err)
	}()
	return done
}

func (c *Client) patience() time.Duration { return c.options.Timeout / patienceShare }

func (c *Client) unresponsive(err error) *Error {
	return &Error{
		Kind: Timeout, cause: err, late: true,
		Message: fmt.Sprintf("%s did not answer vector(1) within %s", c.name(), c.patience()),
		Hint:    "Look at the server's load and health, and at the proxies before it",
	}
}
