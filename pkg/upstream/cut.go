package upstream

import (
	"context"
	"slices"
	"time"
)

// cutTries is how often a range is asked for again from a later start. A server's
// cut moves on with its clock, by a moment from one request to the next.
const cutTries = 4

// cutNotice has no time in it, since the cut moves on: Meta.Cut has it.
const cutNotice = "the server leaves out the beginning of the range: its retention, or its limit on how far back queries look, is shorter"

// askRange asks for a span in one request. Mimir moves the start of a range that
// begins before its retention or its limit on how far back queries look to just
// there, off the grid. The span is then asked for from its first time that the
// server allows.
func (c *Client) askRange(ctx context.Context, q Query, asked span) (answer, error) {
	part := asked
	for range cutTries {
		a, err := c.query(ctx, c.rangeRequest(q, part))
		if err != nil {
			return answer{}, err
		}
		if !movedStart(a.series, part) {
			return arrangeCut(a, part, asked)
		}
		start, err := c.allowedStart(ctx, part)
		if err != nil {
			return answer{}, err
		}
		if part = part.since(start); part.n == 0 {
			return arrangeCut(answer{meta: a.meta}, part, asked)
		}
	}
	return answer{}, strangeStart(asked.start)
}

// arrangeCut is arrange for an answer to the end of what was asked.
func arrangeCut(a answer, part, asked span) (answer, error) {
	a, err := arrange(a, part)
	if err == nil && part != asked {
		a.meta = a.meta.and(cutAt(part.start))
	}
	return a, err
}

// allowedStart finds where a server begins to look in a span of which it has moved
// the start. It asks for a constant, so that it does not depend on the data, at the
// span's ends: a later start leaves one time.
func (c *Client) allowedStart(ctx context.Context, part span) (int64, error) {
	ends := span{start: part.start, step: part.end() - part.start, n: 2}
	a, err := c.query(ctx, c.rangeRequest(Query{Expr: "vector(1)"}, ends))
	switch {
	case err != nil:
		return 0, err
	case len(a.series) == 0:
		return part.end() + 1, nil
	case len(a.series) > 1 || len(a.series[0].Samples) != 1:
		return 0, strangeStart(part.start) // Something else moves times.
	}
	return a.series[0].Samples[0].T, nil
}

func strangeStart(t int64) error {
	return strange("times that were not asked for, instead of those from " + time.UnixMilli(t).UTC().Format(time.RFC3339Nano))
}

func cutAt(t int64) Meta {
	return Meta{Cut: time.UnixMilli(t).UTC(), Warnings: []string{cutNotice}}
}

// movedStart reports whether the times of an answer are not those that were asked
// for, but all as a later start has them.
func movedStart(series []Series, asked span) bool {
	first := asked.end() + 1
	for _, s := range series {
		if len(s.Samples) > 0 {
			first = min(first, s.Samples[0].T)
		}
	}
	if first <= asked.start || first > asked.end() || asked.has(first) {
		return false
	}
	moved := span{start: first, step: asked.step, n: (asked.end()-first)/asked.step + 1}
	return !slices.ContainsFunc(series, func(s Series) bool {
		_, found := stray(s.Samples, moved.has)
		return found
	})
}

// since returns the times of a span from t on, without the first at least.
func (s span) since(t int64) span {
	at := min(max(1, (t-s.start+s.step-1)/s.step), s.n)
	return s.part(at, s.n-at)
}
