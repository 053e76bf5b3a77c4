package upstream

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"time"

	"github.com/prometheus/prometheus/model/labels"
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

// sortAndCheck returns an answer with its series sorted. It checks that they are
// what was asked for, since a wrong time would end up in the wrong place of the
// whole.
func sortAndCheck(a answer, asked span) (answer, error) {
	if err := sortUnique(a.series); err != nil {
		return answer{}, err
	}
	for _, s := range a.series {
		if t, found := firstStray(s.Samples, asked.has); found {
			return answer{}, unexpectedTime(t)
		}
	}
	return a, nil
}

func sortUnique(series []Series) error {
	sortSeries(series)
	for i := 1; i < len(series); i++ {
		if labels.Equal(series[i-1].Labels, series[i].Labels) {
			return unexpectedAnswer("the same series twice: " + series[i].Labels.String())
		}
	}
	return nil
}

// firstStray returns the first time that was not asked for or is not in order.
func firstStray(samples []Sample, asked func(t int64) bool) (t int64, found bool) {
	last := int64(math.MinInt64)
	for _, sample := range samples {
		if sample.T <= last || !asked(sample.T) {
			return sample.T, true
		}
		last = sample.T
	}
	return 0, false
}

func unexpectedTime(t int64) error {
	return unexpectedAnswer("a time that was not asked for, or not in order: " + time.UnixMilli(t).UTC().Format(time.RFC3339Nano))
}

func unexpectedAnswer(what string) error {
	return &Error{
		Kind:    NotPrometheus,
		Message: "the server's answer has " + what,
		Hint:    "Look for a proxy or cache before the server that changes queries or answers, such as one that aligns times with the step",
	}
}
