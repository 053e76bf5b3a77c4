package ledger

import (
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/ledger/counter"
)

// batch holds what a source counted in a window, by group and in cells of a fixed
// length, before it is sealed or becomes the tail.
type batch struct {
	window
	cellLength int64
	// groups holds cells by group, nil for a group that was not seen.
	groups [][]count
	// expected marks, by group, cells without samples in which none was due; nil
	// where there are none.
	expected [][]bool
	// minutes contains, by group, the numbers since the epoch of the minutes with
	// samples, where lost samples are lost events; nil if unknown.
	minutes map[int][]int64
	// series counts the series that had a value at the end of each cell; nil if
	// unknown.
	series []int
	// unseen maps the start of a cell to those of its events that increase() does
	// not count.
	unseen map[int64]count
	// caveats came with the answers behind the batch.
	caveats
	// recorded and downsampled say that it was read from records, or from
	// downsampled data.
	recorded, downsampled bool
}

func newBatch(w window, cell int64) *batch {
	return &batch{window: w, cellLength: cell, unseen: map[int64]count{}}
}

func (b *batch) cells() int { return int((b.last - b.first + b.cellLength - 1) / b.cellLength) }

// cellsOf returns a group's cells.
func (b *batch) cellsOf(group int) []count {
	for len(b.groups) <= group {
		b.groups = append(b.groups, nil)
	}
	if b.groups[group] == nil {
		b.groups[group] = make([]count, b.cells())
	}
	return b.groups[group]
}

// add adds n events to the cell (start, end] that holds t. Events outside the
// window's are left out, and events of the window that come before its first cell
// go there. Total events make a cell covered even if there are 0 of them.
func (b *batch) add(group int, t int64, w weight, n float64) {
	if t <= b.after || t > b.until {
		return
	}
	i := b.cellOf(t)
	c := &b.cellsOf(group)[i]
	*c = c.plus(w.events(n))
	if w.total != 0 {
		c.covered = float64(b.lengthOf(i))
	}
}

// addEvenly adds n events that lie evenly in (from, to] to the cells of that time.
func (b *batch) addEvenly(group int, from, to int64, w weight, n float64) {
	for a := from; a < to; {
		until := min(to, b.first+int64(b.cellOf(a+1)+1)*b.cellLength)
		b.add(group, until, w, n*float64(until-a)/float64(to-from))
		a = until
	}
}

// addShare adds to the cell that ends at t as many of its n events as the window
// counts of its time.
func (b *batch) addShare(group int, t int64, w weight, n float64) {
	if t <= b.first || t > b.last {
		return
	}
	i := b.cellOf(t)
	start := b.first + int64(i)*b.cellLength
	after, until := start, min(t, b.until)
	if i == 0 {
		after = b.after
	}
	b.add(group, until, w, n*float64(until-after)/float64(t-start))
}

func (b *batch) cellOf(t int64) int { return int(max(0, t-b.first-1) / b.cellLength) }

// cellStart returns the start of cell i.
func (b *batch) cellStart(i int) int64 { return b.first + int64(i)*b.cellLength }

// part returns the part of the batch that belongs to a window of whole cells.
func (b *batch) part(w window) *batch {
	p := newBatch(w, b.cellLength)
	p.caveats, p.recorded = b.caveats, b.recorded
	i := (w.first - b.first) / b.cellLength
	for group, cells := range b.groups {
		if cells != nil {
			copy(p.cellsOf(group), cells[i:])
		}
	}
	return p
}

// lengthOf returns the length of cell i; the last may be cut short.
func (b *batch) lengthOf(i int) int64 {
	return min(b.cellLength, b.last-b.first-int64(i)*b.cellLength)
}

// emit adds the events that a track's sample shows. It implements counter.Emitter.
func (b *batch) emit(tr *counter.Track, t int64, e counter.Events) {
	w := weight{tr.Bad, tr.Total}
	b.add(tr.Group, t, w, e.N)
	if e.Unseen != 0 && t > b.after && t <= b.until {
		start := b.cellStart(b.cellOf(t))
		b.unseen[start] = b.unseen[start].plus(w.events(e.Unseen))
	}
}

