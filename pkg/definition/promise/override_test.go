package promise_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
)

// gated returns a promise that blocks deploys.
func gated(t *testing.T) string {
	return deftest.Change(t, deftest.Promise, "action: Nothing is released.}", "action: Nothing is released., blocks: [deploy], until: window}")
}

func TestOverrideProblems(t *testing.T) {
	tests := []struct {
		name  string
		pairs []string
		want  string
	}{
		{"valid", nil, ""},
		{"a service", []string{"slo: checkout", "service: shop"}, ""},
		{"unknown SLO", []string{"slo: checkout", "slo: chekout"}, `6: spec.slo: there is no SLO named "chekout"; did you mean checkout?`},
		{"unknown service", []string{"slo: checkout", "service: shopp"}, `6: spec.service: there is no SLO of a service named "shopp"; did you mean shop?`},
		{"neither", []string{"  slo: checkout\n", ""}, `6: spec: has none of slo, service; write one of them`},
		{"both", []string{"  slo: checkout\n", "  slo: checkout\n  service: shop\n"}, `7: spec.service: is given as well as slo; write only one of them`},
		{"without an end", []string{"  to: 2026-11-20T18:00:00Z\n", ""}, `6: spec.to: is missing; write when the override ends, such as 2026-11-20T18:00:00Z; each has an end`},
		{"ends before it begins", []string{"to: 2026-11-20T18", "to: 2026-11-20T07"}, `9: spec.to: is not later than from; write when the override ends; a day ends where the next one begins`},
		{"ends as it begins", []string{"to: 2026-11-20T18", "to: 2026-11-20T08"}, `9: spec.to: is not later than from; write when the override ends; a day ends where the next one begins`},
		{"a year", []string{"to: 2026-11-20", "to: 2027-11-20", "from: 2026-11-20T08", "from: 2026-11-20T18"}, ""},
		{"longer than a year", []string{"to: 2026-11-20", "to: 2027-11-21"}, `9: spec.to: is more than a year after from; write an earlier end, and change the policy if the rule no longer holds`},
		{"one name with other signs", []string{"[Ada Lovelace, Grace Hopper]", `["Zo\u00eb L.", "zoe\u0308\u200bL"]`}, `11: spec.approvedBy: has 1 of the two names that an override needs; write who approved it, two people at least`},
		{"no reason", []string{"  reason: The fix has to go out.\n", ""}, `6: spec.reason: is missing; write why the rule does not hold this time`},
		{"one name", []string{"[Ada Lovelace, Grace Hopper]", "[Ada Lovelace]"}, `11: spec.approvedBy: has 1 of the two names that an override needs; write who approved it, two people at least`},
		{"one name twice", []string{"[Ada Lovelace, Grace Hopper]", "[Ada Lovelace, Ada Lovelace, Grace Hopper]"}, `11: spec.approvedBy[1]: is given twice; write it once`},
		{"one name in two spellings", []string{"[Ada Lovelace, Grace Hopper]", "[Ada Lovelace, ada  lovelace]"}, `11: spec.approvedBy: has 1 of the two names that an override needs; write who approved it, two people at least`},
		{"nobody", []string{"  approvedBy: [Ada Lovelace, Grace Hopper]\n", ""}, `6: spec.approvedBy: is missing; write who approved it, two people at least`},
		{"no action", []string{"[deploy]", "[]"}, `7: spec.actions: is empty; write what is allowed, such as [deploy]`},
		{"an action of no policy", []string{"[deploy]", "[deply]"}, `7: spec.actions[0]: no policy blocks "deply", so that there is nothing to override; did you mean deploy? (warning)`},
		{"no action's name", []string{"[deploy]", "['a b']"}, `7: spec.actions[0]: "a b" is not the name of an action; write letters, digits and dashes, such as deploy`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			set := readAt(now, deftest.File("a.yaml", deftest.Ratio+"---\n"+gated(t)), deftest.File("p.yaml", deftest.Change(t, deftest.Override, test.pairs...)))
			if len(set.SLOs) != 1 {
				t.Fatalf("the SLO was refused: %v", set.Problems)
			}
			if got := problemLines(set); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			failed := test.want != "" && !strings.HasSuffix(test.want, "(warning)")
			if got := len(set.SLOs[0].Overrides); (got == 0) != failed {
				t.Errorf("%d overrides", got)
			}
		})
	}
}

