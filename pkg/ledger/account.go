package ledger

import (
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// account holds what is known of a plan's events: the sealed steps, the tail that
// follows them, and finer cells of some sealed steps. It asks no server.
type account struct {
	groups *groups
	method slo.Method
	rule   *slo.Slices
	step   int64

	// Steps that are sealed; nil until the first fill.
	sealed *sealedSteps
	fine   fineCells
	tail   []segment // by group
	// open is the batch that the tail was made from, and newest the time of its
	// newest sample.
	open   *batch
	newest int64

	// downsampled maps a resolution to the time that was counted from data
	// downsampled to it.
	downsampled map[time.Duration]window
	// partialWarnings came with the last partial answer.
	partialWarnings []string
	// The server says that it has no data before retainedFrom
	// any more, 0 if it did not say so.
	retainedFrom int64
	// corrections lists the changes of sealed steps, the latest last.
	corrections []correction
}

// empty reports whether nothing is sealed yet.
func (a *account) empty() bool { return a.sealed == nil || a.sealed.empty() }

// begin starts an account of the time after first.
func (a *account) begin(first int64) {
	a.sealed = sealedSteps{groups: a.groups, method: a.method, rule: a.rule, step: a.step}.emptyAt(first)
}

// clear forgets all events. Notices of what was corrected stay.
func (a *account) clear() {
	a.sealed, a.fine, a.tail, a.open, a.newest, a.downsampled = nil, fineCells{}, nil, nil, 0, nil
}

// missing returns how much of the time between two points is not sealed.
func (a *account) missing(first, last int64) int64 {
	if a.empty() {
		return last - first
	}
	return max(0, a.sealed.first-first) + max(0, last-a.sealed.last)
}

// seal appends a batch to the sealed steps.
func (a *account) seal(b *batch) {
	a.sealed.append(b)
	a.noteCaveats(b.caveats)
}

// noteCaveats keeps what a reader must know of the answers behind a batch.
func (a *account) noteCaveats(c caveats) {
	if c.isPartial() {
		a.partialWarnings = c.partial
	}
	a.retainedFrom = max(a.retainedFrom, c.retainedFrom)
}

// update seals what can be sealed of recent data and makes the rest the tail.
func (a *account) update(r recentData) {
	if r.sealed != nil {
		a.seal(r.sealed)
	}
	if r.fine != nil {
		a.fine.addRecent(a.sealed, r.fine)
	}
	a.open, a.newest = r.open, r.newest
	a.tail = a.tail[:0:0]
	for i := range a.groups.count() {
		a.tail = append(a.tail, a.tailOf(r.open, i))
	}
}

// tailOf returns a group's tail: whole slices where time slices are evaluated, small
// cells elsewhere.
func (a *account) tailOf(b *batch, group int) segment {
	cells := b.cellsOf(group)
	s := newSegment(b.first, b.cellLength)
	if a.rule != nil {
		s.cellLength, cells = a.step, a.sealed.stepCounts(b, group)
	} else {
		b.coverExpected(group, cells)
		b.fillCoverage(cells, int(a.step/b.cellLength))
	}
	for _, c := range cells {
		s.append(c)
	}
	s.last = min(s.last, b.last)
	return s
}

// hasLost reports whether the server has nothing of the time since the last sealed
// step, of which it had samples before. The tail then stays as it was, until its
// steps are too old to stay open.
func (a *account) hasLost(r recentData) bool {
	return r.sealed == nil && r.newest <= a.sealed.last && a.newest > a.sealed.last && len(a.tail) > 0 && a.tail[0].first == a.sealed.last
}

// replace puts batches that were counted again in the place of sealed steps, and
// reports whether the tail must be counted again too. Fewer series than before are
// no reason to change anything: what the server no longer has, or does not have at
// the moment, was there. Nor does a partial answer replace a whole one.
func (a *account) replace(w window, batches []*batch, now int64, reason string) (tailChanged bool) {
	if len(batches) == 0 || w.first < a.sealed.first || w.last > a.sealed.last {
		return false
	}
	steps := a.sealed.stepsIn(w)
	had, has := a.sealed.seriesIn(w), seriesCountOf(batches)
	wasWhole := slices.ContainsFunc(steps, func(s stepInfo) bool { return !s.has(partial) })
	if had > has || wasWhole && slices.ContainsFunc(batches, func(b *batch) bool { return b.isPartial() }) {
		return false
	}
	if slices.ContainsFunc(steps, func(s stepInfo) bool { return s.has(partial) }) {
		reason = wasPartial
	}
	c, changed := correction{window: w, at: now, reason: reason}, false
	for _, b := range batches {
		before, after, differ := a.sealed.replace(b)
		c.before, c.after, changed = c.before.plus(before), c.after.plus(after), changed || differ
		a.noteCaveats(b.caveats)
	}
	if changed {
		a.fine.forget(w)
		a.noteCorrection(c)
	}
	return changed || has > had && w.last > a.sealed.last-leadIn.Milliseconds()
}

// isCoarse reports whether the sealed step that begins at start may hold more than
// fineShare of some group's events between from and to, and is not known in finer
// cells.
func (a *account) isCoarse(start, from, to int64) bool {
	i := a.sealed.index(start)
	for group, s := range a.sealed.segments {
		if a.fine.covers(group, start, a.step) {
			continue
		}
		step, all := s.cell(i), s.at(to).minus(s.at(from))
		if step.bad > fineShare*all.bad || step.total > fineShare*all.total {
			return true
		}
	}
	return false
}

// curve returns a group's curve.
func (a *account) curve(group int) *Curve {
	c := &Curve{origin: Origin{a.groups, group}, sealed: a.sealed.segments[group], tail: newSegment(a.sealed.last, a.step)}
	c.recentFine, c.fineSteps = a.fine.of(group)
	if a.sealed.rule != nil {
		events := a.sealed.events[group] // stays as it is when steps are sealed
		c.events = &events
	}
	if group < len(a.tail) && a.tail[group].first == a.sealed.last {
		c.tail = a.tail[group]
	}
	if c.since = c.sealed.firstData(); c.since == 0 {
		c.since = c.tail.firstData()
	}
	return c
}

// provisional returns the time for which answers were partial.
func (a *account) provisional() []window {
	all := a.sealed.partialSteps()
	if a.open != nil && a.open.isPartial() {
		return append(all, a.open.window)
	}
	if a.sealed.endsPartial() {
		all = append(all, wholeSteps(a.sealed.last, a.sealed.last+a.step))
	}
	return all
}

// hasEvents reports whether there were any events at all.
func (a *account) hasEvents() bool { return a.anyGroup(func(c count) bool { return c.total > 0 }) }

// anyGroup reports whether a condition holds for all that is sealed of some group.
func (a *account) anyGroup(holds func(count) bool) bool {
	return a.sealed != nil && slices.ContainsFunc(a.sealed.segments, func(s segment) bool { return holds(s.at(s.last)) })
}

const (
	// An account takes about stepBytes for each step, countBytes for each count
	// and entryBytes for a count by its time.
	stepBytes  = 8
	countBytes = 24
	entryBytes = 64
)

// bytes returns about how much memory the account takes.
func (a *account) bytes() int {
	n := a.fine.bytes()
	if a.sealed != nil {
		n += stepBytes*len(a.sealed.steps) + entryBytes*len(a.sealed.unseen)
		for _, s := range slices.Concat(a.sealed.segments, a.sealed.events) {
			n += s.bytes()
		}
	}
	for _, s := range a.tail {
		n += s.bytes()
	}
	if a.open != nil {
		for _, cells := range a.open.groups {
			n += countBytes * len(cells)
		}
	}
	return n
}
