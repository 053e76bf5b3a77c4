package definition_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/openslo"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

const (
	promisePage = "../../docs/promise.md"
	alertsPage  = "../../docs/alerts.md"
)

func page(t *testing.T) string { return pageAt(t, promisePage) }

func pageAt(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// block returns the first block of code of a language.
func block(t *testing.T, page, language string) string {
	t.Helper()
	_, code, found := strings.Cut(page, "```"+language+"\n")
	code, _, closed := strings.Cut(code, "```")
	if !found || !closed {
		t.Fatalf("%s has no block of %s", promisePage, language)
	}
	return code
}

func TestAlertsPage(t *testing.T) {
	promise := block(t, pageAt(t, alertsPage), "yaml")
	newsletter := strings.Replace(block(t, page(t), "yaml"), "name: checkout-availability\nspec:\n  service", "name: newsletter-sent\nspec:\n  service", 1)
	_, newsletter, _ = strings.Cut(newsletter, "---\n")
	set := definition.Read(deftest.File("promise.yaml", promise+"---\n"+newsletter))
	if len(set.Problems) > 0 || len(set.SLOs) != 1 {
		t.Fatalf("%d SLOs, problems %v", len(set.SLOs), set.Problems)
	}
	p := set.SLOs[0].Promise
	if c := p.BurnConditions; len(c) != 2 || c[0].Severity != slo.Page || c[0].MinBadEvents != 10 || c[1].Severity != slo.Ticket || c[1].BurnRate != 2 {
		t.Errorf("conditions %+v", c)
	}
}

func TestPromisePage(t *testing.T) {
	text := page(t)
	example := block(t, text, "yaml")
	set := definition.Read(deftest.File("promise.yaml", example))
	if len(set.Problems) > 0 || len(set.SLOs) != 1 {
		t.Fatalf("%d SLOs, problems %v", len(set.SLOs), set.Problems)
	}
	s := set.SLOs[0]
	o := s.Objectives[0]
	if _, err := promql.Compile(o.Indicator); err != nil {
		t.Error(err)
	}
	if _, drifted := s.Promise.Drift(o); !s.Promise.Signed() || drifted {
		t.Errorf("signed: %t, drifted: %t", s.Promise.Signed(), drifted)
	}
	for at, want := range map[time.Time]float64{deftest.Day(2025, 1, 1): 0.995, deftest.Day(2026, 1, 14): 0.995, deftest.Day(2026, 1, 15): 0.999} {
		if got := s.TargetAt(o, at); got != want {
			t.Errorf("at %s the target is %v, want %v", at, got, want)
		}
	}
	misspelt := definition.Read(deftest.File("promise.yaml", deftest.Change(t, example, "slo: checkout-availability", "slo: checkout-availabilty")))
	if got := strings.TrimSpace(block(t, text, "text")); len(misspelt.Problems) != 1 || misspelt.Problems[0].Error() != got {
		t.Errorf("the page shows %s, not %v", got, misspelt.Problems)
	}
	if d := difference(set, again(t, set)); d != "" {
		t.Error(d)
	}
}

func TestPromisePageNamesTheSchema(t *testing.T) {
	var schema struct {
		ID         string `json:"$id"`
		Properties struct {
			Spec struct{ Properties map[string]any }
		}
	}
	if err := json.Unmarshal([]byte(pageAt(t, "../../docs/promise.schema.json")), &schema); err != nil {
		t.Fatal(err)
	}
	text := page(t)
	if !strings.Contains(text, "$schema="+schema.ID+"\n") {
		t.Errorf("the example does not refer to %s", schema.ID)
	}
	for name := range schema.Properties.Spec.Properties {
		if !strings.Contains(text, "| `"+name+"` |") {
			t.Errorf("the page does not say what %s means", name)
		}
	}
	if len(schema.Properties.Spec.Properties) < 9 {
		t.Error("the schema has few fields")
	}
}

func TestPromisePageNamesTheAnnotations(t *testing.T) {
	text := page(t)
	for _, name := range openslo.Settings() {
		if !strings.Contains(text, "`"+name+"`") {
			t.Errorf("the page does not say what %s means", name)
		}
	}
}
