package openslo_test

import (
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
)

const slices1m = "budgetingMethod: Timeslices"

func TestProblems(t *testing.T) {
	golden := deftest.ReadGolden(t)
	tests := []struct {
		name  string
		pairs []string
	}{
		{"valid", nil},
		// Metadata.
		{"no name", []string{"  name: checkout\n", ""}},
		{"name in capitals", []string{"name: checkout", "name: Check_Out"}},
		{"name too long", []string{"name: checkout", "name: " + strings.Repeat("a", 64)}},
		{"name a number", []string{"name: checkout", "name: 12"}},
		{"name empty", []string{"name: checkout", `name: ""`}},
		{"no metadata", []string{"metadata:\n  name: checkout\n  displayName: Checkout works\n  labels:\n    team: payments\n  annotations:\n    promise.slo/group-by: \"handler,method\"\n", ""}},
		{"metadata a list", []string{"metadata:\n  name: checkout\n  displayName: Checkout works\n  labels:\n    team: payments\n  annotations:\n    promise.slo/group-by: \"handler,method\"\n", "metadata: [a]\n"}},
		{"label key", []string{"team: payments", "my/team: payments"}},
		{"label a number", []string{"team: payments", "team: 7"}},
		{"label without value", []string{"team: payments", "team:"}},
		{"label list of numbers", []string{"team: payments", "team: [a, 7]"}},
		{"annotation key", []string{"promise.slo/group-by", "Promise!/group-by"}},
		{"annotation misspelt", []string{"promise.slo/group-by", "promise.slo/groupby"}},
		{"group by nonsense", []string{`"handler,method"`, `"handler, my-method"`}},
		{"group by twice", []string{`"handler,method"`, `"a,a"`}},
		{"empty slices without slices", []string{`promise.slo/group-by: "handler,method"`, "promise.slo/empty-slices: good"}},
		{"empty slices unknown", []string{`promise.slo/group-by: "handler,method"`, "promise.slo/empty-slices: ignore", "Occurrences", "RatioTimeslices", "target: 0.999", "target: 0.999\n      timeSliceWindow: 1m"}},

		// Fields in general.
		{"unknown field", []string{"  service: shop", "  service: shop\n  servise: shop"}},
		{"unknown field far from all", []string{"kind: SLO", "kind: SLO\nowner: me"}},
		{"field twice", []string{"  service: shop", "  service: shop\n  service: shop"}},
		{"wrong type", []string{"service: shop", "service: [shop]"}},
		{"no spec", []string{deftest.Ratio[strings.Index(deftest.Ratio, "spec:"):], ""}},
		{"spec is text", []string{deftest.Ratio[strings.Index(deftest.Ratio, "spec:"):], "spec: later\n"}},
		{"no service", []string{"  service: shop\n", ""}},
		{"empty service", []string{"service: shop", `service: " "`}},
		{"long description", []string{"People can pay.", strings.Repeat("é", 1051)}},
		{"alert policies", []string{"  objectives:", "  alertPolicies:\n    - alertPolicyRef: page\n  objectives:"}},
		{"alert policies empty", []string{"  objectives:", "  alertPolicies:\n  objectives:"}},

		// Kinds.
		{"kind misspelt", []string{"kind: SLO", "kind: Slo"}},
		{"kind list", []string{"kind: SLO", "kind: SLOList", "  service: shop\n", "  slos: []\n"}},
		{"window of an objective", []string{"  timeWindow:\n" + deftest.RollingWindow, "", "      target: 0.999\n", "      target: 0.999\n      timeWindow: [{duration: 30d, isRolling: true}]\n"}},
		{"indicator without spec", []string{"    spec:\n      ratioMetric:", "      ratioMetric:"}},
		{"indicator by its name", []string{deftest.Ratio[strings.Index(deftest.Ratio, "    spec:\n      ratioMetric"):strings.Index(deftest.Ratio, "  timeWindow")], "    metadata: {name: availability}\n"}},
		{"metric of v1alpha", []string{"          metricSource:\n            type: Prometheus\n            spec:\n              query: http_requests_total\n", "          source: prometheus\n          query: http_requests_total\n"}},
		{"rates say what counter would", []string{"        counter: true\n", "", "query: http_requests_total\n", "query: sum(rate(http_requests_total[5m]))\n", `query: http_requests_total{code!~"5.."}`, "query: sum(increase(good_total[5m]))"}},
		{"kind unknown", []string{"kind: SLO", "kind: Dashboard"}},
		{"kind missing", []string{"kind: SLO\n", ""}},
		{"version missing", []string{"apiVersion: openslo/v1\n", ""}},
		{"version of another time", []string{"openslo/v1", "openslo/v2alpha"}},
		{"version a mapping", []string{"apiVersion: openslo/v1", "apiVersion: {a: b}"}},
		{"neither version nor kind", []string{"apiVersion: openslo/v1\nkind: SLO\n", ""}},
		{"foreign", []string{"openslo/v1", "apps/v1", "kind: SLO", "kind: Deployment"}},

		// Windows.
		{"no window", []string{"  timeWindow:\n" + deftest.RollingWindow, ""}},
		{"window empty", []string{"  timeWindow:\n" + deftest.RollingWindow, "  timeWindow: []\n"}},
		{"window not a list", []string{deftest.RollingWindow, "      duration: 28d\n"}},
		{"two windows", []string{deftest.RollingWindow, deftest.RollingWindow + deftest.RollingWindow}},
		{"no duration", []string{"    - duration: 28d\n      isRolling", "    - isRolling"}},
		{"duration without unit", []string{"28d", "28"}},
		{"duration in capitals", []string{"28d", "28D"}},
		{"duration of eleven years", []string{"28d", "11Y"}},
		{"rolling minutes", []string{"28d", "1m"}},
		{"calendar minutes", []string{deftest.RollingWindow, "    - duration: 1m\n      calendar: {startTime: 2022-01-01 12:00:00, timeZone: America/New_York}\n"}},
		{"calendar hours", []string{deftest.RollingWindow, "    - duration: 24h\n      calendar: {startTime: 2022-01-01 12:00:00, timeZone: UTC}\n"}},
		{"rolling calendar", []string{"isRolling: true", "isRolling: true\n      calendar: {startTime: 2022-01-01 12:00:00, timeZone: UTC}"}},
		{"neither rolling nor calendar", []string{"isRolling: true", "isRolling: false"}},
		{"rolling is text", []string{"isRolling: true", `isRolling: "yes"`}},
		{"no start", []string{deftest.RollingWindow, "    - duration: 1M\n      calendar: {timeZone: UTC}\n"}},
		{"no zone", []string{deftest.RollingWindow, "    - duration: 1M\n      calendar: {startTime: 2022-01-01 12:00:00}\n"}},
		{"zone unknown", []string{deftest.RollingWindow, "    - duration: 1M\n      calendar: {startTime: 2022-01-01 12:00:00, timeZone: Mars/Olympus}\n"}},
		{"zone of the machine", []string{deftest.RollingWindow, "    - duration: 1M\n      calendar: {startTime: 2022-01-01 12:00:00, timeZone: Local}\n"}},
		{"start without time", []string{deftest.RollingWindow, "    - duration: 1M\n      calendar: {startTime: 2022-01-01, timeZone: UTC}\n"}},
		{"start with zone", []string{deftest.RollingWindow, "    - duration: 1M\n      calendar: {startTime: 2022-01-01T12:00:00Z, timeZone: UTC}\n"}},
		{"start long ago", []string{deftest.RollingWindow, "    - duration: 1M\n      calendar: {startTime: 0001-01-01 12:00:00, timeZone: UTC}\n"}},

		// Objectives.
		{"no objectives", []string{"  objectives:\n    - displayName: Availability\n      target: 0.999\n", ""}},
		{"objectives empty", []string{"  objectives:\n    - displayName: Availability\n      target: 0.999\n", "  objectives: []\n"}},
		{"objective null", []string{"    - displayName: Availability\n      target: 0.999\n", "    -\n"}},
		{"objective a number", []string{"    - displayName: Availability\n      target: 0.999\n", "    - 0.999\n"}},
		{"no target", []string{"      target: 0.999\n", ""}},
		{"target 1", []string{"target: 0.999", "target: 1"}},
		{"target 99.9", []string{"target: 0.999", "target: 99.9"}},
		{"target -1", []string{"target: 0.999", "target: -1"}},
		{"target NaN", []string{"target: 0.999", "target: .nan"}},
		{"target Inf", []string{"target: 0.999", "target: .inf"}},
		{"target text", []string{"target: 0.999", `target: "0.999"`}},
		{"target in percent", []string{"target: 0.999", "target: 99.9%"}},
		{"percent 100", []string{"target: 0.999", "targetPercent: 100"}},
		{"percent 101", []string{"target: 0.999", "targetPercent: 101"}},
		{"target twice", []string{"target: 0.999", "target: 0.999\n      targetPercent: 99.9"}},
		{"op of a ratio", []string{"target: 0.999", "target: 0.999\n      op: gt\n      value: 3"}},
		{"op unknown", []string{"target: 0.999", "target: 0.999\n      op: gtt"}},
		{"weight", []string{"target: 0.999", "target: 0.999\n      compositeWeight: 2"}},
		{"weight 0", []string{"target: 0.999", "target: 0.999\n      compositeWeight: 0"}},

		// Time slices.
		{"no method", []string{"  budgetingMethod: Occurrences\n", ""}},
		{"method misspelt", []string{"budgetingMethod: Occurrences", "budgetingMethod: TimeSlices", "target: 0.999", "target: 0.999\n      timeSliceWindow: 1m\n      op: gt"}},
		{"slices of occurrences", []string{"target: 0.999", "target: 0.999\n      timeSliceWindow: 1m\n      timeSliceTarget: 0.9"}},
		{"slices missing", []string{"budgetingMethod: Occurrences", slices1m}},
		{"slices of 7 minutes", []string{"budgetingMethod: Occurrences", slices1m, "target: 0.999", "target: 0.999\n      timeSliceWindow: 7m\n      timeSliceTarget: 0.9"}},
		{"slices of half a minute", []string{"budgetingMethod: Occurrences", slices1m, "target: 0.999", "target: 0.999\n      timeSliceWindow: 0.5\n      timeSliceTarget: 0.9"}},
		{"slices of a week", []string{"budgetingMethod: Occurrences", slices1m, "target: 0.999", "target: 0.999\n      timeSliceWindow: 1w\n      timeSliceTarget: 0.9"}},
		{"slices without end", []string{"budgetingMethod: Occurrences", slices1m, "target: 0.999", "target: 0.999\n      timeSliceWindow: 1e300\n      timeSliceTarget: 0.9"}},
		{"slice target 0", []string{"budgetingMethod: Occurrences", slices1m, "target: 0.999", "target: 0.999\n      timeSliceWindow: 1m\n      timeSliceTarget: 0"}},
		{"slice target of ratio slices", []string{"budgetingMethod: Occurrences", "budgetingMethod: RatioTimeslices", "target: 0.999", "target: 0.999\n      timeSliceWindow: 1m\n      timeSliceTarget: 0.9"}},
		{"slice op upside down", []string{"budgetingMethod: Occurrences", slices1m, "target: 0.999", "target: 0.999\n      timeSliceWindow: 1m\n      timeSliceTarget: 0.9\n      op: lt"}},
		{"slice op with other faults", []string{"budgetingMethod: Occurrences", slices1m, "target: 0.999", "target: 0.999\n      timeSliceWindow: 7m\n      timeSliceTarget: 2\n      op: gt"}},
		{"slice better than all", []string{"budgetingMethod: Occurrences", slices1m, "target: 0.999", "target: 0.999\n      timeSliceWindow: 1m\n      timeSliceTarget: 1\n      op: gt"}},

		// Indicators.
		{"no indicator", []string{deftest.Ratio[strings.Index(deftest.Ratio, "  indicator:"):strings.Index(deftest.Ratio, "  timeWindow:")], ""}},
		{"indicator and reference", []string{"  indicator:\n", "  indicatorRef: errors\n  indicator:\n"}},
		{"reference to nothing", []string{deftest.Ratio[strings.Index(deftest.Ratio, "  indicator:"):strings.Index(deftest.Ratio, "  timeWindow:")], "  indicatorRef: errors\n"}},
		{"reference empty", []string{deftest.Ratio[strings.Index(deftest.Ratio, "  indicator:"):strings.Index(deftest.Ratio, "  timeWindow:")], "  indicatorRef: ''\n"}},
		{"indicator without a metric", []string{deftest.Ratio[strings.Index(deftest.Ratio, "      ratioMetric:"):strings.Index(deftest.Ratio, "  timeWindow:")], "      description: none\n"}},
		{"both metrics", []string{"      ratioMetric:\n", "      thresholdMetric: {metricSource: {spec: {query: up}}}\n      ratioMetric:\n"}},
		{"counter missing", []string{"        counter: true\n", ""}},
		{"counter text", []string{"counter: true", "counter: yes"}},
		{"only total", []string{"        good:\n          metricSource:\n            type: Prometheus\n            spec:\n              query: http_requests_total{code!~\"5..\"}\n", ""}},
		{"good and bad", []string{"        total:\n", "        bad: {metricSource: {spec: {query: up}}}\n        total:\n"}},
		{"no total", []string{"        total:\n          metricSource:\n            type: Prometheus\n            spec:\n              query: http_requests_total\n", ""}},
		{"raw and good", []string{"        counter: true\n", "        counter: true\n        rawType: success\n        raw: {metricSource: {spec: {query: up}}}\n"}},
		{"raw type without raw", []string{"        counter: true\n", "        counter: true\n        rawType: success\n"}},
		{"raw without type", []string{deftest.Ratio[strings.Index(deftest.Ratio, "        counter:"):strings.Index(deftest.Ratio, "  timeWindow:")], "        raw: {metricSource: {spec: {query: up}}}\n"}},
		{"empty ratio", []string{deftest.Ratio[strings.Index(deftest.Ratio, "        counter:"):strings.Index(deftest.Ratio, "  timeWindow:")], "        counter: true\n"}},
		{"threshold without bounds", []string{deftest.Ratio[strings.Index(deftest.Ratio, "      ratioMetric:"):strings.Index(deftest.Ratio, "  timeWindow:")], "      thresholdMetric: {metricSource: {spec: {query: up}}}\n"}},
		{"no metric source", []string{"          metricSource:\n            type: Prometheus\n            spec:\n              query: http_requests_total\n", "          source: prometheus\n"}},
		{"query missing", []string{"query: http_requests_total\n", "promql: http_requests_total\n"}},
		{"query misspelt", []string{"query: http_requests_total\n", "querry: http_requests_total\n"}},
		{"query empty", []string{"query: http_requests_total\n", "query: ' '\n"}},
		{"query a number", []string{"query: http_requests_total\n", "query: 1\n"}},
		{"query with more", []string{"query: http_requests_total\n", "query: http_requests_total\n              step: 5m\n"}},
		{"source of another kind", []string{"type: Prometheus\n            spec:\n              query: http_requests_total\n", "type: Datadog\n            spec:\n              query: http_requests_total\n"}},
		{"source without document", []string{"type: Prometheus\n            spec:\n              query: http_requests_total\n", "metricSourceRef: main\n            spec:\n              query: http_requests_total\n"}},
		{"composite with a shared indicator", []string{"target: 0.999", "target: 0.999\n      indicatorRef: errors"}},

		// YAML.
		{"tab", []string{"  service: shop", "\tservice: shop"}},
		{"unknown anchor", []string{"service: shop", "service: *shop"}},
		{"bracket", []string{"service: shop", "service: [shop"}},
		{"colon", []string{"service: shop", "service: shop: main"}},
		{"merge of text", []string{"  labels:\n", "  labels:\n    <<: nothing\n"}},
		{"merge by mistake of an anchor below itself", []string{"  labels:\n", "  labels: &l\n    <<: *l\n"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			golden.Check(t, deftest.Problems(deftest.Change(t, deftest.Ratio, test.pairs...)))
		})
	}
}
