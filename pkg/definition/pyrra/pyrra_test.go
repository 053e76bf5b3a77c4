package pyrra_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestReadSLO(t *testing.T) {
	bad := slo.Query{Expr: `http_requests_total{code=~"5.."}`, Source: deftest.Position(20, 17)}
	want := slo.SLO{
		Name: "shop.errors", Identity: "sales/app.kubernetes.io%2Fname=shop,role=alert-rules,service=shop,team=payments", Description: "People can pay.", Service: "shop",
		Labels:      map[string]string{"team": "payments", "service": "shop", "role": "alert-rules", "app.kubernetes.io/name": "shop", "namespace": "sales"},
		Annotations: map[string]string{"example.com/runbook": "https://example.com/shop"},
		Window:      slo.Window{Period: slo.Period{Count: 4, Unit: slo.Week}},
		GroupBy:     []string{"handler", "method"},
		Objectives: []slo.Objective{{Name: "99.9", Target: 0.999, Indicator: slo.Ratio{
			Bad: &bad, Counter: true,
			Total: slo.Query{Expr: `http_requests_total`, Source: deftest.Position(22, 17)},
		}}},
		Alerting: slo.Alerting{Name: "ShopErrors", Page: slo.Alert{Labels: map[string]string{"severity": "page"}}},
		Source:   deftest.Position(1, 1),
	}
	if got := deftest.One(t, deftest.Pyrra); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if got := deftest.Problems(deftest.Pyrra); got != "" {
		t.Error(got)
	}
}

// indicator contains the lines of deftest.Pyrra about its indicator.
var indicator = deftest.Pyrra[strings.Index(deftest.Pyrra, "    ratio:"):strings.Index(deftest.Pyrra, "  alerting:")]

func TestIndicators(t *testing.T) {
	query := func(expr string, line, column int) slo.Query {
		return slo.Query{Expr: expr, Source: deftest.Position(line, column)}
	}
	good := query(`d_bucket{le="0.5"}`, 19, 26)
	tests := []struct {
		name, yaml string
		want       slo.Indicator
		groupBy    []string
	}{
		{"latency", "    latency:\n      success: {metric: 'd_bucket{le=\"0.5\"}'}\n      total: {metric: d_count}\n",
			slo.Ratio{Good: &good, Total: query("d_count", 20, 23), Counter: true}, nil},
		{"native latency", "    latencyNative:\n      latency: 200ms\n      total: {metric: d}\n      grouping: [service]\n",
			slo.Histogram{Total: query("d", 20, 23), Native: true, Op: slo.LTE, Value: 0.2}, []string{"service"}},
		{"native latency, Go's notation", "    latencyNative:\n      latency: 1.5s\n      total: {metric: d}\n",
			slo.Histogram{Total: query("d", 20, 23), Native: true, Op: slo.LTE, Value: 1.5}, nil},
		{"gauge", "    bool_gauge:\n      metric: probe_success\n      grouping: [target]\n",
			slo.BoolGauge{Query: query("probe_success", 19, 15)}, []string{"target"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := deftest.One(t, deftest.Change(t, deftest.Pyrra, indicator, test.yaml))
			if got := s.Objectives[0].Indicator; !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
			if !reflect.DeepEqual(s.GroupBy, test.groupBy) {
				t.Errorf("grouped by %q, want %q", s.GroupBy, test.groupBy)
			}
		})
	}
}

func TestWindows(t *testing.T) {
	tests := []struct{ written, want string }{
		{"4w", "4w"}, {"7d", "7d"}, {"28d", "28d"}, {"1w2d", "9d"}, {"720h", "720h"}, {"1d12h", "36h"},
		{"168h0m0s", "7d"}, {"1y", "365d"}, {"90m", "90m"}, {"3600s", "1h"},
	}
	for _, test := range tests {
		if got := deftest.One(t, deftest.Change(t, deftest.Pyrra, "window: 4w", "window: "+test.written)).Window; got.Period.String() != test.want || got.Calendar {
			t.Errorf("%s became %s, want %s", test.written, got, test.want)
		}
	}
}

func TestAlerting(t *testing.T) {
	alerting := deftest.Pyrra[strings.Index(deftest.Pyrra, "  alerting:"):strings.Index(deftest.Pyrra, "status:")]
	severity := func(s string) map[string]string { return map[string]string{"severity": s} }
	tests := []struct {
		name, yaml string
		want       slo.Alerting
	}{
		{"none", "", slo.Alerting{}},
		{"disabled", "  alerting: {disabled: true}\n", slo.Alerting{Page: slo.Alert{Disabled: true}, Ticket: slo.Alert{Disabled: true}}},
		{"no burn rates", "  alerting: {burnrates: false}\n", slo.Alerting{Page: slo.Alert{Disabled: true}, Ticket: slo.Alert{Disabled: true}}},
		{"burn rates", "  alerting: {burnrates: true, disabled: false}\n", slo.Alerting{}},
		{"severities", "  alerting: {severities: {fastBurn: a, mediumBurn: a, slowBurn: b, longTermBurn: b}}\n",
			slo.Alerting{Page: slo.Alert{Labels: severity("a")}, Ticket: slo.Alert{Labels: severity("b")}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			document := deftest.Change(t, deftest.Pyrra, alerting, test.yaml)
			if got := deftest.One(t, document).Alerting; !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			if got := deftest.Problems(document); got != "" {
				t.Error(got)
			}
		})
	}
}

