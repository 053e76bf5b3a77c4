package main

import (
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// numberNotices returns the sentences that a reader of the numbers must know.
func numberNotices(entry budget.Entry, e *budget.Evaluation) []string {
	all := slices.Concat(entry.Notices, e.Notices())
	if e.Budget().Estimated {
		all = append(all, "The budget is an estimate until the window closes: it includes events that are expected until then")
	}
	return all
}
