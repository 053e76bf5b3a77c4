package budget_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget/budgettest"
)

// TestDetectionIsWhatAlertsDo compares the formulas with the alerts of accounts
// that have such incidents, to the account's step.
func TestDetectionIsWhatAlertsDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := t0.Add(4 * day)
		condition := rapid.SampledFrom(thirty.AlertConditions(now)).Draw(t, "condition")
		burn := rapid.Float64Range(1.1, 1000).Draw(t, "burn")
		after, ok := budgettest.DetectionTime(condition, burn)
		if !ok {
			t.Skip("too slow")
		}
		ages := func(length, since time.Duration) *budgettest.Curve {
			a := account(t0, 4*day)
			return a.errors(now.Add(-since-length), length, burn/1000*100).curve()
		}
		firing := func(a *budgettest.Curve) bool { return budget.NewAlert(condition, a, thirty.Target, now).Firing() }
		if firing(ages(stepBefore(after), 0)) || !firing(ages(stepAfter(after), 0)) {
			t.Fatalf("does not start firing after %v", after)
		}
		reset, _ := budgettest.ResetTime(condition, burn)
		if !firing(ages(condition.Long, stepBefore(reset))) || firing(ages(condition.Long, stepAfter(reset))) {
			t.Fatalf("does not stop firing after %v", reset)
		}
	})
}

// stepBefore and stepAfter are whole steps that a time certainly lies between.
func stepBefore(d time.Duration) time.Duration { return (d - time.Second).Truncate(budget.DefaultStep) }
func stepAfter(d time.Duration) time.Duration {
	return (d + time.Second).Truncate(budget.DefaultStep) + budget.DefaultStep
}
