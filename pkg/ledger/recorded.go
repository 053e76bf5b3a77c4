package ledger

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/promise-slo/promise-slo-datasource/pkg/guard"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// recordedCells is into how many cells the steps of the tail are divided where
// they are records, whose minutes begin and end at any second: the smaller a
// cell, the less of one minute is taken for a part of the next where a short
// lookback begins.
const recordedCells = 60

// recordedSeries is what rules recorded of the plan's series as a source.
type recordedSeries struct {
	*series
	known       *Records
	fingerprint string
	// looked says that all bases that have series were met.
	looked bool
	// found is what steps found last, latest what recent found last.
	found  *sheet
	latest *recording
}

// lines returns about how many series hold records of what the ledger counts, 0 if
// they are not to be read. A bucket must be there for records to be believed:
// where it is missing, rules may have recorded it as empty.
func (r *recordedSeries) lines(ctx context.Context) int {
	if r.known == nil || r.step%minute != 0 {
		return 0
	}
	n := r.known.Series(ctx, r.fingerprint)
	if n > 0 && !r.looked {
		r.looked = r.fetch.look(ctx, r.now()) == nil
	}
	if !r.looked || slices.ContainsFunc(r.fetch.unmet(), func(b base) bool { return b.counter.Bucket() }) {
		return 0
	}
	return n
}

// recording asks for the records in (from, to].
func (r *recordedSeries) recording(ctx context.Context, from, to int64) (*recording, error) {
	series, heard, err := r.ask(ctx, from, to)
	return r.read(series, heard, from), err
}

// ask asks for what is recorded in (from, to], by the time that read gives it.
func (r *recordedSeries) ask(ctx context.Context, from, to int64) ([]upstream.Series, said, error) {
	if r.sliced {
		from, to = from+middle, min(to+middle, r.now())
	}
	return r.fetch.records(ctx, r.fingerprint, from, to)
}

// read returns what was recorded after from. For time slices a record is of the
// full minute that has its middle.
func (r *recordedSeries) read(series []upstream.Series, heard said, from int64) *recording {
	if r.sliced {
		series = fullMinutes(series)
	}
	found := newRecording(series, from, r.groups, r.plan.GroupBy)
	found.said = heard
	return found
}

// steps tells which of the steps in (first, last] are recorded whole. These can be
// counted next.
func (r *recordedSeries) steps(ctx context.Context, first, last int64) ([]recordedTime, error) {
	s := newSheet(whole(first, last), r.step)
	s.recorded, r.found = true, s
	steps := make([]recordedTime, (last-first)/r.step)
	n := r.lines(ctx)
	if n == 0 {
		return steps, nil
	}
	length := lengthFor(n, minute, r.step)
	type part struct {
		series []upstream.Series
		said
	}
	pieces := make([]part, (last-first+length-1)/length)
	bounds := func(i int) (from, to int64) {
		from = first + int64(i)*length
		return from, min(last, from+length)
	}
	eg, ctx := errgroup.WithContext(ctx)
	eg.SetLimit(ahead)
	for i := range pieces {
		eg.Go(guard.Func(func() (err error) {
			from, to := bounds(i)
			pieces[i].series, pieces[i].said, err = r.ask(ctx, from, to)
			return err
		}))
	}
	if err := eg.Wait(); err != nil {
		return nil, err
	}
	for i, piece := range pieces {
		from, to := bounds(i)
		found := r.read(piece.series, piece.said, from)
		found.enter(s, r.step)
		if !piece.isPartial() {
			copy(steps[(from-first)/r.step:], found.steps(from, r.step, int((to-from)/r.step)))
		}
	}
	return steps, nil
}

// count implements source, for windows of which steps has said that they are
// recorded.
func (r *recordedSeries) count(_ context.Context, w window, done func(*sheet)) error {
	done(r.found.cut(w))
	return nil
}

// closely implements source.
func (r *recordedSeries) closely(ctx context.Context, w window) (s *sheet, ok bool, err error) {
	if r.lines(ctx) == 0 {
		return nil, false, nil
	}
	found, err := r.recording(ctx, w.first, w.last)
	if err != nil || !found.steps(w.first, r.step, 1)[0].whole() || found.isPartial() {
		return nil, false, err
	}
	return found.sheet(w, r.recordedCell(), r.step), true, nil
}

// recent implements source. The records must go on without a gap. The tail ends
// with the last of them, for nothing is known of what came after.
func (r *recordedSeries) recent(ctx context.Context, since, limit seam, now int64) (recent, bool, error) {
	r.latest = &recording{}
	if r.lines(ctx) > 0 {
		found, err := r.recording(ctx, since.last-minute, now)
		if err != nil {
			return recent{}, false, err
		}
		r.latest = found
	}
	begin, ok := r.latest.since(since.last, now)
	if !ok || begin != since.after || r.latest.isPartial() {
		return recent{}, false, nil
	}
	return r.take(since, limit, now), true, nil
}

// resume returns the seam at the limit from which on the records that recent
// found go on without a gap; ok is false if they do not.
func (r *recordedSeries) resume(limit seam, now int64) (again seam, ok bool) {
	begin, ok := r.latest.since(limit.last, now)
	return seam{limit.last, begin}, ok && !r.latest.isPartial()
}

// take tells what the latest records say of the time after a seam. The plan's own
// series, which may be many, are forgotten once they are behind.
func (r *recordedSeries) take(since, limit seam, now int64) (told recent) {
	if end := min(limit.last, floor(r.latest.last(), r.step)); end > since.last {
		w := window{since.last, end, since.after, r.latest.upTo(end)}
		told.closed = r.latest.sheet(w, r.step, r.step)
		if r.divided() {
			told.fine = r.latest.sheet(w, r.tailCell(), r.step)
		}
		since = seam{end, w.until}
	}
	told.newest = r.latest.last()
	end := r.open(since.last, min(told.newest, now))
	told.open = r.latest.sheet(window{since.last, end, since.after, end}, r.recordedCell(), noStep)
	if r.at < since.last-r.grid {
		r.series.walker = r.anew()
	}
	return told
}

// recordedCell returns the length of the tail's cells where they are records.
func (r *recordedSeries) recordedCell() int64 {
	if r.sliced {
		return r.grid
	}
	return r.grid / recordedCells
}
