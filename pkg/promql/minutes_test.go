package promql

import (
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// TestMinutes checks which samples are looked at minute by minute.
func TestMinutes(t *testing.T) {
	gauge := slo.BoolGauge{Query: slo.Query{Expr: `up{job="a"}`}}
	const want = `sum_over_time((0 * count(count_over_time(up{job="a"}[59s999ms])) + 2 ^ ((time() / 60) % 5))[4m59s999ms:1m])`
	tests := []struct {
		name      string
		indicator slo.Indicator
		length    time.Duration
		want      string
	}{
		{"samples of a gauge", gauge, 5 * time.Minute, want},
		{"a step of a minute", gauge, time.Minute, ""},
		{"a step of parts of minutes", gauge, 150 * time.Second, ""},
		{"a step of hours", gauge, 4 * time.Hour, ""},
		{"what is evaluated every minute", slo.Threshold{Query: slo.Query{Expr: "a"}, Op: slo.LT, Value: 1}, 5 * time.Minute, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			plan, err := PlanOf(slo.SLO{}, slo.Objective{Indicator: test.indicator}, Scope{})
			if err != nil {
				t.Fatal(err)
			}
			if got := plan.Total[0].Source.(Increments).Minutes(test.length); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
