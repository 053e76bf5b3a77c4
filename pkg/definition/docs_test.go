package definition_test

import (
	"encoding/json"
	"os"
	"slices"
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

// blocks returns all blocks of code of a language.
func blocks(page, language string) []string {
	var all []string
	for _, rest := range strings.Split(page, "```"+language+"\n")[1:] {
		code, _, _ := strings.Cut(rest, "```")
		all = append(all, code)
	}
	return all
}

// calendarSLO returns the SLO of the page about promises with quarters for windows.
func calendarSLO(t *testing.T) string {
	_, example, _ := strings.Cut(block(t, page(t), "yaml"), "---\n")
	return deftest.Change(t, example, "timeWindow: [{duration: 28d, isRolling: true}]",
		"timeWindow: [{duration: 1Q, isRolling: false, calendar: {startTime: 2026-01-01 00:00:00, timeZone: UTC}}]")
}

func readPages(t *testing.T, documents ...string) *definition.Set {
	files := []definition.File{deftest.File("slo.yaml", calendarSLO(t))}
	for _, d := range documents {
		files = append(files, deftest.File("review.yaml", d))
	}
	r := definition.Reader{Now: func() time.Time { return deftest.Day(2026, 11, 20) }}
	return r.Read(files...)
}

func TestReviewPage(t *testing.T) {
	text := pageAt(t, "../../docs/review.md")
	example := block(t, text, "yaml")
	set := readPages(t, example)
	if len(set.Problems) > 0 || len(set.SLOs) != 1 || len(set.SLOs[0].Reviews) != 1 || set.SLOs[0].Reviews[0].Change == nil {
		t.Fatalf("%+v, problems %v", set.SLOs, set.Problems)
	}
	wrong := readPages(t, deftest.Change(t, example, "{start: 2026-07-01, end", "{start: 2026-07-02, end"))
	if got := strings.TrimSpace(block(t, text, "text")); len(wrong.Problems) != 1 || wrong.Problems[0].Error() != got {
		t.Errorf("the page shows %s, not %v", got, wrong.Problems)
	}
	for _, q := range slo.Questions() {
		if !strings.Contains(text, "| `"+q.Field+"` | "+q.Text+" |") {
			t.Errorf("the page does not ask: %s", q.Text)
		}
	}
	checkFields(t, text, "review")
}

func TestGatePage(t *testing.T) {
	text := pageAt(t, "../../docs/gate.md")
	examples := slices.DeleteFunc(blocks(text, "yaml"), func(code string) bool { return !strings.Contains(code, "apiVersion: promise.slo/v1") })
	set := readPages(t, examples[0], examples[1])
	if len(set.Problems) > 0 || len(set.SLOs) != 1 || len(set.SLOs[0].Overrides) != 1 || len(set.SLOs[0].BlockableActions()) != 2 {
		t.Fatalf("%+v, problems %v", set.SLOs, set.Problems)
	}
	checkFields(t, text, "override")
}

// checkFields checks that a page has all fields of a schema, and its address.
func checkFields(t *testing.T, page, schemaName string) {
	t.Helper()
	var schema struct {
		ID         string `json:"$id"`
		Properties struct {
			Spec struct{ Properties map[string]any }
		}
	}
	if err := json.Unmarshal([]byte(pageAt(t, "../../docs/"+schemaName+".schema.json")), &schema); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(page, "$schema="+schema.ID+"\n") {
		t.Errorf("no example refers to %s", schema.ID)
	}
	for name := range schema.Properties.Spec.Properties {
		if !strings.Contains(page, "`"+name+"`") {
			t.Errorf("the page does not say what %s means", name)
		}
	}
}
