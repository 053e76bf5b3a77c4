package upstream

import (
	"context"
	"net/url"
	"strconv"
	"time"
)

// answer is a decoded result.
type answer struct {
	series []Series
	meta   Meta
}

// Instant evaluates an expression at one time, in whole milliseconds. The
// result is a series with one sample for each element of a vector, one series
// without labels for a scalar, and whole series for a range selector. It may be
// shared with other callers and must not be changed.
func (c *Client) Instant(ctx context.Context, expr string, at time.Time) ([]Series, Meta, error) {
	r := request{path: "api/v1/query", params: url.Values{"query": {expr}, "time": {seconds(at.UnixMilli())}}}
	a, err := share(ctx, c, r.question(), func(ctx context.Context) (answer, error) { return c.query(ctx, r) })
	return a.series, a.meta, err
}

// Range evaluates an expression at start, start+step, … up to and including
// end, in whole milliseconds. It asks in as many requests as the limits demand,
// and in smaller ones where the server finds them too much. Series are sorted
// by their labels. The result may be shared with other callers and must not be
// changed.
func (c *Client) Range(ctx context.Context, expr string, start, end time.Time, step time.Duration) ([]Series, Meta, error) {
	whole, err := newSpan(start, end, step)
	if err != nil {
		return nil, Meta{}, err
	}
	question := rangeRequest(expr, whole).question()
	a, err := share(ctx, c, question, func(ctx context.Context) (answer, error) { return c.rangeParts(ctx, expr, whole) })
	return a.series, a.meta, err
}

func rangeRequest(expr string, s span) request {
	return request{path: "api/v1/query_range", params: url.Values{
		"query": {expr},
		"start": {seconds(s.start)},
		"end":   {seconds(s.end())},
		"step":  {seconds(s.step)},
	}}
}

func (c *Client) query(ctx context.Context, r request) (answer, error) {
	return fetch(ctx, c, r, decodeQuery)
}

// seconds writes milliseconds as a decimal number of seconds.
func seconds(millis int64) string {
	if millis%1000 == 0 {
		return strconv.FormatInt(millis/1000, 10)
	}
	return strconv.FormatFloat(float64(millis)/1000, 'f', 3, 64)
}
