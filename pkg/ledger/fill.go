package ledger

import "context"

// extend seals from the book's end to hi.
func (l *Ledger) extend(ctx context.Context, hi int64, p *progress) error {
	after := l.book.until()
	if l.book.empty() {
		after = anywhere
	}
	return l.fillIn(ctx, l.book.last, hi, after, anywhere, func(s *sheet) {
		l.post(s)
		p.add(int((s.last - s.first) / l.grid))
	})
}

// extendBack seals from lo to the book's beginning.
func (l *Ledger) extendBack(ctx context.Context, lo int64, p *progress) error {
	earlier := l.book.open(lo)
	err := l.fillIn(ctx, lo, l.book.first, anywhere, l.book.after, func(s *sheet) {
		earlier.post(s)
		l.remarks.hear(s)
		p.add(int((s.last - s.first) / l.grid))
	})
	if err == nil {
		l.book.prepend(earlier)
	}
	return err
}

// fillIn counts the steps from first to last: from records where there are, else
// from the plan's own series. The events begin after after and end with until,
// unless these are anywhere.
func (l *Ledger) fillIn(ctx context.Context, first, last, after, until int64, done func(*sheet)) error {
	steps, err := l.records.steps(ctx, first, last)
	if err != nil {
		return err
	}
	for _, s := range stretches(steps, after, until, int(leadIn.Milliseconds()/l.step)) {
		from := source(l.series)
		if s.recorded {
			from = l.records
		}
		if err := from.count(ctx, s.window(steps, first, l.step, after, until), done); err != nil {
			return err
		}
	}
	return nil
}
