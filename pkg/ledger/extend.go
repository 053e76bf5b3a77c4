package ledger

import (
	"context"
	"slices"
)

// extend seals from the book's end to hi. A few steps at the end are left to be
// sealed from the tail, and so are those of late that have no data yet.
func (l *Ledger) extend(ctx context.Context, hi int64, p *progress) error {
	begin, after := l.sealed.last, l.sealed.until()
	if l.sealed.empty() {
		after = unbounded
	}
	err := l.fillIn(ctx, window{begin, hi, after, unbounded}, func(s *batch) {
		l.seal(s)
		p.add(int((s.last - s.first) / l.grid))
	})
	if l.now()-hi < longestOpen(l.step) {
		l.reopen(hi)
	}
	l.noteSealed(min(begin, l.sealed.last), l.sealed.last)
	return err
}

// reopen leaves steps at the book's end open that have no data yet: it may come
// late.
func (l *Ledger) reopen(hi int64) {
	from := ceil(max(l.sealed.dataEnd(), hi-longestOpen(l.step), l.sealed.first+l.step), l.step)
	if from < l.sealed.last {
		l.sealed.truncate(from)
		l.series.walker = l.series.fresh()
	}
}

// extendBack seals a piece before the book's beginning, as far as lo.
func (l *Ledger) extendBack(ctx context.Context, lo int64, p *progress) error {
	last := l.sealed.first
	first := max(lo, last-requestLengthFor(len(l.series.tracker.All()), l.grid, l.step))
	earlier := l.sealed.emptyAt(first)
	err := l.fillIn(ctx, window{first, last, unbounded, l.sealed.after}, func(s *batch) {
		earlier.append(s)
		l.remarks.hear(s)
		p.add(int((s.last - s.first) / l.grid))
	})
	if err == nil {
		err = l.countDownsampledTime(ctx, earlier)
	}
	if err != nil {
		return err
	}
	l.sealed.prepend(earlier)
	l.noteSealed(first, last)
	if lo < first && earlier.dataBegin() == last {
		return l.lookBack(ctx, lo)
	}
	return nil
}

// lookBack asks whether the server has anything between lo and the book's
// beginning, so that it is not asked for years without data step by step.
func (l *Ledger) lookBack(ctx context.Context, lo int64) error {
	exists, err := l.fetch.anyData(ctx, lo, l.sealed.first)
	if err == nil && !exists {
		l.earliest = l.sealed.first
	}
	return err
}

// fillIn counts the steps of a window: from records where there are, else from the
// plan's own series. Its events may begin or end anywhere.
func (l *Ledger) fillIn(ctx context.Context, w window, done func(*batch)) error {
	steps, err := l.records.steps(ctx, w.first, w.last)
	if err != nil {
		return err
	}
	for _, s := range splitBySource(steps, w, int(leadIn.Milliseconds()/l.step)) {
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

// noteSealed plans the upkeep of steps that were sealed at once.
func (l *Ledger) noteSealed(first, last int64) {
	unknown := slices.ContainsFunc(l.sealed.stepsIn(wholeSteps(first, last)), func(s stepInfo) bool { return !s.has(covered) })
	l.maintenance.reset(l.now(), unknown)
	l.maintenance.check.choose(first, last)
}
