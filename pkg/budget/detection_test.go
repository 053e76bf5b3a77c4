package budget

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDetection(t *testing.T) {
	for name, tt := range map[string]struct {
		rule            Rule
		burn            float64
		detects, resets time.Duration
	}{
		"a total outage at 99.9 %": {Rule{Condition: DefaultConditions()[0], Factor: 14.4}, 1000, 51840 * time.Millisecond, 295680 * time.Millisecond},
		"a hundredth of it":        {Rule{Condition: DefaultConditions()[1], Factor: 6}, 10, 216 * time.Minute, 12 * time.Minute},
		"a leak of twice the pace": {Rule{Condition: DefaultConditions()[3], Factor: 1}, 2, 36 * time.Hour, 3 * time.Hour},
		"at the factor":            {Rule{Condition: DefaultConditions()[0], Factor: 14.4}, 14.4, -1, -1},
		"below the factor":         {Rule{Condition: DefaultConditions()[0], Factor: 14.4}, 10, -1, -1},
		"nothing at all":           {Rule{Condition: DefaultConditions()[0], Factor: 14.4}, 0, -1, -1},
	} {
		t.Run(name, func(t *testing.T) {
			detects, fires := tt.rule.Detects(tt.burn)
			resets, ends := tt.rule.Resets(tt.burn)
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
		rule := rapid.SampledFrom(Rules(thirty, now, Options{})).Draw(t, "rule")
		burn := rapid.Float64Range(1.1, 1000).Draw(t, "burn")
		after, ok := rule.Detects(burn)
		if !ok {
			t.Skip("too slow")
		}
		ages := func(length, since time.Duration) *Curve {
			a := account(t0, 4*day)
			return a.errors(now.Add(-since-length), length, burn/1000*100).curve()
		}
		firing := func(a *Curve) bool { return rule.judge(a, thirty.Target, now).Firing() }
		if firing(ages(stepBefore(after), 0)) || !firing(ages(stepAfter(after), 0)) {
			t.Fatalf("does not begin to fire after %v", after)
		}
		resets, _ := rule.Resets(burn)
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
