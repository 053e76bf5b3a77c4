package ledger

import "context"

// setTail makes a source's news the end of the ledger.
func (l *Ledger) setTail(r recentData) {
	if r.sealed != nil {
		l.seal(r.sealed)
	}
	if r.fine != nil {
		l.addFine(r.fine)
	}
	l.open, l.newest = r.open, r.newest
	l.tail = l.tail[:0:0]
	for i := range l.groups.count() {
		l.tail = append(l.tail, l.tailOf(r.open, i))
	}
}

func (l *Ledger) tailOf(s *batch, group int) segment {
	cells := s.cellsOf(group)
	r := newSegment(s.first, s.cellLength)
	if l.opts.Slices != nil {
		r.cellLength, cells = l.step, l.sealed.stepCounts(s, group)
	} else {
		s.fillCoverage(cells, int(l.step/s.cellLength))
	}
	for _, k := range cells {
		r.append(k)
	}
	r.last = min(r.last, s.last)
	return r
}

// seal seals what a sheet says.
func (l *Ledger) seal(s *batch) {
	l.sealed.append(s)
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
	since, until := boundary{l.sealed.last, l.sealed.until()}, boundary{limit, limit}
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
		if resumes && r.sealed != nil && r.sealed.window == (window{since.last, until.last, since.after, until.after}) {
			l.setTail(r)
			r = l.records.recentFrom(until, boundary{limit, limit}, now)
		}
	}
	if l.fetched = at(now); !l.lostData(r) {
		l.setTail(r)
	}
	return nil
}

// lostData reports whether the server says nothing of the time since the book's end,
// of which it had samples before. The tail then stays as it was, until its steps
// are too old to stay open.
func (l *Ledger) lostData(r recentData) bool {
	return r.sealed == nil && r.newest <= l.sealed.last && l.newest > l.sealed.last && len(l.tail) > 0 && l.tail[0].first == l.sealed.last
}
