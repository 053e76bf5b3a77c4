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

// Thanos keeps raw samples for a while, after that one point for 5 minutes, and
// later one for an hour. A selector reads the mean of such points, which is no
// counter; increase() reads the counter that they keep, as exactly as over raw
// samples but for its ends. So time before the first raw sample is counted by
// increase() over blocks of a week, whose events are distributed as increase() over
// twelve points each says.
const (
	pointsPerCell = 12
	blockLength   = 7 * 24 * time.Hour
)

// resolutions returns the resolutions of downsampled data, the finest first.
func resolutions() []time.Duration { return []time.Duration{5 * time.Minute, time.Hour} }

// downsamplingQuerier is implemented by a Querier whose server may keep downsampled
// data.
type downsamplingQuerier interface {
	RangeQuery(ctx context.Context, q upstream.Query, start, end time.Time, step time.Duration) ([]upstream.Series, upstream.Meta, error)
	InstantQuery(ctx context.Context, q upstream.Query, at time.Time) ([]upstream.Series, upstream.Meta, error)
}

// downsampledData describes what a server keeps at a resolution.
type downsampledData struct {
	downsamplingQuerier
	resolution time.Duration
	by         []string // the grouping labels
}

// cell returns the length of the cells in which events are known.
func (d downsampledData) cell() time.Duration { return pointsPerCell * d.resolution }

// fillFromDownsamples counts the time before the first raw samples of some sealed
// steps from downsampled data, if the server has any. Servers that do not downsample
// ignore the resolution, and have nothing there either.
func (l *Ledger) fillFromDownsamples(ctx context.Context, b *sealedSteps) error {
	q, ok := l.fetch.q.(downsamplingQuerier)
	if !ok {
		return nil
	}
	for _, resolution := range resolutions() {
		d := downsampledData{q, resolution, l.plan.GroupBy}
		if w := b.before(d.cell().Milliseconds()); w.first < w.last && d.cell().Milliseconds() <= l.fetch.longestRange() {
			if err := l.countBlocks(ctx, d, b, w); err != nil {
				return err
			}
		}
	}
	return nil
}

// countBlocks counts a window of sealed steps from downsampled data, block by block,
// the latest first.
func (l *Ledger) countBlocks(ctx context.Context, d downsampledData, s *sealedSteps, w window) error {
	length := floor(min(blockLength.Milliseconds(), l.fetch.longestRange()), d.cell().Milliseconds())
	for last := w.last; last > w.first; last -= length {
		block := wholeSteps(max(w.first, last-length), last)
		b, err := l.countBlock(ctx, d, block)
		if err != nil {
			return err
		}
		if len(b.groups) == 0 {
			return nil // there is nothing before either
		}
		s.replace(b)
		l.account.noteResolution(d.resolution, block)
	}
	return nil
}

// countBlock counts a block from downsampled data. What the cells hold is scaled to
// what increase() over the whole block counts.
func (l *Ledger) countBlock(ctx context.Context, d downsampledData, block window) (*batch, error) {
	groups := l.account.groups
	b := newBatch(block, l.account.step)
	b.downsampled = true
	for _, t := range l.fetch.terms {
		cells, sums, noted, err := d.increases(ctx, t.source, block)
		if err != nil {
			return nil, err
		}
		b.merge(noted)
		_, isCounter := t.source.(promql.Counter)
		sumOf := map[int]float64{}
		for _, one := range sums {
			sumOf[groups.index(one.Labels, d.by)] += sampleSum(one)
		}
		for _, one := range cells {
			group := groups.index(one.Labels, d.by)
			factor := sumOf[group] / sampleSum(one)
			if !isCounter || math.IsNaN(factor) || math.IsInf(factor, 0) {
				factor = 1
			}
			for _, sample := range one.Samples {
				if counter.IsCount(sample.V) {
					b.addEvenly(group, sample.T-d.cell().Milliseconds(), sample.T, t.weight, factor*sample.V)
				}
			}
		}
	}
	return b, nil
}

// increases returns what increase() of a source counts in each cell of a block, and
// in all of it at once.
func (d downsampledData) increases(ctx context.Context, source promql.Source, block window) (cells, sums []upstream.Series, noted caveats, err error) {
	increase := func(length time.Duration) upstream.Query {
		return upstream.Query{Expr: source.Increase(length, d.by), Resolution: d.resolution}
	}
	cells, meta, err := d.RangeQuery(ctx, increase(d.cell()), at(block.first).Add(d.cell()), at(block.last), d.cell())
	if err != nil {
		return nil, nil, noted, err
	}
	noted.add(meta)
	sums, meta, err = d.InstantQuery(ctx, increase(milliseconds(block.last-block.first)), at(block.last))
	noted.add(meta)
	return cells, sums, noted, err
}

// sampleSum returns the sum of a series' samples.
func sampleSum(b upstream.Series) (sum float64) {
	for _, sample := range b.Samples {
		sum += sample.V
	}
	return sum
}

// noteResolution notes that a block was counted from data of a resolution.
func (a *account) noteResolution(resolution time.Duration, block window) {
	if a.downsampled == nil {
		a.downsampled = map[time.Duration]window{}
	}
	if later, ok := a.downsampled[resolution]; ok {
		block = wholeSteps(min(later.first, block.first), later.last)
	}
	a.downsampled[resolution] = block
}

// downsampledNotices returns a notice of the time that was counted from downsampled
// data, for each resolution.
func (a *account) downsampledNotices() (all []string) {
	for _, resolution := range resolutions() {
		if w, ok := a.downsampled[resolution]; ok {
			all = append(all, fmt.Sprintf("From %s to %s the server has downsampled data only, one point every %d minutes: events are known to %d hours",
				formatTime(w.first), formatTime(w.last), int(resolution.Minutes()), int((pointsPerCell*resolution).Hours())))
		}
	}
	return all
}
