package promql

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestPlanOf(t *testing.T) {
	grouped := bad(`sum by (route) (rate(e[5m]))`, `sum by (route) (rate(r[5m]))`)
	plain := bad(`rate(e[5m])`, `rate(r[5m])`)
	shop := []*labels.Matcher{labels.MustNewMatcher(labels.MatchEqual, "job", "shop")}
	tests := []struct {
		name      string
		indicator slo.Indicator
		groupBy   []string
		scope     Scope
		total     string
		refused   string
	}{
		{name: "as the queries group", indicator: grouped, total: `sum by (route) (increase(r[1h]))`},
		{name: "as the SLO groups", indicator: plain, groupBy: []string{"job"}, total: `sum by (job) (increase(r[1h]))`},
		{name: "an SLO of one group", indicator: grouped, groupBy: []string{}, total: `sum(increase(r[1h]))`},
		{name: "the scope's groups", indicator: plain, groupBy: []string{"job"}, scope: Scope{GroupBy: []string{"route"}}, total: `sum by (route) (increase(r[1h]))`},
		{name: "a scope of one group", indicator: plain, groupBy: []string{"job"}, scope: Scope{GroupBy: []string{}}, total: `sum(increase(r[1h]))`},
		{name: "narrowed", indicator: plain, groupBy: []string{"route"}, scope: Scope{Matchers: shop}, total: `sum by (route) (increase(r{job="shop"}[1h]))`},
		{name: "by a label of its own", indicator: plain, scope: Scope{GroupBy: []string{"le"}}, refused: "one: "},
		{name: "no count of events", indicator: bad(`max(e)`, `max(r)`), refused: "max"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := slo.Objective{Target: 0.9, Indicator: tt.indicator}
			plan, err := PlanOf(slo.SLO{Name: "one", GroupBy: tt.groupBy}, o, tt.scope)
			if tt.refused != "" {
				if err == nil || !strings.Contains(err.Error(), tt.refused) {
					t.Fatalf("error %v, want one with %q", err, tt.refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, total := plan.Preview(time.Hour); total != tt.total {
				t.Errorf("total %s, want %s", total, tt.total)
			}
		})
	}
}

func TestSplit(t *testing.T) {
	grouped := slo.Objective{Name: "asked", Indicator: bad(`sum by (route) (rate(e[5m]))`, `sum by (route) (rate(r[5m]))`)}
	tests := []struct {
		name    string
		groupBy []string
		scope   Scope
		want    []string
	}{
		{name: "as the queries group", want: []string{"route", "pod"}},
		{name: "as the SLO groups", groupBy: []string{"job"}, want: []string{"job", "pod"}},
		{name: "an SLO of one group", groupBy: []string{}, want: []string{"pod"}},
		{name: "the scope's groups", groupBy: []string{"job"}, scope: Scope{GroupBy: []string{"zone"}}, want: []string{"zone", "pod"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			whole := slo.SLO{Name: "one", GroupBy: tt.groupBy, Objectives: []slo.Objective{{Name: "other"}, grouped}}
			parts, err := Split(whole, grouped, tt.scope, "pod")
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(parts.GroupBy, tt.want) || len(parts.Objectives) != 1 || parts.Objectives[0].Name != "asked" {
				t.Errorf("got %d objectives by %v, want one by %v", len(parts.Objectives), parts.GroupBy, tt.want)
			}
			if len(whole.Objectives) != 2 || !slices.Equal(whole.GroupBy, tt.groupBy) {
				t.Errorf("the SLO itself has %d objectives by %v now", len(whole.Objectives), whole.GroupBy)
			}
		})
	}
}
