package story_test

import (
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/internal/story"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// The product reads the story's definitions without complaint but for the one
// target that has drifted, and they show all that definitions can say.
func TestDefinitionsAreSound(t *testing.T) {
	set, err := definition.Load(t.Context(), story.Definitions())
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Problems) != 1 || !strings.Contains(set.Problems[0].Error(), "spec.history[0].target: 99.5 % was promised last") {
		t.Errorf("want one drift alone, got %v", set.Problems)
	}
	methods, calendar := map[slo.Method]int{}, map[bool]int{}
	for _, s := range set.SLOs {
		methods[s.Method]++
		calendar[s.Window.Calendar]++
		if s.Team() == "" || s.Labels["tier"] == "" {
			t.Errorf("%s has no team or no tier", s.Name)
		}
		for _, o := range s.Objectives {
			if _, err := promql.Compile(o.Indicator); err != nil {
				t.Errorf("%s: %v", s.Name, err)
			}
		}
	}
	if len(methods) != 3 || len(calendar) != 2 {
		t.Errorf("methods %v, calendar windows %v: some kind is missing", methods, calendar)
	}
}
