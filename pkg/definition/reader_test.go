package definition_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
)

func describe(t *testing.T, set *definition.Set, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, s := range set.SLOs {
		lines = append(lines, s.Source.String()+" "+s.Name)
	}
	for _, p := range set.Problems {
		lines = append(lines, p.Error())
	}
	return strings.Join(lines, "\n")
}

func expect(t *testing.T, got string, want ...string) {
	t.Helper()
	if joined := strings.Join(want, "\n"); got != joined {
		t.Errorf("got:\n%s\nwant:\n%s", got, joined)
	}
}

func file(content string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(content)} }

func someFiles() fstest.MapFS {
	return fstest.MapFS{
		"b.yaml":           file(deftest.NumberedSLO(1)),
		"a/deep/er.yml":    file(deftest.NumberedSLO(2)),
		"a.yaml":           file(deftest.NumberedSLO(3)),
		"notes.md":         file("not: [yaml"),
		".hidden.yaml":     file("not: [yaml"),
		".git/config.yaml": file("not: [yaml"),
		"other.yaml.bak":   file("not: [yaml"),
	}
}

func TestLoad(t *testing.T) {
	tests := []struct {
		name  string
		paths []string
		want  []string
	}{
		{"all", nil, []string{"a.yaml:1 checkout-003", "a/deep/er.yml:1 checkout-002", "b.yaml:1 checkout-001"}},
		{"a folder", []string{"a"}, []string{"a/deep/er.yml:1 checkout-002"}},
		{"files", []string{"b.yaml", "a.yaml"}, []string{"a.yaml:1 checkout-003", "b.yaml:1 checkout-001"}},
		{"a file and its folder", []string{"a/deep/er.yml", "a"}, []string{"a/deep/er.yml:1 checkout-002"}},
		{"no such file", []string{"c.yaml"}, []string{"c.yaml: cannot be read: file does not exist; make sure that it exists and that Grafana may read it"}},
		{"a path that leads out", []string{"../x"}, []string{"../x: cannot be read: file does not exist; make sure that it exists and that Grafana may read it"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			set, err := definition.Load(context.Background(), someFiles(), test.paths...)
			expect(t, describe(t, set, err), test.want...)
		})
	}
}

func TestLoadLimits(t *testing.T) {
	tests := []struct {
		name   string
		limits definition.Limits
		want   []string
	}{
		{"bytes", definition.Limits{FileBytes: 100}, []string{
			"a.yaml: is larger than 100 bytes and was not read; split it, or keep it out of the folder of definitions",
			"a/deep/er.yml: is larger than 100 bytes and was not read; split it, or keep it out of the folder of definitions",
			"b.yaml: is larger than 100 bytes and was not read; split it, or keep it out of the folder of definitions"}},
		{"files", definition.Limits{Files: 2}, []string{"a.yaml:1 checkout-003", "a/deep/er.yml:1 checkout-002",
			"b.yaml: there are more than 2 files; this one and those after it are not read; keep other files out of the folder of definitions"}},
		{"documents", definition.Limits{Documents: 1}, []string{"a.yaml:1 checkout-003",
			"a/deep/er.yml: there are more than 1 documents; this file and those after it are not read; split the definitions into several folders"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			set, err := (&definition.Reader{Limits: test.limits}).Load(context.Background(), someFiles())
			expect(t, describe(t, set, err), test.want...)
		})
	}
}

func TestDocumentsOfOneFileAreLimited(t *testing.T) {
	fsys := fstest.MapFS{"a.yaml": file(deftest.NumberedSLO(1) + "---\n" + deftest.NumberedSLO(2) + "---\n" + deftest.NumberedSLO(3))}
	set, err := (&definition.Reader{Limits: definition.Limits{Documents: 2}}).Load(context.Background(), fsys)
	expect(t, describe(t, set, err), "a.yaml:1 checkout-001", "a.yaml:35 checkout-002",
		"a.yaml:69: there are more than 2 documents; the rest is not read; split the definitions into several folders")
}

func TestBrokenDocumentsCountToo(t *testing.T) {
	set := deftest.ReadWithin(t, definition.Limits{Documents: 2}, strings.Repeat("[\n---\n", 1000))
	if n := len(set.Problems); n != 4 || set.Problems[3].Position.Line != 5 {
		t.Errorf("%d problems: %v", n, set.Problems)
	}
}

