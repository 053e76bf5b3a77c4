package upstream

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"golang.org/x/sync/errgroup"
)

// edges finds the modifiers "@ start()" and "@ end()", which mean the edges of
// the request and so would change their meaning in a part of it.
var edges = regexp.MustCompile(`@\s*(start|end)\s*\(\s*\)`)

// rangeParts asks for a span in as many parts as the client's limits demand.
func (c *Client) rangeParts(ctx context.Context, expr string, whole span) (answer, error) {
	parts := whole.split(int64(c.options.MaxPoints), c.options.MaxRange)
	if len(parts) > 1 && edges.MatchString(expr) {
		return answer{}, splitsEdges(whole)
	}
	return c.fetchParts(ctx, expr, parts)
}

func splitsEdges(whole span) error {
	return &Error{
		Kind:    BadQuery,
		Message: fmt.Sprintf("the expression uses @ start() or @ end(), but its %d points do not fit in one request", whole.n),
		Mend:    "Write a fixed time after @, or ask for fewer points",
	}
}

func (c *Client) fetchParts(ctx context.Context, expr string, parts []span) (answer, error) {
	if len(parts) == 1 {
		return c.fetchPart(ctx, expr, parts[0])
	}
	answers := make([]answer, len(parts))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.options.Concurrency)
	for i, part := range parts {
		group.Go(func() (err error) {
			answers[i], err = c.fetchPart(ctx, expr, part)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return answer{}, err
	}
	return merge(answers), nil
}

// fetchPart asks for a part in one request, or in halves if that is too much.
func (c *Client) fetchPart(ctx context.Context, expr string, part span) (answer, error) {
	a, err := c.query(ctx, rangeRequest(expr, part))
	if err == nil {
		return arrange(a, part)
	}
	if kind, _ := KindOf(err); kind != TooMuch || part.n < 2 || edges.MatchString(expr) {
		return answer{}, err
	}
	return c.fetchParts(ctx, expr, part.halves())
}

// arrange sorts the series of an answer. It checks that they are what was asked
// for, since a wrong time would end up in the wrong place of the whole.
func arrange(a answer, asked span) (answer, error) {
	sortSeries(a.series)
	for i, s := range a.series {
		if i > 0 && labels.Equal(a.series[i-1].Labels, s.Labels) {
			return answer{}, strange("the same series twice: " + s.Labels.String())
		}
		if t, found := stray(s.Samples, asked); found {
			return answer{}, strange("a time that was not asked for, or not in order: " +
				time.UnixMilli(t).UTC().Format(time.RFC3339Nano))
		}
	}
	return a, nil
}

// stray is the first time that was not asked for or is not in order.
func stray(samples []Sample, asked span) (t int64, found bool) {
	last := asked.start - 1
	for _, sample := range samples {
		if sample.T <= last || !asked.has(sample.T) {
			return sample.T, true
		}
		last = sample.T
	}
	return 0, false
}

func strange(what string) error {
	return &Error{
		Kind:    NotPrometheus,
		Message: "the server's answer has " + what,
		Mend:    "Look for a proxy or cache before the server that changes queries or answers, such as one that aligns times with the step",
	}
}
