package promql

import (
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestSlip(t *testing.T) {
	const (
		fast  = `sum(rate(h_bucket{le="0.5"}[5m]))`
		count = `sum(rate(h_count[5m]))`
		all   = `sum(rate(h_bucket{le="+Inf"}[5m]))`
	)
	query := func(expr string) *slo.Query { return &slo.Query{Expr: expr} }
	bad := func(bad, total string) slo.Indicator {
		return slo.Ratio{Bad: query(bad), Total: *query(total), Counter: true}
	}
	good := func(good, total string) slo.Indicator {
		return slo.Ratio{Good: query(good), Total: *query(total), Counter: true}
	}
	raw := func(expr string) slo.Indicator { return slo.RawRatio{Query: *query(expr), Failure: true} }
	const (
		areFast  = "the bad events are those within the bound, the fast ones"
		areAll   = "the bad events and all events are the same, so that every event is bad"
		negative = "the bad events are never more than 0: they are a bucket less all events"
	)
	tests := []struct {
		name      string
		indicator slo.Indicator
		want      string
	}{
		{"slow as bad", bad(count+" - "+fast, count), ""},
		{"fast as bad", bad(fast, count), areFast},
		{"fast as bad of the last bucket", bad(fast, all), areFast},
		{"fast as bad, with a guard", bad("("+fast+") or vector(0)", count), areFast},
		{"slow as good", good(count+" - "+fast, count), "what is left as bad events are those within the bound, the fast ones"},
		{"fast as good", good(fast, count), ""},
		{"reversed", bad(fast+" - "+count, count), negative},
		{"reversed with the last bucket", bad(fast+" - "+all, all), negative},
		{"the same", bad(count, count), areAll},
		{"fast in a ratio", raw(fast + " / " + count), areFast},
		{"slow in a ratio", raw("1 - " + fast + " / " + count), ""},
		{"of another histogram", bad(`sum(rate(g_bucket{le="1"}[5m]))`, count), ""},
		{"a part", bad(`sum(rate(h_count{code="500"}[5m]))`, count), ""},
		{"no histogram", bad("sum(rate(a[5m]))", "sum(rate(b[5m]))"), ""},
		{"a gauge", slo.BoolGauge{Query: *query("up")}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			plan, err := Compile(test.indicator)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if slip := plan.Slip(test.indicator); slip != nil {
				got = slip.Reason
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
