package slo

import (
	"math"
	"testing"
)

func TestTeamIsTheLabelTeamElseOwner(t *testing.T) {
	tests := []struct {
		name   string
		labels map[string]string
		want   string
	}{
		{"none", nil, ""},
		{"team", map[string]string{"team": "payments", "owner": "ada"}, "payments"},
		{"owner", map[string]string{"owner": "ada"}, "ada"},
		{"empty team", map[string]string{"team": "", "owner": "ada"}, "ada"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := (SLO{Labels: test.labels}).Team(); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestTitle(t *testing.T) {
	if got := (SLO{Name: "checkout"}).Title(); got != "checkout" {
		t.Errorf("without a display name: %q", got)
	}
	if got := (SLO{Name: "checkout", DisplayName: "Checkout works"}).Title(); got != "Checkout works" {
		t.Errorf("with a display name: %q", got)
	}
}

func TestPositionString(t *testing.T) {
	for want, p := range map[string]Position{
		"inline":      {},
		"inline:3":    {Line: 3, Column: 2},
		"a.yaml":      {File: "a.yaml"},
		"dir/a.yml:7": {File: "dir/a.yml", Line: 7},
	} {
		if got := p.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestOp(t *testing.T) {
	tests := []struct {
		name, symbol        string
		below, equal, above bool
	}{
		{"lte", "<=", true, true, false},
		{"lt", "<", true, false, false},
		{"gte", ">=", false, true, true},
		{"gt", ">", false, false, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			op, err := ParseOp(test.name)
			if err != nil || op.String() != test.symbol {
				t.Fatalf("%v, %v; want %s", op, err, test.symbol)
			}
			for value, want := range map[float64]bool{1: test.below, 2: test.equal, 3: test.above, math.NaN(): false} {
				if got := op.Holds(value, 2); got != want {
					t.Errorf("%v %s 2 is %v, want %v", value, op, got, want)
				}
			}
		})
	}
	for _, name := range []string{"", "eq", "LTE", "<="} {
		if _, err := ParseOp(name); err == nil {
			t.Errorf("ParseOp(%q) accepts it", name)
		}
	}
}
