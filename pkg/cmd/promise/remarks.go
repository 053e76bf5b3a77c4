package main

import (
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// remarks returns the sentences that a reader of an entry's numbers must know.
func remarks(entry budget.Entry, e *budget.Evaluation) []string {
	all := slices.Concat(entry.Notices, e.Notices())
	if e.Budget().Estimated {
		all = append(all, "The budget is an estimate until the window closes: it counts on events that are yet to come")
	}
	return all
}
