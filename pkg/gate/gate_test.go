package gate_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
	"github.com/promise-slo/promise-slo-datasource/pkg/gate"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

var now = time.Date(2026, 6, 10, 12, 0, 0, 0, time.UTC)

// entry returns an SLO with a rolling week, of which a number of hours was bad.
func entry(name string, badHours int) budget.Entry {
	const steps, hour = 30 * 288, 12
	bad, total := make([]float64, steps), make([]float64, steps)
	for i := range steps {
		total[i] = 100
		if ago := steps - i; ago > 2*hour && ago <= (2+badHours)*hour {
			bad[i] = 100
		}
	}
	s := slo.SLO{
		Name: name, Window: slo.Window{Period: slo.Period{Count: 7, Unit: slo.Day}}, Objectives: []slo.Objective{{Name: "99", Target: 0.99}},
		Promise: &slo.Promise{Policy: []slo.Consequence{{RemainingBelow: 0.25, Action: "Only fixes.", Blocks: []string{"deploy"}, Until: slo.Until{Window: true}}}},
	}
	return budget.Entry{SLO: s, Objective: s.Objectives[0], Account: budgettest.NewCurve(now.Add(-30*24*time.Hour), 5*time.Minute, bad, total, nil)}
}

func TestAnswer(t *testing.T) {
	good, bad, silent := entry("cart", 0), entry("checkout", 2), entry("search", 0)
	silent.Account = nil
	refused := []error{errors.New("shop.yaml:3: target: is missing")}
	tests := []struct {
		name, action string
		entries      []budget.Entry
		refused      []error
		want         budget.GateState
		why          string
	}{
		{"open", "deploy", []budget.Entry{good}, nil, budget.GateOpen, "cart: 100.0 % of the budget remains"},
		{"closed", "deploy", []budget.Entry{good, silent, bad}, refused, budget.GateClosed, "checkout: 119.0 % of the budget is consumed (nothing is left); it opens at 2026-06-17 11:10 UTC, unless more burns"},
		{"unknown", "deploy", []budget.Entry{good, silent}, nil, budget.GateUnknown, "search: It is not known how much of the budget remains"},
		{"refused", "deploy", []budget.Entry{good}, refused, budget.GateUnknown, "shop.yaml:3: target: is missing"},
		{"misspelled", "deply", []budget.Entry{bad}, nil, budget.GateUnknown, `no policy of the selected SLOs blocks "deply"; did you mean deploy?`},
		{"another", "migration", []budget.Entry{bad}, nil, budget.GateUnknown, `no policy of the selected SLOs blocks "migration"; they block deploy`},
		{"nothing", "deploy", nil, nil, budget.GateUnknown, `no policy of the selected SLOs blocks "deploy"; write what it blocks in a Promise: policy, blocks`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			q := gate.Question{Action: test.action, Now: now, Refused: test.refused}
			for _, e := range test.entries {
				q.SLOs = append(q.SLOs, e.SLO)
			}
			a := q.Answer(slices.Values(test.entries))
			if a.State != test.want || a.Why != test.why {
				t.Errorf("got %s: %s\nwant %s: %s", a.State, a.Why, test.want, test.why)
			}
		})
	}
}

func TestGated(t *testing.T) {
	with, without := entry("a", 0).SLO, slo.SLO{Name: "b", Objectives: []slo.Objective{{Name: "99"}}}
	all := []slo.SLO{with, without}
	for action, want := range map[string]int{"": 1, "deploy": 1, "migration": 0} {
		if got := gate.WithGates(all, action); len(got) != want {
			t.Errorf("%q: %d SLOs", action, len(got))
		}
	}
}
