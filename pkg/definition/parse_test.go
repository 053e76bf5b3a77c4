package definition_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
)

func TestOtherDocuments(t *testing.T) {
	golden := deftest.ReadGolden(t)
	tests := []struct{ name, document string }{
		{"rules of the operator", "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: a}\nspec: {groups: []}\n"},
		{"rules of Prometheus", "groups:\n  - name: a\n    rules: []\n"},
		{"compose file", "version: '3'\nservices: {}\n"},
		{"version a number", "version: 3\n"},
		{"forgotten", "metadata: {name: a}\n"},
		{"half a file of Sloth", "service: shop\nslos: [{name: a}]\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { golden.Check(t, deftest.Problems(test.document)) })
	}
}

// item returns a document as an item of a list.
func item(document string) string {
	lines := strings.Split(strings.TrimRight(document, "\n"), "\n")
	return "- " + strings.Join(lines, "\n  ") + "\n"
}

func TestListsOfAllFormats(t *testing.T) {
	for _, kind := range []string{"List", "ServiceLevelObjectiveList", "PrometheusServiceLevelList"} {
		list := "apiVersion: v1\nkind: " + kind + "\nmetadata: {resourceVersion: ''}\nitems:\n" +
			item(deftest.SlothResource) + item(deftest.Pyrra) + item(deftest.Ratio) + item(deftest.AlphaThreshold)
		set := definition.Read(deftest.File("a.yaml", list))
		if got := deftest.Names(set); !slices.Equal(got, []string{"shop-availability", "shop.errors", "checkout", "latency"}) || len(set.Problems) > 0 {
			t.Errorf("%s: got %q, problems %v", kind, got, set.Problems)
		}
	}
}

func TestFormatsMixInOneFile(t *testing.T) {
	mixed := "---\n" + strings.Join([]string{deftest.SlothFile, deftest.Pyrra, deftest.Ratio, deftest.AlphaThreshold}, "---\n")
	for _, lineEnd := range []string{"\n", "\r\n"} {
		set := definition.Read(deftest.File("a.yaml", strings.ReplaceAll(mixed, "\n", lineEnd)))
		if got := deftest.Names(set); !slices.Equal(got, []string{"shop-availability", "shop-freshness", "shop.errors", "checkout", "latency"}) || len(set.Problems) > 0 {
			t.Errorf("got %q, problems %v", got, set.Problems)
		}
	}
}

func TestServicesOfSlothAndPyrraNeedNoDocument(t *testing.T) {
	service := "apiVersion: openslo/v1\nkind: Service\nmetadata: {name: other}\n"
	set := definition.Read(deftest.File("a.yaml", deftest.SlothFile+"---\n"+deftest.Pyrra+"---\n"+service))
	if len(set.SLOs) != 3 || len(set.Problems) > 0 {
		t.Errorf("got %q, problems %v", deftest.Names(set), set.Problems)
	}
}

func TestAnchorsOfASlothFile(t *testing.T) {
	document := deftest.Change(t, deftest.SlothFile,
		"    alerting:\n      name: ShopErrors", "    alerting: &alerting\n      name: ShopErrors",
		"    objective: 99\n", "    objective: 99\n    alerting:\n      <<: *alerting\n      name: ShopStale\n")
	set := definition.Read(deftest.File("a.yaml", document))
	if len(set.SLOs) != 2 {
		t.Fatal(set.Problems)
	}
	if a := set.SLOs[1].Alerting; a.Name != "ShopStale" || !a.Ticket.Disabled || a.Page.Labels["severity"] != "page" {
		t.Errorf("alerting is %+v", a)
	}
}

// TestExamples reads what the projects publish. What is wrong with it is in the
// golden file; what was read can be counted, but for MetricsQL.
func TestExamples(t *testing.T) {
	golden := deftest.ReadGolden(t)
	files, err := filepath.Glob("testdata/[ps]*/*.y*ml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := deftest.Problems(string(content))
			set := definition.Read(deftest.File("a.yaml", string(content)))
			for _, s := range set.SLOs {
				got += "\nread " + s.Name + ", " + s.Window.String()
				for _, o := range s.Objectives {
					if plan, err := promql.Compile(o.Indicator); err != nil {
						got += "\nrefused " + err.Error()
					} else if _, err := plan.With(s.GroupBy, nil); err != nil {
						t.Errorf("%s cannot be grouped: %v", s.Name, err)
					}
				}
			}
			golden.Check(t, strings.TrimSpace(got))
		})
	}
}
