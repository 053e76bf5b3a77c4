package definition

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestReferencesBetweenFiles(t *testing.T) {
	golden := readGolden(t)
	indicator := ratio[strings.Index(ratio, "  indicator:"):strings.Index(ratio, "  timeWindow:")]
	refers := func(t *testing.T, name string) string {
		return change(t, ratio, indicator, "  indicatorRef: "+name+"\n")
	}
	service := func(name string) string {
		return "apiVersion: openslo/v1\nkind: Service\nmetadata: {name: " + name + "}\n"
	}
	tests := []struct {
		name      string
		documents []string
	}{
		{"found", []string{refers(t, "errors"), errorsSLI, mainSource}},
		{"misspelt", []string{refers(t, "erors"), errorsSLI, mainSource}},
		{"invalid SLI", []string{refers(t, "errors"), change(t, errorsSLI, "rawType: failure", "rawType: failures"), mainSource}},
		{"SLI twice", []string{refers(t, "errors"), errorsSLI, errorsSLI, mainSource}},
		{"SLO twice", []string{ratio, ratio}},
		{"SLO twice, one invalid", []string{ratio, change(t, ratio, "target: 0.999", "target: 2")}},
		{"SLO twice in a file", []string{ratio + "---\n" + ratio}},
		{"SLO five times", []string{ratio, ratio, ratio, ratio, ratio}},
		{"no data source", []string{refers(t, "errors"), errorsSLI}},
		{"foreign data source", []string{refers(t, "errors"), errorsSLI, change(t, mainSource, "Mimir", "Datadog")}},
		{"data source twice", []string{refers(t, "errors"), errorsSLI, mainSource, mainSource}},
		{"service known", []string{ratio, service("shop")}},
		{"service misspelt", []string{ratio, service("shops")}},
		{"service unknown", []string{ratio, service("warehouse")}},
		{"service twice", []string{ratio, service("shop"), service("shop")}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { golden.check(t, problems(test.documents...)) })
	}
}

func TestSameNamesAreAllRefused(t *testing.T) {
	set := Read(File{"b.yaml", []byte(ratio)}, File{"a.yaml", []byte(ratio)}, File{"c.yaml", []byte(change(t, ratio, "name: checkout", "name: other"))})
	if len(set.SLOs) != 1 || set.SLOs[0].Name != "other" || len(set.Problems) != 2 {
		t.Errorf("SLOs %v, problems %v", set.SLOs, set.Problems)
	}
	for _, p := range set.Problems {
		if p.SLO != "checkout" || p.Severity != Error {
			t.Errorf("%+v is not an error about checkout", p)
		}
	}
}

// numbered is a valid SLO with a name of its own.
func numbered(n int) string {
	return strings.Replace(ratio, "name: checkout", fmt.Sprintf("name: checkout-%03d", n), 1)
}

func TestOrderDoesNotDependOnTheOrderOfFiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var files []File
		for i := range 6 {
			broken := numbered(i*10 + 1)
			broken = strings.Replace(broken, "target: 0.999", "target: 1", 1)
			files = append(files, File{fmt.Sprintf("%d.yaml", i), []byte(numbered(i*10) + "---\n" + broken + "---\n" + numbered(i*10+2))})
		}
		set := Read(rapid.Permutation(files).Draw(t, "files")...)
		var names, lines []string
		for _, s := range set.SLOs {
			names = append(names, s.Name)
		}
		for _, p := range set.Problems {
			lines = append(lines, p.Position.String())
		}
		if got := strings.Join(names, " "); len(names) != 12 || !sorted(names) {
			t.Fatalf("SLOs are %s", got)
		}
		if len(lines) != 6 || !sorted(lines) {
			t.Fatalf("problems are at %v", lines)
		}
	})
}

func sorted(s []string) bool {
	for i := 1; i < len(s); i++ {
		if s[i-1] >= s[i] {
			return false
		}
	}
	return true
}

// An SLO with an error is left out, all others are there, whatever is broken.
func TestABrokenDocumentTakesDownNoOther(t *testing.T) {
	breaks := [][2]string{
		{"service: shop", "service: [shop"}, {"  service", "\tservice"}, {"kind: SLO", "kind: Deployment\nfoo: {"},
		{"target: 0.999", "target: 1"}, {"28d", "28"}, {"name: checkout", "name: 'checkout"}, {"spec:\n  d", "spec: *none\n  d"}, {"  description: People", "  description: | People"},
	}
	rapid.Check(t, func(t *rapid.T) {
		var documents []string
		valid := 0
		for i := range rapid.IntRange(1, 8).Draw(t, "documents") {
			document := numbered(i)
			if b := rapid.IntRange(-1, len(breaks)-1).Draw(t, "break"); b >= 0 {
				document = strings.Replace(document, breaks[b][0], breaks[b][1], 1)
			} else {
				valid++
			}
			documents = append(documents, document)
		}
		set := Read(File{"a.yaml", []byte(strings.Join(documents, rapid.SampledFrom([]string{"---\n", "...\n---\n", "--- # next\n", "...\n# c\n\n"}).Draw(t, "marker")))})
		if len(set.SLOs) != valid {
			t.Fatalf("%d SLOs of %d, problems %v", len(set.SLOs), valid, set.Problems)
		}
		failed := 0
		for _, p := range set.Problems {
			if p.Severity == Error {
				failed++
			}
		}
		if failed < len(documents)-valid {
			t.Fatalf("%d documents are broken, errors %v", len(documents)-valid, set.Problems)
		}
	})
}
