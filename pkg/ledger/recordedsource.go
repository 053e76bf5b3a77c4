package ledger

import (
	"context"
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
	"golang.org/x/sync/errgroup"
)

// recordCells is into how many cells the steps of the tail are divided where
// they are records, whose minutes begin and end at any second: the smaller a
// cell, the less of one minute is taken for a part of the next where a short
// lookback begins.
const recordCells = 60

// recordedSource is what rules recorded of the plan's series as a source.
type recordedSource struct {
	*ownSource
	known       *Records
	fingerprint string
	// probed says that all bases that have series were met.
	probed bool
	// whole is what steps found last, latest what recent found last.
	whole  *batch
	latest *recordedData
}

// seriesCount returns about how many series hold records of what the ledger counts, 0 if
// they are not to be read. A bucket must be there for records to be believed:
// where it is missing, rules may have recorded it as empty.
func (r *recordedSource) seriesCount(ctx context.Context) int {
	if r.known == nil || r.step%minute != 0 {
		return 0
	}
	n := r.known.Series(ctx, r.fingerprint)
	if n > 0 && !r.probed {
		r.probed = r.fetch.probeMissing(ctx, r.now()) == nil
	}
	if !r.probed || slices.ContainsFunc(r.fetch.basesWithoutSeries(), func(b base) bool { return b.counter.Bucket() }) {
		return 0
	}
	return n
}

// fetchRecords asks for the records in (from, to].
func (r *recordedSource) fetchRecords(ctx context.Context, from, to int64) (*recordedData, error) {
	series, heard, err := r.askRecords(ctx, from, to)
	return r.parseRecords(series, heard, from), err
}

// askRecords asks for what is recorded in (from, to], by the time that read gives it.
func (r *recordedSource) askRecords(ctx context.Context, from, to int64) ([]upstream.Series, caveats, error) {
	if r.sliced {
		from, to = from+halfMinute, min(to+halfMinute, r.now())
	}
	return r.fetch.records(ctx, r.fingerprint, from, to)
}

// parseRecords returns what was recorded after from. For time slices a record is of the
// full minute that has its middle.
func (r *recordedSource) parseRecords(series []upstream.Series, heard caveats, from int64) *recordedData {
	if r.sliced {
		series = alignToMinutes(series)
	}
	found := newRecording(series, from, r.groups, r.plan.GroupBy)
	found.caveats = heard
	return found
}

// steps tells which of the steps in (first, last] are recorded whole. These can be
// counted next.
func (r *recordedSource) steps(ctx context.Context, first, last int64) ([]recordedSpan, error) {
	s := newBatch(wholeSteps(first, last), r.step)
	s.recorded, r.whole = true, s
	steps := make([]recordedSpan, (last-first)/r.step)
	n := r.seriesCount(ctx)
	if n == 0 {
		return steps, nil
	}
	length := requestLengthFor(n, minute, r.step)
	type part struct {
		series []upstream.Series
		caveats
	}
	pieces := make([]part, (last-first+length-1)/length)
	bounds := func(i int) (from, to int64) {
		from = first + int64(i)*length
		return from, min(last, from+length)
	}
	eg, ctx := errgroup.WithContext(ctx)
	eg.SetLimit(requestsAhead)
	for i := range pieces {
		eg.Go(guard.Func(func() (err error) {
			from, to := bounds(i)
			pieces[i].series, pieces[i].caveats, err = r.askRecords(ctx, from, to)
			return err
		}))
	}
	if err := eg.Wait(); err != nil {
		return nil, err
	}
	for i, piece := range pieces {
		from, to := bounds(i)
		found := r.parseRecords(piece.series, piece.caveats, from)
		found.enter(s, r.step)
		if !piece.isPartial() {
			copy(steps[(from-first)/r.step:], found.steps(from, r.step, int((to-from)/r.step)))
		}
	}
	return steps, nil
}

// count implements source, for windows of which steps has said that they are
// recorded.
func (r *recordedSource) count(_ context.Context, w window, done func(*batch)) error {
	done(r.whole.part(w))
	return nil
}

// fineCells implements source.
func (r *recordedSource) fineCells(ctx context.Context, w window) (s *batch, ok bool, err error) {
	if r.seriesCount(ctx) == 0 {
		return nil, false, nil
	}
	found, err := r.fetchRecords(ctx, w.first, w.last)
	if err != nil || !found.steps(w.first, r.step, 1)[0].known() || found.isPartial() {
		return nil, false, err
	}
	return found.batch(w, r.recordCellLength(), r.step), true, nil
}

// recent implements source. The records must go on without a gap. The tail ends
// with the last of them, for nothing is known of what came after.
func (r *recordedSource) recent(ctx context.Context, since, limit boundary, now int64) (recentData, bool, error) {
	r.latest = &recordedData{}
	if r.seriesCount(ctx) > 0 {
		found, err := r.fetchRecords(ctx, since.last-minute, now)
		if err != nil {
			return recentData{}, false, err
		}
		r.latest = found
	}
	begin, ok := r.latest.since(since.last, now)
	if !ok || begin != since.after || r.latest.isPartial() {
		return recentData{}, false, nil
	}
	return r.recentFrom(since, limit, now), true, nil
}

// resume returns the seam at the limit from which on the records that recent
// found go on without a gap; ok is false if they do not.
func (r *recordedSource) resume(limit boundary, now int64) (again boundary, ok bool) {
	begin, ok := r.latest.since(limit.last, now)
	return boundary{limit.last, begin}, ok && !r.latest.isPartial()
}

// recentFrom tells what the latest records say of the time after a seam. The plan's own
// series, which may be many, are forgotten once they are behind.
func (r *recordedSource) recentFrom(since, limit boundary, now int64) (told recentData) {
	if end := min(limit.last, floor(r.latest.last(), r.step)); end > since.last {
		w := window{since.last, end, since.after, r.latest.upTo(end)}
		told.sealed = r.latest.batch(w, r.step, r.step)
		if r.hasFineCells() {
			told.fine = r.latest.batch(w, r.tailCellLength(), r.step)
		}
		since = boundary{end, w.until}
	}
	told.newest = r.latest.last()
	end := r.openUntil(since.last, min(told.newest, now))
	told.open = r.latest.batch(window{since.last, end, since.after, end}, r.recordCellLength(), noStep)
	if r.at < since.last-r.grid {
		r.ownSource.walker = r.fresh()
	}
	return told
}

// recordCellLength returns the length of the tail's cells where they are records.
func (r *recordedSource) recordCellLength() int64 {
	if r.sliced {
		return r.grid
	}
	return r.grid / recordCells
}
