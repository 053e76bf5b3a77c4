package definition_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// inCluster returns a document of OpenSLO as kubectl prints it from a namespace.
func inCluster(t *testing.T, document, namespace string) string {
	t.Helper()
	added := "namespace: " + namespace + ", uid: '1', resourceVersion: '2', creationTimestamp: 2026-01-02T03:04:05Z"
	metadata := []string{"metadata: {", "metadata: {" + added + ", "}
	if !strings.Contains(document, metadata[0]) {
		metadata = []string{"metadata:\n", "metadata:\n  " + strings.ReplaceAll(added, ", ", "\n  ") + "\n"}
	}
	return "---\n" + deftest.Change(t, document, append(metadata, "apiVersion: openslo/v1\n", "apiVersion: openslo.com/v1\nstatus: {conditions: []}\n")...)
}

// What a cluster adds to documents of OpenSLO is no error, and what has the name of
// another in its namespace refers to its own neighbours.
func TestNamespacesOfOpenSLO(t *testing.T) {
	indicator := deftest.Ratio[strings.Index(deftest.Ratio, "  indicator:"):strings.Index(deftest.Ratio, "  timeWindow:")]
	refers := deftest.Change(t, deftest.Ratio, indicator, "  indicatorRef: errors\n")
	service := "apiVersion: openslo/v1\nkind: Service\nmetadata: {name: shop}\n"
	other := deftest.Change(t, deftest.ErrorsSLI, "rawType: failure", "rawType: success")
	set := deftest.Read(inCluster(t, refers, "one") + inCluster(t, refers, "two") +
		inCluster(t, deftest.ErrorsSLI, "one") + inCluster(t, other, "two") +
		inCluster(t, service, "one") + inCluster(t, service, "two") +
		inCluster(t, deftest.MainSource, "one") + inCluster(t, deftest.MainSource, "two"))
	if len(set.Problems) > 0 {
		t.Fatal(set.Problems)
	}
	if len(set.Services) != 2 || set.Services[0].Namespace == set.Services[1].Namespace {
		t.Errorf("services %+v", set.Services)
	}
	failures := map[string]bool{}
	for _, s := range set.SLOs {
		failures[s.ID()] = s.Objectives[0].Indicator.(slo.RawRatio).Failure
		if s.Labels["namespace"] != s.Instance {
			t.Errorf("%s has the labels %v", s.ID(), s.Labels)
		}
	}
	if len(failures) != 2 || !failures["checkout/one"] || failures["checkout/two"] {
		t.Errorf("got %v", failures)
	}
}

func TestNamesWithinANamespace(t *testing.T) {
	tests := []struct {
		name, documents, want string
	}{
		{"SLIs of one name", inCluster(t, deftest.ErrorsSLI, "one") + inCluster(t, deftest.ErrorsSLI, "one"), `the SLI "errors" is defined twice`},
		{"SLOs of one name", inCluster(t, deftest.Ratio, "one") + inCluster(t, deftest.Ratio, "one"), `the SLO "checkout" is defined twice`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var messages []string
			for _, p := range deftest.Read(test.documents).Problems {
				messages = append(messages, p.Message)
			}
			if !slices.ContainsFunc(messages, func(m string) bool { return strings.Contains(m, test.want) }) {
				t.Errorf("got %q", messages)
			}
		})
	}
}
