package definition_test

import (
	"os"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
)

// The definition that docs/start.md shows is read without a problem.
func TestStartPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/start.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, found := strings.Cut(string(page), "```yaml\n")
	example, _, closed := strings.Cut(example, "```")
	if !found || !closed {
		t.Fatal("docs/start.md has no example")
	}
	set := definition.Read(definition.File{Path: "start.md", Content: []byte(example)})
	if len(set.Problems) > 0 || len(set.SLOs) != 1 {
		t.Errorf("%d SLOs, problems %v", len(set.SLOs), set.Problems)
	}
	bad := strings.Replace(example, "target: 0.999", "target: 1", 1)
	refused := definition.Read(definition.File{Path: "slos/checkout.yaml", Content: []byte(bad)})
	if len(refused.Problems) != 1 || !strings.Contains(string(page), refused.Problems[0].Error()) {
		t.Errorf("docs/start.md does not show what is said of a target of 1: %v", refused.Problems)
	}
}
