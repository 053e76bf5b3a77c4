package promql

import (
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
