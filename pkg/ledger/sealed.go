package ledger

import (
	"maps"
	"math"
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// sealedSteps holds what is sealed: a segment for each group, all of the same time,
// and how each step came to be known.
type sealedSteps struct {
	groups      *groups
	method      slo.Method
	rule        *slo.Slices
	step        int64
	first, last int64
	// after bounds the events that are counted, as in a window; each step notes
	// where its events end.
	after    int64
	segments []segment
	steps    []stepInfo
	// events holds those of each step, by group, before its time slice is
	// evaluated; nil without time slices.
	events []segment
	// unseen maps the start of a step to those of its events that increase() does
	// not count.
	unseen map[int64]count
	// anyPartial says that some step may be partial.
	anyPartial bool
}

// emptyAt returns sealed steps of the same kind that begin and end at first.
func (s sealedSteps) emptyAt(first int64) *sealedSteps {
	s.first, s.last, s.after, s.unseen = first, first, first, map[int64]count{}
	s.segments, s.steps, s.events = nil, nil, nil
	s.addGroups()
	return &s
}

// empty reports whether nothing is sealed yet.
func (s *sealedSteps) empty() bool { return s.first == s.last }

// until returns where the events of the last step end.
func (s *sealedSteps) until() int64 { return s.endOf(len(s.steps) - 1) }

// endOf returns where the events of step i end, and those of the next begin.
func (s *sealedSteps) endOf(i int) int64 {
	if i < 0 {
		return s.after
	}
	return s.start(i+1) - int64(s.steps[i].endsEarly)
}

// start returns the start of step i.
func (s *sealedSteps) start(i int) int64 { return s.first + int64(i)*s.step }

// index returns the index of the step that begins at t.
func (s *sealedSteps) index(t int64) int { return int((t - s.first) / s.step) }

// stepsIn returns what is known of the steps of a window.
func (s *sealedSteps) stepsIn(w window) []stepInfo { return s.steps[s.index(w.first):s.index(w.last)] }

// dataBegin returns the start of the first step with data, or the end of the last
// step if none has any.
func (s *sealedSteps) dataBegin() int64 {
	n := slices.IndexFunc(s.steps, func(b stepInfo) bool { return b.has(covered) })
	if n < 0 {
		return s.last
	}
	return s.start(n)
}

// dataEnd returns the end of the last step with data, or the start of the first
// step if none has any.
func (s *sealedSteps) dataEnd() int64 {
	n := len(s.steps)
	for n > 0 && !s.steps[n-1].has(covered) {
		n--
	}
	return s.start(n)
}

// before returns the time before the first step with data, in whole cells that
// end there.
func (s *sealedSteps) before(cell int64) window {
	if cell%s.step != 0 {
		return window{}
	}
	last := s.dataBegin()
	return wholeSteps(last-floor(last-s.first, cell), last)
}

// addGroups adds a segment without events for each new group.
func (s *sealedSteps) addGroups() {
	for len(s.segments) < s.groups.count() {
		s.segments = append(s.segments, s.blankSegment())
		if s.rule != nil {
			s.events = append(s.events, s.blankSegment())
		}
	}
}

// blankSegment returns a segment without events.
func (s *sealedSteps) blankSegment() segment {
	return segment{first: s.first, last: s.last, cellLength: s.step}
}

// blankCurve returns the curve of a group without events.
func (s *sealedSteps) blankCurve() *Curve {
	return &Curve{sealed: s.blankSegment(), tail: newSegment(s.last, s.step)}
}

// append appends the steps of a batch, which begins where the sealed steps end.
func (s *sealedSteps) append(b *batch) {
	s.addGroups()
	if s.empty() {
		s.after = b.after
	}
	for i := range s.segments {
		for _, c := range s.stepCounts(b, i) {
			s.segments[i].append(c)
		}
	}
	for i := range s.events {
		for _, c := range s.sliceEvents(b, i) {
			s.events[i].append(c)
		}
	}
	s.anyPartial = s.anyPartial || b.isPartial()
	steps := s.stepInfos(b)
	if s.endsPartial() && len(steps) > 0 {
		steps[0].marks |= follows
	}
	s.steps = append(s.steps, steps...)
	s.noteUnseen(b)
	s.last = b.last
}

// endsPartial reports whether the last step comes from a partial answer.
func (s *sealedSteps) endsPartial() bool {
	n := len(s.steps)
	return n > 0 && s.steps[n-1].has(partial)
}

// stepCounts returns a group's counts in a batch by step.
func (s *sealedSteps) stepCounts(b *batch, group int) []count {
	perStep := int(s.step / b.cellLength)
	steps := s.sliceEvents(b, group)
	for i, c := range steps {
		if s.rule != nil {
			steps[i] = evaluateSlice(c, s.method, s.rule)
		}
		for cell := i * perStep; cell < (i+1)*perStep; cell++ {
			if b.isExpected(group, cell) {
				steps[i].covered += float64(b.lengthOf(cell))
			}
		}
	}
	return steps
}

// stepInfos returns what is known of a batch's steps beside events.
func (s *sealedSteps) stepInfos(b *batch) []stepInfo {
	perStep := int(s.step / b.cellLength)
	steps := make([]stepInfo, (b.last-b.first)/s.step)
	for i := range steps {
		for cell := i * perStep; cell < (i+1)*perStep; cell++ {
			if b.hasData(cell) {
				steps[i].marks |= covered
			}
			if b.series != nil {
				steps[i].series = uint16(min(math.MaxUint16, int(steps[i].series)+b.series[cell]))
				steps[i].marks |= counted
			}
		}
		if b.isPartial() {
			steps[i].marks |= partial
		}
		if b.recorded {
			steps[i].marks |= fromRecords
		}
		if b.downsampled {
			steps[i].marks |= downsampled
		}
		if b.recorded && i < len(steps)-1 {
			steps[i].endsEarly = uint16(b.first - b.after)
		}
	}
	if n := len(steps); n > 0 {
		steps[n-1].endsEarly = uint16(b.last - b.until)
	}
	return steps
}

// sliceEvents returns a group's events in a batch by step, before time slices are
// evaluated.
func (s *sealedSteps) sliceEvents(b *batch, group int) []count {
	return sumCells(b.cellsOf(group), int(s.step/b.cellLength))
}

// noteUnseen adds the events of a batch that increase() does not count.
func (s *sealedSteps) noteUnseen(b *batch) {
	for t, c := range b.unseen {
		start := floor(t, s.step)
		s.unseen[start] = s.unseen[start].plus(c)
	}
}

// replace puts a batch in the place of the same steps. It returns their events
// before and after, and whether those of any step have changed.
func (s *sealedSteps) replace(b *batch) (was, is count, changed bool) {
	s.addGroups()
	i, n := s.index(b.first), int((b.last-b.first)/s.step)
	for group, seg := range s.segments {
		s.segments[group] = seg.replaceCells(i, s.stepCounts(b, group))
		for j := i; j < i+n; j++ {
			before, after := seg.cell(j), s.segments[group].cell(j)
			was, is, changed = was.plus(before), is.plus(after), changed || differs(before, after)
		}
	}
	s.anyPartial = s.anyPartial || b.isPartial()
	copy(s.steps[i:], s.stepInfos(b))
	for group, seg := range s.events {
		s.events[group] = seg.replaceCells(i, s.sliceEvents(b, group))
	}
	maps.DeleteFunc(s.unseen, func(t int64, _ count) bool { return t >= b.first && t < b.last })
	s.noteUnseen(b)
	return was, is, changed
}

// seriesIn returns the sum over the steps of a window of how many series there
// were, as far as is known.
func (s *sealedSteps) seriesIn(w window) (n int) {
	for _, b := range s.stepsIn(w) {
		if b.has(counted) {
			n += int(b.series)
		}
	}
	return n
}

// eventsIn returns the events of all groups in a window of whole steps, before time
// slices are evaluated, and those among them that increase() does not count.
func (s *sealedSteps) eventsIn(w window) (events, unseen count) {
	segments := s.segments
	if s.rule != nil {
		segments = s.events
	}
	for t := w.first; t < w.last; t += s.step {
		unseen = unseen.plus(s.unseen[t])
		for _, seg := range segments {
			events = events.plus(seg.cell(s.index(t)))
		}
	}
	return events, unseen
}

// truncate drops the steps after last.
func (s *sealedSteps) truncate(last int64) {
	n := s.index(last)
	for i, seg := range s.segments {
		s.segments[i] = seg.truncate(last)
	}
	s.steps, s.last = s.steps[:n], last
	for i, seg := range s.events {
		s.events[i] = seg.truncate(last)
	}
	maps.DeleteFunc(s.unseen, func(t int64, _ count) bool { return t >= last })
}

// dropBefore drops the steps before first.
func (s *sealedSteps) dropBefore(first int64) {
	n := s.index(first)
	s.after = s.endOf(n - 1)
	for i, seg := range s.segments {
		s.segments[i] = seg.after(first)
	}
	for i, seg := range s.events {
		s.events[i] = seg.after(first)
	}
	s.steps, s.first = s.steps[n:], first
	maps.DeleteFunc(s.unseen, func(t int64, _ count) bool { return t < first })
}

// prepend puts earlier steps, which end where s begins, before s.
func (s *sealedSteps) prepend(earlier *sealedSteps) {
	s.addGroups()
	earlier.addGroups()
	for i := range s.segments {
		s.segments[i] = join(earlier.segments[i], s.segments[i])
	}
	for i := range s.events {
		s.events[i] = join(earlier.events[i], s.events[i])
	}
	s.steps = slices.Concat(earlier.steps, s.steps)
	maps.Copy(s.unseen, earlier.unseen)
	s.first, s.after, s.anyPartial = earlier.first, earlier.after, s.anyPartial || earlier.anyPartial
}

// partialSteps returns the windows of steps whose answers were partial, with the
// step that follows each.
func (s *sealedSteps) partialSteps() []window {
	if !s.anyPartial {
		return nil
	}
	all := s.windowsWhere(func(i int) bool { return s.steps[i].has(partial | follows) })
	s.anyPartial = len(all) > 0
	return all
}

// windowsWhere returns the windows of steps, by their index, for which a condition
// holds.
func (s *sealedSteps) windowsWhere(holds func(i int) bool) (all []window) {
	for i := range s.steps {
		if !holds(i) {
			continue
		}
		if n := len(all) - 1; n >= 0 && all[n].last == s.start(i) {
			all[n].last, all[n].until = s.start(i+1), s.start(i+1)
			continue
		}
		all = append(all, wholeSteps(s.start(i), s.start(i+1)))
	}
	return all
}
