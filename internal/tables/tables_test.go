package tables

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const page = `# Page

<!-- table costs, written by a benchmark -->
| old |
| --- |
<!-- end of table -->

<!-- table costs-of-alerts, written by a benchmark -->
<!-- end of table -->
`

func TestPublish(t *testing.T) {
	path := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	table := New("SLOs", "time")
	table.Add("1", "2 ms")
	read := func() string {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	t.Setenv(Variable, "")
	table.Publish(t, path, "costs")
	if read() != page {
		t.Errorf("without the variable the page becomes\n%s", read())
	}
	t.Setenv(Variable, "1")
	table.Publish(t, path, "costs")
	want := strings.Replace(page, "| old |\n| --- |\n", "| SLOs | time |\n| --- | --- |\n| 1 | 2 ms |\n", 1)
	if read() != want {
		t.Errorf("got\n%s\nwant\n%s", read(), want)
	}
	table.Check(t, path, "costs")
}

func TestReplaceNeedsOneTable(t *testing.T) {
	for _, name := range []string{"cost", "absent"} {
		if _, err := replace(page, name, ""); err == nil || !strings.Contains(err.Error(), "not exactly one table") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := replace(page+page, "costs", ""); err == nil {
		t.Error("two tables of one name are not refused")
	}
}
