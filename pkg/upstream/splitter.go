package upstream

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
)

// divisible is implemented by what can be cut into consecutive smaller parts.
type divisible[P any] interface {
	size() int64
	// minSize returns the size below which cutting is of no use.
	minSize() int64
	// cut returns parts of at most a size.
	cut(size int64) []P
}

// maxRefusals limits how often a server may refuse parts of one query as too much.
// Eight requests at a time may be refused before the first of them returns, and
// halving a span of Prometheus' 11,000 points down to one takes 14.
const maxRefusals = 32

// splitter asks for parts of one query, and for smaller ones where they are too
// much for the server. It finds out what works on one part at a time, so that a
// limit that cannot be met costs few requests.
type splitter[P divisible[P]] struct {
	send        func(context.Context, P) (answer, error)
	concurrency int
	refusals    atomic.Int64
	// Whoever finds out the largest size holds searching.
	searching sync.Mutex
	// The largest size that the server has allowed after it refused one, 0 before.
	largest atomic.Int64
}

func newSplitter[P divisible[P]](c *Client, ask func(context.Context, P) (answer, error)) *splitter[P] {
	return &splitter[P]{send: ask, concurrency: c.options.Concurrency}
}

// askAll asks for parts at the same time.
func (s *splitter[P]) askAll(ctx context.Context, parts []P) (answer, error) {
	if len(parts) == 1 {
		return s.askOne(ctx, parts[0])
	}
	answers := make([]answer, len(parts))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(s.concurrency)
	for i, p := range parts {
		group.Go(guard.Func(func() (err error) {
			answers[i], err = s.askOne(ctx, p)
			return err
		}))
	}
	if err := group.Wait(); err != nil {
		return answer{}, err
	}
	return merge(answers...), nil
}

// askOne asks for a part in one request, or in smaller ones if that is too much.
func (s *splitter[P]) askOne(ctx context.Context, p P) (answer, error) {
	if largest := s.largest.Load(); largest > 0 && p.size() > largest {
		return s.askAll(ctx, p.cut(largest))
	}
	whole, err := s.send(ctx, p)
	if err == nil || s.isFinal(err, p.size(), p) {
		return whole, err
	}
	first, rest, err := s.findSize(ctx, p)
	if err != nil || len(rest) == 0 {
		return first, err
	}
	others, err := s.askAll(ctx, rest)
	if err != nil {
		return answer{}, err
	}
	return merge(first, others), nil
}

// isFinal reports whether an error remains, whatever the size of a part.
func (s *splitter[P]) isFinal(err error, size int64, p P) bool {
	e, ours := errors.AsType[*Error](err)
	return !ours || e.Kind != LimitExceeded || e.final || size <= p.minSize() || s.refusals.Add(1) >= maxRefusals
}

// findSize halves a part that is too much until its first half is not. It returns
// the answer to that, and the other parts; or all parts, if somebody else has found
// a smaller size meanwhile.
func (s *splitter[P]) findSize(ctx context.Context, p P) (first answer, rest []P, err error) {
	s.searching.Lock()
	defer s.searching.Unlock()
	if largest := s.largest.Load(); largest > 0 && largest < p.size() {
		return answer{}, p.cut(largest), nil
	}
	for size := (p.size() + 1) / 2; ; size = (size + 1) / 2 {
		halves := p.cut(size)
		if first, err = s.send(ctx, halves[0]); err == nil {
			s.largest.Store(size)
			return first, halves[1:], nil
		}
		if s.isFinal(err, size, p) {
			return answer{}, nil, err
		}
	}
}