func TestAnnotationReplacesGrouping(t *testing.T) {
	s := deftest.One(t, deftest.Change(t, deftest.Pyrra, "  annotations:\n", "  annotations:\n    promise.slo/group-by: code\n"))
	if !reflect.DeepEqual(s.GroupBy, []string{"code"}) {
		t.Errorf("grouped by %q", s.GroupBy)
	}
}

func TestProblems(t *testing.T) {
	golden := deftest.ReadGolden(t)
	const errorLines = "      errors:\n        metric: http_requests_total{code=~\"5..\"}\n"
	native := func(latency string) []string {
		return []string{indicator, "    latencyNative:\n      latency: " + latency + "\n      total: {metric: d}\n"}
	}
	tests := []struct {
		name  string
		pairs []string
	}{
		{"version", []string{"pyrra.dev/v1alpha1", "pyrra.dev/v1"}},
		{"kind", []string{"kind: ServiceLevelObjective", "kind: ServiceLevelIndicator"}},
		{"no name", []string{"  name: shop.errors\n", ""}},
		{"label both ways", []string{"    role: alert-rules\n", "    team: search\n    role: alert-rules\n"}},
		{"label's name", []string{"    role: alert-rules\n", "    a/b/c: alert-rules\n"}},
		{"no target", []string{"  target: '99.9'\n", ""}},
		{"target a number", []string{"'99.9'", "99.9"}},
		{"target 100", []string{"'99.9'", "'100'"}},
		{"target 0", []string{"'99.9'", "'0'"}},
		{"target negative", []string{"'99.9'", "'-1'"}},
		{"target a share", []string{"'99.9'", "'0.999'"}},
		{"target with a sign", []string{"'99.9'", "'99.9%'"}},
		{"target empty", []string{"'99.9'", "''"}},
		{"no window", []string{"  window: 4w\n", ""}},
		{"window without a unit", []string{"4w", "28"}},
		{"window in months", []string{"4w", "1M"}},
		{"window of seconds", []string{"4w", "90s"}},
		{"window of nothing", []string{"4w", "0d"}},
		{"window of minutes", []string{"4w", "5m"}},
		{"window of eleven years", []string{"4w", "11y"}},
		{"window beyond measure", []string{"4w", "1000000000000d"}},
		{"window a list", []string{"4w", "[4w]"}},
		{"no indicator", []string{"  indicator:\n" + indicator, ""}},
		{"indicator empty", []string{"  indicator:\n" + indicator, "  indicator: {}\n"}},
		{"indicator misspelt", []string{"    ratio:", "    ratios:"}},
		{"two indicators", []string{"    ratio:", "    bool_gauge: {metric: up}\n    ratio:"}},
		{"no errors", []string{errorLines, ""}},
		{"errors without a metric", []string{errorLines, "      errors: {query: a}\n"}},
		{"metric empty", []string{errorLines, "      errors: {metric: ''}\n"}},
		{"metric directly", []string{errorLines, "      errors: http_errors_total\n"}},
		{"grouping text", []string{"      grouping:\n        - handler\n        - method\n", "      grouping: handler\n"}},
		{"grouping twice", []string{"- method", "- handler"}},
		{"grouping a number", []string{"- method", "- 5"}},
		{"latency without a unit", native("0.2")},
		{"latency nonsense", native("fast")},
		{"latency 0", native("0s")},
		{"latency missing", native("")},
		{"latency of a native histogram", []string{indicator, "    latency:\n      latency: 200ms\n      total: {metric: d}\n"}},
		{"unknown field of alerting", []string{"    name: ShopErrors\n", "    name: ShopErrors\n    absence: true\n"}},
		{"burn rates that follow the traffic", []string{"    name: ShopErrors\n", "    name: ShopErrors\n    burnRateType: dynamic\n"}},
		{"burn rates that do not", []string{"    name: ShopErrors\n", "    name: ShopErrors\n    burnRateType: static\n"}},
		{"rules", []string{"  window: 4w\n", "  window: 4w\n  performanceOverAccuracy: true\n  partial_response_strategy: abort\n  ruleOutput: {shortRulesLabels: {a: b}}\n"}},
		{"absent", []string{"    name: ShopErrors\n", "    absent: false\n    absentName: Gone\n"}},
		{"severities that differ", []string{"mediumBurn: page", "mediumBurn: mail\n      longTermBurn: mail"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { golden.Check(t, deftest.Problems(deftest.Change(t, deftest.Pyrra, test.pairs...))) })
	}
}
