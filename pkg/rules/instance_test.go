package rules

import (
	"fmt"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/model/rulefmt"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
)

// site returns an SLO of a name that others have, too.
func site(name string) string {
	return "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata: {name: cache, labels: {" + name + "}}\n" +
		"spec: {target: '99', window: 4w, indicator: {ratio: {errors: {metric: bad}, total: {metric: all}}}}\n---\n"
}

// groupsOf returns the rules of documents.
func groupsOf(t *testing.T, documents ...string) []rulefmt.RuleGroup {
	t.Helper()
	set := definition.Read(definition.File{Content: []byte(strings.Join(documents, ""))})
	groups, refused := Generate(set.SLOs, Options{GrafanaURL: "https://grafana.example.com"})
	if len(groups) != 2*len(documents) || len(refused) > 0 || len(set.Problems) > 0 {
		t.Fatalf("%d groups, refused %v, problems %v", len(groups), refused, set.Problems)
	}
	return groups
}

// Rules of SLOs that share a name, and even their queries, are in groups of their
// own, and neither records nor alerts have the same labels.
func TestRulesOfOneName(t *testing.T) {
	seen := map[string]bool{}
	for _, g := range groupsOf(t, site("site: a"), site("site: b"), site("")) {
		if seen[g.Name] {
			t.Errorf("two groups are named %s", g.Name)
		}
		seen[g.Name] = true
		for _, r := range g.Rules {
			identity := fmt.Sprint(r.Record, r.Alert, r.Labels)
			if seen[identity] {
				t.Errorf("two rules are %s", identity)
			}
			seen[identity] = true
		}
	}
}

// The rules of an SLO are the same to the last byte whichever others have its name,
// so that its records and alerts go on when one comes or goes.
func TestRulesStayTheSame(t *testing.T) {
	text := func(groups []rulefmt.RuleGroup) string {
		content, err := Write(groups, Prometheus)
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	for _, one := range []string{site("site: a"), site("")} {
		alone := text(groupsOf(t, one))
		for _, others := range [][]string{{site("site: b")}, {site("app: x")}, {site("site: b"), site("site: c, app: x")}} {
			before, after := groupsOf(t, append([]string{one}, others...)...), groupsOf(t, append(others[:len(others):len(others)], one)...)
			if got := text(before[:2]); got != alone {
				t.Errorf("alone:\n%s\nbefore others:\n%s", alone, got)
			}
			if got := text(after[len(after)-2:]); got != alone {
				t.Errorf("alone:\n%s\nafter others:\n%s", alone, got)
			}
		}
	}
}
