package definition_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
)

const slothAlerting = `, page_alert: {labels: {a: b}}, ticket_alert: {disable: true}`

// Whatever a document says is in its SLOs, and so in what is written of them, or is
// listed.
func TestNothingIsLostSilently(t *testing.T) {
	counts := "{ratioMetric: {counter: true, good: {metricSource: {spec: {query: a}}}, total: {metricSource: {spec: {query: b}}}}}"
	openSLO := func(metadata, spec string) string {
		return "apiVersion: openslo/v1\nkind: SLO\nmetadata: {name: one" + metadata + "}\nspec:\n  service: shop\n  budgetingMethod: Occurrences\n" +
			"  timeWindow: [{duration: 28d, isRolling: true}]\n" + spec
	}
	sloth := func(more, slo, alerting string) string {
		return "version: prometheus/v1\nservice: shop\n" + more + "slos:\n- name: ok\n  objective: 99.9\n" + slo +
			"  sli: {raw: {error_ratio_query: 'a[{{.window}}]'}}\n  alerting: {name: Bad, labels: {x: y}, annotations: {summary: z}" + slothAlerting + alerting + "}\n"
	}
	pyrra := func(metadata, spec, alerting string) string {
		return "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata: {name: cache" + metadata + "}\nspec:\n  target: '99.9'\n  window: 4w\n" + spec +
			"  indicator: {ratio: {errors: {metric: bad}, total: {metric: all}, grouping: [pod]}}\n  alerting: {name: Bad, severities: {fastBurn: a, mediumBurn: a}" + alerting + "}\n"
	}
	alpha := func(spec, metric string) string {
		return "apiVersion: openslo/v1alpha\nkind: SLO\nmetadata: {name: one}\nspec:\n  service: shop\n  budgetingMethod: Occurrences\n  timeWindows: [{unit: Day, count: 7, isRolling: true}]\n" + spec +
			"  objectives:\n  - {target: 0.9, ratioMetrics: {incremental: true, good: {source: prometheus, queryType: promql, query: a}, total: {query: b" + metric + "}}}\n"
	}
	const one = "  objectives: [{target: 0.9}]\n"
	tests := []struct {
		name, documents string
		// want contains the lines and fields that are left out.
		want []string
	}{
		{"OpenSLO", openSLO(", displayName: One, labels: {a: [b, c]}, annotations: {d: e}", "  description: f\n  indicator: {spec: "+counts+"}\n"+one), nil},
		{"OpenSLO with policies", openSLO("", "  alertPolicies: [p]\n  indicator: {spec: "+counts+"}\n"+one), []string{"8 spec.alertPolicies"}},
		{"OpenSLO, metadata of the indicator", openSLO("", "  indicator: {metadata: {name: i, displayName: I, labels: {a: b}, annotations: {c: d}}, spec: "+counts+"}\n"+one),
			[]string{"8 spec.indicator.metadata.name", "8 spec.indicator.metadata.displayName", "8 spec.indicator.metadata.labels", "8 spec.indicator.metadata.annotations.c"}},
		{"OpenSLO, the same name of the indicator", openSLO("", "  indicator: {metadata: {name: one}, spec: "+counts+"}\n"+one), nil},
		{"OpenSLO, another setting", openSLO(", annotations: {promise.slo/empty-slices: good}", "  indicator: {spec: "+counts+"}\n"+one), []string{`3 metadata.annotations["promise.slo/empty-slices"]`}},
		{"OpenSLO, the source", openSLO("", "  indicator: {spec: {thresholdMetric: {metricSource: {metricSourceRef: m, type: Mimir, spec: {query: a, region: eu}}}}}\n  objectives: [{target: 0.9, op: lt, value: 1}]\n"),
			[]string{"8 spec.indicator.spec.thresholdMetric.metricSource.metricSourceRef", "8 spec.indicator.spec.thresholdMetric.metricSource.type", "8 spec.indicator.spec.thresholdMetric.metricSource.spec.region"}},
		{"OpenSLO, composite", openSLO("", "  objectives:\n  - {target: 0.9, compositeWeight: 2, op: lt, value: 1, timeSliceWindow: 1m, timeSliceTarget: 0.5, indicator: {spec: "+counts+"}}\n"),
			[]string{"9 spec.objectives[0].compositeWeight", "9 spec.objectives[0].op", "9 spec.objectives[0].value", "9 spec.objectives[0].timeSliceWindow", "9 spec.objectives[0].timeSliceTarget"}},
		{"OpenSLO, documents beside it", openSLO("", "  indicatorRef: i\n"+one) + "---\napiVersion: openslo/v1\nkind: SLI\nmetadata: {name: i, annotations: {a: b}}\nspec: {description: c, " + counts[1:] + "\n" +
			"---\napiVersion: openslo/v1\nkind: SLI\nmetadata: {name: unused}\nspec: " + counts + "\n---\napiVersion: openslo/v1\nkind: Service\nmetadata: {name: shop, annotations: {a: b}}\nspec: {}\n" +
			"---\napiVersion: openslo/v1\nkind: DataSource\nmetadata: {name: m}\nspec: {type: Mimir, connectionDetails: {url: a}}\n---\napiVersion: openslo/v1\nkind: AlertPolicy\nmetadata: {name: p}\nspec: {description: a}\n",
			[]string{"13 metadata.name", "13 metadata.annotations.a", "14 spec.description", "16 ", "23 metadata.annotations", "26 ", "31 "}},
		{"OpenSLO v1alpha", alpha("", ""), nil},
		{"OpenSLO v1alpha, the source", alpha("", ", source: thanos, queryType: promql, metadata: {a: b}"), []string{"9 spec.objectives[0].ratioMetrics.total.source", "9 spec.objectives[0].ratioMetrics.total.metadata"}},
		{"Sloth", sloth("labels: {team: a}\n", "  description: d\n  labels: {tier: 1}\n  period: 28d\n", ""), nil},
		{"Sloth, plugins", sloth("slo_plugins: {chain: [{id: a}]}\n", "  plugins: {chain: [{id: b}]}\n", ""), []string{"3 slo_plugins", "7 slos[0].plugins"}},
		{"Sloth, unknown fields", sloth("x-owner: me\n", "", ", for: 5m, page_alrt: {disable: true}"), []string{"3 x-owner", "8 slos[0].alerting.for", "8 slos[0].alerting.page_alrt"}},
		{"Sloth, anchors", sloth(".all: {team: &t {team: a}, unused: &u b}\nlabels: {<<: *t}\n", "", ""), []string{"3 [\".all\"].unused"}},
		{"Sloth, an anchor that is used as a whole", sloth(".all: [&t {team: a}]\nlabels: *t\n", "", ""), nil},
		{"Sloth, the other spelling", strings.Replace(sloth("", "", ""), "page_alert", "pageAlert", 1), nil},
		{"Sloth, a resource", "status: {processedSLOs: 1}\n" + serviceLevel("name: a, namespace: b, labels: {c: d}, annotations: {e: f, kubectl.kubernetes.io/last-applied-configuration: g}, uid: h"),
			[]string{"1 status", `4 metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"]`, "4 metadata.uid"}},
		{"Sloth, alert windows", sloth("", "", "") + "---\n" + windowsOf("metadata: {name: w}\n", "28d"), []string{"11 metadata"}},
		{"Sloth, alert windows of no SLO", sloth("", "  period: 7d\n", "") + "---\n" + windowsOf("", "28d"), []string{"10 "}},
		{"Pyrra", pyrra(", namespace: b, labels: {pyrra.dev/team: c, d: e}, annotations: {promise.slo/group-by: pod}", "  description: d\n", ", disabled: true"), nil},
		{"Pyrra, what concerns its rules", pyrra(", generation: 1", "  performanceOverAccuracy: true\n", ", absent: false, absentName: A, unknown: 1"),
			[]string{"3 metadata.generation", "7 spec.performanceOverAccuracy", "9 spec.alerting.absent", "9 spec.alerting.absentName", "9 spec.alerting.unknown"}},
		{"Pyrra, two labels and two severities", strings.Replace(pyrra(", labels: {pyrra.dev/team: c, team: d}", "", ""), "mediumBurn: a", "mediumBurn: b", 1),
			[]string{"3 metadata.labels.team", "8 spec.alerting.severities.mediumBurn"}},
		{"a list", "apiVersion: v1\nkind: List\nmetadata: {resourceVersion: ''}\nitems:\n- " + strings.ReplaceAll(strings.TrimSuffix(pyrra(", uid: a", "", ""), "\n"), "\n", "\n  ") + "\n", []string{"3 metadata", "7 items[0].metadata.uid"}},
		{"a ConfigMap", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata:\n  notes.txt: hello\n  a.yaml: |\n    " + strings.ReplaceAll(strings.TrimSuffix(pyrra(", uid: a", "", ""), "\n"), "\n", "\n    ") + "\n",
			[]string{"3 metadata", `5 data["notes.txt"]`, `9 data["a.yaml"].metadata.uid`}},
		{"a promise", deftest.Ratio + "---\n" + deftest.Promise, nil},
		{"what is refused is reported already", sloth("", "  unknown: 1\n", "") + "---\n" + pyrra(", uid: a", "  unknown: 1\n", ""), nil},
		{"what is no definition is reported already", pyrra("", "", "") + "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {a: b}\n", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := definition.Reader{ListLeftOut: true}
			set := r.Read(deftest.File("a.yaml", test.documents))
			var got []string
			for _, at := range set.LeftOut {
				got = append(got, fmt.Sprintf("%d %s", at.Position.Line, at.Field))
			}
			if d := cmp.Diff(test.want, got); d != "" {
				t.Errorf("%s\n%s\nproblems %v", d, test.documents, set.Problems)
			}
			if d := difference(set, again(t, set)); d != "" {
				t.Error(d)
			}
			if plain := definition.Read(deftest.File("a.yaml", test.documents)); len(plain.LeftOut) > 0 || difference(set, plain) != "" {
				t.Errorf("without a list: %v", plain.LeftOut)
			}
		})
	}
}

