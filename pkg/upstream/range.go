package upstream

import (
	"context"
	"fmt"
	"regexp"
	"time"
)

// edgeModifiers matches the modifiers "@ start()" and "@ end()", which mean the
// edges of the request and so would mean something else in a part of it.
var edgeModifiers = regexp.MustCompile(`@\s*(start|end)\s*\(\s*\)`)

// rangeParts asks for a span in as many parts as the client's limits demand.
func (c *Client) rangeParts(ctx context.Context, q Query, whole span) (answer, error) {
	parts := whole.split(int64(c.options.MaxPoints), c.longest(q.Expr))
	ask := func(ctx context.Context, part span) (answer, error) { return c.askRange(ctx, q, part) }
	switch {
	case !edgeModifiers.MatchString(q.Expr):
		return newSplitter(c, ask).askAll(ctx, parts)
	case len(parts) > 1:
		return answer{}, edgesError(whole)
	}
	return ask(ctx, whole)
}

// longest returns the longest span for which one request may ask. Servers may also
// count what the expression reads before its first time; where that alone exceeds
// the limit, splitting cannot help, and the server may not count it.
func (c *Client) longest(expr string) time.Duration {
	limit := c.options.MaxRange
	if limit == 0 {
		return 0
	}
	if rest := limit - lookbackOf(expr); rest > 0 {
		return rest
	}
	return limit
}

func edgesError(whole span) error {
	return &Error{
		Kind:    BadQuery,
		Message: fmt.Sprintf("the expression uses @ start() or @ end(), but its %d points do not fit in one request", whole.n),
		Hint:    "Write a fixed time after @, or ask for fewer points",
	}
}
