package ledger

import "github.com/promise-slo/promise-slo-datasource/pkg/promql"

// weight is as how many bad and as how many total events an event counts.
type weight struct{ bad, total float64 }

func (w weight) plus(o weight) weight { return weight{w.bad + o.bad, w.total + o.total} }

// times returns the count of n events.
func (w weight) times(n float64) knot { return knot{bad: w.bad * n, total: w.total * n} }

// term is a source of the plan's bad or total events.
type term struct {
	source promql.Source
	weight
}

// termsOf returns the terms of a plan, those of its total events first.
func termsOf(plan *promql.Plan) (terms []term) {
	for _, t := range plan.Total {
		terms = append(terms, term{t.Source, weight{total: t.Coefficient}})
	}
	for _, t := range plan.Bad {
		terms = append(terms, term{t.Source, weight{bad: t.Coefficient}})
	}
	return terms
}
