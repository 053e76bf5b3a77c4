package ledger

import "testing"

func TestVerdict(t *testing.T) {
	tests := []struct {
		name string
		of   Comparison
		want Verdict
	}{
		{"nothing", Comparison{}, VerdictNoData},
		{"the same", Comparison{Bad: 10, Total: 1000, ServerBad: 10, ServerTotal: 1000}, VerdictAgrees},
		{"extrapolation", Comparison{Bad: 100, Total: 10_000, ServerBad: 101, ServerTotal: 10_150}, VerdictAgrees},
		{"a new counter", Comparison{Bad: 500, Total: 1000, UnseenBad: 400, ServerBad: 100, ServerTotal: 1000}, VerdictExplained},
		{"bad events that are not there", Comparison{Bad: 500, Total: 1000, ServerBad: 100, ServerTotal: 1000}, VerdictDiffers},
		{"fewer than none, on both sides", Comparison{Bad: -1440, Total: 14_400, ServerBad: -1440, ServerTotal: 14_400}, VerdictAgrees},
		{"fewer than none, extrapolated", Comparison{Bad: -1440, Total: 14_400, ServerBad: -1441, ServerTotal: 14_410}, VerdictAgrees},
		{"fewer than none, and others", Comparison{Bad: -1440, Total: 14_400, ServerBad: -700, ServerTotal: 14_400}, VerdictDiffers},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.of.Verdict(); got != tt.want {
				t.Errorf("%s, not %s", got, tt.want)
			}
		})
	}
}