func TestOverrideInForce(t *testing.T) {
	set := readAt(now, deftest.File("a.yaml", deftest.Ratio+"---\n"+gated(t)), deftest.File("p.yaml", deftest.Override))
	s, from, to := set.SLOs[0], time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC), time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		action string
		at     time.Time
		want   bool
	}{
		"before":         {"deploy", from.Add(-1), false},
		"as it begins":   {"deploy", from, true},
		"at last":        {"deploy", to.Add(-1), true},
		"as it ends":     {"deploy", to, false},
		"another action": {"migration", from, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := s.OverrideAt(tt.action, tt.at); (got != nil) != tt.want {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// Each SLO of a service has its overrides, so that their number is bounded.
func TestOverridesAreBounded(t *testing.T) {
	var all strings.Builder
	for i := range 101 {
		all.WriteString("---\n" + deftest.Change(t, deftest.Override, "slo: checkout", "service: shop", "name: fix", fmt.Sprintf("name: fix-%d", i)))
	}
	set := readAt(now, deftest.File("a.yaml", deftest.Ratio+"---\n"+gated(t)), deftest.File("p.yaml", all.String()))
	if n := len(set.SLOs[0].Overrides); n != 100 || len(set.Problems) != 1 || set.Problems[0].Severity != definition.Error {
		t.Errorf("%d overrides, %v", n, set.Problems)
	}
}

func TestGateProblems(t *testing.T) {
	tests := []struct{ name, policy, want string }{
		{"window", "{remainingBelow: 25%, action: a, blocks: [deploy], until: window}", ""},
		{"a share", "{remainingBelow: 25%, action: a, blocks: [deploy], until: {remaining: 50%}}", ""},
		{"a share without a gate", "{remainingBelow: 25%, action: a, until: {remaining: 0.5}}", ""},
		{"no end", "{remainingBelow: 25%, action: a, blocks: [deploy]}", `spec.policy[0].until: is missing; write when the gate opens again: window, or remaining: with a share such as 50%`},
		{"a text", "{remainingBelow: 25%, action: a, blocks: [deploy], until: it is better}", `spec.policy[0].until: "it is better" is not something that a gate can decide by; write until: window, or until: with remaining: 50% below it`},
		{"the same share", "{remainingBelow: 25%, action: a, blocks: [deploy], until: {remaining: 25%}}", `spec.policy[0].until: is not more than remainingBelow, so that the gate would open and close all the time; write a larger share`},
		{"over 100 %", "{remainingBelow: 25%, action: a, blocks: [deploy], until: {remaining: 150%}}", `spec.policy[0].until.remaining: "150%" is not a share of the budget; write a share of more than 0 and at most 1, or a percentage, such as 0.5 or 50%`},
		{"0 %", "{remainingBelow: 0, action: a, blocks: [deploy], until: {remaining: 0%}}", `spec.policy[0].until.remaining: 0% is out of range; write a share of more than 0 and at most 1, or a percentage, such as 0.5 or 50%`},
		{"an action twice", "{remainingBelow: 25%, action: a, blocks: [deploy, deploy], until: window}", `spec.policy[0].blocks[1]: is given twice; write it once`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			policy := deftest.Promise[strings.Index(deftest.Promise, "  policy:"):]
			document := deftest.Change(t, deftest.Promise, policy, "  policy:\n    - "+test.policy+"\n")
			set := readAt(now, deftest.File("a.yaml", deftest.Ratio), deftest.File("p.yaml", document))
			if got := strings.TrimPrefix(problemLines(set), "31: "); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
