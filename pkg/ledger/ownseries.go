package ledger

import (
	"context"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/ledger/counter"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

const (
	// The steps of the tail are divided into tailCells cells, so that short
	// lookbacks do not depend on the grid.
	tailCells = 20
	// openAtMost is how long steps stay open for samples to come. After that they
	// are sealed as unknown, and rechecked.
	openAtMost = 2 * time.Hour
)

// ownSource counts the plan's own series. Its walker stands at the end of what it
// counted last.
type ownSource struct {
	*walker
	// sliced says that events are evaluated by time slices.
	sliced bool
}

// restart forgets all series.
func (s *ownSource) restart() { s.walker = s.fresh() }

// count implements source. The walker goes on with what follows its place; another
// walker counts what is before it.
func (s *ownSource) count(ctx context.Context, w window, done func(*batch)) error {
	if w.first >= s.at {
		return s.fill(ctx, w, done)
	}
	back := s.fresh()
	back.lead, back.head = leadInBack, longestRequest
	return back.fill(ctx, w, done)
}

// fineCells implements source.
func (s *ownSource) fineCells(ctx context.Context, w window) (*batch, bool, error) {
	again, err := s.walkerAt(ctx, w.first)
	if err != nil {
		return nil, false, err
	}
	raw, err := s.fetch.raw(ctx, w.first, w.last)
	if err != nil {
		return nil, false, err
	}
	fine := newBatch(w, s.step/tailCells)
	again.tracker.Walk(again.samples(raw.bases, w.first), w.last, fine.emit)
	fine.merge(raw.caveats)
	return fine, true, nil
}

// recent implements source. Steps are sealed up to where there are samples behind
// them, if the answers are whole.
func (s *ownSource) recent(ctx context.Context, since, limit boundary, now int64) (r recentData, ok bool, err error) {
	t, err := s.fetchTail(ctx, since, now)
	if err != nil {
		return recentData{}, false, err
	}
	r.newest = t.newest
	if err := s.fetchMinutes(ctx, &t, since.last, s.sealable(limit.last, t, now)); err != nil {
		return recentData{}, false, err
	}
	if end := s.sealable(limit.last, t, now); end < limit.last {
		limit = boundary{end, end}
	}
	if limit.last > since.last {
		w := window{since.last, limit.last, since.after, limit.after}
		before := s.tracker.Clone()
		r.sealed = s.countTail(s.tracker, t, w, s.grid)
		s.addMinutes(r.sealed, t.minutes)
		s.paces.cover(r.sealed, s.tracker)
		if s.hasFineCells() {
			r.fine = s.countTail(before, t, w, s.tailCellLength())
		}
		s.tracker.MarkPresent(limit.last)
		s.at, since = limit.last, limit
	}
	end, err := s.tailEnd(ctx, t, since.last, now)
	if err != nil {
		return recentData{}, false, err
	}
	tracker := s.tracker.Clone()
	r.open = s.countTail(tracker, t, window{since.last, end, since.after, end}, s.tailCellLength())
	s.paces.clone().cover(r.open, tracker)
	return r, true, nil
}

// tailAnswers holds what the server has of the time after the walker's place.
type tailAnswers struct {
	raw     samples
	direct  [][]directCounts
	minutes []upstream.Series
	// Time of the newest sample, 0 if there is none. Direct counts
	// only tell that it is later than least.
	newest, least int64
	caveats
}

// fetchTail asks for what came after a boundary.
func (s *ownSource) fetchTail(ctx context.Context, since boundary, now int64) (t tailAnswers, err error) {
	if err := s.catchUp(ctx, since); err != nil {
		return t, err
	}
	if t.raw, err = s.fetch.raw(ctx, s.at, now); err != nil {
		return t, err
	}
	if t.direct, t.caveats, err = s.fetchDirect(ctx, since.last, now); err != nil {
		return t, err
	}
	t.merge(t.raw.caveats)
	raw, direct := t.raw.newest(), newestCount(t.direct, now)
	t.newest, t.least = max(raw, direct), max(raw, floor(direct-1, s.grid))
	return t, nil
}

// fetchMinutes asks for the minutes with samples of steps that can be sealed, after one
// time up to another. The tail needs none.
func (s *ownSource) fetchMinutes(ctx context.Context, t *tailAnswers, after, upTo int64) (err error) {
	if upTo <= after {
		return nil
	}
	var more caveats
	if t.minutes, more, err = s.fetch.minutesOf(ctx, after+s.grid, upTo, s.grid); err == nil {
		t.merge(more)
	}
	return err
}

// sealable returns up to where steps can be sealed: as far as there are newer
// samples, if the answer is whole. Steps that have been open for too long are
// sealed as they are.
func (s *ownSource) sealable(limit int64, t tailAnswers, now int64) int64 {
	newest := t.least
	if t.isPartial() {
		newest = 0
	}
	return min(limit, floor(max(newest, now-longestOpen(s.step)), s.step))
}

// Where samples are this late, the tail ends with the newest one, unless the server
// knows that the series have ended.
const (
	minLateAge = int64(3 * time.Minute / time.Millisecond)
	maxLateAge = int64(30 * time.Minute / time.Millisecond)
)

// isLate reports whether samples after the newest one are still to come. A server
// that scrapes marks the end of a series; without such a mark it shows the last
// value for five minutes.
func (s *ownSource) isLate(ctx context.Context, t tailAnswers, now int64) (bool, error) {
	if age := now - t.newest; t.newest == 0 || age < minLateAge || age > maxLateAge {
		return false, nil
	}
	shown := min(now, t.least+DefaultStep.Milliseconds()-1000)
	present, _, err := s.fetch.countSeries(ctx, shown, shown, s.grid)
	return present[shown] > 0, err
}

// longestOpen returns how long steps are left open, in milliseconds.
func longestOpen(step int64) int64 { return max(openAtMost.Milliseconds(), 3*step) }

// tailEnd returns where the tail ends: now, or with the newest sample if others are
// late; for direct counts, with the last step that is known to be complete.
func (s *ownSource) tailEnd(ctx context.Context, t tailAnswers, last, now int64) (int64, error) {
	late, err := s.isLate(ctx, t, now)
	if late {
		now = t.least
	}
	return s.openUntil(last, now), err
}

// openUntil returns the end of a tail that is known up to now: that of the last
// whole time slice, if there are slices.
func (s *ownSource) openUntil(last, now int64) int64 {
	if s.sliced {
		now = floor(now, s.step)
	}
	return max(now, last)
}

// catchUp brings the walker to a grid point from which it can walk the samples
// after the last sealed event.
func (s *ownSource) catchUp(ctx context.Context, since boundary) error {
	if since.last-s.grid <= s.at && s.at <= since.after {
		return nil
	}
	w, err := s.walkerAt(ctx, floor(since.after, s.grid))
	if err != nil {
		return err
	}
	s.walker = w
	return nil
}

// walkerAt returns a walker that knows the counters at a grid point.
func (s *ownSource) walkerAt(ctx context.Context, point int64) (*walker, error) {
	w := s.fresh()
	return w, w.fill(ctx, wholeSteps(point, point), func(*batch) {})
}

// fetchDirect asks for the direct counts of the whole grid steps in (from, now],
// and of the part of a step after them.
func (s *ownSource) fetchDirect(ctx context.Context, from, now int64) (all [][]directCounts, noted caveats, err error) {
	if len(s.fetch.direct) == 0 {
		return nil, noted, nil
	}
	point := floor(now, s.grid)
	if point > from {
		steps, more, err := s.fetch.countSteps(ctx, from+s.grid, point, s.grid)
		if err != nil {
			return nil, noted, err
		}
		noted.merge(more)
		all = append(all, steps)
	}
	if now > point {
		part, more, err := s.fetch.countOver(ctx, point, now)
		if err != nil {
			return nil, noted, err
		}
		noted.merge(more)
		all = append(all, part)
	}
	return all, noted, nil
}

// newestCount returns the end of the last step that has direct counts, 0 if none
// has.
func newestCount(direct [][]directCounts, now int64) (t int64) {
	for _, all := range direct {
		for _, c := range all {
			for _, one := range c.series {
				if n := len(one.Samples); n > 0 {
					t = max(t, min(now, one.Samples[n-1].T))
				}
			}
		}
	}
	return t
}

// countTail walks the tail into a new batch.
func (s *ownSource) countTail(t *counter.Tracker, from tailAnswers, w window, cell int64) *batch {
	b := newBatch(w, cell)
	t.Walk(s.withTracker(t).samples(from.raw.bases, s.at), w.last, b.emit)
	for _, all := range from.direct {
		for _, c := range all {
			s.tally(b, c)
		}
	}
	b.merge(from.caveats)
	return b
}

// tailCellLength returns the length of the tail's cells. Direct counts and time
// slices are not divided.
func (s *ownSource) tailCellLength() int64 {
	if s.sliced || len(s.fetch.direct) > 0 {
		return s.grid
	}
	return s.grid / tailCells
}

// hasFineCells reports whether the tail's cells are finer than the grid.
func (s *ownSource) hasFineCells() bool { return s.tailCellLength() < s.grid }
