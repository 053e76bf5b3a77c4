// Package changes reads from the server when services were changed. What a change may
// have led to is decided in package review.
package changes

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/review"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// Ranger answers range queries.
type Ranger interface {
	Range(ctx context.Context, expr string, start, end time.Time, step time.Duration) ([]upstream.Series, upstream.Meta, error)
}

const (
	// points bounds the points of each series.
	points = 10_000
	// maxQueries bounds the queries whose changes one answer is about.
	maxQueries = 100
	// atATime bounds the queries that are under way.
	atATime = 4
)

// Read returns the changes that the series of an expression show in (from, to]. An
// answer that lacks anything makes them unknown.
func Read(ctx context.Context, server Ranger, expr string, from, to time.Time) review.Changes {
	step := max(time.Minute, (to.Sub(from)/points + time.Minute - 1).Truncate(time.Minute))
	from = from.Truncate(step)
	found, meta, err := server.Range(ctx, expr, from, to, step)
	switch {
	case err != nil:
		return review.Changes{Err: err}
	case meta.Partial:
		return review.Changes{Err: errors.New("the server's answer lacks data")}
	case len(found) == 0:
		return review.Changes{Err: fmt.Errorf("%s has no series", expr)}
	case !meta.Cut.IsZero():
		from = meta.Cut
	}
	return review.ChangesOf(seriesOf(found), from)
}

func seriesOf(found []upstream.Series) []review.Series {
	series := make([]review.Series, len(found))
	for i, s := range found {
		series[i].Labels = s.Labels
		for _, sample := range s.Samples {
			series[i].At, series[i].Values = append(series[i].At, time.UnixMilli(sample.T)), append(series[i].Values, sample.V)
		}
	}
	return series
}

// ReadAll returns the changes of the services that entries measure, by the query that
// their promises name: one request each, and unknown where there are too many.
func ReadAll(ctx context.Context, server Ranger, entries []budget.Entry, from, to time.Time) map[string]review.Changes {
	all := map[string]review.Changes{}
	var exprs []string
	for _, e := range entries {
		expr := review.ChangesQuery(e)
		if _, known := all[expr]; expr == "" || known {
			continue
		}
		all[expr] = review.Changes{Err: fmt.Errorf("more than %d promises name series of changes; select fewer SLOs", maxQueries)}
		if len(exprs) < maxQueries {
			exprs = append(exprs, expr)
		}
	}
	var lock sync.Mutex
	var group errgroup.Group
	group.SetLimit(atATime)
	for _, expr := range exprs {
		group.Go(func() error {
			read := Read(ctx, server, expr, from, to)
			lock.Lock()
			defer lock.Unlock()
			all[expr] = read
			return nil
		})
	}
	_ = group.Wait()
	return all
}
