package ledger

import (
	"context"
	"slices"
)

// extend seals from the last sealed step to hi. A few steps at the end are left to
// be sealed from the tail, as are recent ones without data, which may still come.
func (l *Ledger) extend(ctx context.Context, hi int64, p *progress) error {
	sealed, step := l.account.sealed, l.account.step
	begin, after := sealed.last, sealed.until()
	if sealed.empty() {
		after = unbounded
	}
	err := l.sources.count(ctx, window{begin, hi, after, unbounded}, func(b *batch) {
		l.account.seal(b)
		p.add(int((b.last - b.first) / l.sources.own.grid))
	})
	if l.now()-hi < longestOpen(step) {
		l.reopen(hi)
	}
	l.scheduleMaintenance(min(begin, sealed.last), sealed.last)
	return err
}

// reopen leaves sealed steps at the end open that have no data yet: it may come
// late.
func (l *Ledger) reopen(hi int64) {
	sealed, step := l.account.sealed, l.account.step
	from := ceil(max(sealed.dataEnd(), hi-longestOpen(step), sealed.first+step), step)
	if from < sealed.last {
		sealed.truncate(from)
		l.sources.own.restart()
	}
}

// extendBack seals one request's time before the first sealed step, as far back as lo.
func (l *Ledger) extendBack(ctx context.Context, lo int64, p *progress) error {
	sealed, w := l.account.sealed, l.windowBefore(lo)
	earlier := sealed.emptyAt(w.first)
	err := l.sources.count(ctx, w, func(b *batch) {
		earlier.append(b)
		l.account.noteCaveats(b.caveats)
		p.add(int((b.last - b.first) / l.sources.own.grid))
	})
	if err == nil {
		err = l.fillFromDownsamples(ctx, earlier)
	}
	if err != nil {
		return err
	}
	sealed.prepend(earlier)
	l.scheduleMaintenance(w.first, w.last)
	if lo < w.first && earlier.dataBegin() == w.last {
		return l.probeEarlier(ctx, lo)
	}
	return nil
}

// windowBefore returns the time before the first sealed step that one request covers, as
// far back as lo.
func (l *Ledger) windowBefore(lo int64) window {
	sealed, own := l.account.sealed, l.sources.own
	first := max(lo, sealed.first-requestLengthFor(len(own.tracker.All()), own.grid, own.step))
	return window{first, sealed.first, unbounded, sealed.after}
}

// probeEarlier asks whether the server has anything between lo and the first sealed
// step, so that it is not asked for years without data step by step.
func (l *Ledger) probeEarlier(ctx context.Context, lo int64) error {
	exists, err := l.fetch.anyData(ctx, lo, l.account.sealed.first)
	if err == nil && !exists {
		l.earliest = l.account.sealed.first
	}
	return err
}

// scheduleMaintenance schedules the maintenance of steps that were sealed at once.
func (l *Ledger) scheduleMaintenance(first, last int64) {
	steps := l.account.sealed.stepsIn(wholeSteps(first, last))
	unknown := slices.ContainsFunc(steps, func(s stepInfo) bool { return !s.has(covered) })
	l.maintenance.postpone(l.now(), unknown)
	l.maintenance.check.planRandom(first, last)
}
