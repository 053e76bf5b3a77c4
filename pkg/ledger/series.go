package ledger

import (
	"context"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/ledger/counter"
)

const (
	// tailCells is into how many cells the steps of the tail are divided, so
	// that short lookbacks do not depend on the grid.
	tailCells = 20
	// longestTail is how long steps are left open for samples to come. After
	// that they are sealed as unknown, and asked for again.
	longestTail = 2 * time.Hour
)

// series is the plan's own series as a source. Its walker is at the end of what
// was counted of them last.
type series struct {
	*walker
	settle time.Duration
	// sliced says that events are judged by time slices.
	sliced bool
}

// count implements source. What follows the walker's place is walked on from
// there, and what is before by another walker.
func (s *series) count(ctx context.Context, w window, done func(*sheet)) error {
	if w.first >= s.at {
		return s.fill(ctx, w, done)
	}
	back := s.anew()
	back.lead, back.head = backLead, longestPiece
	return back.fill(ctx, w, done)
}

// closely implements source.
func (s *series) closely(ctx context.Context, w window) (*sheet, bool, error) {
	again, err := s.since(ctx, w.first)
	if err != nil {
		return nil, false, err
	}
	raw, err := s.fetch.raw(ctx, w.first, w.last)
	if err != nil {
		return nil, false, err
	}
	fine := newSheet(w, s.step/tailCells)
	again.tracker.Walk(again.samples(raw.bases, w.first), w.last, fine.take)
	fine.merge(raw.said)
	return fine, true, nil
}

// recent implements source. Steps are sealed as far as there are samples behind
// them and the answers are whole.
func (s *series) recent(ctx context.Context, since, limit seam, now int64) (r recent, ok bool, err error) {
	t, err := s.tail(ctx, since, now)
	if err != nil {
		return recent{}, false, err
	}
	r.newest = t.newest
	if end := s.sealable(limit.last, t, now); end < limit.last {
		limit = seam{end, end}
	}
	if limit.last > since.last {
		w := window{since.last, limit.last, since.after, limit.after}
		before := s.tracker.Clone()
		r.closed = s.write(s.tracker, t, w, s.grid)
		if s.divided() {
			r.fine = s.write(before, t, w, s.tailCell())
		}
		s.tracker.MarkPresent(limit.last)
		s.at, since = limit.last, limit
	}
	end, err := s.end(ctx, t, since.last, now)
	if err != nil {
		return recent{}, false, err
	}
	r.open = s.write(s.tracker.Clone(), t, window{since.last, end, since.after, end}, s.tailCell())
	return r, true, nil
}

// tail is what the server has of the time since the walker's place.
type tail struct {
	raw    samples
	direct [][]counts
	// newest is the time of the newest sample, 0 if there is none. Of direct
	// counts it is only known that it is after least.
	newest, least int64
	said
}

// tail asks for what came after a seam.
func (s *series) tail(ctx context.Context, since seam, now int64) (t tail, err error) {
	if err := s.catchUp(ctx, since); err != nil {
		return t, err
	}
	if t.raw, err = s.fetch.raw(ctx, s.at, now); err != nil {
		return t, err
	}
	if t.direct, t.said, err = s.directly(ctx, since.last, now); err != nil {
		return t, err
	}
	t.merge(t.raw.said)
	raw, direct := t.raw.newest(), newestOf(t.direct, now)
	t.newest, t.least = max(raw, direct), max(raw, floor(direct-1, s.grid))
	return t, nil
}

// sealable returns up to where steps can be sealed: as far as there are newer
// samples, if the answer is whole. What has been open for too long is sealed as
// it is.
func (s *series) sealable(limit int64, t tail, now int64) int64 {
	newest := t.least
	if t.isPartial() {
		newest = 0
	}
	return min(limit, floor(max(newest, now-longest(s.step)), s.step))
}

// Samples that are this late are looked into: the tail ends with the newest one
// if the server itself does not know yet that the series have ended.
const (
	lateAfter = int64(3 * time.Minute / time.Millisecond)
	lateUntil = int64(30 * time.Minute / time.Millisecond)
)

// isLate reports whether what is newer than the newest sample is still to come.
// A server that scrapes marks the end of a series; without such a mark it shows
// the last value for five minutes.
func (s *series) isLate(ctx context.Context, t tail, now int64) (bool, error) {
	if age := now - t.newest; t.newest == 0 || age < lateAfter || age > lateUntil {
		return false, nil
	}
	shown := min(now, t.least+DefaultStep.Milliseconds()-1000)
	present, _, err := s.fetch.countSeries(ctx, shown, shown, s.grid)
	return present[shown] > 0, err
}

// longest returns how long steps are left open, in milliseconds.
func longest(step int64) int64 { return max(longestTail.Milliseconds(), 3*step) }

// end returns where the tail ends: now, or with the newest sample if others are
// late; of direct counts, with the last stretch that is known to be whole.
func (s *series) end(ctx context.Context, t tail, last, now int64) (int64, error) {
	late, err := s.isLate(ctx, t, now)
	if late {
		now = t.least
	}
	return s.open(last, now), err
}

// open returns the end of a tail that is known up to a time: that of the last
// whole time slice if there are such.
func (s *series) open(last, now int64) int64 {
	if s.sliced {
		now = floor(now, s.step)
	}
	return max(now, last)
}

// catchUp brings the walker to a grid point from which the samples that follow
// the book's last event can be walked.
func (s *series) catchUp(ctx context.Context, since seam) error {
	if since.last-s.grid <= s.at && s.at <= since.after {
		return nil
	}
	w, err := s.since(ctx, floor(since.after, s.grid))
	if err != nil {
		return err
	}
	s.walker = w
	return nil
}

// since returns a walker that knows what counters stood at at a grid point.
func (s *series) since(ctx context.Context, point int64) (*walker, error) {
	w := s.anew()
	return w, w.fill(ctx, whole(point, point), func(*sheet) {})
}

// directly asks for direct counts of the whole grid steps in (from, now] and of
// the part of a step after them.
func (s *series) directly(ctx context.Context, from, now int64) (all [][]counts, heard said, err error) {
	if len(s.fetch.direct) == 0 {
		return nil, heard, nil
	}
	point := floor(now, s.grid)
	if point > from {
		steps, more, err := s.fetch.counts(ctx, from+s.grid, point, s.grid)
		if err != nil {
			return nil, heard, err
		}
		heard.merge(more)
		all = append(all, steps)
	}
	if now > point {
		part, more, err := s.fetch.over(ctx, point, now)
		if err != nil {
			return nil, heard, err
		}
		heard.merge(more)
		all = append(all, part)
	}
	return all, heard, nil
}

// newestOf returns the end of the last stretch of which there are direct counts, 0 if
// there are none.
func newestOf(direct [][]counts, now int64) (t int64) {
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

// write walks the tail into a new sheet.
func (s *series) write(t *counter.Tracker, from tail, w window, cell int64) *sheet {
	sh := newSheet(w, cell)
	t.Walk(s.with(t).samples(from.raw.bases, s.at), w.last, sh.take)
	for _, all := range from.direct {
		for _, c := range all {
			s.tally(sh, c)
		}
	}
	sh.merge(from.said)
	return sh
}

// tailCell returns the length of the tail's cells. Direct counts and time slices are
// not divided.
func (s *series) tailCell() int64 {
	if s.sliced || len(s.fetch.direct) > 0 {
		return s.grid
	}
	return s.grid / tailCells
}

// divided reports whether the tail has cells that are finer than the grid.
func (s *series) divided() bool { return s.tailCell() < s.grid }
