package definition_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
)

// lineBreak matches what ends a line in YAML 1.1.
var lineBreak = regexp.MustCompile("\r\n|[\r\n\u0085\u2028\u2029]")

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*/*.y*ml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	for _, text := range []string{deftest.SlothFile, deftest.SlothResource, deftest.Pyrra, deftest.AlphaThreshold, "kind: List\napiVersion: v1\nitems: [{version: prometheus/v1}]", deftest.Ratio, deftest.Composite + "---\n" + deftest.ErrorsSLI + "---\n" + deftest.MainSource, aliasBomb(), configMap + literal("a.yaml", deftest.Ratio+"---\na: [") + "  b.yml: &b \"kind: List\\napiVersion: v1\\nitems: [{a: b}]\"\n  c.yml: *b\n", configMap + literal("a.yaml", configMap+literal("b.yaml", deftest.Promise)), "a: &a [*a]", "<<: {a: b}", "%YAML 1.1\n---\n...", "\ufeff---\r\n", "? [a]\n: b", "["} {
		f.Add([]byte(text))
	}
	for _, text := range []string{
		bomb("a"), strings.Repeat(bomb("a")+"---\n", 7), slothFileOf("&d "+strings.Repeat("x", 1<<10), 20), strings.Repeat("[", 1000), strings.Repeat("{a: b}\n---\n", 20),
		strings.Replace(deftest.Ratio, "http_requests_total", "&q "+strings.Repeat("(", 1000), 1), strings.Replace(deftest.Ratio, "team", strings.Repeat("x", 1000), 1),
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, text := range []string{string(content), configMap + literal("a.yaml", string(content))} {
			lines := len(lineBreak.FindAllString(text, -1)) + 1
			set := definition.Read(deftest.File("a.yaml", text), deftest.File("b.yaml", deftest.Ratio))
			for _, s := range set.SLOs {
				if err := s.Validate(); err != nil {
					t.Errorf("%s is not valid: %v", s.Name, err)
				}
			}
			for _, p := range set.Problems {
				if p.Message == "" || p.Hint == "" || p.Position.File == "" || p.Position.File == "a.yaml" && p.Position.Line > lines {
					t.Errorf("%+v lacks a message, hint or file", p)
				}
			}
		}
	})
}
