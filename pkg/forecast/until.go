package forecast

import (
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// until hides what an account knows after a moment.
type until struct {
	budget.Account
	last time.Time
}

// Until returns the account as it was known at a time: without anything that came
// later, and without the step that was not over.
func Until(a budget.Account, t time.Time) budget.Account {
	first, last := a.Span()
	if t.Before(first) {
		t = first
	}
	if step := a.Step(); step > 0 {
		t = first.Add(t.Sub(first).Truncate(step))
	}
	if !t.Before(last) {
		return a
	}
	return until{a, t}
}

// Reading implements budget.Account.
func (u until) Reading(from, to time.Time) budget.Reading {
	end := to
	if end.After(u.last) {
		end = u.last
	}
	if !from.Before(end) {
		return budget.Reading{}
	}
	r := u.Account.Reading(from, end)
	r.Coverage *= float64(end.Sub(from)) / float64(to.Sub(from))
	return r
}

// Span implements budget.Account.
func (u until) Span() (first, last time.Time) {
	first, _ = u.Account.Span()
	return first, u.last
}

// Since implements budget.Account.
func (u until) Since() time.Time {
	since := u.Account.Since()
	if since.After(u.last) {
		return time.Time{}
	}
	return since
}
