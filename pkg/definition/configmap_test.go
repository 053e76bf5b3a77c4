package definition_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

const configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: slos}\ndata:\n"

// literal returns a text as a value of a ConfigMap's data.
func literal(key, text string) string {
	return "  " + key + ": |\n    " + strings.ReplaceAll(text, "\n", "\n    ") + "\n"
}

func TestConfigMaps(t *testing.T) {
	golden := deftest.ReadGolden(t)
	broken := strings.Replace(deftest.Ratio, "target: 0.999", "target: 1", 1)
	manyLines := strings.Repeat("- 1\n", 100)
	tests := []struct {
		name, content string
		slos          int
	}{
		{"literal", configMap + literal("slo.yaml", deftest.Ratio), 1},
		{"files of all formats", configMap + literal("a.yaml", deftest.SlothFile+"---\n"+deftest.Ratio) + literal("b.yml", deftest.Pyrra) + literal("c.yml", item("a")), 4},
		{"a promise", configMap + literal("slo.yaml", deftest.Ratio) + literal("promise.yaml", strings.Replace(deftest.Promise, "slo: checkout", "slo: chekout", 1)), 1},
		{"carriage returns", strings.ReplaceAll(configMap+literal("slo.yaml", broken), "\n", "\r\n"), 0},
		{"error in a literal", configMap + literal("slo.yaml", "# mine\n---\n"+broken), 0},
		{"error in an indented literal", configMap + "  slo.yaml: |3\n\n     " + strings.ReplaceAll(broken, "\n", "\n     ") + "\n", 0},
		{"error in a quoted text", configMap + fmt.Sprintf("  slo.yaml: %q\n", broken), 0},
		{"one name twice in a quoted text", configMap + fmt.Sprintf("  slo.yaml: %q\n", deftest.Ratio+"---\n"+deftest.Ratio), 0},
		{"error in a folded text", configMap + "  slo.yaml: >\n    " + strings.ReplaceAll(broken, "\n", "\n\n    ") + "\n", 0},
		{"anchor above a literal", configMap + "  slo.yaml: &a\n    |\n    " + strings.ReplaceAll(broken, "\n", "\n    ") + "\n", 0},
		{"syntax", configMap + literal("slo.yaml", "a: 1\n---\nb: [\n---\n"+deftest.Ratio), 1},
		{"item of a list", "apiVersion: v1\nkind: List\nitems:\n" + item(configMap+literal("slo.yaml", broken)) + item(deftest.NumberedSLO(1)), 1},
		{"list of its kind", "apiVersion: v1\nkind: ConfigMapList\nitems:\n" + item(configMap+literal("slo.yaml", deftest.Ratio)), 1},
		{"list in a value", configMap + literal("slo.yaml", "apiVersion: v1\nkind: List\nitems:\n"+item(deftest.Ratio)), 1},
		{"no data", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: slos}\n", 0},
		{"other files", configMap + "  rules.md: hello\n  slo.json: '{}'\n  none.yaml: ''\n  null.yaml:\n", 0},
		{"documents of other kinds", configMap + literal("a.yaml", "groups: []\n---\napiVersion: v1\nkind: Pod\n---\n- 1\n---\n7") + literal("b.yaml", "apiVersion: v1\nkind: List\nitems: [{a: b}]"), 0},
		{"documents of other kinds besides", configMap + literal("a.yaml", deftest.Ratio) + literal("b.yaml", "groups: []\n---\n- 1"), 1},
		{"version of another time", configMap + literal("a.yaml", "apiVersion: openslo/v2\nkind: SLO"), 0},
		{"not text", configMap + "  a.yaml:\n    apiVersion: openslo/v1\n  b.yaml: 1\n", 0},
		{"data not a mapping", "apiVersion: v1\nkind: ConfigMap\ndata: [a]\n", 0},
		{"of another version", strings.Replace(configMap, "v1", "v2", 1) + literal("slo.yaml", deftest.Ratio), 0},
		{"within itself", configMap + literal("a.yaml", configMap+literal("slo.yaml", deftest.Ratio)) + literal("b.yaml", deftest.Ratio), 1},
		{"within itself, in a list", configMap + literal("a.yaml", "apiVersion: v1\nkind: List\nitems:\n"+item(configMap+literal("slo.yaml", deftest.Ratio))), 0},
		{"aliases of aliases", configMap + literal("a.yaml", aliasBomb()), 0},
		{"deep", configMap + literal("a.yaml", strings.Repeat("[", 60)+strings.Repeat("]", 60)), 0},
		{"many lines", configMap + "  a.yaml: \"" + strings.Repeat(`- 1\n`, maxLinesAndCommas+1) + "\"\n", 0},
		{"the same text often", configMap + "  a.yaml: &a \"" + strings.Repeat("#", 1<<20) + `\n` + strings.ReplaceAll(manyLines, "\n", `\n`) + "\"\n  b.yaml: *a\n  c.yaml: *a\n  d.yaml: *a\n  e.yaml: *a\n---\n" + deftest.Ratio, 0},
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

func TestDocumentsOfAConfigMapAreLimited(t *testing.T) {
	text := configMap + literal("a.yaml", deftest.NumberedSLO(1)+"---\n"+deftest.NumberedSLO(2)) + literal("b.yaml", deftest.NumberedSLO(3)) + literal("c.yaml", deftest.NumberedSLO(4))
	set, err := (&definition.Reader{Limits: definition.Limits{Documents: 2}}).Load(context.Background(), fstest.MapFS{"a.yaml": file(text)})
	expect(t, describe(t, set, err), "a.yaml:6 checkout-001", "a.yaml:40 checkout-002",
		`a.yaml:75: data["b.yaml"]: there are more than 2 documents; the rest is not read; split the definitions into several folders`)
}

// A ConfigMap with an error counts, too, or aliases could repeat it at will.
func TestBrokenConfigMapsAreLimited(t *testing.T) {
	list := "apiVersion: v1\nkind: List\nitems:\n- &a {apiVersion: v1, kind: ConfigMap, data: {a.yaml: 1}}\n" + strings.Repeat("- *a\n", 100)
	if set := deftest.ReadWithin(t, definition.Limits{Documents: 2}, list); len(set.Problems) != 3 {
		t.Errorf("%d problems: %v", len(set.Problems), set.Problems)
	}
}

// What is read from a literal is what the text by itself contains, as many lines
// below and columns further to the right.
func TestPlacesInLiterals(t *testing.T) {
	breaks := [][2]string{
		{"service: shop", "service: [shop"}, {"  service", "\tservice"}, {"target: 0.999", "target: 1"}, {"28d", "28"}, {"kind: SLO", "kind: Slo"},
		{"spec:\n  d", "spec: *none\n  d"}, {"query: http_requests_total\n", "query: |\n\n                http_requests_total\n"}, {"query: http_requests_total\n", "query: 'http_requests_total'\n"},
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom([]string{"", "\n\n", "# mine\n", "---\n", "--- # mine\n", "a: b\n---\n"}).Draw(t, "above")
		for i := range rapid.IntRange(1, 3).Draw(t, "documents") {
			pair := rapid.SampledFrom(breaks).Draw(t, "break")
			text += strings.Replace(deftest.NumberedSLO(i), pair[0], pair[1], 1) + "---\n"
		}
		indent := strings.Repeat(" ", rapid.IntRange(3, 9).Draw(t, "indent"))
		above := configMap + "  slo.yaml: |" + fmt.Sprint(len(indent)-2) + "\n"
		wrapped := above + indent + strings.ReplaceAll(text, "\n", "\n"+indent)
		move := func(p *slo.Position) {
			p.Line += strings.Count(above, "\n")
			if p.Column > 0 {
				p.Column += len(indent)
			}
		}
		want, got := definition.Read(deftest.File("a.yaml", text)), definition.Read(deftest.File("a.yaml", wrapped))
		for i := range want.Problems {
			p := &want.Problems[i]
			move(&p.Position)
			p.Field = strings.TrimSuffix(`data["slo.yaml"].`+p.Field, ".")
		}
		for _, s := range [][]slo.SLO{want.SLOs, want.Refused} {
			for i := range s {
				move(&s[i].Source)
				r := s[i].Objectives[0].Indicator.(slo.Ratio)
				move(&r.Good.Source)
				move(&r.Total.Source)
				s[i].Objectives[0].Indicator = r
			}
		}
		if d := cmp.Diff(want, got); d != "" || len(got.Problems)+len(got.SLOs) == 0 {
			t.Fatalf("%s\nof\n%s", d, wrapped)
		}
	})
}

// The lines of a query in a quoted text are not lines of the file.
func TestQueriesInQuotedTexts(t *testing.T) {
	for text, line := range map[string]int{deftest.Ratio: 5, strings.Replace(deftest.Ratio, "query: http_requests_total\n", "query: |\n                http_requests_total\n                or vector(0)\n", 1): 0} {
		s := deftest.One(t, configMap+fmt.Sprintf("  slo.yaml: %q\n", text))
		if at := s.Objectives[0].Indicator.(slo.Ratio).Total.Source; at.Line != line || at.File == "" {
			t.Errorf("the query is said to be at %+v, want line %d", at, line)
		}
	}
}
