package openslo_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

const alphaRatio = `apiVersion: openslo/v1alpha
kind: SLO
metadata: {name: errors}
spec:
  service: shop
  timeWindows: [{unit: Week, count: 4, isRolling: true}]
  budgetingMethod: Timeslices
  objectives:
    - target: 0.98
      timeSliceTarget: 0.9
      timeSliceWindow: 5m
      ratioMetrics:
        incremental: false
        good: {source: prometheus, query: good}
        total: {source: prometheus, query: total}
`

func TestReadAlphaThreshold(t *testing.T) {
	query := slo.Query{Expr: "latency_seconds", Source: deftest.Position(13, 14)}
	want := slo.SLO{
		Name: "latency", DisplayName: "Fast", Description: "Pages are fast.", Service: "shop",
		Window: slo.Window{Period: slo.Period{Count: 1, Unit: slo.Month}, Calendar: true, Anchor: time.Date(2021, 5, 1, 0, 0, 0, 0, time.UTC)},
		Objectives: []slo.Objective{
			{Name: "front-page", DisplayName: "Front page", Target: 0.99, Indicator: slo.Threshold{Query: query, Op: slo.LT, Value: 0.5}},
			{Name: "99.9", Target: 0.999, Indicator: slo.Threshold{Query: query, Op: slo.LTE, Value: 2}},
		},
		Source: deftest.Position(1, 1),
	}
	if got := deftest.One(t, deftest.AlphaThreshold); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestReadAlphaRatio(t *testing.T) {
	good := slo.Query{Expr: "good", Source: deftest.Position(14, 43)}
	want := slo.SLO{
		Name: "errors", Service: "shop", Method: slo.Timeslices,
		Window: slo.Window{Period: slo.Period{Count: 4, Unit: slo.Week}},
		Objectives: []slo.Objective{{
			Name: "98", Target: 0.98, Slices: &slo.Slices{Length: 5 * time.Minute, Target: 0.9, Op: slo.GTE},
			Indicator: slo.Ratio{Good: &good, Total: slo.Query{Expr: "total", Source: deftest.Position(15, 44)}},
		}},
		Source: deftest.Position(1, 1),
	}
	if got := deftest.One(t, alphaRatio); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if got := deftest.Problems(alphaRatio); got != "" {
		t.Error(got)
	}
}

func TestReadAlphaService(t *testing.T) {
	set := definition.Read(deftest.File("a.yaml", alphaRatio+"---\napiVersion: openslo/v1alpha\nkind: Service\nmetadata: {name: shop, displayName: Shop}\nspec: {description: sells}\n"))
	if len(set.Services) != 1 || set.Services[0].DisplayName != "Shop" || len(set.SLOs) != 1 || len(set.Problems) > 0 {
		t.Errorf("got %+v, %v", set.Services, set.Problems)
	}
}

func TestAlphaProblems(t *testing.T) {
	golden := deftest.ReadGolden(t)
	tests := []struct {
		name, document string
		pairs          []string
	}{
		{"kind", alphaRatio, []string{"kind: SLO", "kind: Slo"}},
		{"version", alphaRatio, []string{"openslo/v1alpha", "openslo/v1beta"}},
		{"fields of v1", alphaRatio, []string{"timeWindows: [{unit: Week, count: 4, isRolling: true}]", "timeWindow: [{duration: 28d, isRolling: true}]"}},
		{"no window", alphaRatio, []string{"[{unit: Week, count: 4, isRolling: true}]", "[]"}},
		{"unit of v1", alphaRatio, []string{"unit: Week", "unit: w"}},
		{"unit second", alphaRatio, []string{"unit: Week", "unit: Second"}},
		{"no unit", alphaRatio, []string{"unit: Week, ", ""}},
		{"no count", alphaRatio, []string{"count: 4, ", ""}},
		{"half a week", alphaRatio, []string{"count: 4", "count: 0.5"}},
		{"too many weeks", alphaRatio, []string{"count: 4", "count: 1e300"}},
		{"ten thousand weeks", alphaRatio, []string{"count: 4", "count: 10000"}},
		{"calendar hours", deftest.AlphaThreshold, []string{"unit: Month", "unit: Hour"}},
		{"slices without a length", alphaRatio, []string{"      timeSliceWindow: 5m\n", ""}},
		{"query type", deftest.AlphaThreshold, []string{"queryType: PromQL", "queryType: sql"}},
		{"source", alphaRatio, []string{"good: {source: prometheus", "good: {source: datadog"}},
		{"metadata of a metric", alphaRatio, []string{"query: good", "query: good, metadata: {a: b}"}},
		{"no query", alphaRatio, []string{", query: good", ""}},
		{"no total", alphaRatio, []string{"        total: {source: prometheus, query: total}\n", ""}},
		{"good and bad", alphaRatio, []string{"        good:", "        bad: {source: prometheus, query: bad}\n        good:"}},
		{"neither metric", alphaRatio, []string{"      ratioMetrics:\n        incremental: false\n        good: {source: prometheus, query: good}\n        total: {source: prometheus, query: total}\n", ""}},
		{"both metrics", deftest.AlphaThreshold, []string{"      op: lt\n", "      op: lt\n      ratioMetrics: {}\n"}},
		{"no bound", deftest.AlphaThreshold, []string{"      op: lt\n      value: 0.5\n", ""}},
		{"indicator without a metric", deftest.AlphaThreshold, []string{"    thresholdMetric:\n      source: prod\n      queryType: PromQL\n      query: latency_seconds\n", "    {}\n"}},
		{"no objectives", alphaRatio, []string{alphaRatio[len(alphaRatio)-len("    - target: 0.98\n      timeSliceTarget: 0.9\n      timeSliceWindow: 5m\n      ratioMetrics:\n        incremental: false\n        good: {source: prometheus, query: good}\n        total: {source: prometheus, query: total}\n"):], "    []\n"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { golden.Check(t, deftest.Problems(deftest.Change(t, test.document, test.pairs...))) })
	}
}

// Sloth reads these documents too, with the period that it is run with.
func TestAlphaWithoutAWindow(t *testing.T) {
	template := "sum(rate(a[{{.window}}]))"
	text := deftest.Change(t, alphaRatio, "  timeWindows: [{unit: Week, count: 4, isRolling: true}]\n", "", "query: total", "query: '"+template+"'")
	set := definition.Read(deftest.File("a.yaml", text))
	if len(set.SLOs) != 1 || set.SLOs[0].Window.Period.String() != "30d" || len(set.Problems) != 1 || set.Problems[0].Severity != definition.Warning {
		t.Errorf("SLOs %v, problems %v", set.SLOs, set.Problems)
	}
}
