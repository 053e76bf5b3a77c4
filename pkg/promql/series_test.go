package promql

import (
	"slices"
	"testing"
)

func TestSeries(t *testing.T) {
	tests := []struct {
		name string
		plan func() (*Plan, error)
		want []string
		// carried are those of the labels job, code, le and __name__ that
		// events can be grouped by.
		carried []string
	}{
		{"counters", func() (*Plan, error) { return Compile(bad(errorRate, totalRate)) },
			[]string{`http_requests_total`, `http_requests_total{code=~"5.."}`}, []string{"job", "code"}},
		{"the same series twice", func() (*Plan, error) { return Compile(bad(`sum(a{job="x"}) + sum(b)`, `sum(a{job="x"})`)) },
			[]string{`a{job="x"}`, `b`}, []string{"job", "code"}},
		{"no certain name", func() (*Plan, error) { return Compile(rawRatio(`{__name__=~"slo:.*",job="x"}`)) },
			[]string{`{__name__=~"slo:.*",job="x"}`}, []string{"job", "code"}},
		{"an aggregation that is evaluated", func() (*Plan, error) { return Compile(rawRatio(`avg by (job) (slo:ratio)`)) },
			[]string{`slo:ratio`}, []string{"job"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plan, err := tt.plan()
			if err != nil {
				t.Fatal(err)
			}
			if got := plan.Series(); !slices.Equal(got, tt.want) {
				t.Errorf("series %q, want %q", got, tt.want)
			}
			for _, label := range []string{"job", "code", "le", "__name__"} {
				_, err := plan.With([]string{label}, nil)
				if carries := plan.Carries(label); carries != slices.Contains(tt.carried, label) || carries != (err == nil) {
					t.Errorf("%s is carried: %v, but grouping by it gives %v", label, carries, err)
				}
			}
		})
	}
}
