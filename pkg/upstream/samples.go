package upstream

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// shortestWindow is the shortest window into which a server's limits are worth
// cutting raw samples, in milliseconds.
const shortestWindow = 60_000

// Samples returns the raw samples of a range selector after from and up to to, in
// whole milliseconds; selector writes it for a duration, such as requests_total[d].
// It asks in as many instant queries as MaxRange demands, and in smaller ones where
// the server finds them too much. Series are sorted by their labels and have at
// least one sample. The result may be shared with other callers and must not be
// changed.
func (c *Client) Samples(ctx context.Context, selector func(d time.Duration) string, from, to time.Time) ([]Series, Meta, error) {
	whole := window{from: from.UnixMilli(), to: to.UnixMilli()}
	if whole.size() <= 0 {
		return nil, Meta{}, badSpan("the samples end at %s, which is not after %s", to.UTC(), from.UTC())
	}
	question := fmt.Sprintf("samples?%s&%d", selector(whole.length()), whole.to)
	a, err := share(ctx, c, question, func(ctx context.Context) (answer, error) {
		ask := func(ctx context.Context, w window) (answer, error) { return c.askSamples(ctx, selector, w) }
		return newAsker(c, ask).all(ctx, whole.within(c.options.MaxRange))
	})
	return a.series, a.meta, err
}

func (c *Client) askSamples(ctx context.Context, selector func(time.Duration) string, w window) (answer, error) {
	a, err := c.query(ctx, c.instantRequest(Query{Expr: selector(w.length())}, w.to))
	if err != nil {
		return answer{}, err
	}
	return w.clip(a)
}

// window is the time after from up to to, in milliseconds.
type window struct{ from, to int64 }

func (w window) size() int64 { return w.to - w.from }

func (w window) least() int64 { return shortestWindow }

func (w window) length() time.Duration { return time.Duration(w.size()) * time.Millisecond }

// within returns windows of at most a length; no limit is 0.
func (w window) within(longest time.Duration) []window {
	if longest < time.Millisecond {
		return []window{w}
	}
	return w.cut(longest.Milliseconds())
}

func (w window) cut(size int64) []window {
	var parts []window
	for from := w.from; from < w.to; from += size {
		parts = append(parts, window{from: from, to: min(from+size, w.to)})
	}
	return parts
}

// clip returns an answer without the samples at the left edge, which belong to
// the window before and which servers such as Prometheus 2 have in both.
func (w window) clip(a answer) (answer, error) {
	if err := sortUnique(a.series); err != nil {
		return answer{}, err
	}
	for i, s := range a.series {
		after := slices.IndexFunc(s.Samples, func(s Sample) bool { return s.T > w.from })
		if after < 0 {
			after = len(s.Samples)
		}
		a.series[i].Samples = s.Samples[after:]
		if t, found := stray(a.series[i].Samples, w.has); found {
			return answer{}, strangeTime(t)
		}
	}
	a.series = slices.DeleteFunc(a.series, func(s Series) bool { return len(s.Samples) == 0 })
	return a, nil
}

// has reports whether a time is in the window.
func (w window) has(t int64) bool { return t > w.from && t <= w.to }
