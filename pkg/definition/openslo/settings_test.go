package openslo_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// withAnnotations returns the SLO with other annotations.
func withAnnotations(t *testing.T, lines ...string) string {
	t.Helper()
	return deftest.Change(t, deftest.Ratio, "    promise.slo/group-by: \"handler,method\"\n", "    "+strings.Join(lines, "\n    ")+"\n")
}

func TestSettings(t *testing.T) {
	s := deftest.One(t, withAnnotations(t,
		`promise.slo/name: Shop_v1.checkout`,
		`promise.slo/service: ""`,
		`promise.slo/labels: '{"_x": "1", "example.com/tier": "2"}'`,
		`promise.slo/alerting: '{"name": "Checkout", "page": {"disabled": true}, "ticket": {"labels": {"severity": "low"}}}'`,
		`example.com/other: kept`))
	if s.Name != "Shop_v1.checkout" || s.Service != "" {
		t.Errorf("got %q of %q", s.Name, s.Service)
	}
	if want := map[string]string{"team": "payments", "_x": "1", "example.com/tier": "2"}; !reflect.DeepEqual(s.Labels, want) {
		t.Errorf("labels are %v", s.Labels)
	}
	if want := map[string]string{"example.com/other": "kept"}; !reflect.DeepEqual(s.Annotations, want) {
		t.Errorf("annotations are %v", s.Annotations)
	}
	want := slo.Alerting{Name: "Checkout", Page: slo.Alert{Disabled: true}, Ticket: slo.Alert{Labels: map[string]string{"severity": "low"}}}
	if !reflect.DeepEqual(s.Alerting, want) {
		t.Errorf("got %+v", s.Alerting)
	}
}

func TestProblemsNameTheSLOByItsOwnName(t *testing.T) {
	set := definition.Read(deftest.File("a.yaml", deftest.Change(t, withAnnotations(t, "promise.slo/name: Shop.v1"), "target: 0.999", "target: 2")))
	if len(set.Problems) != 1 || set.Problems[0].SLO != "Shop.v1" {
		t.Errorf("got %+v", set.Problems)
	}
}

func TestSettingProblems(t *testing.T) {
	tests := []struct{ name, line, want string }{
		{"empty name", `promise.slo/name: " "`, `error a.yaml:9: metadata.annotations["promise.slo/name"]: is empty; write the name of the SLO, or remove it`},
		{"no JSON", `promise.slo/alerting: quiet`, `error a.yaml:9: metadata.annotations["promise.slo/alerting"]: is not what is expected: invalid character 'q' looking for beginning of value; write a JSON object with name, labels, annotations, page and ticket, such as {"page": {"disabled": true}}`},
		{"unknown field", `promise.slo/alerting: '{"pages": {}}'`, `error a.yaml:9: metadata.annotations["promise.slo/alerting"]: is not what is expected: unknown field "pages"; write a JSON object with name, labels, annotations, page and ticket, such as {"page": {"disabled": true}}`},
		{"two objects", `promise.slo/labels: '{} {}'`, `error a.yaml:9: metadata.annotations["promise.slo/labels"]: is not what is expected: there is something after the object; write a JSON object of texts, such as {"example.com/tier": "1"}`},
		{"no text", `promise.slo/labels: {a: b}`, `error a.yaml:9: metadata.annotations["promise.slo/labels"]: is a mapping, not text; write a single text`},
		{"unknown annotation", `promise.slo/alertin: "{}"`, `error a.yaml:9: metadata.annotations["promise.slo/alertin"]: is not a known annotation; did you mean promise.slo/alerting?`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := deftest.Problems(withAnnotations(t, test.line)); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// gauge returns the SLO with a bool gauge as its indicator.
func gauge(t *testing.T) string {
	t.Helper()
	from, to := strings.Index(deftest.Ratio, "  indicator:"), strings.Index(deftest.Ratio, "  timeWindow:")
	return deftest.Ratio[:from] + `  indicator:
    metadata:
      name: probes
      annotations:
        promise.slo/indicator: bool-gauge
        promise.slo/query: probe_success
    spec:
      ratioMetric:
        counter: false
        good: {metricSource: {type: Prometheus, spec: {query: "sum_over_time(probe_success[{{.window}}])"}}}
        total: {metricSource: {type: Prometheus, spec: {query: "count_over_time(probe_success[{{.window}}])"}}}
` + deftest.Ratio[to:]
}

func TestIndicatorsThatOpenSLOLacks(t *testing.T) {
	want := slo.BoolGauge{Query: slo.Query{Expr: "probe_success", Source: deftest.Position(18, 28)}}
	if got := deftest.One(t, gauge(t)).Objectives[0].Indicator; got != want {
		t.Errorf("got %+v", got)
	}
	const sum = "sum_over_time(probe_success[{{.window}}])"
	const at = `error a.yaml:17: spec.indicator.metadata.annotations["promise.slo/indicator"]: `
	const unfit = at + "does not fit the queries of the ratioMetric; write counter: false, good: `" + sum + "` and total: `count_over_time(probe_success[{{.window}}])`, or remove the annotations promise.slo/* to have the queries count"
	tests := []struct {
		name  string
		pairs []string
		want  string
	}{
		{"another good", []string{sum, "sum_over_time(up[{{.window}}])"}, unfit},
		{"another total", []string{"count_over_time(probe_success", "count_over_time(up"}, unfit},
		{"counters", []string{"counter: false", "counter: true"}, unfit},
		{"bad", []string{"good: {", "bad: {"}, unfit},
		{"another gauge", []string{"query: probe_success\n", "query: up\n"}, strings.ReplaceAll(unfit, "probe_success", "up")},
		{"unknown", []string{"bool-gauge", "bool-gague"}, at + `"bool-gague" is not one of bool-gauge, native-histogram; did you mean bool-gauge?`},
		{"no query", []string{"        promise.slo/query: probe_success\n", ""}, `error a.yaml:17: spec.indicator.metadata.annotations["promise.slo/query"]: is missing; write the metric, such as probe_success`},
		{"no indicator", []string{"        promise.slo/indicator: bool-gauge\n", ""}, `warning a.yaml:17: spec.indicator.metadata.annotations["promise.slo/query"]: has no effect without promise.slo/indicator; write promise.slo/indicator too, or remove it`},
		{"no bound", []string{"bool-gauge", "native-histogram"}, `error a.yaml:17: spec.indicator.metadata.annotations["promise.slo/op"]: is missing; write lte, lt, gte or gt: a value is good when it compares so with promise.slo/value
error a.yaml:17: spec.indicator.metadata.annotations["promise.slo/value"]: is missing; write the number to compare values with, in quotes`},
		{"bound that is no number", []string{"indicator: bool-gauge", "indicator: native-histogram\n        promise.slo/op: lte\n        promise.slo/value: fast"}, `error a.yaml:19: spec.indicator.metadata.annotations["promise.slo/value"]: "fast" is not a number; write the number to compare values with`},
		{"infinite bound", []string{"indicator: bool-gauge", "indicator: native-histogram\n        promise.slo/op: lte\n        promise.slo/value: inf"}, `error a.yaml:19: spec.indicator.metadata.annotations["promise.slo/value"]: "inf" is not a number; write the number to compare values with`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := deftest.Problems(deftest.Change(t, gauge(t), test.pairs...)); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
