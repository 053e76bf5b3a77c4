package ledger

import (
	"slices"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
)

// base is a counter that is asked for upstream, with the plan's terms that are
// all or some of its series.
type base struct {
	counter    promql.Counter
	bad, total []share
}

// share is a term of the plan as a part of a base.
type share struct {
	coefficient float64
	matchers    []*labels.Matcher
}

// basesOf returns as few bases as the plan's counters can be had from.
func basesOf(plan *promql.Plan) (bases []base) {
	for _, term := range slices.Concat(plan.Total, plan.Bad) {
		bases = withBase(bases, term)
	}
	for _, term := range plan.Bad {
		if i, s := place(bases, term); s != nil {
			bases[i].bad = append(bases[i].bad, *s)
		}
	}
	for _, term := range plan.Total {
		if i, s := place(bases, term); s != nil {
			bases[i].total = append(bases[i].total, *s)
		}
	}
	return bases
}

// withBase makes the term's counter a base unless its series are already part of
// one, and drops the bases that are now part of it.
func withBase(bases []base, term promql.Term) []base {
	counter, ok := term.Source.(promql.Counter)
	if !ok {
		return bases
	}
	for _, b := range bases {
		if _, within := counter.Within(b.counter); within {
			return bases
		}
	}
	return append(slices.DeleteFunc(bases, func(b base) bool {
		_, within := b.counter.Within(counter)
		return within
	}), base{counter: counter})
}

func place(bases []base, term promql.Term) (int, *share) {
	counter, ok := term.Source.(promql.Counter)
	if !ok {
		return 0, nil
	}
	for i, b := range bases {
		if matchers, within := counter.Within(b.counter); within {
			return i, &share{term.Coefficient, matchers}
		}
	}
	return 0, nil
}

// coefficient is how often an event of a series counts.
func coefficient(shares []share, ls labels.Labels) float64 {
	sum := 0.0
	for _, s := range shares {
		if matches(s.matchers, ls) {
			sum += s.coefficient
		}
	}
	return sum
}

func matches(matchers []*labels.Matcher, ls labels.Labels) bool {
	for _, m := range matchers {
		if !m.Matches(ls.Get(m.Name)) {
			return false
		}
	}
	return true
}
