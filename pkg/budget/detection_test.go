package budget

import (
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"pgregory.net/rapid"
)

func TestDetection(t *testing.T) {
	for name, tt := range map[string]struct {
		condition       slo.BurnCondition
		burn            float64
		detects, resets time.Duration
	}{
		"a total outage at 99.9 %": {slo.DefaultBurnConditions()[0].AtWindow(30 * day), 1000, 51840 * time.Millisecond, 295680 * time.Millisecond},
		"a hundredth of it":        {slo.DefaultBurnConditions()[1].AtWindow(30 * day), 10, 216 * time.Minute, 12 * time.Minute},
		"a leak of twice the pace": {slo.DefaultBurnConditions()[3].AtWindow(30 * day), 2, 36 * time.Hour, 3 * time.Hour},
		"at the factor":            {slo.DefaultBurnConditions()[0].AtWindow(30 * day), 14.4, -1, -1},
		"below the factor":         {slo.DefaultBurnConditions()[0].AtWindow(30 * day), 10, -1, -1},
		"nothing at all":           {slo.DefaultBurnConditions()[0].AtWindow(30 * day), 0, -1, -1},
	} {
		t.Run(name, func(t *testing.T) {
			detects, fires := DetectionTime(tt.condition, tt.burn)
			resets, ends := ResetTime(tt.condition, tt.burn)
			if fires != (tt.detects >= 0) || ends != fires || fires && (detects != tt.detects || resets != tt.resets) {
				t.Errorf("detects %v, %v, resets %v, %v, want %v and %v", detects, fires, resets, ends, tt.detects, tt.resets)
			}
		})
	}
}

// TestDetectionIsWhatAlertsDo compares the formulas with the alerts of accounts
// that have such incidents, to the account's step.
func TestDetectionIsWhatAlertsDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := t0.Add(4 * day)
		rule := rapid.SampledFrom(thirty.AlertConditions(now)).Draw(t, "condition")
		burn := rapid.Float64Range(1.1, 1000).Draw(t, "burn")
		after, ok := DetectionTime(rule, burn)
		if !ok {
			t.Skip("too slow")
		}
		ages := func(length, since time.Duration) *Curve {
			a := account(t0, 4*day)
			return a.errors(now.Add(-since-length), length, burn/1000*100).curve()
		}
		firing := func(a *Curve) bool { return judge(rule, a, thirty.Target, now).Firing() }
		if firing(ages(stepBefore(after), 0)) || !firing(ages(stepAfter(after), 0)) {
			t.Fatalf("does not begin to fire after %v", after)
		}
		resets, _ := ResetTime(rule, burn)
		if !firing(ages(rule.Long, stepBefore(resets))) || firing(ages(rule.Long, stepAfter(resets))) {
			t.Fatalf("does not end to fire after %v", resets)
		}
	})
}

// stepBefore and stepAfter are whole steps that a time certainly lies between.
func stepBefore(d time.Duration) time.Duration { return (d - time.Second).Truncate(defaultStep) }
func stepAfter(d time.Duration) time.Duration {
	return (d + time.Second).Truncate(defaultStep) + defaultStep
}