// dataBegin returns the start of the first cell with data; ok is false if none has
// any.
func (b *batch) dataBegin() (start int64, ok bool) {
	for i := range b.cells() {
		if b.hasData(i) {
			return b.cellStart(i), true
		}
	}
	return 0, false
}

// regroup returns the batch by the numbers that other groups have, without groups that
// are not among them.
func (b *batch) regroup(from, to *groups, by []string) *batch {
	c := *b
	c.groups, c.expected = nil, nil
	for group, ls := range from.labelSets() {
		n, ok := to.find(ls, by)
		if !ok || group >= len(b.groups) || b.groups[group] == nil {
			continue
		}
		copy(c.cellsOf(n), b.groups[group])
		for i := range b.cells() {
			if b.isExpected(group, i) {
				c.expect(n, i, i+1)
			}
		}
	}
	return &c
}

// hasData reports whether any group has data in cell i.
func (b *batch) hasData(i int) bool {
	for _, cells := range b.groups {
		if cells != nil && cells[i].covered > 0 {
			return true
		}
	}
	return false
}

// expect marks cells i … j-1 of a group as ones in which no sample was due.
func (b *batch) expect(group, i, j int) {
	for len(b.expected) <= group {
		b.expected = append(b.expected, nil)
	}
	if b.expected[group] == nil {
		b.expected[group] = make([]bool, b.cells())
	}
	for ; i < j; i++ {
		b.expected[group][i] = true
	}
}

// takeExpected takes what is expected in the cells of a longer batch.
func (b *batch) takeExpected(from *batch) {
	i := (b.first - from.first) / b.cellLength
	for _, cells := range from.expected {
		if cells != nil {
			cells = cells[i:]
		}
		b.expected = append(b.expected, cells)
	}
}

// isExpected reports whether a group's cell has no sample because none was due.
func (b *batch) isExpected(group, i int) bool {
	return group < len(b.expected) && b.expected[group] != nil && b.expected[group][i]
}

// addSeries adds numbers of series at the ends of the cells to those of other
// bases.
func (b *batch) addSeries(counts []int) {
	if b.series == nil {
		b.series = make([]int, b.cells())
	}
	for i, n := range counts {
		b.series[i] += n
	}
}

// seriesAt returns the number of series at the ends of the cells, given by time.
func (b *batch) seriesAt(at map[int64]int) []int {
	counts := make([]int, b.cells())
	for i := range counts {
		counts[i] = at[b.cellStart(i+1)]
	}
	return counts
}

// newStepGrace is the age from which a step without samples counts as one without
// data.
const newStepGrace = int64(2 * time.Minute / time.Millisecond)

// coverExpected covers a group's cells in which no sample was due.
func (b *batch) coverExpected(group int, cells []count) {
	for i := range cells {
		if b.isExpected(group, i) {
			cells[i].covered = float64(b.lengthOf(i))
		}
	}
}

// fillCoverage covers all cells of a step that has data in some. While the last
// step is young and has none yet, it is taken to be like the one before.
func (b *batch) fillCoverage(cells []count, perStep int) {
	covered := true
	for i := 0; i < len(cells); i += perStep {
		step := cells[i:min(i+perStep, len(cells))]
		data := false
		for _, c := range step {
			data = data || c.covered > 0
		}
		age := b.last - (b.first + int64(i)*b.cellLength)
		if !data && age < newStepGrace && i > 0 {
			data = covered
		}
		for j := range step {
			step[j].covered = 0
			if data {
				step[j].covered = float64(b.lengthOf(i + j))
			}
		}
		covered = data
	}
}

// seriesCountOf returns the sum over all cells of how many series there were, as
// far as is known.
func seriesCountOf(batches []*batch) (n int) {
	for _, b := range batches {
		for _, series := range b.series {
			n += series
		}
	}
	return n
}
