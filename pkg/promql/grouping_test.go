package promql_test

import (
	"testing"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestGroupCount(t *testing.T) {
	route := labels.MustNewMatcher(labels.MatchEqual, "route", "/pay")
	tests := []struct {
		name, bad, total string
		by               []string
		matchers         []*labels.Matcher
		want             string
	}{
		{"one selector", `r`, `r`, []string{"pod"}, nil, `count(count by (pod) (r))`},
		{"two", `r{code="500"}`, `r`, []string{"pod", "route"}, nil,
			`count(count by (pod, route) (r) or count by (pod, route) (r{code="500"}))`},
		{"filtered", `r`, `r`, []string{"pod"}, []*labels.Matcher{route}, `count(count by (pod) (r{route="/pay"}))`},
		{"a label of UTF-8", `r`, `r`, []string{"k8s.pod"}, nil, `count(count by ("k8s.pod") (r))`},
		{"without a window", `increase(r{a="b"}[5m])`, `increase(r{a="b"}[5m])`, []string{"pod"}, nil, `count(count by (pod) (r{a="b"}))`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := slo.Objective{Target: 0.9, Indicator: slo.Ratio{
				Bad: &slo.Query{Expr: "sum(" + test.bad + ")"}, Total: slo.Query{Expr: "sum(" + test.total + ")"}, Counter: true,
			}}
			s := slo.SLO{Name: "a", Objectives: []slo.Objective{o}}
			plan, err := promql.PlanOf(s, o, promql.Scope{GroupBy: test.by, Matchers: test.matchers})
			if err != nil {
				t.Fatal(err)
			}
			if got := plan.GroupCount(test.by); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
