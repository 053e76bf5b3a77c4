package upstream

import (
	"context"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// piece is a question that can be cut into consecutive smaller ones.
type piece[P any] interface {
	size() int64
	// least is the size below which cutting is of no use.
	least() int64
	// cut returns pieces of at most a size.
	cut(size int64) []P
}

// mostRefusals is how often a server may refuse pieces of one question as too
// much. Halving a span of Prometheus' 11,000 points down to one takes 14, and
// eight requests at a time may be refused before the first of them tells.
const mostRefusals = 32

// asker asks for pieces of one question, and for smaller ones where they are too
// much for the server. What works is found out on one piece, so that a limit that
// cannot be met costs few requests.
type asker[P piece[P]] struct {
	ask         func(context.Context, P) (answer, error)
	concurrency int
	// largest is the largest size that the server may allow, 0 if it has
	// refused nothing yet.
	largest  atomic.Int64
	refusals atomic.Int64
}

func newAsker[P piece[P]](c *Client, ask func(context.Context, P) (answer, error)) *asker[P] {
	return &asker[P]{ask: ask, concurrency: c.options.Concurrency}
}

// all asks for pieces at the same time.
func (a *asker[P]) all(ctx context.Context, pieces []P) (answer, error) {
	if len(pieces) == 1 {
		return a.one(ctx, pieces[0])
	}
	answers := make([]answer, len(pieces))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(a.concurrency)
	for i, p := range pieces {
		group.Go(func() (err error) {
			answers[i], err = a.one(ctx, p)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return answer{}, err
	}
	return merge(answers...), nil
}

// one asks for a piece in one request, or in halves if that is too much: first
// for one half, then for the other in pieces of the size that worked.
func (a *asker[P]) one(ctx context.Context, p P) (answer, error) {
	if largest := a.largest.Load(); largest > 0 && p.size() > largest {
		return a.all(ctx, p.cut(largest))
	}
	whole, err := a.ask(ctx, p)
	if kind, _ := KindOf(err); err == nil || kind != TooMuch {
		return whole, err
	}
	if p.size() <= p.least() || a.refusals.Add(1) >= mostRefusals {
		return answer{}, err
	}
	half := (p.size() + 1) / 2
	a.lower(half)
	halves := p.cut(half)
	first, err := a.one(ctx, halves[0])
	if err != nil {
		return answer{}, err
	}
	rest, err := a.all(ctx, halves[1:])
	if err != nil {
		return answer{}, err
	}
	return merge(first, rest), nil
}

// lower keeps the smallest size.
func (a *asker[P]) lower(size int64) {
	for {
		known := a.largest.Load()
		if known > 0 && known <= size || a.largest.CompareAndSwap(known, size) {
			return
		}
	}
}
