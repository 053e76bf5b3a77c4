// Package deftest helps the tests of package definition, of its formats, and of what
// uses definitions: with documents to change, with files of them to read, and with
// the problems that are expected.
package deftest

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// File returns a file with a text.
func File(path, text string) definition.File {
	return definition.File{Path: path, Content: []byte(text)}
}

// Read reads documents as the files a.yaml, b.yaml and so on.
func Read(documents ...string) *definition.Set {
	files := make([]definition.File, len(documents))
	for i, text := range documents {
		files[i] = File(string(rune('a'+i))+".yaml", text)
	}
	return definition.Read(files...)
}

// ReadWithin reads a document as the file a.yaml, within limits.
func ReadWithin(t *testing.T, limits definition.Limits, document string) *definition.Set {
	t.Helper()
	r := definition.Reader{Limits: limits}
	set, err := r.Load(t.Context(), fstest.MapFS{"a.yaml": {Data: []byte(document)}})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// Problems returns the problems of documents that are read together, a line each,
// with their severity.
func Problems(documents ...string) string {
	var lines []string
	for _, p := range Read(documents...).Problems {
		lines = append(lines, p.Severity.String()+" "+p.Error())
	}
	return strings.Join(lines, "\n")
}

// One reads a document that must define one SLO without an error.
func One(t *testing.T, document string) slo.SLO {
	t.Helper()
	set := Read(document)
	if len(set.SLOs) != 1 {
		t.Fatalf("%d SLOs, problems:\n%s", len(set.SLOs), Problems(document))
	}
	return set.SLOs[0]
}

// Names returns the names of SLOs.
func Names(set *definition.Set) []string {
	var all []string
	for _, s := range set.SLOs {
		all = append(all, s.Name)
	}
	return all
}

// Position returns a position in the first file.
func Position(line, column int) slo.Position {
	return slo.Position{File: "a.yaml", Line: line, Column: column}
}

// Day returns the beginning of a day in UTC.
func Day(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// Change replaces texts of a document, each of which must be there once.
func Change(t *testing.T, document string, pairs ...string) string {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if n := strings.Count(document, pairs[i]); n != 1 {
			t.Fatalf("%q is in the document %d times", pairs[i], n)
		}
		document = strings.Replace(document, pairs[i], pairs[i+1], 1)
	}
	return document
}

// TwoObjectives returns the SLO of Ratio with a second objective.
func TwoObjectives(t *testing.T) string {
	return Change(t, Ratio, "      target: 0.999\n", "      target: 0.999\n    - displayName: Mostly\n      target: 0.95\n")
}

// NumberedSLO returns the SLO of Ratio with a name of its own.
func NumberedSLO(n int) string {
	return strings.Replace(Ratio, "name: checkout", fmt.Sprintf("name: checkout-%03d", n), 1)
}

// Sample returns a file of testdata.
func Sample(t *testing.T, path string) definition.File {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return definition.File{Path: path, Content: content}
}
