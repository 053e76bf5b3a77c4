package upstream

import (
	"context"
	"slices"
	"time"
)

// A range is asked for up to maxCutTries times from a later start. A server's cut
// moves with its clock, by a moment from one request to the next.
const maxCutTries = 4

// cutNotice has no time in it, since the cut moves on: Meta.Cut has it.
const cutNotice = "the server leaves out the beginning of the range: its retention, or its limit on how far back queries look, is shorter"

// askRange asks for a span in one request. Where a range begins before Mimir's
// retention, or its limit on how far back queries look, Mimir moves its start to
// just there, off the grid. The span is then asked for from the first of its times
// that the server allows.
func (c *Client) askRange(ctx context.Context, q Query, asked span) (answer, error) {
	part := asked
	for range maxCutTries {
		a, err := c.query(ctx, c.rangeRequest(q, part))
		if err != nil {
			return answer{}, err
		}
		if !hasMovedStart(a.series, part) {
			return sortAndCheckCut(a, part, asked)
		}
		start, err := c.allowedStart(ctx, part)
		if err != nil {
			return answer{}, err
		}
		if part = part.from(start); part.n == 0 {
			return sortAndCheckCut(answer{meta: a.meta}, part, asked)
		}
	}
	return answer{}, unexpectedStart(asked.start)
}

// sortAndCheckCut does what sortAndCheck does, for an answer to the end of what was
// asked.
func sortAndCheckCut(a answer, part, asked span) (answer, error) {
	a, err := sortAndCheck(a, part)
	if err == nil && part != asked {
		a.meta = a.meta.and(cutMeta(part.start))
	}
	return a, err
}

// allowedStart returns where a server begins to look in a span whose start it has
// moved. It asks for a constant, so as not to depend on data, at the span's ends: a
// later start leaves one time.
func (c *Client) allowedStart(ctx context.Context, part span) (int64, error) {
	ends := span{start: part.start, step: part.end() - part.start, n: 2}
	a, err := c.query(ctx, c.rangeRequest(Query{Expr: "vector(1)"}, ends))
	switch {
	case err != nil:
		return 0, err
	case len(a.series) == 0:
		return part.end() + 1, nil
	case len(a.series) > 1 || len(a.series[0].Samples) != 1:
		return 0, unexpectedStart(part.start) // Something else moves times.
	}
	return a.series[0].Samples[0].T, nil
}

func unexpectedStart(t int64) error {
	return unexpectedAnswer("times that were not asked for, instead of those from " + time.UnixMilli(t).UTC().Format(time.RFC3339Nano))
}

func cutMeta(t int64) Meta {
	return Meta{Cut: time.UnixMilli(t).UTC(), Warnings: []string{cutNotice}}
}

// hasMovedStart reports whether an answer's times are not those that were asked
// for, but all as a later start has them.
func hasMovedStart(series []Series, asked span) bool {
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
		_, found := firstStray(s.Samples, moved.has)
		return found
	})
}

// from returns the times of a span from t on, without the first in any case.
func (s span) from(t int64) span {
	at := min(max(1, (t-s.start+s.step-1)/s.step), s.n)
	return s.part(at, s.n-at)
}
