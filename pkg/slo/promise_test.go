package slo_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func on(month time.Month, day int) time.Time {
	return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC)
}

func TestSigned(t *testing.T) {
	agreed := func(who ...string) *slo.Promise {
		p := &slo.Promise{Agreed: map[string]slo.Agreement{}}
		for _, w := range who {
			p.Agreed[w] = slo.Agreement{Name: "Ada", Date: on(1, 1)}
		}
		return p
	}
	tests := []struct {
		name    string
		promise *slo.Promise
		missing []string
	}{
		{"no promise", nil, []string{"engineering", "onCall", "product"}},
		{"nobody", agreed(), []string{"engineering", "onCall", "product"}},
		{"two", agreed(slo.Engineering, slo.Product), []string{"onCall"}},
		{"all", agreed(slo.Product, slo.OnCall, slo.Engineering), nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.promise.Missing(); !slices.Equal(got, test.missing) {
				t.Errorf("missing are %v, want %v", got, test.missing)
			}
			if got, want := test.promise.Signed(), test.missing == nil; got != want {
				t.Errorf("signed is %v", got)
			}
		})
	}
}

func TestTargetAt(t *testing.T) {
	p := &slo.Promise{History: []slo.Commitment{{Target: 0.99, From: on(2, 1)}, {Target: 0.995, From: on(3, 1)}, {Target: 0.9, From: on(5, 1)}}}
	o := slo.Objective{Target: 0.999}
	for at, want := range map[time.Time]float64{
		on(1, 1): 0.99, on(2, 1): 0.99, on(3, 1).Add(-1): 0.99, on(3, 1): 0.995, on(4, 30): 0.995, on(5, 1): 0.9, on(12, 1): 0.9,
	} {
		if got := (slo.SLO{Promise: p}).TargetAt(o, at); got != want {
			t.Errorf("at %s it is %v, want %v", at, got, want)
		}
	}
	if got := (slo.SLO{}).TargetAt(o, on(4, 1)); got != 0.999 {
		t.Errorf("without a promise it is %v", got)
	}
	if got := (slo.SLO{Promise: &slo.Promise{}}).TargetAt(o, on(4, 1)); got != 0.999 {
		t.Errorf("without a history it is %v", got)
	}
}

func TestAnObjectivesOwnPromiseCounts(t *testing.T) {
	whole, own := &slo.Promise{Name: "whole"}, &slo.Promise{Name: "own"}
	s := slo.SLO{Promise: whole}
	if got := s.PromiseOf(slo.Objective{Promise: own}); got != own {
		t.Errorf("got %+v", got)
	}
	if got := s.PromiseOf(slo.Objective{}); got != whole {
		t.Errorf("got %+v", got)
	}
}

func TestDrift(t *testing.T) {
	p := &slo.Promise{History: []slo.Commitment{{Target: 0.99}, {Target: 0.995}}}
	tests := []struct {
		name     string
		promise  *slo.Promise
		target   float64
		promised float64
		drifted  bool
	}{
		{"no promise", nil, 0.9, 0.9, false},
		{"no history", &slo.Promise{}, 0.9, 0.9, false},
		{"kept", p, 0.995, 0.995, false},
		{"lowered", p, 0.99, 0.995, true},
		{"raised", p, 0.999, 0.995, true},
	}
	for _, test := range tests {
		promised, drifted := test.promise.Drift(slo.Objective{Target: test.target})
		if promised != test.promised || drifted != test.drifted {
			t.Errorf("%s: got %v, %v", test.name, promised, drifted)
		}
	}
}

func TestConsequence(t *testing.T) {
	p := &slo.Promise{Policy: []slo.Consequence{{RemainingBelow: 0.5, Action: "review"}, {RemainingBelow: 0, Action: "freeze"}, {RemainingBelow: 0.25, Action: "slow down"}}}
	for remaining, want := range map[float64]string{1: "", 0.5: "", 0.49: "review", 0.25: "review", 0.1: "slow down", 0: "freeze", -3: "freeze"} {
		got := ""
		if c := p.Consequence(remaining); c != nil {
			got = c.Action
		}
		if got != want {
			t.Errorf("with %v left: %q, want %q", remaining, got, want)
		}
	}
	if c := (*slo.Promise)(nil).Consequence(0); c != nil {
		t.Errorf("no promise has the consequence %+v", c)
	}
}

