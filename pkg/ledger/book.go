package ledger

import (
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// book is what is sealed: a run for each group, all of one span.
type book struct {
	groups      *groups
	method      slo.Method
	rule        *slo.Slices
	step        int64
	first, last int64
	// after and until bound the events that are counted, as in a window.
	after, until int64
	runs         []run
}

// open makes an empty book that begins at first.
func (b book) open(first int64) *book {
	b.first, b.last, b.after, b.until, b.runs = first, first, first, first, nil
	b.grow()
	return &b
}

func (b *book) empty() bool { return b.first == b.last }

// grow gives a run of the whole span to each group that is new.
func (b *book) grow() {
	for len(b.runs) < len(b.groups.labels) {
		b.runs = append(b.runs, b.nothing())
	}
}

// nothing is a run of the whole span without events.
func (b *book) nothing() run {
	r := newRun(b.first, b.step)
	for r.last < b.last {
		r.append(knot{})
	}
	return r
}

// blank is the curve of a group without events.
func (b *book) blank() *Curve { return &Curve{sealed: b.nothing(), tail: newRun(b.last, b.step)} }

// post seals what the sheet says; it begins where the book ends.
func (b *book) post(s *sheet) {
	b.grow()
	if b.empty() {
		b.after = s.after
	}
	for i := range b.runs {
		for _, k := range b.steps(s, i) {
			b.runs[i].append(k)
		}
	}
	b.last, b.until = s.last, s.until
}

// steps is what the sheet says of a group in whole steps of the book.
func (b *book) steps(s *sheet, group int) []knot {
	steps := fold(s.of(group), int(b.step/s.cell))
	if b.rule != nil {
		for i, k := range steps {
			steps[i] = judge(k, b.method, b.rule)
		}
	}
	return steps
}

// prepend puts the earlier book, which ends where b begins, before it.
func (b *book) prepend(earlier *book) {
	b.grow()
	earlier.grow()
	for i := range b.runs {
		b.runs[i] = joined(earlier.runs[i], b.runs[i])
	}
	b.first, b.after = earlier.first, earlier.after
}

// joined is run a followed by run b.
func joined(a, b run) run {
	base := a.knots[len(a.knots)-1]
	knots := slices.Clone(a.knots)
	for _, k := range b.knots[1:] {
		knots = append(knots, base.plus(k))
	}
	return run{first: a.first, last: b.last, cell: a.cell, knots: knots}
}
