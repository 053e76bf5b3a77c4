package deftest

import (
	"os"
	"strings"
	"testing"
)

// Golden contains expected texts by the names of tests.
type Golden map[string]string

const goldenFile = "testdata/problems.txt"

// ReadGolden reads the texts that a package expects, from testdata/problems.txt:
// paragraphs that each begin with "# name".
func ReadGolden(t *testing.T) Golden {
	t.Helper()
	content, err := os.ReadFile(goldenFile)
	if err != nil {
		t.Fatal(err)
	}
	texts := Golden{}
	for _, paragraph := range strings.Split("\n"+string(content), "\n# ")[1:] {
		name, text, _ := strings.Cut(paragraph, "\n")
		texts[name] = strings.TrimSpace(text)
	}
	return texts
}

// Check compares a text with what is expected of the test. It writes the file
// anew if UPDATE_GOLDEN is set.
func (g Golden) Check(t *testing.T, got string) {
	t.Helper()
	name := t.Name()
	want, ok := g[name]
	if os.Getenv("UPDATE_GOLDEN") != "" {
		g.update(t, name, got)
		return
	}
	if !ok {
		t.Fatalf("%s has no text for %s; got:\n%s", goldenFile, name, got)
	}
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// update adds or replaces a text; review the change.
func (g Golden) update(t *testing.T, name, text string) {
	t.Helper()
	g[name] = text
	content, err := os.ReadFile(goldenFile)
	if err != nil {
		t.Fatal(err)
	}
	var kept strings.Builder
	replaced := false
	for _, paragraph := range strings.Split("\n"+string(content), "\n# ")[1:] {
		if other, _, _ := strings.Cut(paragraph, "\n"); other == name {
			paragraph, replaced = name+"\n"+text, true
		}
		kept.WriteString("# " + strings.TrimRight(paragraph, "\n") + "\n\n")
	}
	if !replaced {
		kept.WriteString("# " + name + "\n" + text + "\n\n")
	}
	if err := os.WriteFile(goldenFile, []byte(strings.TrimSuffix(kept.String(), "\n")), 0o644); err != nil {
		t.Fatal(err)
	}
}
