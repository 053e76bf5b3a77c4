package ledger

import (
	"maps"
	"math"
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// book is what is sealed: a run for each group, all of one span, and for each
// step how it came to be known.
type book struct {
	groups      *groups
	method      slo.Method
	rule        *slo.Slices
	step        int64
	first, last int64
	// after bounds the events that are counted, as in a window; where they
	// end is noted at each step.
	after int64
	runs  []run
	steps []step
	// events are those of each step, of all groups, before its time slices
	// are judged; it is empty if there are none.
	events []knot
	// unseen are the events, by the start of their step, that increase()
	// does not count.
	unseen map[int64]knot
	// doubtful says that some step may be partial.
	doubtful bool
}

// open returns an empty book that begins at first.
func (b book) open(first int64) *book {
	b.first, b.last, b.after, b.unseen = first, first, first, map[int64]knot{}
	b.runs, b.steps, b.events = nil, nil, nil
	b.grow()
	return &b
}

// empty reports whether nothing is sealed yet.
func (b *book) empty() bool { return b.first == b.last }

// until returns where the events of the book end.
func (b *book) until() int64 { return b.endOf(len(b.steps) - 1) }

// endOf returns where the events of step i end, and those of the next begin.
func (b *book) endOf(i int) int64 {
	if i < 0 {
		return b.after
	}
	return b.start(i+1) - int64(b.steps[i].early)
}

// start returns that of step i.
func (b *book) start(i int) int64 { return b.first + int64(i)*b.step }

// index returns that of the step that begins at t.
func (b *book) index(t int64) int { return int((t - b.first) / b.step) }

// stepsIn returns what is known of the steps of a window.
func (b *book) stepsIn(w window) []step { return b.steps[b.index(w.first):b.index(w.last)] }

// grow gives a run of the whole span to each group that is new.
func (b *book) grow() {
	for len(b.runs) < b.groups.count() {
		b.runs = append(b.runs, b.nothing())
	}
}

// nothing returns a run of the whole span without events.
func (b *book) nothing() run { return run{first: b.first, last: b.last, cell: b.step} }

// blank returns the curve of a group without events.
func (b *book) blank() *Curve { return &Curve{sealed: b.nothing(), tail: newRun(b.last, b.step)} }

// post seals what the sheet says; it begins where the book ends.
func (b *book) post(s *sheet) {
	b.grow()
	if b.empty() {
		b.after = s.after
	}
	for i := range b.runs {
		for _, k := range b.folded(s, i) {
			b.runs[i].append(k)
		}
	}
	b.doubtful = b.doubtful || s.isPartial()
	steps := b.stepsOf(s)
	if b.endsPartial() && len(steps) > 0 {
		steps[0].marks |= follows
	}
	b.steps = append(b.steps, steps...)
	b.events = append(b.events, b.eventsOf(s)...)
	b.noteUnseen(s)
	b.last = s.last
}

// endsPartial reports whether the last step is of a partial answer.
func (b *book) endsPartial() bool {
	n := len(b.steps)
	return n > 0 && b.steps[n-1].has(partial)
}

// folded returns what the sheet says of a group in whole steps of the book.
func (b *book) folded(s *sheet, group int) []knot {
	steps := fold(s.of(group), int(b.step/s.cell))
	if b.rule != nil {
		for i, k := range steps {
			steps[i] = judge(k, b.method, b.rule)
		}
	}
	return steps
}

// stepsOf returns what the sheet says of its steps besides events.
func (b *book) stepsOf(s *sheet) []step {
	perStep := int(b.step / s.cell)
	steps := make([]step, (s.last-s.first)/b.step)
	for i := range steps {
		for cell := i * perStep; cell < (i+1)*perStep; cell++ {
			if s.covered(cell) {
				steps[i].marks |= covered
			}
			if s.series != nil {
				steps[i].series = uint16(min(math.MaxUint16, int(steps[i].series)+s.series[cell]))
				steps[i].marks |= counted
			}
		}
		if s.isPartial() {
			steps[i].marks |= partial
		}
		if s.recorded {
			steps[i].marks |= fromRecords
		}
		if s.downsampled {
			steps[i].marks |= downsampled
		}
		if s.recorded && i < len(steps)-1 {
			steps[i].early = uint16(s.first - s.after)
		}
	}
	if n := len(steps); n > 0 {
		steps[n-1].early = uint16(s.last - s.until)
	}
	return steps
}

// eventsOf returns what the sheet counts in each step, if these are to be judged.
func (b *book) eventsOf(s *sheet) []knot {
	if b.rule == nil {
		return nil
	}
	events := make([]knot, (s.last-s.first)/b.step)
	for group := range s.groups {
		for i, k := range fold(s.of(group), int(b.step/s.cell)) {
			events[i] = events[i].plus(k)
		}
	}
	return events
}

// noteUnseen adds the events of a sheet that increase() does not count.
func (b *book) noteUnseen(s *sheet) {
	for t, k := range s.unseen {
		start := floor(t, b.step)
		b.unseen[start] = b.unseen[start].plus(k)
	}
}

// replace puts what a sheet says in the place of what the book said of the same
// steps, and returns the events that these had and have, and whether those of any
// step are others.
func (b *book) replace(s *sheet) (was, is knot, changed bool) {
	b.grow()
	i, n := b.index(s.first), int((s.last-s.first)/b.step)
	for group, r := range b.runs {
		b.runs[group] = r.with(i, b.folded(s, group))
		for j := i; j < i+n; j++ {
			before, after := r.count(j), b.runs[group].count(j)
			was, is, changed = was.plus(before), is.plus(after), changed || differ(before, after)
		}
	}
	b.doubtful = b.doubtful || s.isPartial()
	copy(b.steps[i:], b.stepsOf(s))
	if b.rule != nil {
		copy(b.events[i:], b.eventsOf(s))
	}
	maps.DeleteFunc(b.unseen, func(t int64, _ knot) bool { return t >= s.first && t < s.last })
	b.noteUnseen(s)
	return was, is, changed
}

// seriesIn returns how many series there were at the ends of the steps of a window, as
// far as is known.
func (b *book) seriesIn(w window) (n int) {
	for _, s := range b.stepsIn(w) {
		if s.has(counted) {
			n += int(s.series)
		}
	}
	return n
}

// countedIn returns the events of all groups in a window of whole steps, before
// time slices are judged, and those among them that increase() does not count.
func (b *book) countedIn(w window) (events, unseen knot) {
	for t := w.first; t < w.last; t += b.step {
		unseen = unseen.plus(b.unseen[t])
		i := b.index(t)
		if b.rule != nil {
			events = events.plus(b.events[i])
			continue
		}
		for _, r := range b.runs {
			events = events.plus(r.count(i))
		}
	}
	return events, unseen
}

// truncate drops what follows a step's end.
func (b *book) truncate(last int64) {
	n := b.index(last)
	for i, r := range b.runs {
		b.runs[i] = r.truncated(last)
	}
	b.steps, b.last = b.steps[:n], last
	if b.rule != nil {
		b.events = b.events[:n]
	}
	maps.DeleteFunc(b.unseen, func(t int64, _ knot) bool { return t >= last })
}

// prepend puts the earlier book, which ends where b begins, before it.
func (b *book) prepend(earlier *book) {
	b.grow()
	earlier.grow()
	for i := range b.runs {
		b.runs[i] = joined(earlier.runs[i], b.runs[i])
	}
	b.steps, b.events = slices.Concat(earlier.steps, b.steps), slices.Concat(earlier.events, b.events)
	maps.Copy(b.unseen, earlier.unseen)
	b.first, b.after, b.doubtful = earlier.first, earlier.after, b.doubtful || earlier.doubtful
}

// silence returns the start of the steps at the book's end that have no data; it is
// the book's end if the last step has some.
func (b *book) silence() int64 {
	n := len(b.steps)
	for n > 0 && !b.steps[n-1].has(covered) {
		n--
	}
	return b.start(n)
}

// dataBegin returns the start of the first step with data; it is the book's end
// if none has any.
func (b *book) dataBegin() int64 {
	n := slices.IndexFunc(b.steps, func(s step) bool { return s.has(covered) })
	if n < 0 {
		return b.last
	}
	return b.start(n)
}

// partial returns the stretches of steps whose answers were partial, with the step
// that follows each.
func (b *book) partial() []window {
	if !b.doubtful {
		return nil
	}
	all := b.stretches(func(i int) bool { return b.steps[i].has(partial | follows) })
	b.doubtful = len(all) > 0
	return all
}

// stretches returns those of steps, by their index, for which a condition holds.
func (b *book) stretches(holds func(i int) bool) (all []window) {
	for i := range b.steps {
		if !holds(i) {
			continue
		}
		if n := len(all) - 1; n >= 0 && all[n].last == b.start(i) {
			all[n].last, all[n].until = b.start(i+1), b.start(i+1)
			continue
		}
		all = append(all, whole(b.start(i), b.start(i+1)))
	}
	return all
}
