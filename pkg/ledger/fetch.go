package ledger

import (
	"context"
	"math"
	"slices"
	"sync"
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

// gridValues is what the server has at the grid points of a chunk: the value of each
// series of each base, and the count of each direct source in each step.
type gridValues struct {
	bases  [][]upstream.Series
	counts []directCounts
	caveats
}

// directCounts are the answers for a term that counts events directly.
type directCounts struct {
	expr string
	weight
	series []upstream.Series
}

// samples are the raw samples of each base in a stretch of time.
type samples struct {
	bases [][]upstream.Series
	caveats
}

// newest returns the time of the newest sample that is a count, 0 if there is
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

// fetcher asks for the plan's sources.
type fetcher struct {
	q      Querier
	terms  []term
	bases  []base
	direct []directTerm

	mu sync.Mutex
	// seen says which bases had a series, names which labels these have.
	seen  []bool
	names []map[string]bool
	// warnings are what the server said that does not make answers partial,
	// each with the time at which it did so last.
	warnings map[string]time.Time
	now      func() time.Time
	invalid  invalidSamples
}

// directTerm is a term of the plan that is no counter.
type directTerm struct {
	source promql.Increments
	weight
}

func newFetcher(q Querier, plan *promql.Plan, now func() time.Time) *fetcher {
	terms := termsOf(plan)
	f := &fetcher{q: q, terms: terms, bases: basesOf(terms), warnings: map[string]time.Time{}, now: now}
	f.seen, f.names = make([]bool, len(f.bases)), make([]map[string]bool, len(f.bases))
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
	var beside caveats
	eg, ctx := errgroup.WithContext(ctx)
	eg.Go(guard.Func(func() (err error) {
		g.bases, g.caveats, err = f.askBases(ctx, func(ctx context.Context, c promql.Counter) ([]upstream.Series, upstream.Meta, error) {
			return f.askRange(ctx, c.Curve(), first, last, step)
		})
		return err
	}))
	eg.Go(guard.Func(func() (err error) {
		g.counts, beside, err = f.countSteps(ctx, first, last, step)
		return err
	}))
	err := eg.Wait()
	g.merge(beside)
	return g, err
}

// askBases asks for the series of each base.
func (f *fetcher) askBases(ctx context.Context, ask func(context.Context, promql.Counter) ([]upstream.Series, upstream.Meta, error)) ([][]upstream.Series, caveats, error) {
	bases, heard, err := askAll(ctx, len(f.bases), func(ctx context.Context, i int) ([]upstream.Series, upstream.Meta, error) {
		return ask(ctx, f.bases[i].counter)
	})
	for i, series := range bases {
		f.noteSeries(i, series)
	}
	return bases, heard, err
}

// askAll asks n questions at the same time.
func askAll(ctx context.Context, n int, ask func(ctx context.Context, i int) ([]upstream.Series, upstream.Meta, error)) (all [][]upstream.Series, heard caveats, err error) {
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
		heard.add(meta)
	}
	return all, heard, err
}

// countSteps asks each direct source for its count in the steps that end at first,
// first+step, … last.
func (f *fetcher) countSteps(ctx context.Context, first, last, step int64) ([]directCounts, caveats, error) {
	return f.askDirect(ctx, step, func(ctx context.Context, expr string) ([]upstream.Series, upstream.Meta, error) {
		return f.askRange(ctx, expr, first, last, step)
	})
}

// countOver asks each direct source for its count in (from, to].
func (f *fetcher) countOver(ctx context.Context, from, to int64) ([]directCounts, caveats, error) {
	return f.askDirect(ctx, to-from, func(ctx context.Context, expr string) ([]upstream.Series, upstream.Meta, error) {
		return f.askInstant(ctx, expr, to)
	})
}

// askDirect asks for the count of each direct source over a length.
func (f *fetcher) askDirect(ctx context.Context, length int64, ask func(ctx context.Context, expr string) ([]upstream.Series, upstream.Meta, error)) ([]directCounts, caveats, error) {
	all := make([]directCounts, len(f.direct))
	for i, d := range f.direct {
		all[i] = directCounts{expr: d.source.Over(milliseconds(length)), weight: d.weight}
	}
	answers, heard, err := askAll(ctx, len(all), func(ctx context.Context, i int) ([]upstream.Series, upstream.Meta, error) {
		return ask(ctx, all[i].expr)
	})
	for i, series := range answers {
		all[i].series = series
	}
	f.dropInvalid(all)
	return all, heard, err
}

// dropInvalid leaves out the counts that are none, with all others of the same events:
// of a step of which one count is wrong nothing is known. Where there are no others
// it is a quotient of no events that is NaN, and not worth a word.
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
				f.noteInvalid(sampleID{c.name(one.series), one.t}, v)
			}
		})
		all[i].series = c.without(wrong)
	}
}

// name returns that of the term's count of a group with labels.
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
	f.noteWarnings(meta)
	return series, meta, err
}

// raw asks for the samples of each base in (from, to].
func (f *fetcher) raw(ctx context.Context, from, to int64) (samples, error) {
	bases, heard, err := f.askBases(ctx, func(ctx context.Context, c promql.Counter) ([]upstream.Series, upstream.Meta, error) {
		return f.askSamples(ctx, c.Samples, from, to)
	})
	return samples{bases, heard}, err
}

// askSamples asks for the raw samples in (from, to] of a range selector.
func (f *fetcher) askSamples(ctx context.Context, selector func(time.Duration) string, from, to int64) ([]upstream.Series, upstream.Meta, error) {
	series, meta, err := f.q.Samples(ctx, selector, at(from), at(to))
	f.noteWarnings(meta)
	return series, meta, err
}

// records asks for what is recorded in (from, to] of the plan with a fingerprint.
func (f *fetcher) records(ctx context.Context, fingerprint string, from, to int64) ([]upstream.Series, caveats, error) {
	series, meta, err := f.askSamples(ctx, func(d time.Duration) string { return promql.RecordedSamples(fingerprint, d) }, from, to)
	var heard caveats
	heard.add(meta)
	return series, heard, err
}

func (f *fetcher) askInstant(ctx context.Context, expr string, t int64) ([]upstream.Series, upstream.Meta, error) {
	series, meta, err := f.q.Instant(ctx, expr, at(t))
	f.noteWarnings(meta)
	return series, meta, err
}
