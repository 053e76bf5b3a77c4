package ledger

import (
	"context"
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
	"golang.org/x/sync/errgroup"
)

// The steps of the tail are divided into recordCells cells where they are records,
// whose minutes begin and end at any second: the smaller a cell, the less of one
// minute is taken for a part of the next where a short lookback begins.
const recordCells = 60

// recordedSource reads what rules recorded of the plan's series.
type recordedSource struct {
	*ownSource
	known       *Records
	fingerprint string
	// probed says that all bases were asked for whether they have series.
	probed bool
	// What steps read last, and what recent read last.
	whole  *batch
	latest *recordedData
}

// seriesCount returns about how many series hold records of the plan, 0 if they do
// not serve. Records are trusted only if each bucket exists: rules may have
// recorded a missing one as empty.
func (s *recordedSource) seriesCount(ctx context.Context) int {
	if s.known == nil || s.step%minute != 0 {
		return 0
	}
	n := s.known.Series(ctx, s.fingerprint)
	if n > 0 && !s.probed {
		s.probed = s.fetch.probeMissing(ctx, s.now()) == nil
	}
	if !s.probed || slices.ContainsFunc(s.fetch.seen.emptyBases(), func(b base) bool { return b.counter.Bucket() }) {
		return 0
	}
	return n
}

// fetchRecords returns the records in (from, to].
func (s *recordedSource) fetchRecords(ctx context.Context, from, to int64) (*recordedData, error) {
	series, noted, err := s.askRecords(ctx, from, to)
	return s.parseRecords(series, noted, from), err
}

// askRecords asks for the records in (from, to], by the times that parseRecords
// gives them.
func (s *recordedSource) askRecords(ctx context.Context, from, to int64) ([]upstream.Series, caveats, error) {
	if s.sliced {
		from, to = from+halfMinute, min(to+halfMinute, s.now())
	}
	return s.fetch.records(ctx, s.fingerprint, from, to)
}

// parseRecords returns what was recorded after from. For time slices, a record
// counts for the full minute that has the middle of its own.
func (s *recordedSource) parseRecords(series []upstream.Series, noted caveats, from int64) *recordedData {
	if s.sliced {
		series = alignToMinutes(series)
	}
	found := newRecordedData(series, from, s.groups, s.plan.GroupBy)
	found.caveats = noted
	return found
}

// steps returns which of the steps in (first, last] are completely recorded. They
// can be counted next.
func (s *recordedSource) steps(ctx context.Context, first, last int64) ([]recordedSpan, error) {
	b := newBatch(wholeSteps(first, last), s.step)
	b.recorded, s.whole = true, b
	steps := make([]recordedSpan, (last-first)/s.step)
	n := s.seriesCount(ctx)
	if n == 0 {
		return steps, nil
	}
	length := requestLengthFor(n, minute, s.step)
	type part struct {
		series []upstream.Series
		caveats
	}
	parts := make([]part, (last-first+length-1)/length)
	bounds := func(i int) (from, to int64) {
		from = first + int64(i)*length
		return from, min(last, from+length)
	}
	eg, ctx := errgroup.WithContext(ctx)
	eg.SetLimit(requestsAhead)
	for i := range parts {
		eg.Go(guard.Func(func() (err error) {
			from, to := bounds(i)
			parts[i].series, parts[i].caveats, err = s.askRecords(ctx, from, to)
			return err
		}))
	}
	if err := eg.Wait(); err != nil {
		return nil, err
	}
	for i, one := range parts {
		from, to := bounds(i)
		found := s.parseRecords(one.series, one.caveats, from)
		found.enter(b, s.step)
		if !one.isPartial() {
			copy(steps[(from-first)/s.step:], found.steps(from, s.step, int((to-from)/s.step)))
		}
	}
	return steps, nil
}

// count implements source, for windows that steps returned as recorded.
func (s *recordedSource) count(_ context.Context, w window, done func(*batch)) error {
	done(s.whole.part(w))
	return nil
}

// fineCells implements source.
func (s *recordedSource) fineCells(ctx context.Context, w window) (b *batch, ok bool, err error) {
	if s.seriesCount(ctx) == 0 {
		return nil, false, nil
	}
	found, err := s.fetchRecords(ctx, w.first, w.last)
	if err != nil || !found.steps(w.first, s.step, 1)[0].known() || found.isPartial() {
		return nil, false, err
	}
	return found.batch(w, s.recordCellLength(), s.step), true, nil
}

// recent implements source. The records must go on without a gap. The tail ends
// with the last of them, for nothing is known of what came after.
func (s *recordedSource) recent(ctx context.Context, since, limit boundary, now int64) (recentData, bool, error) {
	s.latest = &recordedData{}
	if s.seriesCount(ctx) > 0 {
		found, err := s.fetchRecords(ctx, since.last-minute, now)
		if err != nil {
			return recentData{}, false, err
		}
		s.latest = found
	}
	begin, ok := s.latest.since(since.last, now)
	if !ok || begin != since.after || s.latest.isPartial() {
		return recentData{}, false, nil
	}
	return s.recentFrom(since, limit, now), true, nil
}

// resume returns the boundary at the limit from which on the records that recent
// read go on without a gap; ok is false if they do not.
func (s *recordedSource) resume(limit boundary, now int64) (again boundary, ok bool) {
	begin, ok := s.latest.since(limit.last, now)
	return boundary{limit.last, begin}, ok && !s.latest.isPartial()
}

// recentFrom returns what the latest records say of the time after a boundary. The
// tracks of the plan's own series, of which there may be many, are forgotten once
// they are behind.
func (s *recordedSource) recentFrom(since, limit boundary, now int64) (r recentData) {
	if end := min(limit.last, floor(s.latest.last(), s.step)); end > since.last {
		w := window{since.last, end, since.after, s.latest.upTo(end)}
		r.sealed = s.latest.batch(w, s.step, s.step)
		if s.hasFineCells() {
			r.fine = s.latest.batch(w, s.tailCellLength(), s.step)
		}
		since = boundary{end, w.until}
	}
	r.newest = s.latest.last()
	end := s.openUntil(since.last, min(r.newest, now))
	r.open = s.latest.batch(window{since.last, end, since.after, end}, s.recordCellLength(), noStep)
	if s.at < since.last-s.grid {
		s.ownSource.walker = s.fresh()
	}
	return r
}

// recordCellLength returns the length of the tail's cells where they are records.
func (s *recordedSource) recordCellLength() int64 {
	if s.sliced {
		return s.grid
	}
	return s.grid / recordCells
}
