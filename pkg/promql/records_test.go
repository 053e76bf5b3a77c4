package promql

import (
	"testing"
	"time"
)

func TestRecordedQueries(t *testing.T) {
	if got, want := RecordedSamples("0123456789abcdef", 90*time.Minute),
		`{__name__=~"promise:bad_events:increase1m|promise:total_events:increase1m",plan="0123456789abcdef"}[1h30m]`; got != want {
		t.Errorf("%s, not %s", got, want)
	}
	if got, want := RecordedPlans(), `count by (plan) (last_over_time({__name__=~"promise:bad_events:increase1m|promise:total_events:increase1m"}[1h]))`; got != want {
		t.Errorf("%s, not %s", got, want)
	}
	for _, query := range []string{RecordedSamples("0123456789abcdef", time.Second), RecordedPlans()} {
		if _, err := newParser().ParseExpr(query); err != nil {
			t.Error(err)
		}
	}
}
