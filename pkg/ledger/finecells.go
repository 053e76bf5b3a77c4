package ledger

import (
	"maps"
	"slices"
	"time"
)

// fineCells knows how the events of some sealed steps lie within them, so that a
// lookback that begins or ends within such a step is exact to a cell. How many
// events a step has stays as sealed.
type fineCells struct {
	// recent covers the newest sealed steps, as the tail counted them; by group.
	recent []segment
	// steps maps the start of single steps to their cells; by group.
	steps []map[int64]segment
}

const (
	// fineLength is how long steps that were sealed from the tail stay known in
	// the tail's cells: the longest short window of the default alert conditions,
	// and an hour more, so that an alert resolves when the last of an incident has
	// left the window.
	fineLength = int64(7 * time.Hour / time.Millisecond)
	// fineShare is the share of a reading's events from which on the step in
	// which it begins or ends is counted in finer cells.
	fineShare = 0.0002
	// maxFineSteps limits how many such steps are kept.
	maxFineSteps = 16
)

// of returns what is known of a group: its recent steps and, by start, others.
func (f *fineCells) of(group int) (recent segment, steps map[int64]segment) {
	if group < len(f.recent) {
		recent = f.recent[group]
	}
	if group < len(f.steps) {
		steps = f.steps[group]
	}
	return recent, steps
}

// covers reports whether a group's step is known in finer cells.
func (f *fineCells) covers(group int, start, step int64) bool {
	recent, steps := f.of(group)
	_, known := steps[start]
	return known || recent.covers(start, step)
}

// addRecent adds steps that were sealed from the tail.
func (f *fineCells) addRecent(sealed *sealedSteps, b *batch) {
	f.recent = slices.Clone(f.recent)
	for i, s := range sealed.segments {
		if i == len(f.recent) {
			f.recent = append(f.recent, newSegment(b.first, b.cellLength))
		}
		cells := &f.recent[i]
		if cells.last != b.first {
			*cells = newSegment(b.first, b.cellLength)
		}
		for step := range slices.Chunk(b.cellsOf(i), int(sealed.step/b.cellLength)) {
			cells.appendWithSum(step, s.cell(sealed.index(cells.last)))
		}
		cells.keepLast(fineLength)
	}
}

// addStep adds a single step.
func (f *fineCells) addStep(sealed *sealedSteps, b *batch) {
	sealed.addGroups()
	steps := make([]map[int64]segment, len(sealed.segments))
	for group := range steps {
		steps[group] = map[int64]segment{}
		if group < len(f.steps) && len(f.steps[group]) < maxFineSteps {
			maps.Copy(steps[group], f.steps[group])
		}
		cells := newSegment(b.first, b.cellLength)
		cells.appendWithSum(b.cellsOf(group), sealed.segments[group].cell(sealed.index(b.first)))
		steps[group][b.first] = cells
	}
	f.steps = steps
}

// forget drops the steps of a window, whose events have changed.
func (f *fineCells) forget(w window) {
	steps := make([]map[int64]segment, len(f.steps))
	for group := range f.steps {
		steps[group] = maps.Clone(f.steps[group])
		maps.DeleteFunc(steps[group], func(start int64, _ segment) bool { return start >= w.first && start < w.last })
	}
	f.steps = steps
	if slices.ContainsFunc(f.recent, func(s segment) bool { return s.first < w.last }) {
		f.recent = nil
	}
}

// bytes returns about how much memory the cells take.
func (f *fineCells) bytes() (n int) {
	for _, s := range f.recent {
		n += s.bytes()
	}
	for _, steps := range f.steps {
		for _, s := range steps {
			n += s.bytes()
		}
	}
	return n
}
