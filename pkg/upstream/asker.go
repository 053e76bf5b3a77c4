package upstream

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
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
// much. Eight requests at a time may be refused before the first of them tells, and
// halving a span of Prometheus' 11,000 points down to one takes 14.
const mostRefusals = 32

// asker asks for pieces of one question, and for smaller ones where they are too
// much for the server. What works is found out on one piece at a time, so that a
// limit that cannot be met costs few requests.
type asker[P piece[P]] struct {
	ask         func(context.Context, P) (answer, error)
	concurrency int
	refusals    atomic.Int64
	// finding is held by who finds out the largest size.
	finding sync.Mutex
	// largest is the largest size that the server has allowed after it refused
	// one, 0 before.
	largest atomic.Int64
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
		group.Go(guard.Func(func() (err error) {
			answers[i], err = a.one(ctx, p)
			return err
		}))
	}
	if err := group.Wait(); err != nil {
		return answer{}, err
	}
	return merge(answers...), nil
}

// one asks for a piece in one request, or in smaller ones if that is too much.
func (a *asker[P]) one(ctx context.Context, p P) (answer, error) {
	if largest := a.largest.Load(); largest > 0 && p.size() > largest {
		return a.all(ctx, p.cut(largest))
	}
	whole, err := a.ask(ctx, p)
	if err == nil || a.final(err, p.size(), p) {
		return whole, err
	}
	first, rest, err := a.find(ctx, p)
	if err != nil || len(rest) == 0 {
		return first, err
	}
	others, err := a.all(ctx, rest)
	if err != nil {
		return answer{}, err
	}
	return merge(first, others), nil
}

// final reports whether an error stays, whatever the size of a piece.
func (a *asker[P]) final(err error, size int64, p P) bool {
	e, ours := errors.AsType[*Error](err)
	return !ours || e.Kind != LimitExceeded || e.final || size <= p.least() || a.refusals.Add(1) >= mostRefusals
}

// find halves a piece that is too much until its first part is not. It returns the
// answer to that, and the other parts; or all parts, if somebody else has found a
// smaller size meanwhile.
func (a *asker[P]) find(ctx context.Context, p P) (first answer, rest []P, err error) {
	a.finding.Lock()
	defer a.finding.Unlock()
	if largest := a.largest.Load(); largest > 0 && largest < p.size() {
		return answer{}, p.cut(largest), nil
	}
	for size := (p.size() + 1) / 2; ; size = (size + 1) / 2 {
		parts := p.cut(size)
		if first, err = a.ask(ctx, parts[0]); err == nil {
			a.largest.Store(size)
			return first, parts[1:], nil
		}
		if a.final(err, size, p) {
			return answer{}, nil, err
		}
	}
}
