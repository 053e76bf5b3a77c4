package main

import (
	"fmt"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// fullCoverage is the share of the window from which on data that is missing
// goes without saying.
const fullCoverage = 0.99

// remarks are sentences that a reader of the numbers must know.
func remarks(s budget.Status) []string {
	var all []string
	switch {
	case s.Coverage == 0:
		all = append(all, "There is no data in the window so far.")
	case s.Coverage < fullCoverage:
		all = append(all, fmt.Sprintf("Only %.3g %% of the window so far has data; the numbers are about that part.", 100*s.Coverage))
	}
	if s.Budget.Estimated {
		all = append(all, "The budget is an estimate until the window closes: it counts on events that are yet to come.")
	}
	return all
}
