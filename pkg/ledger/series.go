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
	return s.anew().fill(ctx, w, done)
}

// closely implements source.
func (s *series) closely(ctx context.Context, w window) (*sheet, error) {
	again, err := s.since(ctx, w.first)
	if err != nil {
		return nil, err
	}
	raw, err := s.fetch.raw(ctx, w.first, w.last)
	if err != nil {
		return nil, err
	}
	fine := newSheet(w, s.step/tailCells)
	again.tracker.Walk(again.points(raw.bases, w.first), w.last, fine.take)
	fine.hear(raw.said)
	return fine, nil
}

// recent tells what came after last, whose events begin after after, up to now.
// Steps up to the limit, whose events end with until, can be sealed as far as
// there are samples behind them and the answers are whole.
func (s *series) recent(ctx context.Context, last, after, limit, until, now int64) (recent, error) {
	if err := s.catchUp(ctx, last, after); err != nil {
		return recent{}, err
	}
	raw, err := s.fetch.raw(ctx, s.at, now)
	if err != nil {
		return recent{}, err
	}
	direct, heard, err := s.directly(ctx, last, now)
	if err != nil {
		return recent{}, err
	}
	heard.merge(raw.said)
	r := recent{newest: max(raw.newest(), newestOf(direct, now))}
	t := tail{raw, direct, heard}
	if end := s.sealable(limit, r.newest, now, len(heard.partial) > 0); end < limit {
		limit, until = end, end
	}
	if limit > last {
		w := window{last, limit, after, until}
		before := s.tracker.Clone()
		r.closed = s.write(s.tracker, t, w, s.grid)
		if s.divided() {
			r.fine = s.write(before, t, w, s.tailCell())
		}
		s.tracker.Arrive(limit)
		s.at, last, after = limit, limit, until
	}
	end := s.open(last, now)
	r.open = s.write(s.tracker.Clone(), t, window{last, end, after, end}, s.tailCell())
	return r, nil
}

// tail is what the server has of the time since the walker's place.
type tail struct {
	raw    samples
	direct [][]counts
	said
}

// sealable is up to where steps can be sealed: as far as there are newer
// samples, if the answer is whole. What has been open for too long is sealed as
// it is.
func (s *series) sealable(limit, newest, now int64, partly bool) int64 {
	if partly {
		newest = 0
	}
	oldest := now - longest(s.step)
	return min(limit, floor(max(newest, oldest), s.step))
}

// longest returns how long steps are left open, in milliseconds.
func longest(step int64) int64 { return max(longestTail.Milliseconds(), 3*step) }

// open is the end of the tail: now or, of time slices, the end of the last whole
// one.
func (s *series) open(last, now int64) int64 {
	if s.sliced {
		now = floor(now, s.step)
	}
	return max(now, last)
}

// catchUp brings the walker to a grid point from which the samples that follow
// the book's last event can be walked.
func (s *series) catchUp(ctx context.Context, last, after int64) error {
	if last-s.grid <= s.at && s.at <= after {
		return nil
	}
	w, err := s.since(ctx, floor(after, s.grid))
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
	whole := floor(now, s.grid)
	if whole > from {
		g, said, err := s.fetch.counts(ctx, from+s.grid, whole, s.grid)
		if err != nil {
			return nil, heard, err
		}
		heard.merge(said)
		all = append(all, g)
	}
	if now > whole {
		part, said, err := s.fetch.over(ctx, whole, now)
		if err != nil {
			return nil, heard, err
		}
		heard.merge(said)
		all = append(all, part)
	}
	return all, heard, nil
}

// newestOf is the end of the last stretch of which there are direct counts, 0 if
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
	walker := *s.walker
	walker.tracker = t
	t.Walk(walker.points(from.raw.bases, s.at), w.last, sh.take)
	for _, all := range from.direct {
		for _, c := range all {
			s.tally(sh, c)
		}
	}
	sh.hear(from.said)
	return sh
}

// tailCell is the length of the tail's cells. Direct counts and time slices are
// not divided.
func (s *series) tailCell() int64 {
	if s.sliced || len(s.fetch.direct) > 0 {
		return s.grid
	}
	return s.grid / tailCells
}

// divided reports whether the tail has cells that are finer than the grid.
func (s *series) divided() bool { return s.tailCell() < s.grid }