func TestReaderSeesEveryChange(t *testing.T) {
	r, fsys := &definition.Reader{}, someFiles()
	for i := range 3 {
		set, err := r.Load(context.Background(), fsys)
		if len(strings.Split(describe(t, set, err), "\n")) != 3 {
			t.Fatalf("load %d: %s", i, describe(t, set, err))
		}
	}
	// The same size and time: only the content tells.
	fsys["b.yaml"] = file(deftest.NumberedSLO(4))
	set, err := r.Load(context.Background(), fsys)
	expect(t, describe(t, set, err), "a.yaml:1 checkout-003", "a/deep/er.yml:1 checkout-002", "b.yaml:1 checkout-004")

	delete(fsys, "a.yaml")
	fsys["b.yaml"] = file(deftest.NumberedSLO(2))
	set, err = r.Load(context.Background(), fsys)
	if len(set.SLOs) != 0 || len(set.Problems) != 2 || err != nil {
		t.Errorf("after a duplicate: %s", describe(t, set, err))
	}
	if len(r.Kept()) != 2 {
		t.Errorf("%d files are kept", len(r.Kept()))
	}
}

func TestReaderParsesUnchangedFilesOnce(t *testing.T) {
	r, fsys := &definition.Reader{}, someFiles()
	for range 2 {
		before := r.Kept()
		if _, err := r.Load(context.Background(), fsys); err != nil {
			t.Fatal(err)
		}
		for name, c := range before {
			if r.Kept()[name] != c {
				t.Errorf("%s was parsed again", name)
			}
		}
	}
}

func TestALoadDoesNotChangeTheOneBefore(t *testing.T) {
	r := &definition.Reader{}
	sliced := strings.NewReplacer("Occurrences", "Timeslices", "target: 0.999", "target: 0.999\n      timeSliceWindow: 1m\n      timeSliceTarget: 0.9\n      op: gt").Replace(deftest.Ratio)
	fsys := fstest.MapFS{"a.yaml": file(sliced)}
	first, err := r.Load(context.Background(), fsys)
	if err != nil || len(first.SLOs) != 1 {
		t.Fatal(describe(t, first, err))
	}
	want := fmt.Sprintf("%+v", *first.SLOs[0].Objectives[0].Slices)
	first.SLOs[0].Objectives[0].Name = "mine"
	second, err := r.Load(context.Background(), fsys)
	if err != nil || second.SLOs[0].Objectives[0].Name != "availability" {
		t.Error(describe(t, second, err))
	}
	if got := fmt.Sprintf("%+v", *second.SLOs[0].Objectives[0].Slices); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestReaderStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	set, err := definition.Load(ctx, someFiles())
	if set != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, %v", set, err)
	}
}

// TestFolderOnDisk has what only a real file system has, laid out as
// Kubernetes mounts a ConfigMap.
func TestFolderOnDisk(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	link := func(to, name string) {
		t.Helper()
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	write("defs/..2024/slo.yaml", deftest.NumberedSLO(1))
	link("..2024", "defs/..data")
	link("..data/slo.yaml", "defs/slo.yaml")
	write("secret.yaml", deftest.NumberedSLO(2))
	link("../secret.yaml", "defs/out.yaml")
	link("gone.yaml", "defs/broken.yaml")
	write("defs/team/x.yaml", deftest.NumberedSLO(3))
	link("team", "defs/alias")
	if err := syscall.Mkfifo(filepath.Join(dir, "defs/pipe.yaml"), 0o600); err != nil {
		t.Skip("no named pipes here: ", err)
	}
	root, err := os.OpenRoot(filepath.Join(dir, "defs"))
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()

	done := make(chan string)
	go func() {
		set, err := definition.Load(context.Background(), definition.Folder(root))
		done <- describe(t, set, err)
	}()
	select {
	case got := <-done:
		expect(t, got, "slo.yaml:1 checkout-001", "team/x.yaml:1 checkout-003",
			"alias: is a symbolic link to a folder and was not followed; put the folder itself there",
			"broken.yaml: cannot be read: no such file or directory; make sure that it exists and that Grafana may read it",
			"out.yaml: cannot be read: path escapes from parent; make sure that it exists and that Grafana may read it",
			"pipe.yaml: is a named pipe, not a regular file, and was not read; put a file of definitions in its place, or remove it")
	case <-time.After(10 * time.Second):
		t.Fatal("waits for a named pipe")
	}
}

func TestReaderClock(t *testing.T) {
	fsys := someFiles()
	fsys["p.yaml"] = file(deftest.Change(t, deftest.Promise, "slo: checkout", "slo: checkout-001"))
	for year, want := range map[int]int{2024: 5, 2025: 4, 2030: 0} {
		r := definition.Reader{Now: func() time.Time { return deftest.Day(year, 6, 1) }}
		set, err := r.Load(t.Context(), fsys)
		if err != nil || len(set.Problems) != want {
			t.Errorf("in %d: %v, %v", year, err, set.Problems)
		}
	}
}