// windowsOf returns AlertWindows of a period.
func windowsOf(metadata, period string) string {
	return "apiVersion: sloth.slok.dev/v1\nkind: AlertWindows\n" + metadata + "spec: {sloPeriod: " + period +
		", page: {quick: {errorBudgetPercent: 8, shortWindow: 5m, longWindow: 1h}, slow: {errorBudgetPercent: 12.5, shortWindow: 30m, longWindow: 6h}}}\n"
}

// What is written of a set says all that is read of it.
func TestWhatIsWrittenLeavesOutNothing(t *testing.T) {
	set := definition.Read(deftest.File("a.yaml", deftest.Ratio+"---\n"+deftest.Promise), deftest.File("b.yaml", deftest.SlothFile+"---\n"+windowsOf("", "28d")), deftest.File("c.yaml", sites+"---\n"+deftest.Pyrra))
	written, err := definition.WriteOpenSLO(set)
	if err != nil || len(written) < 5 {
		t.Fatal(len(written), err)
	}
	var files []definition.File
	for _, w := range written {
		files = append(files, deftest.File(w.Name+".yaml", string(w.Content)))
	}
	r := definition.Reader{ListLeftOut: true}
	if again := r.Read(files...); len(again.LeftOut) > 0 {
		t.Errorf("left out: %v in\n%s", again.LeftOut, join(written))
	}
}
