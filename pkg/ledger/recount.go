package ledger

import (
	"context"
	"maps"
	"slices"
	"time"
)

const (
	// longestRetry is the longest time after which partial steps are asked
	// for again.
	longestRetry = time.Hour
	// latestLength is how much of what the server counts itself is counted again
	// whenever the last day is looked through.
	latestLength = time.Hour
	// maxRecountLength is the most steps that are counted again at a time.
	maxRecountLength = int64(7 * 24 * time.Hour / time.Millisecond)
	// maxRecountWindows is in how many stretches steps are counted again at a time.
	maxRecountWindows = 16
)

// recountPartial counts the steps of partial answers again.
func (l *Ledger) recountPartial(ctx context.Context) error {
	var stretches []window
	if err := l.with(ctx, func(now int64) {
		if !l.maintenance.partial.isDue(now) {
			return
		}
		l.maintenance.partial.backOff(now, longestRetry)
		if stretches = l.sealed.partialSteps(); len(stretches) == 0 {
			l.maintenance.partial = schedule{}
		}
	}); err != nil {
		return err
	}
	return l.recountAll(ctx, stretches, wasPartial)
}

// recountLatest counts the last hour again where the server counts samples: one
// that is there at the end of a step hides those before it that are late.
func (l *Ledger) recountLatest(ctx context.Context) error {
	var w window
	if err := l.with(ctx, func(int64) {
		w = wholeSteps(max(l.sealed.first, l.sealed.last-ceil(latestLength.Milliseconds(), l.step)), l.sealed.last)
	}); err != nil || len(l.fetch.direct) == 0 || w.first >= w.last {
		return err
	}
	return l.recount(ctx, w, "data came late")
}

// recountAll counts stretches of sealed steps again.
func (l *Ledger) recountAll(ctx context.Context, stretches []window, reason string) error {
	if err := l.with(ctx, func(int64) { stretches = l.widen(stretches) }); err != nil {
		return err
	}
	for i, w := range stretches {
		if i == maxRecountWindows {
			break // the rest is found again
		}
		if err := l.recount(ctx, w, reason); err != nil {
			return err
		}
	}
	return nil
}

// widen returns stretches with the unknown and partial steps next to them, joined
// where they meet: counters that go on over such steps count all events of them
// where they are seen again.
func (l *Ledger) widen(stretches []window) (all []window) {
	unknown := func(i int) bool {
		return i >= 0 && i < len(l.sealed.steps) && (!l.sealed.steps[i].has(covered) || l.sealed.steps[i].has(partial))
	}
	for _, w := range stretches {
		i, j := l.sealed.index(w.first), l.sealed.index(w.last)
		for unknown(i - 1) {
			i--
		}
		for unknown(j) {
			j++
		}
		w = wholeSteps(l.sealed.start(i), l.sealed.start(j))
		if n := len(all) - 1; n >= 0 && w.first <= all[n].last {
			all[n] = wholeSteps(all[n].first, max(all[n].last, w.last))
			continue
		}
		all = append(all, w)
	}
	return all
}

// recount counts sealed steps again, with those next to them, in which what was
// missed may have been counted.
func (l *Ledger) recount(ctx context.Context, w window, reason string) error {
	var again []window
	if err := l.with(ctx, func(int64) { again = l.recountWindows(w) }); err != nil {
		return err
	}
	for _, part := range again {
		sheets, err := l.countAgain(ctx, l.series.fresh(), part)
		if err != nil {
			return err
		}
		if err := l.with(ctx, func(now int64) { l.applyRecount(part, sheets, now, reason) }); err != nil {
			return err
		}
	}
	return nil
}

// countAgain counts a window by a new walker. Where the server counts events
// itself, it is asked first how many series there are.
func (l *Ledger) countAgain(ctx context.Context, by *walker, w window) (sheets []*batch, err error) {
	var present map[int64]int
	if len(l.fetch.direct) > 0 {
		var heard caveats
		if present, heard, err = l.fetch.countSeries(ctx, w.first+l.grid, w.last, l.grid); err != nil || heard.isPartial() {
			return nil, err
		}
	}
	err = by.fill(ctx, w, func(s *batch) {
		if present != nil {
			s.addSeries(s.seriesAt(present))
		}
		sheets = append(sheets, s)
	})
	return sheets, err
}

// recountWindows returns the stretches of a window and the steps next to it that are not
// from records, each with where its events begin and end.
func (l *Ledger) recountWindows(w window) []window {
	first, last := max(l.sealed.first, w.first-l.step), min(l.sealed.last, w.last+2*l.step)
	all := l.sealed.windowsWhere(func(i int) bool {
		return l.sealed.start(i) >= first && l.sealed.start(i) < last && !l.sealed.steps[i].has(fromRecords)
	})
	var cut []window
	for _, one := range all {
		for ; one.last-one.first > maxRecountLength; one.first += floor(maxRecountLength, l.step) {
			cut = append(cut, wholeSteps(one.first, one.first+floor(maxRecountLength, l.step)))
		}
		cut = append(cut, one)
	}
	for i := range cut {
		cut[i].after = l.sealed.endOf(l.sealed.index(cut[i].first) - 1)
		cut[i].until = l.sealed.endOf(l.sealed.index(cut[i].last) - 1)
	}
	return cut
}

// wasPartial is why steps of partial answers are counted again.
const wasPartial = "an earlier answer was partial"

// applyRecount puts what was counted again in the place of what was sealed. Where the
// server has fewer series now than it had, it is not believed: what it does not
// have any more, or not at this moment, was there. Nor does what a partial answer
// says take the place of what a whole one said.
func (l *Ledger) applyRecount(w window, sheets []*batch, now int64, reason string) {
	if len(sheets) == 0 || w.first < l.sealed.first || w.last > l.sealed.last {
		return
	}
	had, has := l.sealed.seriesIn(w), seriesCountOf(sheets)
	known := slices.ContainsFunc(l.sealed.stepsIn(w), func(s stepInfo) bool { return !s.has(partial) })
	if had > has || known && slices.ContainsFunc(sheets, func(s *batch) bool { return s.isPartial() }) {
		return
	}
	if slices.ContainsFunc(l.sealed.stepsIn(w), func(s stepInfo) bool { return s.has(partial) }) {
		reason = wasPartial
	}
	c, changed := correction{window: w, at: now, reason: reason}, false
	for _, s := range sheets {
		was, is, others := l.sealed.replace(s)
		c.before, c.after, changed = c.before.plus(was), c.after.plus(is), changed || others
		l.remarks.hear(s)
	}
	if changed {
		l.blur(w)
		l.remarks.change(c)
	}
	if changed || has > had && w.last > l.sealed.last-leadIn.Milliseconds() {
		l.resetTail()
	}
}

// resetTail has the tail counted anew: counters that were missing from what was
// sealed before it must not make up for that in it once more.
func (l *Ledger) resetTail() {
	l.series.walker, l.fetched = l.series.fresh(), time.Time{}
}

// blur forgets how the events of steps lie in them.
func (l *Ledger) blur(w window) {
	edges := make([]map[int64]segment, len(l.fineSteps))
	for group := range l.fineSteps {
		edges[group] = maps.Clone(l.fineSteps[group])
		maps.DeleteFunc(edges[group], func(start int64, _ segment) bool { return start >= w.first && start < w.last })
	}
	l.fineSteps = edges
	if slices.ContainsFunc(l.recentFine, func(r segment) bool { return r.first < w.last }) {
		l.recentFine = nil
	}
}
