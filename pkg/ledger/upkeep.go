package ledger

import (
	"context"
	"maps"
	"math"
	"slices"
	"time"
)

// What is sealed may not be all that there is: a store was down, samples came
// late, a backfill filled a hole. So steps are asked for again, without anybody
// waiting for it: those of partial answers soon, and then ever more rarely; and
// for all others how many series they have, which is cheap, and tells what has
// come since. Where there are more than there were, the steps are counted again.
const (
	// dayAfter is how often the last day is looked through, one of dayPhases
	// steps at a time, and windowAfter the longest time after which all is.
	dayAfter    = 5 * time.Minute
	dayPhases   = 3
	windowAfter = 24 * time.Hour
	// latest is how much of what the server counts itself is counted again
	// whenever the last day is looked through.
	latest = time.Hour
	// firstAgain is after how long what is partial or unknown is asked for
	// again for the first time; each further time is twice as long.
	firstAgain = time.Minute
	// longestAgain is the longest time after which partial steps are asked
	// for again.
	longestAgain = time.Hour
	// recountMost is the most steps that are counted again at a time.
	recountMost = int64(7 * 24 * time.Hour / time.Millisecond)
	// maxRecounts is in how many stretches steps are counted again at a time.
	maxRecounts = 16
)

// upkeep is what is due. It is held by whoever has the ledger's turn.
type upkeep struct {
	partial, day, window due
	// phase says which steps of the day are next.
	phase int64
	check check
}

// due is something that is done again and again.
type due struct {
	at    int64
	after time.Duration
}

// soon makes it due after the first pause.
func (d *due) soon(now int64) {
	d.after = firstAgain
	d.at = now + d.after.Milliseconds()
}

// later makes it due after twice the last pause, which is at most the longest.
func (d *due) later(now int64, longest time.Duration) {
	d.after = min(longest, max(firstAgain, 2*d.after))
	d.at = now + d.after.Milliseconds()
}

// isDue reports whether the time has come; a clock that went back is no reason
// to wait.
func (d *due) isDue(now int64) bool { return now >= d.at || d.at-now > d.after.Milliseconds() }

