package ledger

import (
	"context"
	"math"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger/counter"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// Querier asks a server that speaks the Prometheus HTTP API. Range includes
// both ends, Samples only the later one; they split themselves under the
// server's limits.
type Querier interface {
	Instant(ctx context.Context, expr string, at time.Time) ([]upstream.Series, upstream.Meta, error)
	Samples(ctx context.Context, selector func(time.Duration) string, from, to time.Time) ([]upstream.Series, upstream.Meta, error)
	Range(ctx context.Context, expr string, start, end time.Time, step time.Duration) ([]upstream.Series, upstream.Meta, error)
}

// gridValues holds what the server has at grid points: the value of each series of
// each base, and the count of each direct term in each step.
type gridValues struct {
	bases  [][]upstream.Series
	counts []directCounts
	// minutes contains the answers of minutesOf.
	minutes []upstream.Series
	caveats
}

// directCounts holds the answers for a term whose events the server counts.
type directCounts struct {
	expr string
	weight
	series []upstream.Series
}

// samples holds the raw samples of each base in a window.
type samples struct {
	bases [][]upstream.Series
	caveats
}

// newest returns the time of the newest sample that can be a count, 0 if there is
// none.
func (s samples) newest() (t int64) {
	for _, series := range s.bases {
		for _, one := range series {
			for _, sample := range slices.Backward(one.Samples) {
				if counter.IsCount(sample.V) {
					t = max(t, sample.T)
					break
				}
			}
		}
	}
	return t
}

// fetcher asks the server for the sources of a plan.
type fetcher struct {
	q      Querier
	terms  []term
	bases  []base
	direct []directTerm

	seen *observations
}

// directTerm describes a term of the plan that is not a counter: the server counts
// its events.
type directTerm struct {
	source promql.Increments
	weight
}

func newFetcher(q Querier, plan *promql.Plan, now func() time.Time) *fetcher {
	terms := termsOf(plan)
	bases := basesOf(terms)
	f := &fetcher{q: q, terms: terms, bases: bases, seen: newObservations(bases, now)}
	for _, t := range terms {
		if source, ok := t.source.(promql.Increments); ok {
			f.direct = append(f.direct, directTerm{source, t.weight})
		}
	}
	return f
}

// fetchGridValues asks for the grid points first, first+step, … last.
func (f *fetcher) fetchGridValues(ctx context.Context, first, last, step int64) (*gridValues, error) {
	g := &gridValues{}
	var more, most caveats
	eg, ctx := errgroup.WithContext(ctx)
	eg.Go(guard.Func(func() (err error) {
		g.bases, g.caveats, err = f.askBases(ctx, func(ctx context.Context, c promql.Counter) ([]upstream.Series, upstream.Meta, error) {
			return f.askRange(ctx, c.Curve(), first, last, step)
		})
		return err
	}))
	eg.Go(guard.Func(func() (err error) {
		g.counts, more, err = f.countSteps(ctx, first, last, step)
		return err
	}))
	eg.Go(guard.Func(func() (err error) {
		g.minutes, most, err = f.minutesOf(ctx, first, last, step)
		return err
	}))
	err := eg.Wait()
	g.merge(more)
	g.merge(most)
	return g, err
}

// askBases asks for the series of each base.
func (f *fetcher) askBases(ctx context.Context, ask func(context.Context, promql.Counter) ([]upstream.Series, upstream.Meta, error)) ([][]upstream.Series, caveats, error) {
	bases, noted, err := askAll(ctx, len(f.bases), func(ctx context.Context, i int) ([]upstream.Series, upstream.Meta, error) {
		return ask(ctx, f.bases[i].counter)
	})
	for i, series := range bases {
		f.seen.addSeries(i, series)
	}
	return bases, noted, err
}

// askAll asks n questions at the same time.
func askAll(ctx context.Context, n int, ask func(ctx context.Context, i int) ([]upstream.Series, upstream.Meta, error)) (all [][]upstream.Series, noted caveats, err error) {
	all = make([][]upstream.Series, n)
	metas := make([]upstream.Meta, n)
	eg, ctx := errgroup.WithContext(ctx)
	for i := range n {
		eg.Go(guard.Func(func() (err error) {
			all[i], metas[i], err = ask(ctx, i)
			return err
		}))
	}
	err = eg.Wait()
	for _, meta := range metas {
		noted.add(meta)
	}
	return all, noted, err
}

// countSteps asks for the counts of each direct term in the steps that end at
// first, first+step, … last.
func (f *fetcher) countSteps(ctx context.Context, first, last, step int64) ([]directCounts, caveats, error) {
	return f.askDirect(ctx, step, func(ctx context.Context, expr string) ([]upstream.Series, upstream.Meta, error) {
		return f.askRange(ctx, expr, first, last, step)
	})
}

// countOver asks for the count of each direct term in (from, to].
func (f *fetcher) countOver(ctx context.Context, from, to int64) ([]directCounts, caveats, error) {
	return f.askDirect(ctx, to-from, func(ctx context.Context, expr string) ([]upstream.Series, upstream.Meta, error) {
		return f.askInstant(ctx, expr, to)
	})
}

// askDirect asks for the counts of each direct term over a length.
func (f *fetcher) askDirect(ctx context.Context, length int64, ask func(ctx context.Context, expr string) ([]upstream.Series, upstream.Meta, error)) ([]directCounts, caveats, error) {
	all := make([]directCounts, len(f.direct))
	for i, d := range f.direct {
		all[i] = directCounts{expr: d.source.Over(milliseconds(length)), weight: d.weight}
	}
	answers, noted, err := askAll(ctx, len(all), func(ctx context.Context, i int) ([]upstream.Series, upstream.Meta, error) {
		return ask(ctx, all[i].expr)
	})
	for i, series := range answers {
		all[i].series = series
	}
	f.dropInvalid(all)
	return all, noted, err
}

// dropInvalid drops values that cannot be counts, with all others of the same
// events: nothing is known of a step of which one count is wrong. NaN without
// others is a quotient of no events, and deserves no notice.
func (f *fetcher) dropInvalid(all []directCounts) {
	wrong, others := map[sampleID]bool{}, map[sampleID]bool{}
	for _, c := range all {
		c.each(func(one sampleID, v float64) {
			if counter.IsCount(v) {
				others[one] = others[one] || v > 0
			} else {
				wrong[one] = true
			}
		})
	}
	if len(wrong) == 0 {
		return
	}
	for i, c := range all {
		c.each(func(one sampleID, v float64) {
			if !counter.IsCount(v) && (others[one] || !math.IsNaN(v)) {
				f.seen.addInvalid(sampleID{c.name(one.series), one.t}, v)
			}
		})
		all[i].series = c.without(wrong)
	}
}

// name returns how a notice names the term's count of a group with labels.
func (c directCounts) name(group string) string {
	if group == "{}" {
		return c.expr
	}
	return c.expr + " for " + group
}

// each yields all counts of a term.
func (c directCounts) each(yield func(one sampleID, v float64)) {
	for _, s := range c.series {
		name := s.Labels.String()
		for _, sample := range s.Samples {
			yield(sampleID{name, sample.T}, sample.V)
		}
	}
}

// without returns the series without some of the counts.
func (c directCounts) without(wrong map[sampleID]bool) []upstream.Series {
	kept := slices.Clone(c.series)
	for i, s := range kept {
		name := s.Labels.String()
		kept[i].Samples = slices.DeleteFunc(slices.Clone(s.Samples), func(sample upstream.Sample) bool { return wrong[sampleID{name, sample.T}] })
	}
	return kept
}

func (f *fetcher) askRange(ctx context.Context, expr string, first, last, step int64) ([]upstream.Series, upstream.Meta, error) {
	series, meta, err := f.q.Range(ctx, expr, at(first), at(last), milliseconds(step))
	f.seen.addWarnings(meta)
	return series, meta, err
}

// raw asks for the samples of each base in (from, to].
func (f *fetcher) raw(ctx context.Context, from, to int64) (samples, error) {
	bases, noted, err := f.askBases(ctx, func(ctx context.Context, c promql.Counter) ([]upstream.Series, upstream.Meta, error) {
		return f.askSamples(ctx, c.Samples, from, to)
	})
	return samples{bases, noted}, err
}

// askSamples asks for the raw samples in (from, to] of a range selector.
func (f *fetcher) askSamples(ctx context.Context, selector func(time.Duration) string, from, to int64) ([]upstream.Series, upstream.Meta, error) {
	series, meta, err := f.q.Samples(ctx, selector, at(from), at(to))
	f.seen.addWarnings(meta)
	return series, meta, err
}

// records asks for what is recorded of the plan with a fingerprint in (from, to].
func (f *fetcher) records(ctx context.Context, fingerprint string, from, to int64) ([]upstream.Series, caveats, error) {
	series, meta, err := f.askSamples(ctx, func(d time.Duration) string { return promql.RecordedSamples(fingerprint, d) }, from, to)
	var noted caveats
	noted.add(meta)
	return series, noted, err
}

func (f *fetcher) askInstant(ctx context.Context, expr string, t int64) ([]upstream.Series, upstream.Meta, error) {
	series, meta, err := f.q.Instant(ctx, expr, at(t))
	f.seen.addWarnings(meta)
	return series, meta, err
}
