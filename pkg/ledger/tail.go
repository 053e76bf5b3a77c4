package ledger

import (
	"context"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

const (
	// tailCells is into how many cells the steps of the tail are divided, so
	// that short lookbacks do not depend on the grid.
	tailCells = 20
	// grace is how old a step may be that has no samples yet without
	// counting as a step without data.
	grace = int64(2 * time.Minute / time.Millisecond)
)

// refresh fetches what came since the book's end, seals what is before limit
// and keeps the rest as the tail up to now.
func (l *Ledger) refresh(ctx context.Context, now, limit int64) error {
	if time.Duration(now-l.fetched.UnixMilli())*time.Millisecond < l.opts.Fresh {
		return nil
	}
	latest, err := l.latest(ctx, now)
	if err != nil {
		return err
	}
	if begin, ok := latest.since(l.book.last, now); ok && begin == l.book.until {
		l.recall(latest, now, limit)
	} else if err := l.count(ctx, latest, now, limit); err != nil {
		return err
	}
	l.fetched = at(now)
	return nil
}

// count takes what came since the book's end from the plan's own series. Once
// there are records again for all that follows limit, it seals up to where they
// begin and leaves the rest to them.
func (l *Ledger) count(ctx context.Context, latest *recording, now, limit int64) error {
	if err := l.catchUp(ctx); err != nil {
		return err
	}
	raw, err := l.fetch.raw(ctx, l.tracked, now)
	if err != nil {
		return err
	}
	direct, err := l.directTail(ctx, l.book.last, now)
	if err != nil {
		return err
	}
	if limit > l.book.last {
		w := window{l.book.last, limit, l.book.until, limit}
		begin, recorded := latest.since(limit, now)
		if recorded {
			w.until = begin
		}
		before := l.tracks.clone()
		l.book.post(l.write(l.tracks, raw, direct, w, l.grid))
		if l.divided() {
			l.linger(l.write(before, raw, direct, w, l.tailCell()))
		}
		l.tracks.arrive(limit)
		l.tracked = limit
		if recorded {
			l.recall(latest, now, limit)
			return nil
		}
	}
	l.keep(l.write(l.tracks.clone(), raw, direct, l.open(now), l.tailCell()))
	return nil
}

// open is the window of the tail: what follows the book's end up to a time, of
// time slices the whole ones.
func (l *Ledger) open(until int64) window {
	if l.opts.Slices != nil {
		until = floor(until, l.step)
	}
	until = max(until, l.book.last)
	return window{l.book.last, until, l.book.until, until}
}

// catchUp brings the tracks to a grid point from which the samples that follow
// the book's last event can be walked.
func (l *Ledger) catchUp(ctx context.Context) error {
	if l.book.last-l.grid <= l.tracked && l.tracked <= l.book.until {
		return nil
	}
	t, point := l.tracks.anew(), floor(l.book.until, l.grid)
	if err := l.eachChunk(ctx, t, whole(point, point), true, func(*sheet) {}); err != nil {
		return err
	}
	l.tracks, l.tracked = t, point
	return nil
}

// directTail asks for direct counts of the whole grid steps in (from, now] and
// of the part of a step after them.
func (l *Ledger) directTail(ctx context.Context, from, now int64) (all [][]counts, err error) {
	if len(l.fetch.direct) == 0 {
		return nil, nil
	}
	whole := floor(now, l.grid)
	if whole > from {
		g, err := l.fetch.counts(ctx, from+l.grid, whole, l.grid)
		if err != nil {
			return nil, err
		}
		all = append(all, g)
	}
	if now > whole {
		part, err := l.fetch.over(ctx, whole, now)
		if err != nil {
			return nil, err
		}
		all = append(all, part)
	}
	return all, nil
}

// write walks raw samples and direct counts into a new sheet. The tracks are at
// the grid point tracked.
func (l *Ledger) write(t *tracks, raw [][]upstream.Series, direct [][]counts, w window, cell int64) *sheet {
	s := newSheet(w, cell)
	walk(points(t, raw, l.tracked), w.last, s.take)
	for _, all := range direct {
		for _, c := range all {
			l.tally(s, c)
		}
	}
	return s
}

// tailCell is the length of the tail's cells. Direct counts and time slices are
// not divided.
func (l *Ledger) tailCell() int64 {
	if l.opts.Slices != nil || len(l.fetch.direct) > 0 {
		return l.grid
	}
	return l.grid / tailCells
}

// keep makes the sheet the tail.
func (l *Ledger) keep(s *sheet) {
	l.tail = l.tail[:0:0]
	for i := range l.groups.labels {
		cells := s.of(i)
		r := newRun(s.first, s.cell)
		if l.opts.Slices != nil {
			r.cell, cells = l.step, l.book.steps(s, i)
		} else {
			s.cover(cells, int(l.step/s.cell))
		}
		for _, k := range cells {
			r.append(k)
		}
		r.last = min(r.last, s.last)
		l.tail = append(l.tail, r)
	}
}

// cover marks all cells of a step that has data in some. The last step may
// still be without: it is taken to be like the one before while it is young.
func (s *sheet) cover(cells []knot, perStep int) {
	covered := true
	for i := 0; i < len(cells); i += perStep {
		step := cells[i:min(i+perStep, len(cells))]
		data := false
		for _, k := range step {
			data = data || k.covered > 0
		}
		age := s.last - (s.first + int64(i)*s.cell)
		if !data && age < grace && i > 0 {
			data = covered
		}
		for j := range step {
			step[j].covered = 0
			if data {
				step[j].covered = float64(s.length(i + j))
			}
		}
		covered = data
	}
}

// arrive notes which series are taken to be there at the grid point t: those
// with a sample no older than the server looks back.
func (t *tracks) arrive(point int64) {
	for _, tr := range t.byKey {
		tr.present = tr.seen && point-tr.t < absence
	}
}
