package budget_test

import (
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestFiring(t *testing.T) {
	now := t0.Add(60 * day)
	outage := account(t0, 60*day).errors(now.Add(-10*time.Minute), 10*time.Minute, 100)
	leak := account(t0, 60*day).errors(now.Add(-4*day), 4*day, 0.15)
	silenced := func(all ...slo.Severity) budget.Terms {
		terms := thirty
		terms.Silenced = all
		return terms
	}
	tests := []struct {
		name    string
		account *shape
		terms   budget.Terms
		want    slo.Severity
	}{
		{"nothing wrong", account(t0, 60*day), thirty, ""},
		{"an outage", outage, thirty, slo.Page},
		{"a leak", leak, thirty, slo.Ticket},
		{"an outage of an SLO without pages", outage, silenced(slo.Page), slo.Ticket},
		{"a leak of an SLO without tickets", leak, silenced(slo.Ticket), ""},
		{"an outage of an SLO without alerts", outage, silenced(slo.Page, slo.Ticket), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := evaluate(test.account.curve(), test.terms, now, budget.Options{}).Firing; got != test.want {
				t.Errorf("fires %q, want %q", got, test.want)
			}
		})
	}
}

// TestPolicyInForce checks that an SLO is at risk while its policy asks for something.
func TestPolicyInForce(t *testing.T) {
	now := t0.Add(60 * day)
	half := account(t0, 60*day).errors(now.Add(-10*day), time.Hour, 36).curve() // of 72
	for below, want := range map[float64]budget.State{0.49: budget.StateOK, 0.51: budget.StateAtRisk} {
		s := slo.SLO{Window: thirty.Window, Promise: &slo.Promise{Policy: []slo.Consequence{{RemainingBelow: below, Action: "Stop"}}}}
		if got := evaluate(half, budget.TermsOf(s, slo.Objective{Target: 0.999}), now, budget.Options{}).State; got != want {
			t.Errorf("with half of the budget left and a policy below %v the state is %s, want %s", below, got, want)
		}
	}
}
