package definition_test

import (
	"os"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
)

// The definition that the README shows is read without a problem.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, found := strings.Cut(string(readme), "```yaml\n")
	example, _, closed := strings.Cut(example, "```")
	if !found || !closed {
		t.Fatal("the README has no example")
	}
	set := definition.Read(definition.File{Path: "README.md", Content: []byte(example)})
	if len(set.Problems) > 0 || len(set.SLOs) != 1 {
		t.Errorf("%d SLOs, problems %v", len(set.SLOs), set.Problems)
	}
	bad := strings.Replace(example, "target: 0.999", "target: 1", 1)
	refused := definition.Read(definition.File{Path: "slos/checkout.yaml", Content: []byte(bad)})
	if len(refused.Problems) != 1 || !strings.Contains(string(readme), refused.Problems[0].Error()) {
		t.Errorf("the README does not show what is said of a target of 1: %v", refused.Problems)
	}
}
