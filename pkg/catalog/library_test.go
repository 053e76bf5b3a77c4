package catalog

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
)

// tree returns a folder with an allowed root and a secret beside it.
func tree(t *testing.T) (root string) {
	t.Helper()
	outside := t.TempDir()
	root = filepath.Join(outside, "root")
	write(t, filepath.Join(root, "team", "shop.yaml"), definitions)
	write(t, filepath.Join(outside, "secret", "secret.yaml"), definitions)
	for link, target := range map[string]string{
		"out":                     "../secret",
		"absolute":                filepath.Join(outside, "secret"),
		"inside":                  "team",
		"leak/secret.yaml":        "../../secret/secret.yaml",
		"leak/deep/absolute.yaml": filepath.Join(outside, "secret", "secret.yaml"),
	} {
		path := filepath.Join(root, link)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, path); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestLibraryStaysInItsRoot(t *testing.T) {
	root := tree(t)
	tests := []struct {
		name, root, folder string
		// slos counts the SLOs that are read. refused is part of the error.
		slos    int
		refused string
	}{
		{"a folder", root, "team", 3, ""},
		{"the root", root, "", 3, ""},
		{"a symbolic link that stays", root, "inside", 3, ""},
		{"the parent", root, "..", 0, "leads out of the folder that the administrator allows"},
		{"by way of the parent", root, "team/../../secret", 0, "leads out of"},
		{"an absolute path", root, filepath.Join(filepath.Dir(root), "secret"), 0, "leads out of"},
		{"a symbolic link that leads out", root, "out", 0, "cannot be opened"},
		{"an absolute symbolic link", root, "absolute", 0, "cannot be opened"},
		{"files that are symbolic links that lead out", root, "leak", 0, ""},
		{"no such folder", root, "other", 0, "make sure that it is a folder"},
		{"a file", root, "team/shop.yaml", 0, "make sure that it is a folder"},
		{"no root", "", "team", 0, "is not allowed on this Grafana server"},
		{"a root that is gone", filepath.Join(root, "gone"), "team", 0, "allows for definitions cannot be opened"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := NewLibrary(Folder{Root: test.root, Path: test.folder}, clockAt(&now))
			c, err := l.Catalog(t.Context())
			if test.refused != "" {
				if err == nil || !strings.Contains(err.Error(), test.refused) {
					t.Fatalf("error is %v, want %q", err, test.refused)
				}
				if strings.Contains(err.Error(), filepath.Dir(root)+"/root") {
					t.Errorf("the error tells where the root is: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(c.SLOs) != test.slos {
				t.Errorf("%d SLOs, want %d", len(c.SLOs), test.slos)
			}
			if test.slos == 0 && len(c.Problems) == 0 {
				t.Error("files are left out without a word")
			}
		})
	}
}

func TestLibrarySeesChanges(t *testing.T) {
	root := t.TempDir()
	path := filepath.Join(root, "shop.yaml")
	write(t, path, definitions)
	clock := now
	l := NewLibrary(Folder{Root: root}, clockAt(&clock))
	count := func() int {
		t.Helper()
		c, err := l.Catalog(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(c.SLOs)
	}
	if n := count(); n != 3 {
		t.Fatalf("%d SLOs, want 3", n)
	}
	write(t, path, strings.Join(strings.Split(definitions, "---")[:1], "---"))
	if n := count(); n != 3 {
		t.Errorf("%d SLOs at once, want those that were read a moment ago", n)
	}
	clock = clock.Add(time.Minute)
	if n := count(); n != 1 {
		t.Errorf("%d SLOs a minute after the change, want 1", n)
	}
	if err := os.RemoveAll(root); err != nil {
		t.Fatal(err)
	}
	clock = clock.Add(time.Minute)
	if _, err := l.Catalog(t.Context()); err == nil {
		t.Error("a folder that is gone is no error")
	}
}

// TestLibraryWaitsForNoFile checks that a definition that becomes a named pipe is
// missing, and no other.
func TestLibraryWaitsForNoFile(t *testing.T) {
	root := t.TempDir()
	write(t, filepath.Join(root, "shop.yaml"), definitions)
	odd := filepath.Join(root, "odd.yaml")
	write(t, odd, shopOf("sum(rate(a[{{.window}}]))"))
	clock := now
	l := NewLibrary(Folder{Root: root}, clockAt(&clock))
	if c, err := l.Catalog(t.Context()); err != nil || len(c.SLOs) != 4 {
		t.Fatal(c, err)
	}
	if err := os.Remove(odd); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(odd, 0o600); err != nil {
		t.Skip("no named pipes here: ", err)
	}
	clock = clock.Add(time.Minute)
	c, err := l.Catalog(t.Context())
	if err != nil || len(c.SLOs) != 3 || len(c.Problems) != 1 {
		t.Fatalf("%+v, %v", c, err)
	}
	const want = "odd.yaml: is a named pipe, not a regular file, and was not read; put a file of definitions in its place, or remove it"
	if got := c.Problems[0].Error(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestLibraryAnswersWhileItReads checks a folder that does not answer.
func TestLibraryAnswersWhileItReads(t *testing.T) {
	clock, started, release := now, 0, make(chan struct{})
	l := NewLibrary(Folder{Path: "team"}, clockAt(&clock))
	l.first, l.next = time.Millisecond, time.Millisecond
	l.read = func(context.Context) (*Catalog, error) {
		started++
		<-release
		return read(definitions), nil
	}
	for range 3 {
		if _, err := l.Catalog(t.Context()); err == nil || !strings.Contains(err.Error(), "reading them takes long; try again in a moment") {
			t.Fatalf("error is %v", err)
		}
	}
	release <- struct{}{}
	l.first = time.Minute
	if c, err := l.Catalog(t.Context()); err != nil || len(c.SLOs) != 3 || len(c.Problems) != 0 {
		t.Fatalf("%v, %v", c, err)
	}
	clock = clock.Add(time.Minute)
	for range 3 {
		c, err := l.Catalog(t.Context())
		if err != nil || len(c.SLOs) != 3 || len(c.Problems) != 1 || c.Problems[0].Error() != "team: the folder takes long to be read; its definitions are those from before; put it on a disk that answers faster" {
			t.Fatalf("%+v, %v", c, err)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	l.next = time.Minute
	if c, err := l.Catalog(gone); err != nil || len(c.SLOs) != 3 {
		t.Errorf("%v, %v", c, err)
	}
	close(release)
	if c, err := l.Catalog(t.Context()); err != nil || len(c.Problems) != 0 {
		t.Errorf("%v, %v", c, err)
	}
	if started != 2 {
		t.Errorf("the folder was read %d times, want once at first and once again", started)
	}
}

// TestQueriesAreCompiledOnce compiles those of a definition that does not change
// only once, whether they are right or wrong.
func TestQueriesAreCompiledOnce(t *testing.T) {
	root := t.TempDir()
	write(t, filepath.Join(root, "shop.yaml"), definitions)
	write(t, filepath.Join(root, "wrong.yaml"), shopOf("absent(a[{{.window}}])"))
	clock := now
	l := NewLibrary(Folder{Root: root}, clockAt(&clock))
	plans := func() (all []any) {
		t.Helper()
		c, err := l.Catalog(t.Context())
		if err != nil || len(c.SLOs) != 4 {
			t.Fatalf("%v, %v", c, err)
		}
		for _, s := range c.SLOs {
			plan, err := promql.Compile(s.Objectives[0].Indicator)
			all = append(all, plan, err)
		}
		return all
	}
	first := plans()
	clock = clock.Add(time.Minute)
	if again := plans(); !slices.Equal(first, again) {
		t.Error("queries are compiled again")
	}
}
