package upstream

import (
	"context"
	"fmt"
	"time"
)

// Check asks the server a query with a known answer. The error says in one sentence
// what is wrong, and in another what to do about it.
func (c *Client) Check(ctx context.Context) error {
	series, _, err := c.Instant(ctx, "vector(1)", time.Now())
	if err != nil {
		return err
	}
	if len(series) != 1 || len(series[0].Samples) != 1 || series[0].Samples[0].V != 1 {
		return c.notPrometheusError(fmt.Sprintf("answered vector(1) with %v", series))
	}
	return nil
}
