package ledger

import "context"

// extend seals from the book's end to hi. A few steps at the end are left to be
// sealed from the tail, and so are those of late that have no data yet.
func (l *Ledger) extend(ctx context.Context, hi int64, p *progress) error {
	begin, after := l.book.last, l.book.until()
	if l.book.empty() {
		after = anywhere
	}
	err := l.fillIn(ctx, window{begin, hi, after, anywhere}, func(s *sheet) {
		l.post(s)
		p.add(int((s.last - s.first) / l.grid))
	})
	if l.now()-hi < longest(l.step) {
		l.reopen(hi)
	}
	l.sealed(min(begin, l.book.last), l.book.last)
	return err
}

// reopen leaves steps at the book's end open that have no data yet: it may come
// late.
func (l *Ledger) reopen(hi int64) {
	from := ceil(max(l.book.silence(), hi-longest(l.step), l.book.first+l.step), l.step)
	if from < l.book.last {
		l.book.truncate(from)
		l.series.walker = l.series.anew()
	}
}

// extendBack seals a piece before the book's beginning, as far as lo.
func (l *Ledger) extendBack(ctx context.Context, lo int64, p *progress) error {
	last := l.book.first
	first := max(lo, last-lengthFor(len(l.series.tracker.All()), l.grid, l.step))
	earlier := l.book.open(first)
	err := l.fillIn(ctx, window{first, last, anywhere, l.book.after}, func(s *sheet) {
		earlier.post(s)
		l.remarks.hear(s)
		p.add(int((s.last - s.first) / l.grid))
	})
	if err == nil {
		err = l.countDownsampled(ctx, earlier)
	}
	if err != nil {
		return err
	}
	l.book.prepend(earlier)
	l.sealed(first, last)
	if lo < first && earlier.dataBegin() == last {
		return l.lookBack(ctx, lo)
	}
	return nil
}

// lookBack asks whether the server has anything between lo and the book's
// beginning, so that it is not asked for years without data step by step.
func (l *Ledger) lookBack(ctx context.Context, lo int64) error {
	exists, err := l.fetch.exists(ctx, lo, l.book.first)
	if err == nil && !exists {
		l.earliest = l.book.first
	}
	return err
}

// fillIn counts the steps of a window: from records where there are, else from the
// plan's own series. Its events may begin or end anywhere.
func (l *Ledger) fillIn(ctx context.Context, w window, done func(*sheet)) error {
	steps, err := l.records.steps(ctx, w.first, w.last)
	if err != nil {
		return err
	}
	for _, s := range stretches(steps, w, int(leadIn.Milliseconds()/l.step)) {
		from := source(l.series)
		if s.recorded {
			from = l.records
		}
		if err := from.count(ctx, s.window(steps, w, l.step), done); err != nil {
			return err
		}
	}
	return nil
}
