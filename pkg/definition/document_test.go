package definition_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
)

// The limits of package yamldoc.
const (
	maxMarks          = 1 << 15
	maxLinesAndCommas = 50_000
	maxProblems       = 20
)

func TestStreams(t *testing.T) {
	golden := deftest.ReadGolden(t)
	list := "apiVersion: v1\nkind: List\nitems:\n"
	for _, line := range strings.SplitAfter(deftest.Ratio, "\n") {
		switch {
		case line == "":
		case strings.HasPrefix(line, "apiVersion"):
			list += "  - " + line
		default:
			list += "    " + line
		}
	}
	tests := []struct {
		name, content string
		slos          int
	}{
		{"empty", "", 0},
		{"comments", "# nothing\n---\n# here\n...\n", 0},
		{"empty documents", "---\n---\n" + deftest.Ratio + "---\n\n---\n", 1},
		{"byte order mark", "\ufeff" + deftest.Ratio, 1},
		{"carriage returns", strings.ReplaceAll(deftest.Ratio, "\n", "\r\n"), 1},
		{"not UTF-8", "name: \xff\xfe", 0},
		{"list", list, 1},
		{"list with an error", strings.Replace(list, "target: 0.999", "target: 1", 1) + "  - kind: Pod\n    apiVersion: v1\n  - 3\n", 0},
		{"list without items", "apiVersion: v1\nkind: List\n", 0},
		{"text", "hello\n", 0},
		{"a list of documents", "- a\n- b\n", 0},
		{"anchors and merges", strings.NewReplacer("  labels:\n", "  labels: &l\n", "  annotations:\n", "  annotations:\n    <<: *l\n    team: other\n").Replace(deftest.Ratio), 1},
		{"list of merges", strings.NewReplacer("  labels:\n", "  labels:\n    <<: [{team: a, tier: b}, {tier: c}]\n").Replace(deftest.Ratio), 1},
		{"key of a key", "? {a: b}\n: c\napiVersion: openslo/v1\nkind: SLI\n", 0},
		{"aliases of aliases", aliasBomb(), 0},
		{"deep", strings.Repeat("[", 60) + strings.Repeat("]", 60), 0},
		{"many anchors in a line", "ok: 1\n" + strings.Repeat("&a ", maxMarks+1), 0},
		{"many texts in a line", strings.Repeat(`""`, maxMarks), 0},
		{"many lines", "a:\n" + strings.Repeat("  - 1\n", maxLinesAndCommas+1), 0},
		{"other broken", "a: [\n---\n" + deftest.Ratio, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			golden.Check(t, deftest.Problems(test.content))
			if got := len(definition.Read(deftest.File("a.yaml", test.content)).SLOs); got != test.slos {
				t.Errorf("%d SLOs, want %d", got, test.slos)
			}
		})
	}
}

// aliasBomb returns a short document that has 10^9 values with its aliases written
// out.
func aliasBomb() string {
	text := "apiVersion: openslo/v1\nkind: SLO\na0: &a0 [x]\n"
	for i := 1; i < 10; i++ {
		text += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d,", i-1), 10))
	}
	return text
}

func TestMergedFieldsDoNotReplaceOwnOnes(t *testing.T) {
	s := deftest.One(t, strings.Replace(deftest.Ratio, "  labels:\n", "  labels:\n    <<: [{team: a, tier: b}, {tier: c, site: d}]\n", 1))
	if want := map[string]string{"team": "payments", "tier": "b", "site": "d"}; !reflect.DeepEqual(s.Labels, want) {
		t.Errorf("got %v, want %v", s.Labels, want)
	}
}

func TestProblemsOfADocumentAreLimited(t *testing.T) {
	unknown := "apiVersion: openslo/v1\nkind: SLO\n"
	for i := range 10_000 {
		unknown += fmt.Sprintf("field%d: 1\n", i)
	}
	set := definition.Read(deftest.File("a.yaml", unknown))
	if n := len(set.Problems); n < maxProblems || n > maxProblems+1 {
		t.Errorf("%d problems", n)
	}
}

func TestInlineDefinitionsAreNamedSo(t *testing.T) {
	set := definition.Read(definition.File{Content: []byte("kind: SLO\n")})
	if len(set.Problems) != 1 || set.Problems[0].Error() != "inline:1: apiVersion: is missing; for OpenSLO write openslo/v1; keep other documents out of the folder" {
		t.Errorf("got %v", set.Problems)
	}
}
