package ledger

import (
	"maps"
	"math"
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// sealedSteps is what is sealed: a run for each group, all of one span, and for each
// step how it came to be known.
type sealedSteps struct {
	groups      *groups
	method      slo.Method
	rule        *slo.Slices
	step        int64
	first, last int64
	// after bounds the events that are counted, as in a window; where they
	// end is noted at each step.
	after    int64
	segments []segment
	steps    []stepInfo
	// events are those of each step, of all groups, before its time slices
	// are judged; it is empty if there are none.
	events []count
	// unseen are the events, by the start of their step, that increase()
	// does not count.
	unseen map[int64]count
	// anyPartial says that some step may be partial.
	anyPartial bool
}

// emptyAt returns an empty book that begins at first.
func (b sealedSteps) emptyAt(first int64) *sealedSteps {
	b.first, b.last, b.after, b.unseen = first, first, first, map[int64]count{}
	b.segments, b.steps, b.events = nil, nil, nil
	b.addGroups()
	return &b
}

// empty reports whether nothing is sealed yet.
func (b *sealedSteps) empty() bool { return b.first == b.last }

// until returns where the events of the book end.
func (b *sealedSteps) until() int64 { return b.endOf(len(b.steps) - 1) }

// endOf returns where the events of step i end, and those of the next begin.
func (b *sealedSteps) endOf(i int) int64 {
	if i < 0 {
		return b.after
	}
	return b.start(i+1) - int64(b.steps[i].endsEarly)
}

// start returns that of step i.
func (b *sealedSteps) start(i int) int64 { return b.first + int64(i)*b.step }

// index returns that of the step that begins at t.
func (b *sealedSteps) index(t int64) int { return int((t - b.first) / b.step) }

// stepsIn returns what is known of the steps of a window.
func (b *sealedSteps) stepsIn(w window) []stepInfo { return b.steps[b.index(w.first):b.index(w.last)] }

// dataBegin returns the start of the first step with data; it is the book's end
// if none has any.
func (b *sealedSteps) dataBegin() int64 {
	n := slices.IndexFunc(b.steps, func(s stepInfo) bool { return s.has(covered) })
	if n < 0 {
		return b.last
	}
	return b.start(n)
}

// dataEnd returns the start of the steps at the book's end that have no data; it is
// the book's end if the last step has some.
func (b *sealedSteps) dataEnd() int64 {
	n := len(b.steps)
	for n > 0 && !b.steps[n-1].has(covered) {
		n--
	}
	return b.start(n)
}

// before returns the time before the first step with data, in whole cells that
// end there.
func (b *sealedSteps) before(cell int64) window {
	if cell%b.step != 0 {
		return window{}
	}
	last := b.dataBegin()
	return wholeSteps(last-floor(last-b.first, cell), last)
}

// addGroups gives a run of the whole span to each group that is new.
func (b *sealedSteps) addGroups() {
	for len(b.segments) < b.groups.count() {
		b.segments = append(b.segments, b.blankSegment())
	}
}

// blankSegment returns a run of the whole span without events.
func (b *sealedSteps) blankSegment() segment {
	return segment{first: b.first, last: b.last, cellLength: b.step}
}

// blankCurve returns the curve of a group without events.
func (b *sealedSteps) blankCurve() *Curve {
	return &Curve{sealed: b.blankSegment(), tail: newSegment(b.last, b.step)}
}

// append seals what the sheet says; it begins where the book ends.
func (b *sealedSteps) append(s *batch) {
	b.addGroups()
	if b.empty() {
		b.after = s.after
	}
	for i := range b.segments {
		for _, k := range b.stepCounts(s, i) {
			b.segments[i].append(k)
		}
	}
	b.anyPartial = b.anyPartial || s.isPartial()
	steps := b.stepInfos(s)
	if b.endsPartial() && len(steps) > 0 {
		steps[0].marks |= follows
	}
	b.steps = append(b.steps, steps...)
	b.events = append(b.events, b.sliceEvents(s)...)
	b.noteUnseen(s)
	b.last = s.last
}

// endsPartial reports whether the last step is of a partial answer.
func (b *sealedSteps) endsPartial() bool {
	n := len(b.steps)
	return n > 0 && b.steps[n-1].has(partial)
}

// stepCounts returns what the sheet says of a group in whole steps of the book.
func (b *sealedSteps) stepCounts(s *batch, group int) []count {
	steps := sumCells(s.cellsOf(group), int(b.step/s.cellLength))
	if b.rule != nil {
		for i, k := range steps {
			steps[i] = evaluateSlice(k, b.method, b.rule)
		}
	}
	return steps
}

// stepInfos returns what the sheet says of its steps besides events.
func (b *sealedSteps) stepInfos(s *batch) []stepInfo {
	perStep := int(b.step / s.cellLength)
	steps := make([]stepInfo, (s.last-s.first)/b.step)
	for i := range steps {
		for cell := i * perStep; cell < (i+1)*perStep; cell++ {
			if s.hasData(cell) {
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
			steps[i].endsEarly = uint16(s.first - s.after)
		}
	}
	if n := len(steps); n > 0 {
		steps[n-1].endsEarly = uint16(s.last - s.until)
	}
	return steps
}

// sliceEvents returns what the sheet counts in each step, if these are to be judged.
func (b *sealedSteps) sliceEvents(s *batch) []count {
	if b.rule == nil {
		return nil
	}
	events := make([]count, (s.last-s.first)/b.step)
	for group := range s.groups {
		for i, k := range sumCells(s.cellsOf(group), int(b.step/s.cellLength)) {
			events[i] = events[i].plus(k)
		}
	}
	return events
}

// noteUnseen adds the events of a sheet that increase() does not count.
func (b *sealedSteps) noteUnseen(s *batch) {
	for t, k := range s.unseen {
		start := floor(t, b.step)
		b.unseen[start] = b.unseen[start].plus(k)
	}
}

// replace puts what a sheet says in the place of what the book said of the same
// steps, and returns the events that these had and have, and whether those of any
// step are others.
func (b *sealedSteps) replace(s *batch) (was, is count, changed bool) {
	b.addGroups()
	i, n := b.index(s.first), int((s.last-s.first)/b.step)
	for group, r := range b.segments {
		b.segments[group] = r.replaceCells(i, b.stepCounts(s, group))
		for j := i; j < i+n; j++ {
			before, after := r.cell(j), b.segments[group].cell(j)
			was, is, changed = was.plus(before), is.plus(after), changed || differs(before, after)
		}
	}
	b.anyPartial = b.anyPartial || s.isPartial()
	copy(b.steps[i:], b.stepInfos(s))
	if b.rule != nil {
		copy(b.events[i:], b.sliceEvents(s))
	}
	maps.DeleteFunc(b.unseen, func(t int64, _ count) bool { return t >= s.first && t < s.last })
	b.noteUnseen(s)
	return was, is, changed
}

// seriesIn returns how many series there were at the ends of the steps of a window, as
// far as is known.
func (b *sealedSteps) seriesIn(w window) (n int) {
	for _, s := range b.stepsIn(w) {
		if s.has(counted) {
			n += int(s.series)
		}
	}
	return n
}

// eventsIn returns the events of all groups in a window of whole steps, before
// time slices are judged, and those among them that increase() does not count.
func (b *sealedSteps) eventsIn(w window) (events, unseen count) {
	for t := w.first; t < w.last; t += b.step {
		unseen = unseen.plus(b.unseen[t])
		i := b.index(t)
		if b.rule != nil {
			events = events.plus(b.events[i])
			continue
		}
		for _, r := range b.segments {
			events = events.plus(r.cell(i))
		}
	}
	return events, unseen
}

// truncate drops what follows a step's end.
func (b *sealedSteps) truncate(last int64) {
	n := b.index(last)
	for i, r := range b.segments {
		b.segments[i] = r.truncate(last)
	}
	b.steps, b.last = b.steps[:n], last
	if b.rule != nil {
		b.events = b.events[:n]
	}
	maps.DeleteFunc(b.unseen, func(t int64, _ count) bool { return t >= last })
}

// prepend puts the earlier book, which ends where b begins, before it.
func (b *sealedSteps) prepend(earlier *sealedSteps) {
	b.addGroups()
	earlier.addGroups()
	for i := range b.segments {
		b.segments[i] = join(earlier.segments[i], b.segments[i])
	}
	b.steps, b.events = slices.Concat(earlier.steps, b.steps), slices.Concat(earlier.events, b.events)
	maps.Copy(b.unseen, earlier.unseen)
	b.first, b.after, b.anyPartial = earlier.first, earlier.after, b.anyPartial || earlier.anyPartial
}

// partialSteps returns the stretches of steps whose answers were partial, with the step
// that follows each.
func (b *sealedSteps) partialSteps() []window {
	if !b.anyPartial {
		return nil
	}
	all := b.windowsWhere(func(i int) bool { return b.steps[i].has(partial | follows) })
	b.anyPartial = len(all) > 0
	return all
}

// windowsWhere returns those of steps, by their index, for which a condition holds.
func (b *sealedSteps) windowsWhere(holds func(i int) bool) (all []window) {
	for i := range b.steps {
		if !holds(i) {
			continue
		}
		if n := len(all) - 1; n >= 0 && all[n].last == b.start(i) {
			all[n].last, all[n].until = b.start(i+1), b.start(i+1)
			continue
		}
		all = append(all, wholeSteps(b.start(i), b.start(i+1)))
	}
	return all
}
