package main

import (
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// remarks returns the sentences that a reader of an entry's numbers must know.
func remarks(entry budget.Entry, s budget.Status, at time.Time) []string {
	all := slices.Concat(entry.Notices, budget.Notices(entry, at))
	if s.Budget.Estimated {
		all = append(all, "The budget is an estimate until the window closes: it counts on events that are yet to come")
	}
	return all
}
