package definition_test

import (
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
)

// A file of a tool is never skipped, whatever it has for a version.
func TestVersionsThatAreNotRead(t *testing.T) {
	for version, want := range map[string]string{
		"1":             `a.yaml:1: version: "1" is not read; write prometheus/v1`,
		"v1":            `a.yaml:1: version: "v1" is not read; write prometheus/v1`,
		"''":            `a.yaml:1: version: "" is not read; write prometheus/v1`,
		"prometheus/v2": `a.yaml:1: version: "prometheus/v2" is not read; write prometheus/v1`,
		"[a]":           "a.yaml:1: version: is a list, not text; write prometheus/v1",
		"":              "a.yaml:1: version: is missing; write version: prometheus/v1 if this is a file of Sloth",
	} {
		set := definition.Read(deftest.File("a.yaml", "version: "+version+"\nservice: shop\nslos: []\n"))
		if len(set.Problems) != 1 || set.Problems[0].Severity != definition.Error || set.Problems[0].Error() != want {
			t.Errorf("version %s: problems %v, want %s", version, set.Problems, want)
		}
	}
}
