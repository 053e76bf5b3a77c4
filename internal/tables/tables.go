// Package tables keeps the tables of the docs that tests and benchmarks measure.
//
// A page has a table between two comments:
//
//	<!-- table truth, written by go tool mage tables -->
//	| a | b |
//	| --- | --- |
//	| 1 | 2 |
//	<!-- end of table -->
//
// With the environment variable UPDATE_TABLES set, whoever measures the table
// writes it there.
package tables

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// Variable names the environment variable that lets measurements be written
// into the docs.
const Variable = "UPDATE_TABLES"

// Table collects rows in the form that Markdown has.
type Table struct {
	head []string
	rows [][]string
}

// New returns a table with the given column heads.
func New(head ...string) *Table { return &Table{head: head} }

// Add appends a row of as many cells as the table has columns.
func (t *Table) Add(cells ...string) { t.rows = append(t.rows, cells) }

// String returns the table as Markdown.
func (t *Table) String() string {
	var b strings.Builder
	line := func(cells []string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	line(t.head)
	b.WriteString("|" + strings.Repeat(" --- |", len(t.head)) + "\n")
	for _, row := range t.rows {
		line(row)
	}
	return b.String()
}

// Publish logs the table and, if UPDATE_TABLES is set and the test has not
// failed, writes it into the page as the table of that name. The page's path is
// relative to the package under test.
func (t *Table) Publish(tb testing.TB, page, name string) {
	tb.Helper()
	tb.Logf("\n%s", t)
	if os.Getenv(Variable) == "" || tb.Failed() {
		return
	}
	content, err := os.ReadFile(page)
	if err != nil {
		tb.Fatal(err)
	}
	changed, err := replace(string(content), name, t.String())
	if err != nil {
		tb.Fatalf("%s: %v", page, err)
	}
	if err := os.WriteFile(page, []byte(changed), 0o644); err != nil {
		tb.Fatal(err)
	}
}

// Check reports an error if the page's table of that name is another one than
// t. Only measurements that give the same numbers everywhere can be checked.
func (t *Table) Check(tb testing.TB, page, name string) {
	tb.Helper()
	content, err := os.ReadFile(page)
	if err != nil {
		tb.Fatal(err)
	}
	changed, err := replace(string(content), name, t.String())
	switch {
	case err != nil:
		tb.Fatalf("%s: %v", page, err)
	case changed != string(content):
		tb.Errorf("the table %s of %s is stale; run \"go tool mage tables\". Measured now:\n%s", name, page, t)
	}
}

// replace returns the page with another body of the named table.
func replace(page, name, body string) (string, error) {
	table := regexp.MustCompile(`(?s)(<!-- table ` + regexp.QuoteMeta(name) + `[ ,][^\n]*-->\n).*?(<!-- end of table -->)`)
	if len(table.FindAllString(page, 2)) != 1 {
		return "", fmt.Errorf("there is not exactly one table %q; write <!-- table %s, written by ... --> above it and <!-- end of table --> below it", name, name)
	}
	return table.ReplaceAllStringFunc(page, func(old string) string {
		parts := table.FindStringSubmatch(old)
		return parts[1] + body + parts[2]
	}), nil
}
