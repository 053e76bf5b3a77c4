package ledger

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// recordedCells is into how many cells the steps of the tail are divided where
// they are records, whose minutes begin and end at any second: the smaller a
// cell, the less of one minute is taken for a part of the next where a short
// lookback begins.
const recordedCells = 60

// recordedSeries is about how many series hold records of what the ledger counts,
// 0 if they are not to be read. A bucket must be there for records to be
// believed: where it is missing, rules may have recorded it as empty.
func (l *Ledger) recordedSeries(ctx context.Context) int {
	if l.opts.Records == nil || l.step%minute != 0 {
		return 0
	}
	n := l.opts.Records.Series(ctx, l.fingerprint)
	if n > 0 && !l.looked {
		l.looked = l.meet(ctx) == nil
	}
	if !l.looked || slices.ContainsFunc(l.unmet(), func(b base) bool { return b.counter.Bucket() }) {
		return 0
	}
	return n
}

// recording asks for the records in (from, to].
func (l *Ledger) recording(ctx context.Context, from, to int64) (*recording, error) {
	series, err := l.records(ctx, from, to)
	return l.read(series, from), err
}

// records asks for what is recorded in (from, to], by the time that read gives
// it.
func (l *Ledger) records(ctx context.Context, from, to int64) ([]upstream.Series, error) {
	if l.opts.Slices != nil {
		from, to = from+middle, min(to+middle, l.opts.Now().UnixMilli())
	}
	return l.fetch.records(ctx, l.fingerprint, from, to)
}

// read is what was recorded after from. For time slices a record is of the full
// minute that has its middle.
func (l *Ledger) read(series []upstream.Series, from int64) *recording {
	if l.opts.Slices != nil {
		series = fullMinutes(series)
	}
	return newRecording(series, from, l.groups, l.plan.GroupBy)
}

// recordedSteps is what is recorded of the steps in (first, last], and which of
// them are to be had from it.
func (l *Ledger) recordedSteps(ctx context.Context, first, last int64) (*sheet, []spoken, error) {
	s := newSheet(whole(first, last), l.step)
	steps := make([]spoken, (last-first)/l.step)
	n := l.recordedSeries(ctx)
	if n == 0 {
		return s, steps, nil
	}
	length := l.lengthFor(n, minute)
	pieces := make([][]upstream.Series, (last-first+length-1)/length)
	bounds := func(i int) (from, to int64) {
		from = first + int64(i)*length
		return from, min(last, from+length)
	}
	eg, ctx := errgroup.WithContext(ctx)
	eg.SetLimit(ahead)
	for i := range pieces {
		eg.Go(func() (err error) {
			from, to := bounds(i)
			pieces[i], err = l.records(ctx, from, to)
			return err
		})
	}
	if err := eg.Wait(); err != nil {
		return nil, nil, err
	}
	for i, series := range pieces {
		from, to := bounds(i)
		r := l.read(series, from)
		r.enter(s, l.step)
		copy(steps[(from-first)/l.step:], r.steps(from, l.step, int((to-from)/l.step)))
	}
	return s, steps, nil
}

// latest is what is recorded since the minute that the book's end is in.
func (l *Ledger) latest(ctx context.Context, now int64) (*recording, error) {
	if l.recordedSeries(ctx) == 0 {
		return &recording{}, nil
	}
	return l.recording(ctx, l.book.last-minute, now)
}

// recall takes what came since the book's end from records, which begin where
// the book's events end. The tail ends at the last of them, for nothing is known
// of what came after. The plan's own series, which may be many, are forgotten
// once they are behind.
func (l *Ledger) recall(latest *recording, now, limit int64) {
	if limit = min(limit, floor(latest.last(), l.step)); limit > l.book.last {
		w := window{l.book.last, limit, l.book.until, latest.upTo(limit)}
		l.book.post(latest.sheet(w, l.step, l.step))
		if l.divided() {
			l.linger(latest.sheet(w, l.tailCell(), l.step))
		}
	}
	l.keep(latest.sheet(l.open(min(latest.last(), now)), l.recordedCell(), noStep))
	if l.tracked < l.book.last-l.grid {
		l.tracks = l.tracks.anew()
	}
}

// recordedCell is the length of the tail's cells where they are records.
func (l *Ledger) recordedCell() int64 {
	if l.opts.Slices != nil {
		return l.grid
	}
	return l.grid / recordedCells
}