// Upkeep does what is due by now: it asks again for what was not known for
// certain, and holds sealed days against the server's own count. It is to be
// called every minute or so for as long as the ledger is in use; it never keeps
// Fill waiting for a server. The error is that of the first question that
// failed.
func (l *Ledger) Upkeep(ctx context.Context) error {
	for _, do := range []func(context.Context) error{l.recountPartial, l.lookThroughDay, l.lookThroughWindow, l.checkDay} {
		if err := do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// recountPartial counts the steps of partial answers again.
func (l *Ledger) recountPartial(ctx context.Context) error {
	var stretches []window
	if err := l.with(ctx, func(now int64) {
		stretches = l.book.partial()
		if !l.upkeep.partial.isDue(now) {
			stretches = nil
			return
		}
		l.upkeep.partial.later(now, longestAgain)
		if len(stretches) == 0 {
			l.upkeep.partial = due{}
		}
	}); err != nil {
		return err
	}
	return l.recountAll(ctx, stretches, "an earlier answer was partial")
}

// lookThroughDay finds what came late in the last day.
func (l *Ledger) lookThroughDay(ctx context.Context) error {
	var from, stride int64
	if err := l.with(ctx, func(now int64) {
		if !l.upkeep.day.isDue(now) {
			return
		}
		l.upkeep.day = due{now + dayAfter.Milliseconds(), dayAfter}
		from, stride = floor(now-day, l.step), l.grid
		if l.step == l.grid {
			stride = dayPhases * l.grid
			from += l.upkeep.phase * l.grid
			l.upkeep.phase = (l.upkeep.phase + 1) % dayPhases
		}
	}); err != nil || stride == 0 {
		return err
	}
	if _, err := l.lookThrough(ctx, from, stride); err != nil {
		return err
	}
	return l.recountLatest(ctx)
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

// lookThroughWindow finds what came late in all that is sealed: soon after
// something was unknown, and then ever more rarely.
func (l *Ledger) lookThroughWindow(ctx context.Context) error {
	var due bool
	if err := l.with(ctx, func(now int64) {
		w := &l.upkeep.window
		if due = w.isDue(now); due {
			w.later(now, windowAfter)
			l.earliest = 0 // what was before may be there by now
		}
	}); err != nil || !due {
		return err
	}
	found, err := l.lookThrough(ctx, 0, l.grid)
	if err != nil || !found {
		return err
	}
	return l.with(ctx, func(now int64) { l.upkeep.window.soon(now) })
}

// lookThrough counts the steps after from again that have more series now than
// when they were counted, and reports whether there are any. It looks at grid
// points that are a stride apart.
func (l *Ledger) lookThrough(ctx context.Context, from, stride int64) (found bool, err error) {
	var w window
	if err := l.with(ctx, func(int64) {
		w = whole(max(from, l.book.first, floor(l.remarks.cut, l.step)), l.book.last)
	}); err != nil || w.first+stride > w.last {
		return false, err
	}
	counts, heard, err := l.fetch.series(ctx, w.first+l.grid, w.last, stride)
	if err != nil || len(heard.partial) > 0 {
		return false, err
	}
	var grown []window
	if err := l.with(ctx, func(int64) { grown = l.grown(counts) }); err != nil {
		return false, err
	}
	return len(grown) > 0, l.recountAll(ctx, grown, "data came late")
}

// grown returns the stretches of steps that have more series than when they were
// counted, and notes how many there are at steps that were counted from raw
// samples. The counts are of grid points; those without any are left out.
func (l *Ledger) grown(counts map[int64]int) []window {
	sums := map[int]int{}
	for t, n := range counts {
		if t > l.book.first && t <= l.book.last {
			sums[l.book.index(t-1)] += n
		}
	}
	more := make([]bool, len(l.book.steps))
	for i, n := range sums {
		switch s := &l.book.steps[i]; {
		case s.marks&fromRecords != 0:
		case s.marks&(counted|covered) == covered:
			s.series, s.marks = uint16(min(n, math.MaxUint16)), s.marks|counted
		case n > int(s.series):
			more[i] = true
		}
	}
	return l.book.stretches(func(i int) bool { return more[i] })
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
		return i >= 0 && i < len(l.book.steps) && l.book.steps[i].marks&(covered|partial) != covered
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

// countAgain counts a window with a new walker. Where the server counts events
// itself, it is asked first how many series there are.
func (l *Ledger) countAgain(ctx context.Context, walker *walker, w window) (sheets []*sheet, err error) {
	var present map[int64]int
	if len(l.fetch.direct) > 0 {
		var heard said
		if present, heard, err = l.fetch.series(ctx, w.first+l.grid, w.last, l.grid); err != nil || len(heard.partial) > 0 {
			return nil, err
		}
	}
	err = walker.fill(ctx, w, func(s *sheet) {
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
		return l.book.start(i) >= first && l.book.start(i) < last && l.book.steps[i].marks&fromRecords == 0
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

// correct puts what was counted again in the place of what was sealed. Where the
// server has fewer series now than it had, it is not believed: what it does not
// have any more, or not at this moment, was there. Nor does what a partial answer
// says take the place of what a whole one said.
func (l *Ledger) correct(w window, sheets []*sheet, now int64, reason string) {
	if len(sheets) == 0 || w.first < l.book.first || w.last > l.book.last {
		return
	}
	had, has := l.book.seriesIn(w), seriesOf(sheets)
	if had > has {
		return
	}
	whole := func(s step) bool { return s.marks&partial == 0 }
	if slices.ContainsFunc(sheets, func(s *sheet) bool { return s.partial }) && slices.ContainsFunc(l.book.steps[l.book.index(w.first):l.book.index(w.last)], whole) {
		return
	}
	c, changed := change{window: w, at: now, because: reason}, false
	for _, s := range sheets {
		was, is, others := l.book.replace(s)
		c.was, c.is, changed = c.was.plus(was), c.is.plus(is), changed || others
		l.remarks.hear(s)
	}
	if changed {
		l.blur(w)
		l.remarks.change(c)
	}
	if changed || has > had && w.last > l.book.last-leadIn.Milliseconds() {
		l.forgetTail()
	}
}

// forgetTail has the tail counted anew: counters that were missing from what was
// sealed before it must not make up for that in it once more.
func (l *Ledger) forgetTail() {
	l.series.walker, l.fetched = l.series.anew(), time.Time{}
}

// seriesOf is how many series there are at the ends of all cells, as far as is
// known.
func seriesOf(sheets []*sheet) (n int) {
	for _, s := range sheets {
		for _, series := range s.series {
			n += series
		}
	}
	return n
}

// blur forgets how the events of steps lie in them.
func (l *Ledger) blur(w window) {
	edges := make([]map[int64]run, len(l.edges))
	for group := range l.edges {
		edges[group] = maps.Clone(l.edges[group])
		maps.DeleteFunc(edges[group], func(start int64, _ run) bool { return start >= w.first && start < w.last })
	}
	l.edges = edges
	if slices.ContainsFunc(l.late, func(r run) bool { return r.first < w.last }) {
		l.late = nil
	}
}

// differ reports whether two counts differ by more than rounding.
func differ(a, b knot) bool {
	apart := func(a, b float64) bool { return math.Abs(a-b) > 1e-6*(1+math.Abs(a)) }
	return apart(a.bad, b.bad) || apart(a.total, b.total) || apart(a.covered, b.covered)
}

// filled notes that something was sealed at once, of which nothing is due yet.
func (u *upkeep) filled(now int64, unknown bool) {
	u.day = due{now + dayAfter.Milliseconds(), dayAfter}
	u.window = due{now + windowAfter.Milliseconds(), windowAfter}
	if unknown {
		u.window.soon(now)
	}
}

// with does something in the caller's turn if there is anything sealed.
func (l *Ledger) with(ctx context.Context, do func(now int64)) error {
	release, err := l.acquire(ctx)
	if err != nil {
		return err
	}
	defer release()
	if l.book != nil && !l.book.empty() {
		do(l.now())
	}
	return nil
}
