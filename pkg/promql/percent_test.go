package promql

import "testing"

// A ratio that cannot be taken apart is in percent if its numbers say so.
func TestEstimatesOfPercent(t *testing.T) {
	s := newServer(t)
	for _, tt := range []struct{ percent, share string }{
		{`100 * avg_over_time(up[5m])`, `avg_over_time(up[5m])`},
		{`(1 - avg_over_time(up[5m])) * 100`, `1 - avg_over_time(up[5m])`},
		{`100 - 100 * min by (pod) (up)`, `1 - min by (pod) (up)`},
		{`avg_over_time((up * 100)[{{.window}}:1m])`, `avg_over_time(up[{{.window}}:1m])`},
		{`sum(avg_over_time(up[5m])) * 100 / count(up)`, `sum(avg_over_time(up[5m])) / count(up)`},
		{`clamp_max(sum(up) / (count(up) / 100), 100) or vector(100)`, `clamp_max(sum(up) / count(up), 1) or vector(1)`},
		{`avg(ratio * 1000 / 10) > 0`, `avg(ratio) > 0`},
		{`-(-100 * ratio)`, `ratio`},
		{`100 * (up > bool 0.5)`, `up > bool 0.5`},
	} {
		for name, indicator := range map[string]func(string) (*Plan, error){
			"failure": func(q string) (*Plan, error) { return Compile(failureRatio(q)) },
			"success": func(q string) (*Plan, error) { return Compile(rawRatio(q)) },
		} {
			t.Run(name+" "+tt.percent, func(t *testing.T) {
				s := &server{t, s.engine, s.storage}
				percent, err := indicator(tt.percent)
				if err != nil || percent.Estimate == "" {
					t.Fatal(percent, err)
				}
				share, err := indicator(tt.share)
				if err != nil || share.Estimate == "" {
					t.Fatal(share, err)
				}
				s.near("bad", s.count(percent.Bad, percent.GroupBy), s.count(share.Bad, share.GroupBy), 1e-9)
				s.near("total", s.count(percent.Total, percent.GroupBy), s.count(share.Total, share.GroupBy), 0)
			})
		}
	}
}