func TestPromiseValidate(t *testing.T) {
	tests := []struct {
		name    string
		promise *slo.Promise
		want    []string
	}{
		{"none", nil, nil},
		{"empty", &slo.Promise{}, nil},
		{"unknown signatory", &slo.Promise{Agreed: map[string]slo.Agreement{"legal": {Name: "Bob"}}}, []string{"Agreed.legal: "}},
		{"nameless", &slo.Promise{Agreed: map[string]slo.Agreement{slo.Product: {Name: " "}}}, []string{"Agreed.product.Name: "}},
		{"target of 1", &slo.Promise{History: []slo.Commitment{{Target: 1}}}, []string{"History[0].Target: "}},
		{"out of order", &slo.Promise{History: []slo.Commitment{{From: on(2, 1)}, {From: on(1, 1)}}}, []string{"History[1].From: "}},
		{"at the same time", &slo.Promise{History: []slo.Commitment{{From: on(2, 1)}, {From: on(2, 1)}}}, []string{"History[1].From: "}},
		{"considered", &slo.Promise{Considered: &slo.TargetRange{Lowest: 0.99, Highest: 0.99}}, nil},
		{"considered the wrong way", &slo.Promise{Considered: &slo.TargetRange{Lowest: 0.99, Highest: 0.9}}, []string{"Considered.Highest: "}},
		{"considered more than all", &slo.Promise{Considered: &slo.TargetRange{Lowest: 0.99, Highest: 99}}, []string{"Considered.Highest: "}},
		{"shares", &slo.Promise{Policy: []slo.Consequence{{RemainingBelow: 25}, {RemainingBelow: 0.5}, {RemainingBelow: 0.5}}}, []string{"Policy[0].RemainingBelow: ", "Policy[2].RemainingBelow: "}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var lines []string
			if err := test.promise.Validate(); err != nil {
				lines = strings.Split(err.Error(), "\n")
			}
			if len(lines) != len(test.want) {
				t.Fatalf("got %q", lines)
			}
			for i, want := range test.want {
				if !strings.HasPrefix(lines[i], want) {
					t.Errorf("got %q, want %q", lines[i], want)
				}
			}
		})
	}
}

// The target in force changes only where the history says so, and is always
// one of those that were promised.
func TestTargetAtIsAStepFunction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &slo.Promise{}
		from := on(1, 1)
		for range rapid.IntRange(1, 6).Draw(t, "commitments") {
			from = from.Add(time.Duration(rapid.IntRange(1, 5000).Draw(t, "hours")) * time.Hour)
			p.History = append(p.History, slo.Commitment{Target: rapid.Float64Range(0, 0.99).Draw(t, "target"), From: from})
		}
		if err := p.Validate(); err != nil {
			t.Fatal(err)
		}
		at := on(1, 1).Add(time.Duration(rapid.IntRange(0, 40000).Draw(t, "at")) * time.Hour)
		want := p.History[0].Target
		for _, c := range slices.Backward(p.History) {
			if !c.From.After(at) {
				want = c.Target
				break
			}
		}
		if got := p.TargetAt(slo.Objective{Target: 0.5}, at); got != want {
			t.Errorf("at %s it is %v, want %v", at, got, want)
		}
	})
}

func TestTargetRange(t *testing.T) {
	r := slo.TargetRange{Lowest: 0.99, Highest: 0.999}
	for target, want := range map[float64]bool{0.989: false, 0.99: true, 0.995: true, 0.999: true, 0.9991: false} {
		if got := r.Includes(target); got != want {
			t.Errorf("%v is included: %v, want %v", target, got, want)
		}
	}
}

func TestOwnerOf(t *testing.T) {
	p := &slo.Promise{Owner: slo.Owner{Team: "payments"}}
	tests := []struct {
		name   string
		labels map[string]string
		whole  *slo.Promise
		own    *slo.Promise
		want   string
	}{
		{"nobody", nil, nil, nil, ""},
		{"team", map[string]string{"team": "a"}, nil, nil, "a"},
		{"label", map[string]string{"team": "a", "owner": "b"}, nil, nil, "b"},
		{"promise", map[string]string{"team": "a", "owner": "b"}, p, nil, "payments"},
		{"promise of nobody", map[string]string{"owner": "b"}, &slo.Promise{}, nil, "b"},
		{"own promise", nil, p, &slo.Promise{Owner: slo.Owner{Team: "search"}}, "search"},
	}
	for _, test := range tests {
		s := slo.SLO{Labels: test.labels, Promise: test.whole}
		if got := s.OwnerOf(slo.Objective{Promise: test.own}); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
	if got := (slo.SLO{Promise: p}).Team(); got != "payments" {
		t.Errorf("the team is %q", got)
	}
}
