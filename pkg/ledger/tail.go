package ledger

import (
	"context"
	"time"
)

// keep makes a source's news the end of the ledger.
func (l *Ledger) keep(r recent) {
	if r.closed != nil {
		l.post(r.closed)
	}
	if r.fine != nil {
		l.linger(r.fine)
	}
	l.open, l.newest = r.open, r.newest
	l.tail = l.tail[:0:0]
	for i := range l.groups.count() {
		l.tail = append(l.tail, l.tailOf(r.open, i))
	}
}

func (l *Ledger) tailOf(s *sheet, group int) run {
	cells := s.of(group)
	r := newRun(s.first, s.cell)
	if l.opts.Slices != nil {
		r.cell, cells = l.step, l.book.folded(s, group)
	} else {
		s.cover(cells, int(l.step/s.cell))
	}
	for _, k := range cells {
		r.append(k)
	}
	r.last = min(r.last, s.last)
	return r
}

// grace is how old a step may be that has no samples yet without counting as a
// step without data.
const grace = int64(2 * time.Minute / time.Millisecond)

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

// post seals what a sheet says.
func (l *Ledger) post(s *sheet) {
	l.book.post(s)
	l.remarks.hear(s)
}

// refresh fetches what came since the book's end, seals what is before limit
// and keeps the rest as the tail up to now. Where there are records without a
// gap they tell it; otherwise the plan's own series do, up to where records
// begin again.
func (l *Ledger) refresh(ctx context.Context, now, limit int64) error {
	if age := now - l.fetched.UnixMilli(); age >= 0 && milliseconds(age) < l.opts.Fresh {
		return nil
	}
	since, until := seam{l.book.last, l.book.until()}, seam{limit, limit}
	r, ok, err := l.records.recent(ctx, since, until, now)
	if err != nil {
		return err
	}
	if !ok {
		again, resumes := l.records.resume(until, now)
		if resumes = resumes && limit > since.last; resumes {
			until = again
		}
		if r, _, err = l.series.recent(ctx, since, until, now); err != nil {
			return err
		}
		if resumes && r.closed != nil && r.closed.window == (window{since.last, until.last, since.after, until.after}) {
			l.keep(r)
			r = l.records.take(until, seam{limit, limit}, now)
		}
	}
	if l.fetched = at(now); !l.lost(r) {
		l.keep(r)
	}
	return nil
}
