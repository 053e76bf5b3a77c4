package ledger

import (
	"maps"
	"math"
	"slices"
	"time"
)

// wasPartial is why steps of partial answers are counted again.
const wasPartial = "an earlier answer was partial"

// correct puts what was counted again in the place of what was sealed. Where the
// server has fewer series now than it had, it is not believed: what it does not
// have any more, or not at this moment, was there. Nor does what a partial answer
// says take the place of what a whole one said.
func (l *Ledger) correct(w window, sheets []*sheet, now int64, reason string) {
	if len(sheets) == 0 || w.first < l.book.first || w.last > l.book.last {
		return
	}
	had, has := l.book.seriesIn(w), seriesOf(sheets)
	known := slices.ContainsFunc(l.book.stepsIn(w), func(s step) bool { return !s.has(partial) })
	if had > has || known && slices.ContainsFunc(sheets, func(s *sheet) bool { return s.isPartial() }) {
		return
	}
	if slices.ContainsFunc(l.book.stepsIn(w), func(s step) bool { return s.has(partial) }) {
		reason = wasPartial
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

// seriesOf returns how many series there are at the ends of all cells, as far as is
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
	if slices.ContainsFunc(l.lingering, func(r run) bool { return r.first < w.last }) {
		l.lingering = nil
	}
}

// differ reports whether two counts differ by more than rounding.
func differ(a, b knot) bool {
	apart := func(a, b float64) bool { return math.Abs(a-b) > 1e-6*(1+math.Abs(a)) }
	return apart(a.bad, b.bad) || apart(a.total, b.total) || apart(a.covered, b.covered)
}
