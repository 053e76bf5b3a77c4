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
	pointsPerCell = 12
	blockLength   = 7 * 24 * time.Hour
)

// resolutions returns those of downsampled data, the finest first.
func resolutions() []time.Duration { return []time.Duration{5 * time.Minute, time.Hour} }

// downsamplingQuerier is a Querier whose server may keep downsampled data.
type downsamplingQuerier interface {
	RangeQuery(ctx context.Context, q upstream.Query, start, end time.Time, step time.Duration) ([]upstream.Series, upstream.Meta, error)
	InstantQuery(ctx context.Context, q upstream.Query, at time.Time) ([]upstream.Series, upstream.Meta, error)
}

// downsampledData is what a server keeps at a resolution.
type downsampledData struct {
	downsamplingQuerier
	resolution time.Duration
	by         []string // the grouping labels
}

// cell returns the length of the cells in which events are known.
func (d downsampledData) cell() time.Duration { return pointsPerCell * d.resolution }

// countDownsampledTime counts the time of a book before its first raw samples from
// downsampled data, if the server has any. Servers that do not downsample ignore
// the resolution, and have nothing there either.
func (l *Ledger) countDownsampledTime(ctx context.Context, b *sealedSteps) error {
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

// countBlocks counts a window of a book from downsampled data, block by block,
// the latest first.
func (l *Ledger) countBlocks(ctx context.Context, d downsampledData, b *sealedSteps, w window) error {
	length := floor(min(blockLength.Milliseconds(), l.fetch.longestRange()), d.cell().Milliseconds())
	for last := w.last; last > w.first; last -= length {
		block := wholeSteps(max(w.first, last-length), last)
		s, err := l.countBlock(ctx, d, block)
		if err != nil {
			return err
		}
		if len(s.groups) == 0 {
			return nil // there is nothing before either
		}
		b.replace(s)
		l.noteResolution(d.resolution, block)
	}
	return nil
}

// noteResolution notes that a block was counted from data of a resolution.
func (l *Ledger) noteResolution(resolution time.Duration, block window) {
	if l.downsampled == nil {
		l.downsampled = map[time.Duration]window{}
	}
	if later, ok := l.downsampled[resolution]; ok {
		block = wholeSteps(min(later.first, block.first), later.last)
	}
	l.downsampled[resolution] = block
}

// countBlock counts a block from downsampled data.
func (l *Ledger) countBlock(ctx context.Context, d downsampledData, block window) (*batch, error) {
	s := newBatch(block, l.step)
	s.downsampled = true
	for _, t := range l.fetch.terms {
		cells, sums, heard, err := d.increases(ctx, t.source, block)
		if err != nil {
			return nil, err
		}
		s.merge(heard)
		_, isCounter := t.source.(promql.Counter)
		sumOf := map[int]float64{}
		for _, one := range sums {
			sumOf[l.groups.index(one.Labels, d.by)] += sampleSum(one)
		}
		for _, one := range cells {
			group := l.groups.index(one.Labels, d.by)
			factor := sumOf[group] / sampleSum(one)
			if !isCounter || math.IsNaN(factor) || math.IsInf(factor, 0) {
				factor = 1
			}
			for _, sample := range one.Samples {
				if counter.IsCount(sample.V) {
					s.addEvenly(group, sample.T-d.cell().Milliseconds(), sample.T, t.weight, factor*sample.V)
				}
			}
		}
	}
	return s, nil
}

// increases asks what increase() of a source counts in each cell of a block, and in all
// of it at once: the cells are made to come to the latter.
func (d downsampledData) increases(ctx context.Context, source promql.Source, block window) (cells, sums []upstream.Series, heard caveats, err error) {
	increase := func(length time.Duration) upstream.Query {
		return upstream.Query{Expr: source.Increase(length, d.by), Resolution: d.resolution}
	}
	cells, meta, err := d.RangeQuery(ctx, increase(d.cell()), at(block.first).Add(d.cell()), at(block.last), d.cell())
	if err != nil {
		return nil, nil, heard, err
	}
	heard.add(meta)
	sums, meta, err = d.InstantQuery(ctx, increase(milliseconds(block.last-block.first)), at(block.last))
	heard.add(meta)
	return cells, sums, heard, err
}

// sampleSum returns the sum of a series' samples.
func sampleSum(s upstream.Series) (sum float64) {
	for _, sample := range s.Samples {
		sum += sample.V
	}
	return sum
}

// downsampledNotices tells of the time that was counted from downsampled data.
func (l *Ledger) downsampledNotices() (all []string) {
	for _, resolution := range resolutions() {
		if w, ok := l.downsampled[resolution]; ok {
			all = append(all, fmt.Sprintf("From %s to %s the server has downsampled data only, one point every %d minutes: events are known to %d hours",
				clock(w.first), clock(w.last), int(resolution.Minutes()), int((pointsPerCell*resolution).Hours())))
		}
	}
	return all
}
