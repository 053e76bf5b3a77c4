package ledger

import (
	"context"
	"time"
)

const (
	// longestRetry is the longest pause after which partial steps are asked for
	// again.
	longestRetry = time.Hour
	// latestLength is how much of what the server counts itself is counted again
	// whenever the last day is rechecked.
	latestLength = time.Hour
	// maxRecountWindows limits the windows that are counted again at a time, and
	// maxRecountLength the length of each.
	maxRecountWindows = 16
	maxRecountLength  = int64(7 * 24 * time.Hour / time.Millisecond)
)

// recountPartial counts the steps of partial answers again.
func (l *Ledger) recountPartial(ctx context.Context) error {
	var windows []window
	if err := l.with(ctx, func(now int64) {
		if !l.maintenance.partial.isDue(now) {
			return
		}
		l.maintenance.partial.backOff(now, longestRetry)
		if windows = l.account.sealed.partialSteps(); len(windows) == 0 {
			l.maintenance.partial = schedule{}
		}
	}); err != nil {
		return err
	}
	return l.recountAll(ctx, windows, wasPartial)
}

// recountLatest counts the last hour again where the server counts samples: one
// that is there at the end of a step hides those before it that are late.
func (l *Ledger) recountLatest(ctx context.Context) error {
	var w window
	if err := l.with(ctx, func(int64) {
		sealed := l.account.sealed
		w = wholeSteps(max(sealed.first, sealed.last-ceil(latestLength.Milliseconds(), l.account.step)), sealed.last)
	}); err != nil || len(l.fetch.direct) == 0 || w.first >= w.last {
		return err
	}
	return l.recount(ctx, w, "data came late")
}

// recountClosely counts a window again and looks at all of its samples.
func (l *Ledger) recountClosely(ctx context.Context, w window) error {
	by, err := l.freshWalker(ctx)
	if err != nil {
		return err
	}
	by.everyStep = true
	return l.recountBy(ctx, by, w, "the server's own count of the day differed")
}

// recountAll counts windows of sealed steps again.
func (l *Ledger) recountAll(ctx context.Context, windows []window, reason string) error {
	if err := l.with(ctx, func(int64) { windows = l.account.sealed.widen(windows) }); err != nil {
		return err
	}
	for _, w := range windows[:min(len(windows), maxRecountWindows)] { // the rest is found again
		if err := l.recount(ctx, w, reason); err != nil {
			return err
		}
	}
	return nil
}

// recount counts sealed steps again, with those next to them, in which what was
// missed may have been counted.
func (l *Ledger) recount(ctx context.Context, w window, reason string) error {
	var windows []window
	if err := l.with(ctx, func(int64) { windows = l.account.sealed.recountWindows(w) }); err != nil {
		return err
	}
	for _, part := range windows {
		by, err := l.freshWalker(ctx)
		if err != nil {
			return err
		}
		if err := l.recountBy(ctx, by, part, reason); err != nil {
			return err
		}
	}
	return nil
}

// freshWalker returns a walker that has seen no series yet.
func (l *Ledger) freshWalker(ctx context.Context) (*walker, error) {
	release, err := l.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	return l.sources.own.fresh(), nil
}

// recountBy has a walker count a window again, outside the ledger's turn, and puts
// the result in the place of what was sealed.
func (l *Ledger) recountBy(ctx context.Context, by *walker, w window, reason string) error {
	batches, err := by.countAgain(ctx, w)
	if err != nil {
		return err
	}
	return l.with(ctx, func(now int64) {
		if l.account.replace(w, batches, now, reason) {
			// Counters that were missing from sealed steps must not make up for
			// that in the tail once more.
			l.resetTail()
		}
	})
}

// countAgain counts a window. Where the server counts events itself, it is asked
// first how many series there are.
func (w *walker) countAgain(ctx context.Context, win window) (batches []*batch, err error) {
	var series map[int64]int
	if len(w.fetch.direct) > 0 {
		var c caveats
		if series, c, err = w.fetch.countSeries(ctx, win.first+w.grid, win.last, w.grid); err != nil || c.isPartial() {
			return nil, err
		}
	}
	err = w.fill(ctx, win, func(b *batch) {
		if series != nil {
			b.addSeries(b.seriesAt(series))
		}
		batches = append(batches, b)
	})
	return batches, err
}

// widen returns windows with the unknown and partial steps next to them, joined
// where they meet: counters that go on over such steps count all events of them
// where they are seen again.
func (s *sealedSteps) widen(windows []window) (all []window) {
	unknown := func(i int) bool {
		return i >= 0 && i < len(s.steps) && (!s.steps[i].has(covered) || s.steps[i].has(partial))
	}
	for _, w := range windows {
		i, j := s.index(w.first), s.index(w.last)
		for unknown(i - 1) {
			i--
		}
		for unknown(j) {
			j++
		}
		w = wholeSteps(s.start(i), s.start(j))
		if n := len(all) - 1; n >= 0 && w.first <= all[n].last {
			all[n] = wholeSteps(all[n].first, max(all[n].last, w.last))
			continue
		}
		all = append(all, w)
	}
	return all
}

// recountWindows returns the parts of a window and the steps next to it that are not
// from records, each with where its events begin and end.
func (s *sealedSteps) recountWindows(w window) []window {
	first, last := max(s.first, w.first-s.step), min(s.last, w.last+2*s.step)
	all := s.windowsWhere(func(i int) bool {
		return s.start(i) >= first && s.start(i) < last && !s.steps[i].has(fromRecords)
	})
	var parts []window
	for _, one := range all {
		for ; one.last-one.first > maxRecountLength; one.first += floor(maxRecountLength, s.step) {
			parts = append(parts, wholeSteps(one.first, one.first+floor(maxRecountLength, s.step)))
		}
		parts = append(parts, one)
	}
	for i := range parts {
		parts[i].after = s.endOf(s.index(parts[i].first) - 1)
		parts[i].until = s.endOf(s.index(parts[i].last) - 1)
	}
	return parts
}
