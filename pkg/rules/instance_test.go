package rules

import (
	"fmt"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
)

// Rules of SLOs that share a name, and even their queries, are in groups of their
// own, and neither records nor alerts have the same labels.
func TestRulesOfOneName(t *testing.T) {
	text := ""
	for _, site := range []string{"a", "b"} {
		text += "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata: {name: cache, labels: {site: " + site + "}}\n" +
			"spec: {target: '99', window: 4w, indicator: {ratio: {errors: {metric: bad}, total: {metric: all}}}}\n---\n"
	}
	groups, refused := Generate(definition.Read(definition.File{Content: []byte(text)}).SLOs, Options{})
	if len(groups) != 4 || len(refused) > 0 {
		t.Fatalf("%d groups, refused %v", len(groups), refused)
	}
	seen := map[string]bool{}
	for _, g := range groups {
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
