package ledger

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/ledger/counter"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// Thanos keeps raw samples for a while, and after that one point for 5 minutes,
// and later for an hour. A selector reads the mean of such points, which is no
// counter; increase() reads the counter that they keep, as exactly as over raw
// samples but for its ends. So time before the first raw sample is counted by
// increase() over blocks of a week, whose events lie in them as increase() over
// twelve points each says.
const (
	coarsePoints = 12
	coarseBlock  = 7 * 24 * time.Hour
)

// downsamples is a Querier whose server may keep downsampled data.
type downsamples interface {
	RangeQuery(ctx context.Context, q upstream.Query, start, end time.Time, step time.Duration) ([]upstream.Series, upstream.Meta, error)
	InstantQuery(ctx context.Context, q upstream.Query, at time.Time) ([]upstream.Series, upstream.Meta, error)
}

// coarse is what is known of downsampled data.
type coarse struct {
	// stretches are those that were counted from it, by resolution.
	stretches map[time.Duration]window
}

// coarsen counts the time of a book before its first raw samples from downsampled
// data, if the server has any. Servers that do not downsample ignore the
// resolution, and have nothing there either.
func (l *Ledger) coarsen(ctx context.Context, b *book) error {
	q, ok := l.fetch.q.(downsamples)
	if !ok {
		return nil
	}
	for _, resolution := range []time.Duration{5 * time.Minute, time.Hour} {
		if w := b.before(resolution); w.first < w.last && coarsePoints*resolution.Milliseconds() <= l.fetch.longestRange() {
			if err := l.count12(ctx, q, b, w, resolution); err != nil {
				return err
			}
		}
	}
	return nil
}

// before returns the time before the first step with data, in whole cells of a
// resolution that end there.
func (b *book) before(resolution time.Duration) window {
	last := b.first
	for _, s := range b.steps {
		if s.marks&covered != 0 {
			break
		}
		last += b.step
	}
	cell := coarsePoints * resolution.Milliseconds()
	if cell%b.step != 0 {
		return window{}
	}
	return whole(last-floor(last-b.first, cell), last)
}

// count12 counts a window from data of a resolution, block by block.
func (l *Ledger) count12(ctx context.Context, q downsamples, b *book, w window, resolution time.Duration) error {
	block := floor(min(coarseBlock.Milliseconds(), l.fetch.longestRange()), coarsePoints*resolution.Milliseconds())
	for last := w.last; last > w.first; last -= block {
		part := whole(max(w.first, last-block), last)
		s, err := l.coarseSheet(ctx, q, part, resolution)
		if err != nil {
			return err
		}
		if len(s.groups) == 0 {
			return nil // there is nothing before either
		}
		b.replace(s)
		if l.coarse.stretches == nil {
			l.coarse.stretches = map[time.Duration]window{}
		}
		told, ok := l.coarse.stretches[resolution]
		if !ok {
			told = part
		}
		told.first = min(told.first, part.first)
		l.coarse.stretches[resolution] = told
	}
	return nil
}

// coarseSheet counts a block from data of a resolution.
func (l *Ledger) coarseSheet(ctx context.Context, q downsamples, w window, resolution time.Duration) (*sheet, error) {
	s := newSheet(w, l.step)
	s.coarse = true
	add := func(sum promql.Sum, enter func(group int, from, to int64, n float64)) error {
		for _, term := range sum {
			if err := l.coarseTerm(ctx, q, term, w, resolution, enter, s); err != nil {
				return err
			}
		}
		return nil
	}
	if err := add(l.plan.Bad, func(group int, from, to int64, n float64) { s.lay(group, from, to, n, 0, false) }); err != nil {
		return nil, err
	}
	return s, add(l.plan.Total, func(group int, from, to int64, n float64) { s.lay(group, from, to, 0, n, true) })
}

// coarseTerm counts a term in cells of twelve points, which are made to come to
// what one increase() over the block counts.
func (l *Ledger) coarseTerm(ctx context.Context, q downsamples, term promql.Term, w window, resolution time.Duration, enter func(group int, from, to int64, n float64), s *sheet) error {
	cell := coarsePoints * resolution
	ask := func(d time.Duration) upstream.Query {
		return upstream.Query{Expr: term.Source.Increase(d, l.plan.GroupBy), Resolution: resolution}
	}
	cells, meta, err := q.RangeQuery(ctx, ask(cell), at(w.first).Add(cell), at(w.last), cell)
	if err != nil {
		return err
	}
	whole, wholeMeta, err := q.InstantQuery(ctx, ask(milliseconds(w.last-w.first)), at(w.last))
	if err != nil {
		return err
	}
	var heard said
	heard.hear(meta)
	heard.hear(wholeMeta)
	s.hear(heard)
	sums := map[int]float64{}
	for _, one := range whole {
		for _, sample := range one.Samples {
			sums[l.groups.index(one.Labels, l.plan.GroupBy)] += sample.V
		}
	}
	for _, one := range cells {
		group, found := l.groups.index(one.Labels, l.plan.GroupBy), 0.0
		for _, sample := range one.Samples {
			found += sample.V
		}
		factor := sums[group] / found
		if _, isCounter := term.Source.(promql.Counter); !isCounter || math.IsNaN(factor) || math.IsInf(factor, 0) {
			factor = 1
		}
		for _, sample := range one.Samples {
			if counter.Counts(sample.V) {
				enter(group, sample.T-cell.Milliseconds(), sample.T, term.Coefficient*factor*sample.V)
			}
		}
	}
	return nil
}

// coarseNotices tells of the time that was counted from downsampled data.
func (l *Ledger) coarseNotices() (all []string) {
	for _, resolution := range []time.Duration{5 * time.Minute, time.Hour} {
		if w, ok := l.coarse.stretches[resolution]; ok {
			all = append(all, fmt.Sprintf("From %s to %s the server has downsampled data only, one point every %d minutes: events are known to %d hours",
				clock(w.first), clock(w.last), int(resolution.Minutes()), int((coarsePoints*resolution).Hours())))
		}
	}
	return all
}
