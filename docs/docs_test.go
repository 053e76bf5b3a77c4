package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	markup  = regexp.MustCompile("[^a-z0-9 _-]")
)

// Every link between pages leads to a file, and every fragment to a heading.
func TestLinks(t *testing.T) {
	pages, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(pages, "../README.md", "../CONTRIBUTING.md", "../CHANGELOG.md") {
		for _, found := range link.FindAllStringSubmatch(read(t, page), -1) {
			target, fragment, _ := strings.Cut(found[1], "#")
			if strings.Contains(target, ":") {
				continue
			}
			path := page
			if target != "" {
				path = filepath.Join(filepath.Dir(page), target)
			}
			if _, err := os.Stat(path); err != nil {
				t.Errorf("%s: the link to %s leads nowhere", page, found[1])
				continue
			}
			if fragment != "" && !anchors(read(t, path))[fragment] {
				t.Errorf("%s: %s has no heading #%s", page, path, fragment)
			}
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// anchors returns the fragments of a page's headings, as GitHub makes them.
func anchors(page string) map[string]bool {
	found := map[string]bool{}
	for _, h := range heading.FindAllStringSubmatch(page, -1) {
		text := markup.ReplaceAllString(strings.ToLower(h[1]), "")
		found[strings.ReplaceAll(text, " ", "-")] = true
	}
	return found
}
