package openslo_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestReadSLO(t *testing.T) {
	good := slo.Query{Expr: `http_requests_total{code!~"5.."}`, Source: deftest.Position(21, 22)}
	want := slo.SLO{
		Name: "checkout", DisplayName: "Checkout works", Description: "People can pay.", Service: "shop",
		Labels:  map[string]string{"team": "payments"},
		Window:  slo.Window{Period: slo.Period{Count: 28, Unit: slo.Day}},
		Method:  slo.Occurrences,
		GroupBy: []string{"handler", "method"},
		Objectives: []slo.Objective{{
			Name: "availability", DisplayName: "Availability", Target: 0.999,
			Indicator: slo.Ratio{
				Good: &good, Counter: true,
				Total: slo.Query{Expr: "http_requests_total", Source: deftest.Position(26, 22)},
			},
		}},
		Source: deftest.Position(1, 1),
	}
	if got := deftest.One(t, deftest.Ratio); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// metric returns the document with another metric in place of its ratioMetric.
func metric(t *testing.T, lines string) string {
	t.Helper()
	from, to := strings.Index(deftest.Ratio, "      ratioMetric:"), strings.Index(deftest.Ratio, "  timeWindow:")
	return deftest.Ratio[:from] + lines + deftest.Ratio[to:]
}

const threshold = "      thresholdMetric: {metricSource: {spec: {query: latency_seconds}}}\n"

func TestIndicators(t *testing.T) {
	query := func(expr string, line, column int) slo.Query {
		return slo.Query{Expr: expr, Source: deftest.Position(line, column)}
	}
	up := query("up", 17, 44)
	tests := []struct {
		name, metric string
		objective    []string
		want         slo.Indicator
	}{
		{"bad to total, gauges", "      ratioMetric:\n        counter: false\n        bad: {metricSource: {spec: {query: up}}}\n        total: {metricSource: {spec: {query: sum}}}\n", nil,
			slo.Ratio{Bad: &up, Total: query("sum", 18, 46)}},
		{"raw success", "      ratioMetric:\n        rawType: success\n        raw: {metricSource: {spec: {query: up}}}\n", nil, slo.RawRatio{Query: up}},
		{"raw failure", "      ratioMetric:\n        rawType: failure\n        raw: {metricSource: {spec: {query: up}}}\n", nil, slo.RawRatio{Query: up, Failure: true}},
		{"threshold", threshold, []string{"target: 0.999", "target: 0.999\n      op: lte\n      value: 0.3"},
			slo.Threshold{Query: query("latency_seconds", 15, 54), Op: slo.LTE, Value: 0.3}},
		{"threshold above", threshold, []string{"target: 0.999", "target: 0.999\n      op: gt\n      value: -1"},
			slo.Threshold{Query: query("latency_seconds", 15, 54), Op: slo.GT, Value: -1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := deftest.One(t, deftest.Change(t, metric(t, test.metric), test.objective...)).Objectives[0].Indicator
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}

func TestEachObjectiveHasItsOwnThreshold(t *testing.T) {
	s := deftest.One(t, deftest.Change(t, metric(t, threshold), "    - displayName: Availability\n      target: 0.999\n",
		"    - {op: lte, value: 0.1, target: 0.9}\n    - {op: lte, value: 1, targetPercent: 99.9}\n"))
	for i, want := range []float64{0.1, 1} {
		if got := s.Objectives[i].Indicator.(slo.Threshold).Value; got != want {
			t.Errorf("objective %d compares with %v, want %v", i, got, want)
		}
	}
	if s.Objectives[1].Target != 0.999 {
		t.Errorf("99.9 %% became %v", s.Objectives[1].Target)
	}
}

func TestQueryPositions(t *testing.T) {
	tests := []struct {
		name, yaml, expr string
		line, column     int
	}{
		{"plain", "query: sum(up)", "sum(up)", 26, 22},
		{"double quotes", `query: "sum(up)"`, "sum(up)", 26, 23},
		{"single quotes", `query: 'sum(up)'`, "sum(up)", 26, 23},
		{"literal", "query: |\n                sum(\n                  up)", "sum(\n  up)", 27, 17},
		{"literal after blank lines", "query: |-\n\n\n                sum(up)", "sum(up)", 29, 17},
		{"literal with a comment", "query: | # all\n                sum(up)", "sum(up)", 27, 17},
		{"folded", "query: >\n                sum(\n                up)", "sum( up)", 27, 17},
	}
	for _, test := range tests {
		for _, lineEnd := range []string{"\n", "\r\n"} {
			t.Run(test.name, func(t *testing.T) {
				document := deftest.Change(t, deftest.Ratio, "query: http_requests_total\n", test.yaml+"\n")
				got := deftest.One(t, strings.ReplaceAll(document, "\n", lineEnd)).Objectives[0].Indicator.(slo.Ratio).Total
				if want := (slo.Query{Expr: test.expr, Source: deftest.Position(test.line, test.column)}); got != want {
					t.Errorf("got %+v, want %+v", got, want)
				}
			})
		}
	}
}

func TestSourceTypes(t *testing.T) {
	for _, kind := range []string{"prometheus", "Prometheus", "MIMIR", "thanos", "VictoriaMetrics", "cortex", "''", "~"} {
		deftest.One(t, deftest.Change(t, deftest.Ratio, "type: Prometheus\n            spec:\n              query: http_requests_total\n", "type: "+kind+"\n            spec:\n              query: up\n"))
	}
}

func TestLabelsOfSeveralValues(t *testing.T) {
	s := deftest.One(t, deftest.Change(t, deftest.Ratio, "team: payments", "team: [identity, rbac]\n    cost.centre_1-a: p"))
	if want := map[string]string{"team": "identity,rbac", "cost.centre_1-a": "p"}; !reflect.DeepEqual(s.Labels, want) {
		t.Errorf("got %v, want %v", s.Labels, want)
	}
}

func TestWindows(t *testing.T) {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	anchor := time.Date(2022, 1, 1, 12, 0, 0, 0, newYork)
	tests := []struct {
		name, yaml string
		want       slo.Window
	}{
		{"rolling", "    - duration: 4w\n      isRolling: true\n", slo.Window{Period: slo.Period{Count: 4, Unit: slo.Week}}},
		{"rolling unsaid", "    - duration: 1M\n", slo.Window{Period: slo.Period{Count: 1, Unit: slo.Month}}},
		{"calendar", "    - duration: 1Q\n      isRolling: false\n      calendar:\n        startTime: 2022-01-01 12:00:00\n        timeZone: America/New_York\n",
			slo.Window{Period: slo.Period{Count: 1, Unit: slo.Quarter}, Calendar: true, Anchor: anchor}},
		{"calendar, rolling unsaid, quoted time", "    - duration: 2d\n      calendar: {startTime: '2022-01-01 12:00:00', timeZone: America/New_York}\n",
			slo.Window{Period: slo.Period{Count: 2, Unit: slo.Day}, Calendar: true, Anchor: anchor}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := deftest.One(t, deftest.Change(t, deftest.Ratio, deftest.RollingWindow, test.yaml)).Window
			if got.String() != test.want.String() || !got.Anchor.Equal(test.want.Anchor) || got.Calendar != test.want.Calendar {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestSlices(t *testing.T) {
	tests := []struct {
		name, method, fields, annotation string
		want                             slo.Slices
	}{
		{"timeslices", "Timeslices", "timeSliceWindow: 5m\n      timeSliceTarget: 0.95", "", slo.Slices{Length: 5 * time.Minute, Target: 0.95, Op: slo.GTE}},
		{"a number is minutes", "Timeslices", "timeSliceWindow: 10\n      timeSliceTarget: 1", "", slo.Slices{Length: 10 * time.Minute, Target: 1, Op: slo.GTE}},
		{"one and a half minutes", "Timeslices", "timeSliceWindow: 1.5\n      timeSliceTarget: 1", "", slo.Slices{Length: 90 * time.Second, Target: 1, Op: slo.GTE}},
		{"a day", "Timeslices", "timeSliceWindow: 1d\n      timeSliceTarget: 1", "", slo.Slices{Length: 24 * time.Hour, Target: 1, Op: slo.GTE}},
		{"better than", "Timeslices", "timeSliceWindow: 2h\n      timeSliceTarget: 0.9\n      op: gt", "", slo.Slices{Length: 2 * time.Hour, Target: 0.9, Op: slo.GT}},
		{"ratio", "RatioTimeslices", "timeSliceWindow: 1m", "", slo.Slices{Length: time.Minute, Op: slo.GTE}},
		{"empty is good", "Timeslices", "timeSliceWindow: 1m\n      timeSliceTarget: 0.9", "good", slo.Slices{Length: time.Minute, Target: 0.9, Op: slo.GTE, Empty: slo.EmptyGood}},
		{"empty is bad", "RatioTimeslices", "timeSliceWindow: 1m", "bad", slo.Slices{Length: time.Minute, Op: slo.GTE, Empty: slo.EmptyBad}},
		{"empty is ignored", "RatioTimeslices", "timeSliceWindow: 1m", "ignored", slo.Slices{Length: time.Minute, Op: slo.GTE}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			document := deftest.Change(t, deftest.Ratio, "budgetingMethod: Occurrences", "budgetingMethod: "+test.method, "target: 0.999", "target: 0.999\n      "+test.fields)
			if test.annotation != "" {
				document = deftest.Change(t, document, "  annotations:\n", "  annotations:\n    promise.slo/empty-slices: "+test.annotation+"\n")
			}
			s := deftest.One(t, document)
			if s.Method.String() != test.method || *s.Objectives[0].Slices != test.want {
				t.Errorf("got %s %+v, want %s %+v", s.Method, *s.Objectives[0].Slices, test.method, test.want)
			}
		})
	}
}

func TestObjectiveNames(t *testing.T) {
	tests := []struct {
		name, objectives string
		want             []string
	}{
		{"display names", "{displayName: Good experience, target: 0.9}, {displayName: 'Très bon!', target: 0.8}", []string{"good-experience", "très-bon"}},
		{"targets", "{target: 0.999}, {target: 0.9995}, {targetPercent: 95}, {target: 0}", []string{"99.9", "99.95", "95", "0"}},
		{"the same display name", "{displayName: A, target: 0.9}, {displayName: a, target: 0.8}", []string{"90", "80"}},
		{"the same target", "{target: 0.9}, {target: 0.9}, {target: 0.9}", []string{"90", "90-2", "90-3"}},
		{"a display name like a target", "{target: 0.9}, {displayName: '90', target: 0.8}, {displayName: 90-2, target: 0.7}", []string{"90-3", "90", "90-2"}},
		{"signs only", "{displayName: '***', target: 0.9}", []string{"90"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := deftest.One(t, deftest.Change(t, deftest.Ratio, "    - displayName: Availability\n      target: 0.999\n", "    ["+test.objectives+"]\n"))
			var got []string
			for _, o := range s.Objectives {
				got = append(got, o.Name)
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestCompositeObjectivesKeepTheirOwnIndicators(t *testing.T) {
	set := definition.Read(deftest.File("c.yaml", deftest.Composite), deftest.File("b.yaml", deftest.ErrorsSLI+"---\n"+deftest.MainSource))
	if len(set.SLOs) != 1 {
		t.Fatalf("problems: %v", set.Problems)
	}
	objectives := set.SLOs[0].Objectives
	if raw, ok := objectives[0].Indicator.(slo.RawRatio); !ok || !raw.Failure || raw.Query.Source.File != "b.yaml" {
		t.Errorf("the first objective has %+v", objectives[0].Indicator)
	}
	if bound, ok := objectives[1].Indicator.(slo.Threshold); !ok || bound.Op != slo.LT || bound.Value != 3 {
		t.Errorf("the second objective has %+v", objectives[1].Indicator)
	}
	deftest.ReadGolden(t).Check(t, deftest.Problems(deftest.Composite, deftest.ErrorsSLI+"---\n"+deftest.MainSource))
}

func TestSamplesOfOpenSLO(t *testing.T) {
	golden := deftest.ReadGolden(t)
	files, err := filepath.Glob("../testdata/openslo/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			golden.Check(t, deftest.Problems(string(content)))
			fixed := strings.NewReplacer("type: Any", "type: Prometheus", "query: Any", "query: up", "duration: 1m", "duration: 1M").Replace(string(content))
			deftest.One(t, fixed)
		})
	}
}

func TestOtherKinds(t *testing.T) {
	golden := deftest.ReadGolden(t)
	tests := []struct{ name, document string }{
		{"policy", "apiVersion: openslo/v1\nkind: AlertPolicy\nmetadata: {name: AlertPolicy}\nspec: {alertWhenBreaching: true, conditions: [{conditionRef: a}], notificationTargets: [{targetRef: b}]}\n"},
		{"condition", "apiVersion: openslo/v1\nkind: AlertCondition\nmetadata: {name: burn}\nspec: {severity: page, condition: {kind: burnrate, op: lte, treshold: 2}}\n"},
		{"target", "apiVersion: openslo/v1\nkind: AlertNotificationTarget\nmetadata: {displayName: mail}\nspec: {target: email}\n"},
		{"data source", "apiVersion: openslo/v1\nkind: DataSource\nmetadata: {name: main}\nspec: {type: CloudWatch, connectionDetails: {accessKeyID: x}}\n"},
		{"data source without type", "apiVersion: openslo/v1\nkind: DataSource\nmetadata: {name: main}\nspec: {}\n"},
		{"unused SLI", deftest.ErrorsSLI},
		{"service misspelt field", "apiVersion: openslo/v1\nkind: Service\nmetadata: {name: shop}\nspec: {descripton: sells}\n"},
		{"service without spec", "apiVersion: openslo/v1\nkind: Service\nmetadata: {name: shop}\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { golden.Check(t, deftest.Problems(test.document)) })
	}
}

func TestServices(t *testing.T) {
	set := definition.Read(deftest.File("a.yaml", "\napiVersion: openslo/v1\nkind: Service\nmetadata: {name: shop, displayName: Shop, labels: {team: sales}}\nspec: {description: sells}\n"))
	want := []definition.Service{{Name: "shop", DisplayName: "Shop", Description: "sells", Labels: map[string]string{"team": "sales"}, Source: deftest.Position(2, 1)}}
	if !reflect.DeepEqual(set.Services, want) || len(set.Problems) > 0 {
		t.Errorf("got %+v, %v, want %+v", set.Services, set.Problems, want)
	}
}
