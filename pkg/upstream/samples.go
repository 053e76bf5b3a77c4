package upstream

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// shortestWindow is the shortest time, in milliseconds, into which it pays to cut a
// request for raw samples.
const shortestWindow = 60_000

// Samples returns the raw samples of a range selector after from and up to to, in
// whole milliseconds; selector writes it for a duration, such as requests_total[d].
// It asks in as many instant queries as MaxRange demands, and in smaller ones where
// the server refuses them as too much. Series are sorted by their labels and have
// at least one sample. Other callers may share the result; do not change it.
func (c *Client) Samples(ctx context.Context, selector func(d time.Duration) string, from, to time.Time) ([]Series, Meta, error) {
	whole := timeRange{from: from.UnixMilli(), to: to.UnixMilli()}
	if whole.size() <= 0 {
		return nil, Meta{}, badSpan("the samples end at %s, which is not after %s", to.UTC(), from.UTC())
	}
	key := fmt.Sprintf("samples?%s&%d", selector(whole.length()), whole.to)
	a, err := shareFlight(ctx, c, key, func(ctx context.Context) (answer, error) {
		ask := func(ctx context.Context, w timeRange) (answer, error) { return c.askSamples(ctx, selector, w) }
		return newSplitter(c, ask).askAll(ctx, whole.within(c.options.MaxRange))
	})
	return a.series, a.meta, err
}

func (c *Client) askSamples(ctx context.Context, selector func(time.Duration) string, w timeRange) (answer, error) {
	a, err := c.query(ctx, c.instantRequest(Query{Expr: selector(w.length())}, w.to))
	if err != nil {
		return answer{}, err
	}
	return w.clip(a)
}

// timeRange is the time after from up to to, in milliseconds.
type timeRange struct{ from, to int64 }

func (w timeRange) size() int64 { return w.to - w.from }

func (w timeRange) minSize() int64 { return shortestWindow }

func (w timeRange) length() time.Duration { return time.Duration(w.size()) * time.Millisecond }

// within returns ranges of at most a length; 0 means no limit.
func (w timeRange) within(longest time.Duration) []timeRange {
	if longest < time.Millisecond {
		return []timeRange{w}
	}
	return w.cut(longest.Milliseconds())
}

func (w timeRange) cut(size int64) []timeRange {
	var parts []timeRange
	for from := w.from; from < w.to; from += size {
		parts = append(parts, timeRange{from: from, to: min(from+size, w.to)})
	}
	return parts
}

// clip returns an answer without the samples at the left edge, which belong to the
// range before and which servers such as Prometheus 2 have in both.
func (w timeRange) clip(a answer) (answer, error) {
	if err := sortUnique(a.series); err != nil {
		return answer{}, err
	}
	for i, s := range a.series {
		after := slices.IndexFunc(s.Samples, func(s Sample) bool { return s.T > w.from })
		if after < 0 {
			after = len(s.Samples)
		}
		a.series[i].Samples = s.Samples[after:]
		if t, found := firstStray(a.series[i].Samples, w.has); found {
			return answer{}, unexpectedTime(t)
		}
	}
	a.series = slices.DeleteFunc(a.series, func(s Series) bool { return len(s.Samples) == 0 })
	return a, nil
}

// has reports whether a time is in the range.
func (w timeRange) has(t int64) bool { return t > w.from && t <= w.to }
