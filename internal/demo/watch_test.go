package demo

import (
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

func row(slo, state string, remaining *float64) statusRow {
	var s statusRow
	s.SLO, s.State, s.Remaining = slo, budget.State(state), remaining
	return s
}

func TestChanges(t *testing.T) {
	half, less, same := 0.5, 0.4, 0.500001
	before := []statusRow{row("a", "ok", &half), row("b", "ok", &half)}
	tests := []struct {
		name, want string
		after      []statusRow
	}{
		{"nothing", "nothing has changed", before},
		{"less than people read", "nothing has changed", []statusRow{row("a", "ok", &same), row("b", "ok", &half)}},
		{"state and budget", "a: state ok → burning, budget remaining 50.0 % → 40.0 %", []statusRow{row("a", "burning", &less), row("b", "ok", &half)}},
		{"no data any more", "b: state ok → no_data, budget remaining 50.0 % → unknown", []statusRow{row("a", "ok", &half), row("b", "no_data", nil)}},
		{"a new one", "c: new, ok, budget remaining 50.0 %", append(before, row("c", "ok", &half))},
		{"one less", "b: gone", before[:1]},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := changes(before, test.after); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
