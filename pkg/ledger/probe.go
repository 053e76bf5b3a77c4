package ledger

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/ledger/counter"
)

// countSeries returns how many series all sources have at first, first+step, …
// last, without the times at which there are none.
func (f *fetcher) countSeries(ctx context.Context, first, last, step int64) (series map[int64]int, noted caveats, err error) {
	series = map[int64]int{}
	for _, expr := range f.probeExprs(probe.Presence) {
		answer, meta, err := f.askRange(ctx, expr, first, last, step)
		if err != nil {
			return nil, noted, err
		}
		noted.add(meta)
		for _, s := range answer {
			for _, sample := range s.Samples {
				series[sample.T] += int(sample.V)
			}
		}
	}
	return series, noted, nil
}

// anyData reports whether any source has anything in (from, to].
func (f *fetcher) anyData(ctx context.Context, from, to int64) (bool, error) {
	length := min(day, f.longestRange())
	for _, expr := range f.probeExprs(func(s probe) string { return s.Existence(milliseconds(length)) }) {
		answer, meta, err := f.askRange(ctx, expr, from+length, ceil(to-from, length)+from, length)
		if err != nil || len(answer) > 0 || meta.Partial {
			return true, err
		}
	}
	return false, nil
}

// probeMissing asks which of the bases that never had series have some now.
func (f *fetcher) probeMissing(ctx context.Context, now int64) error {
	for i, b := range f.bases {
		if !f.seen.isEmpty(i) {
			continue
		}
		answer, _, err := f.askInstant(ctx, b.counter.Presence(), now)
		if err != nil {
			return err
		}
		f.seen.addSeries(i, answer)
	}
	return nil
}

// probe is implemented by sources whose series can be counted.
type probe interface {
	Presence() string
	Existence(d time.Duration) string
}

// probeExprs returns the expressions to ask of all sources, each once.
func (f *fetcher) probeExprs(expr func(probe) string) (all []string) {
	for _, b := range f.bases {
		all = append(all, expr(b.counter))
	}
	for _, d := range f.direct {
		all = append(all, expr(d.source))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// increase returns the server's own count of the events in (from, to].
func (f *fetcher) increase(ctx context.Context, from, to int64) (sum count, err error) {
	for _, t := range f.terms {
		for a := from; a < to; a += f.longestRange() {
			b := min(to, a+f.longestRange())
			answer, _, err := f.askInstant(ctx, t.source.Increase(milliseconds(b-a), nil), b)
			if err != nil {
				return count{}, err
			}
			for _, s := range answer {
				for _, sample := range s.Samples {
					if counter.IsCount(math.Abs(sample.V)) {
						sum = sum.plus(t.events(sample.V))
					}
				}
			}
		}
	}
	return sum, nil
}

// rangeLimiter is implemented by a Querier that limits the ranges in expressions.
type rangeLimiter interface {
	// MaxRange returns the longest range, 0 if there is no limit.
	MaxRange() time.Duration
}

// longestRange returns the longest range that an expression may have, in
// milliseconds.
func (f *fetcher) longestRange() int64 {
	if q, ok := f.q.(rangeLimiter); ok && q.MaxRange() > 0 {
		return max(time.Minute, q.MaxRange()).Milliseconds()
	}
	return math.MaxInt64 / 4
}
