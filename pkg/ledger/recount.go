package ledger

import (
	"context"
	"time"
)

const (
	// longestAgain is the longest time after which partial steps are asked
	// for again.
	longestAgain = time.Hour
	// latest is how much of what the server counts itself is counted again
	// whenever the last day is looked through.
	latest = time.Hour
	// recountMost is the most steps that are counted again at a time.
	recountMost = int64(7 * 24 * time.Hour / time.Millisecond)
	// maxRecounts is in how many stretches steps are counted again at a time.
	maxRecounts = 16
)

// recountPartial counts the steps of partial answers again.
func (l *Ledger) recountPartial(ctx context.Context) error {
	var stretches []window
	if err := l.with(ctx, func(now int64) {
		if !l.upkeep.partial.isDue(now) {
			return
		}
		l.upkeep.partial.later(now, longestAgain)
		if stretches = l.book.partial(); len(stretches) == 0 {
			l.upkeep.partial = due{}
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
		w = whole(max(l.book.first, l.book.last-ceil(latest.Milliseconds(), l.step)), l.book.last)
	}); err != nil || len(l.fetch.direct) == 0 || w.first >= w.last {
		return err
	}
	return l.recount(ctx, w, "data came late")
}

// recountAll counts stretches of sealed steps again.
func (l *Ledger) recountAll(ctx context.Context, stretches []window, reason string) error {
	if err := l.with(ctx, func(int64) { stretches = l.widened(stretches) }); err != nil {
		return err
	}
	for i, w := range stretches {
		if i == maxRecounts {
			break // the rest is found again
		}
		if err := l.recount(ctx, w, reason); err != nil {
			return err
		}
	}
	return nil
}

// widened returns stretches with the unknown and partial steps next to them, joined
// where they meet: counters that go on over such steps count all events of them
// where they are seen again.
func (l *Ledger) widened(stretches []window) (all []window) {
	unknown := func(i int) bool {
		return i >= 0 && i < len(l.book.steps) && (!l.book.steps[i].has(covered) || l.book.steps[i].has(partial))
	}
	for _, w := range stretches {
		i, j := l.book.index(w.first), l.book.index(w.last)
		for unknown(i - 1) {
			i--
		}
		for unknown(j) {
			j++
		}
		w = whole(l.book.start(i), l.book.start(j))
		if n := len(all) - 1; n >= 0 && w.first <= all[n].last {
			all[n] = whole(all[n].first, max(all[n].last, w.last))
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
	if err := l.with(ctx, func(int64) { again = l.around(w) }); err != nil {
		return err
	}
	for _, part := range again {
		sheets, err := l.countAgain(ctx, l.series.anew(), part)
		if err != nil {
			return err
		}
		if err := l.with(ctx, func(now int64) { l.correct(part, sheets, now, reason) }); err != nil {
			return err
		}
	}
	return nil
}

// countAgain counts a window by a new walker. Where the server counts events
// itself, it is asked first how many series there are.
func (l *Ledger) countAgain(ctx context.Context, by *walker, w window) (sheets []*sheet, err error) {
	var present map[int64]int
	if len(l.fetch.direct) > 0 {
		var heard said
		if present, heard, err = l.fetch.countSeries(ctx, w.first+l.grid, w.last, l.grid); err != nil || heard.isPartial() {
			return nil, err
		}
	}
	err = by.fill(ctx, w, func(s *sheet) {
		if present != nil {
			s.present(s.presence(present))
		}
		sheets = append(sheets, s)
	})
	return sheets, err
}

// around returns the stretches of a window and the steps next to it that are not
// from records, each with where its events begin and end.
func (l *Ledger) around(w window) []window {
	first, last := max(l.book.first, w.first-l.step), min(l.book.last, w.last+2*l.step)
	all := l.book.stretches(func(i int) bool {
		return l.book.start(i) >= first && l.book.start(i) < last && !l.book.steps[i].has(fromRecords)
	})
	var cut []window
	for _, one := range all {
		for ; one.last-one.first > recountMost; one.first += floor(recountMost, l.step) {
			cut = append(cut, whole(one.first, one.first+floor(recountMost, l.step)))
		}
		cut = append(cut, one)
	}
	for i := range cut {
		cut[i].after = l.book.endOf(l.book.index(cut[i].first) - 1)
		cut[i].until = l.book.endOf(l.book.index(cut[i].last) - 1)
	}
	return cut
}
