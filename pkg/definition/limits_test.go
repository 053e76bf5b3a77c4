package definition_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
)

// bomb returns a document of a hundred bytes and hundreds of thousands of values.
func bomb(name string) string {
	text := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c <= 'g'; c++ {
		text += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.Repeat(fmt.Sprintf("*%c,", c-1), 9))
	}
	return text + "z: " + name + "\n"
}

func TestAliasesOfAFileAreLimited(t *testing.T) {
	const over = "the file has too many values, or too long ones, with all aliases written out; the rest of it is not read; use fewer aliases, or several files"
	long := slothFileOf("&d "+strings.Repeat("x", 1<<20), 20)
	tests := []struct {
		name, text string
		// problems is how many problems there are, the last of which is over.
		problems int
	}{
		{"bombs", strings.Repeat(bomb("a")+"---\n", 5000), 5},
		{"bombs in ConfigMaps", configMap + literal("a.yaml", strings.Repeat(bomb("a")+"---\n", 100)) + literal("b.yaml", deftest.NumberedSLO(1)), 6},
		{"a long text many times", long, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := definition.Read(deftest.File("a.yaml", tt.text), deftest.File("b.yaml", deftest.Ratio))
			if len(set.SLOs) != 1 || len(set.Problems) != tt.problems {
				t.Fatalf("%d SLOs and %d problems: %.1000v", len(set.SLOs), len(set.Problems), set.Problems)
			}
			if last := set.Problems[len(set.Problems)-1].Error(); !strings.HasSuffix(last, over) {
				t.Errorf("%s", last)
			}
		})
	}
}

// slothFileOf returns a file of n SLOs with the same description.
func slothFileOf(description string, n int) string {
	text := "version: prometheus/v1\nservice: shop\nslos:\n"
	for i := range n {
		text += fmt.Sprintf("- {name: slo-%d, objective: 99.9, alerting: {}, description: %s, sli: {events: {error_query: a, total_query: b}}}\n", i, description)
		if name, _, found := strings.Cut(description, " "); found {
			description = "*" + name[1:]
		}
	}
	return text
}

func TestNamesAreLimited(t *testing.T) {
	long := strings.Repeat("x", 10_000)
	for text, want := range map[string]string{
		strings.Replace(slothFileOf("a", 2), "shop", long, 1):  "service: is a name of 10000 bytes; write a name of at most 253",
		strings.Replace(slothFileOf("a", 2), "slo-1", long, 1): "slos[1].name: is a name of 10000 bytes; write a name of at most 253",
		strings.Replace(deftest.Ratio, "team", long, 1):        "metadata.labels: has a field with a name of 10000 bytes; write a name of at most 317",
	} {
		if got := deftest.Problems(text); !strings.Contains(got, want) || len(got) > 1000 {
			t.Errorf("got %.1000s, not %s", got, want)
		}
	}
}
