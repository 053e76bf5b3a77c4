package ledger

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/ledger/counter"
)

// countSeries asks how many series of each source there are at first, first+step, …
// last, and adds them up. Sources without any count as none.
func (f *fetcher) countSeries(ctx context.Context, first, last, step int64) (present map[int64]int, heard caveats, err error) {
	present = map[int64]int{}
	for _, expr := range f.probeExprs(probe.Presence) {
		series, meta, err := f.askRange(ctx, expr, first, last, step)
		if err != nil {
			return nil, heard, err
		}
		heard.add(meta)
		for _, s := range series {
			for _, sample := range s.Samples {
				present[sample.T] += int(sample.V)
			}
		}
	}
	return present, heard, nil
}

// anyData asks whether any source has anything in (from, to].
func (f *fetcher) anyData(ctx context.Context, from, to int64) (bool, error) {
	length := min(day, f.longestRange())
	for _, expr := range f.probeExprs(func(s probe) string { return s.Existence(milliseconds(length)) }) {
		series, meta, err := f.askRange(ctx, expr, from+length, ceil(to-from, length)+from, length)
		if err != nil || len(series) > 0 || meta.Partial {
			return true, err
		}
	}
	return false, nil
}

// probeMissing asks which of the bases that were not met have series now.
func (f *fetcher) probeMissing(ctx context.Context, now int64) error {
	for i, b := range f.bases {
		if f.hasSeries(i) {
			continue
		}
		series, _, err := f.askInstant(ctx, b.counter.Presence(), now)
		if err != nil {
			return err
		}
		f.noteSeries(i, series)
	}
	return nil
}

// probe is a source whose series can be counted.
type probe interface {
	Presence() string
	Existence(d time.Duration) string
}

// probeExprs returns what is to be asked of each source, each once.
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

// increase asks for the server's own count of the events in (from, to].
func (f *fetcher) increase(ctx context.Context, from, to int64) (sum count, err error) {
	for _, t := range f.terms {
		for a := from; a < to; a += f.longestRange() {
			b := min(to, a+f.longestRange())
			series, _, err := f.askInstant(ctx, t.source.Increase(milliseconds(b-a), nil), b)
			if err != nil {
				return count{}, err
			}
			for _, s := range series {
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

// rangeLimiter is a Querier that bounds the ranges in expressions.
type rangeLimiter interface {
	// MaxRange returns the longest, 0 if there is no limit.
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
