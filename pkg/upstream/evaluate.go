package upstream

import (
	"context"
	"net/url"
	"strconv"
	"time"
)

// answer holds a decoded result.
type answer struct {
	series []Series
	meta   Meta
}

// Query holds an expression and how the server is to evaluate it.
type Query struct {
	Expr string
	// Resolution allows Thanos to read downsampled blocks up to this one, such as
	// 5m or 1h; 0 means raw samples only. Other servers have no such blocks. Over
	// them increase and rate are as exact as their first and last samples, while a
	// bare selector reads the mean of the samples.
	Resolution time.Duration
}

func (c *Client) query(ctx context.Context, r request) (answer, error) {
	return fetch(ctx, c, r, decodeQuery)
}

func (c *Client) instantRequest(q Query, at int64) request {
	return c.withResolution(q, request{path: "api/v1/query", params: url.Values{"query": {q.Expr}, "time": {seconds(at)}}})
}

func (c *Client) rangeRequest(q Query, s span) request {
	return c.withResolution(q, request{path: "api/v1/query_range", params: url.Values{
		"query": {q.Expr},
		"start": {seconds(s.start)},
		"end":   {seconds(s.end())},
		"step":  {seconds(s.step)},
	}})
}

// withResolution returns the request with the resolution of its query, unless that is
// the default.
func (c *Client) withResolution(q Query, r request) request {
	if q.Resolution > 0 {
		r.params.Set(resolutionParam, seconds(q.Resolution.Milliseconds())+"s")
	}
	return r
}

// seconds returns milliseconds as a decimal number of seconds.
func seconds(millis int64) string {
	if millis%1000 == 0 {
		return strconv.FormatInt(millis/1000, 10)
	}
	return strconv.FormatFloat(float64(millis)/1000, 'f', 3, 64)
}
