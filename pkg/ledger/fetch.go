package ledger

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// Querier asks a server that speaks the Prometheus HTTP API. Range includes
// both ends and splits itself under the server's limits.
type Querier interface {
	Instant(ctx context.Context, expr string, at time.Time) ([]upstream.Series, upstream.Meta, error)
	Range(ctx context.Context, expr string, start, end time.Time, step time.Duration) ([]upstream.Series, upstream.Meta, error)
}

// grid is what the server has at the grid points of a chunk: the value of each
// series of each base, and the count of each direct source in each step.
type grid struct {
	bases  [][]upstream.Series
	counts []counts
}

// counts are the answers for a term that counts events directly.
type counts struct {
	bad, total float64
	series     []upstream.Series
}

// fetcher asks for the plan's sources and gathers what the server says beside.
type fetcher struct {
	q      Querier
	bases  []base
	direct []directTerm

	mu      sync.Mutex
	notices map[string]bool
}

// directTerm is a term of the plan that is no counter, with its coefficients.
type directTerm struct {
	source     promql.Increments
	bad, total float64
}

func newFetcher(q Querier, plan *promql.Plan, bases []base) *fetcher {
	f := &fetcher{q: q, bases: slices.Clone(bases), notices: map[string]bool{}}
	for _, term := range plan.Bad {
		if source, ok := term.Source.(promql.Increments); ok {
			f.direct = append(f.direct, directTerm{source, term.Coefficient, 0})
		}
	}
	for _, term := range plan.Total {
		if source, ok := term.Source.(promql.Increments); ok {
			f.direct = append(f.direct, directTerm{source, 0, term.Coefficient})
		}
	}
	return f
}

// grid asks for the grid points first, first+step, … last.
func (f *fetcher) grid(ctx context.Context, first, last, step int64) (*grid, error) {
	g := &grid{bases: make([][]upstream.Series, len(f.bases))}
	eg, ctx := errgroup.WithContext(ctx)
	for i, b := range f.bases {
		eg.Go(func() (err error) {
			g.bases[i], err = f.rows(ctx, b.counter.Curve(), first, last, step)
			return err
		})
	}
	eg.Go(func() (err error) {
		g.counts, err = f.counts(ctx, first, last, step)
		return err
	})
	return g, eg.Wait()
}

// counts asks each direct source for its count in the steps that end at first,
// first+step, … last.
func (f *fetcher) counts(ctx context.Context, first, last, step int64) ([]counts, error) {
	all := make([]counts, len(f.direct))
	eg, ctx := errgroup.WithContext(ctx)
	for i, d := range f.direct {
		eg.Go(func() error {
			series, err := f.rows(ctx, d.source.Over(milliseconds(step)), first, last, step)
			all[i] = counts{d.bad, d.total, series}
			return err
		})
	}
	return all, eg.Wait()
}

func (f *fetcher) rows(ctx context.Context, expr string, first, last, step int64) ([]upstream.Series, error) {
	series, meta, err := f.q.Range(ctx, expr, at(first), at(last), milliseconds(step))
	f.note(meta)
	return series, err
}

// raw asks for the samples of each base in (from, to].
func (f *fetcher) raw(ctx context.Context, from, to int64) ([][]upstream.Series, error) {
	bases := make([][]upstream.Series, len(f.bases))
	eg, ctx := errgroup.WithContext(ctx)
	for i, b := range f.bases {
		eg.Go(func() (err error) {
			bases[i], err = f.instant(ctx, b.counter.Samples(milliseconds(to-from)), to)
			return err
		})
	}
	return bases, eg.Wait()
}

// over asks each direct source for its count in (from, to].
func (f *fetcher) over(ctx context.Context, from, to int64) ([]counts, error) {
	all := make([]counts, len(f.direct))
	eg, ctx := errgroup.WithContext(ctx)
	for i, d := range f.direct {
		eg.Go(func() error {
			series, err := f.instant(ctx, d.source.Over(milliseconds(to-from)), to)
			all[i] = counts{d.bad, d.total, series}
			return err
		})
	}
	return all, eg.Wait()
}

// records asks for what is recorded in (from, to] of the plan with a fingerprint.
func (f *fetcher) records(ctx context.Context, fingerprint string, from, to int64) ([]upstream.Series, error) {
	return f.instant(ctx, promql.RecordedSamples(fingerprint, milliseconds(to-from)), to)
}

func (f *fetcher) instant(ctx context.Context, expr string, t int64) ([]upstream.Series, error) {
	series, meta, err := f.q.Instant(ctx, expr, at(t))
	f.note(meta)
	return series, err
}

func (f *fetcher) note(meta upstream.Meta) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, warning := range meta.Warnings {
		f.notices[warning] = true
	}
}

// said are the warnings that came with answers.
func (f *fetcher) said() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Sorted(maps.Keys(f.notices))
}

func at(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
