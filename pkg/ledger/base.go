package ledger

import (
	"slices"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
)

// base describes a counter that is asked for upstream, and the plan's terms that
// consist of all or some of its series.
type base struct {
	counter promql.Counter
	parts   []basePart
}

// basePart describes a term of the plan as a part of a base.
type basePart struct {
	weight
	matchers []*labels.Matcher
}

// basesOf returns the fewest bases that provide all counters among the terms.
func basesOf(terms []term) (bases []base) {
	for _, t := range terms {
		if c, ok := t.source.(promql.Counter); ok {
			bases = addBase(bases, c)
		}
	}
	for _, t := range terms {
		if c, ok := t.source.(promql.Counter); ok {
			addPart(bases, c, t.weight)
		}
	}
	return bases
}

// addBase makes a counter a base unless its series already belong to one, and drops
// the bases that now belong to it.
func addBase(bases []base, c promql.Counter) []base {
	for _, b := range bases {
		if _, within := c.Within(b.counter); within {
			return bases
		}
	}
	return append(slices.DeleteFunc(bases, func(b base) bool {
		_, within := b.counter.Within(c)
		return within
	}), base{counter: c})
}

// addPart makes a counter a part of the base that has its series.
func addPart(bases []base, c promql.Counter, w weight) {
	for i := range bases {
		b := &bases[i]
		if matchers, within := c.Within(b.counter); within {
			b.parts = append(b.parts, basePart{w, matchers})
			return
		}
	}
}

// weight returns what an event of one of the base's series counts as.
func (b base) weight(ls labels.Labels) (sum weight) {
	for _, s := range b.parts {
		if matches(s.matchers, ls) {
			sum = sum.plus(s.weight)
		}
	}
	return sum
}

// matches reports whether labels satisfy all matchers.
func matches(matchers []*labels.Matcher, ls labels.Labels) bool {
	for _, m := range matchers {
		if !m.Matches(ls.Get(m.Name)) {
			return false
		}
	}
	return true
}
