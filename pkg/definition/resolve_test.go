package definition_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
	"pgregory.net/rapid"
)

func TestReferencesBetweenFiles(t *testing.T) {
	golden := deftest.ReadGolden(t)
	indicator := deftest.Ratio[strings.Index(deftest.Ratio, "  indicator:"):strings.Index(deftest.Ratio, "  timeWindow:")]
	refers := func(t *testing.T, name string) string {
		return deftest.Change(t, deftest.Ratio, indicator, "  indicatorRef: "+name+"\n")
	}
	service := func(name string) string {
		return "apiVersion: openslo/v1\nkind: Service\nmetadata: {name: " + name + "}\n"
	}
	tests := []struct {
		name      string
		documents []string
	}{
		{"found", []string{refers(t, "errors"), deftest.ErrorsSLI, deftest.MainSource}},
		{"misspelt", []string{refers(t, "erors"), deftest.ErrorsSLI, deftest.MainSource}},
		{"invalid SLI", []string{refers(t, "errors"), deftest.Change(t, deftest.ErrorsSLI, "rawType: failure", "rawType: failures"), deftest.MainSource}},
		{"SLI twice", []string{refers(t, "errors"), deftest.ErrorsSLI, deftest.ErrorsSLI, deftest.MainSource}},
		{"SLO twice", []string{deftest.Ratio, deftest.Ratio}},
		{"SLO twice, one invalid", []string{deftest.Ratio, deftest.Change(t, deftest.Ratio, "target: 0.999", "target: 2")}},
		{"SLO twice in a file", []string{deftest.Ratio + "---\n" + deftest.Ratio}},
		{"SLO five times", []string{deftest.Ratio, deftest.Ratio, deftest.Ratio, deftest.Ratio, deftest.Ratio}},
		{"no data source", []string{refers(t, "errors"), deftest.ErrorsSLI}},
		{"foreign data source", []string{refers(t, "errors"), deftest.ErrorsSLI, deftest.Change(t, deftest.MainSource, "Mimir", "Datadog")}},
		{"data source twice", []string{refers(t, "errors"), deftest.ErrorsSLI, deftest.MainSource, deftest.MainSource}},
		{"service known", []string{deftest.Ratio, service("shop")}},
		{"service misspelt", []string{deftest.Ratio, service("shops")}},
		{"service unknown", []string{deftest.Ratio, service("warehouse")}},
		{"service twice", []string{deftest.Ratio, service("shop"), service("shop")}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { golden.Check(t, deftest.Problems(test.documents...)) })
	}
}

func TestSameNamesAreAllRefused(t *testing.T) {
	set := definition.Read(deftest.File("b.yaml", deftest.Ratio), deftest.File("a.yaml", deftest.Ratio), deftest.File("c.yaml", deftest.Change(t, deftest.Ratio, "name: checkout", "name: other")))
	if len(set.SLOs) != 1 || set.SLOs[0].Name != "other" || len(set.Problems) != 2 {
		t.Errorf("SLOs %v, problems %v", set.SLOs, set.Problems)
	}
	for _, p := range set.Problems {
		if p.SLO != "checkout" || p.Severity != definition.Error {
			t.Errorf("%+v is not an error about checkout", p)
		}
	}
}

func TestOrderDoesNotDependOnTheOrderOfFiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var files []definition.File
		for i := range 6 {
			broken := deftest.NumberedSLO(i*10 + 1)
			broken = strings.Replace(broken, "target: 0.999", "target: 1", 1)
			files = append(files, deftest.File(fmt.Sprintf("%d.yaml", i), deftest.NumberedSLO(i*10)+"---\n"+broken+"---\n"+deftest.NumberedSLO(i*10+2)))
		}
		set := definition.Read(rapid.Permutation(files).Draw(t, "files")...)
		var names, lines []string
		for _, s := range set.SLOs {
			names = append(names, s.Name)
		}
		for _, p := range set.Problems {
			lines = append(lines, p.Position.String())
		}
		if got := strings.Join(names, " "); len(names) != 12 || !isSorted(names) {
			t.Fatalf("SLOs are %s", got)
		}
		if len(lines) != 6 || !isSorted(lines) {
			t.Fatalf("problems are at %v", lines)
		}
	})
}

func isSorted(s []string) bool {
	for i := 1; i < len(s); i++ {
		if s[i-1] >= s[i] {
			return false
		}
	}
	return true
}

// An SLO with an error is left out, all others are there, whatever is broken.
func TestABrokenDocumentRefusesNoOther(t *testing.T) {
	breaks := [][2]string{
		{"service: shop", "service: [shop"}, {"  service", "\tservice"}, {"kind: SLO", "kind: Deployment\nfoo: {"},
		{"target: 0.999", "target: 1"}, {"28d", "28"}, {"name: checkout", "name: 'checkout"}, {"spec:\n  d", "spec: *none\n  d"}, {"  description: People", "  description: | People"},
	}
	rapid.Check(t, func(t *rapid.T) {
		var documents []string
		valid := 0
		for i := range rapid.IntRange(1, 8).Draw(t, "documents") {
			document := deftest.NumberedSLO(i)
			if b := rapid.IntRange(-1, len(breaks)-1).Draw(t, "break"); b >= 0 {
				document = strings.Replace(document, breaks[b][0], breaks[b][1], 1)
			} else {
				valid++
			}
			documents = append(documents, document)
		}
		set := definition.Read(deftest.File("a.yaml", strings.Join(documents, rapid.SampledFrom([]string{"---\n", "...\n---\n", "--- # next\n", "...\n# c\n\n"}).Draw(t, "marker"))))
		if len(set.SLOs) != valid {
			t.Fatalf("%d SLOs of %d, problems %v", len(set.SLOs), valid, set.Problems)
		}
		failed := 0
		for _, p := range set.Problems {
			if p.Severity == definition.Error {
				failed++
			}
		}
		if failed < len(documents)-valid {
			t.Fatalf("%d documents are broken, errors %v", len(documents)-valid, set.Problems)
		}
	})
}
