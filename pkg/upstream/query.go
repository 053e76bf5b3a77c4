package upstream

import (
	"context"
	"time"
)

// Instant evaluates an expression over raw samples at one time, in whole
// milliseconds. It returns a series with one sample for each element of a vector,
// one series without labels for a scalar, and whole series for a range selector.
// Other callers may share the result; do not change it. A range in the expression
// is not kept within MaxRange.
func (c *Client) Instant(ctx context.Context, expr string, at time.Time) ([]Series, Meta, error) {
	return c.InstantQuery(ctx, Query{Expr: expr}, at)
}

// InstantQuery does what Instant does, for a Query.
func (c *Client) InstantQuery(ctx context.Context, q Query, at time.Time) ([]Series, Meta, error) {
	r := c.instantRequest(q, at.UnixMilli())
	a, err := shareFlight(ctx, c, r.key(), func(ctx context.Context) (answer, error) { return c.query(ctx, r) })
	return a.series, a.meta, err
}

// Range evaluates an expression over raw samples at start, start+step, … up to and
// including end, in whole milliseconds. It asks in as many requests as the limits
// demand, and in smaller ones where the server refuses them as too much. It returns
// series sorted by their labels. Where the server looks at nothing before some
// time, Meta.Cut says so. Other callers may share the result; do not change it.
func (c *Client) Range(ctx context.Context, expr string, start, end time.Time, step time.Duration) ([]Series, Meta, error) {
	return c.RangeQuery(ctx, Query{Expr: expr}, start, end, step)
}

// RangeQuery does what Range does, for a Query.
func (c *Client) RangeQuery(ctx context.Context, q Query, start, end time.Time, step time.Duration) ([]Series, Meta, error) {
	whole, err := newSpan(start, end, step)
	if err != nil {
		return nil, Meta{}, err
	}
	key := c.rangeRequest(q, whole).key()
	a, err := shareFlight(ctx, c, key, func(ctx context.Context) (answer, error) { return c.rangeParts(ctx, q, whole) })
	return a.series, a.meta, err
}

// MaxRange returns the longest time for which one request may ask, 0 if there is no
// limit. Range and Samples keep to it; callers of Instant keep the ranges in their
// expressions within it.
func (c *Client) MaxRange() time.Duration { return c.options.MaxRange }
