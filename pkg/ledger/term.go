package ledger

import "github.com/promise-slo/promise-slo-datasource/pkg/promql"

// term is a source of the plan's bad or total events, with what each event counts
// as.
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
