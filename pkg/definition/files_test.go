//go:build !windows

package definition_test

import (
	"context"
	"fmt"
	"io/fs"
	"net"
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

// changing describes a folder in which something happens as a file is opened.
type changing struct {
	fs.FS
	before func(name string)
}

func (c changing) Open(name string) (fs.File, error) {
	c.before(name)
	return c.FS.Open(name)
}

func (c changing) Stat(name string) (fs.FileInfo, error) { return fs.Stat(c.FS, name) }

// openFolder returns a folder with one definition, fine.yaml, and its path.
func openFolder(t *testing.T) (fs.FS, string) {
	t.Helper()
	dir := t.TempDir()
	create(t, filepath.Join(dir, "fine.yaml"), deftest.NumberedSLO(1))
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return definition.Folder(root), dir
}

func create(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// loadInTime loads a folder, and fails the test if it waits for something.
func loadInTime(t *testing.T, fsys fs.FS, paths ...string) string {
	t.Helper()
	done := make(chan string, 1)
	go func() {
		set, err := (&definition.Reader{Limits: definition.Limits{FileBytes: 1 << 16}}).Load(context.Background(), fsys, paths...)
		if err != nil {
			done <- err.Error()
			return
		}
		done <- describe(t, set, nil)
	}()
	select {
	case got := <-done:
		return got
	case <-time.After(30 * time.Second):
		t.Fatal("waits for a file")
		return ""
	}
}

func mkfifo(t *testing.T, path string) {
	t.Helper()
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip("no named pipes here: ", err)
	}
}

func listen(t *testing.T, path string) {
	t.Helper()
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Skip("no sockets here: ", err)
	}
	t.Cleanup(func() { listener.Close() })
}

// irregularFiles puts something at a path that must not be read.
var irregularFiles = []struct {
	name string
	put  func(t *testing.T, path string)
	want string
}{
	{"a named pipe", mkfifo, "irregular.yaml: is a named pipe, not a regular file, and was not read; put a file of definitions in its place, or remove it"},
	{"a socket", listen, "irregular.yaml: is a socket, not a regular file, and was not read; put a file of definitions in its place, or remove it"},
	{"a large file", func(t *testing.T, path string) {
		create(t, path, "")
		if err := os.Truncate(path, 1<<40); err != nil {
			t.Skip("no sparse files here: ", err)
		}
	}, "irregular.yaml: is larger than 65536 bytes and was not read; split it, or keep it out of the folder of definitions"},
	{"a link to itself", func(t *testing.T, path string) {
		if err := os.Symlink(filepath.Base(path), path); err != nil {
			t.Fatal(err)
		}
	}, "irregular.yaml: cannot be read: too many levels of symbolic links; make sure that it exists and that Grafana may read it"},
	{"a link to the folder", func(t *testing.T, path string) {
		if err := os.Symlink(".", path); err != nil {
			t.Fatal(err)
		}
	}, "irregular.yaml: is a symbolic link to a folder and was not followed; put the folder itself there"},
}

func TestIrregularFilesRefuseNoOther(t *testing.T) {
	for _, tt := range irregularFiles {
		t.Run(tt.name, func(t *testing.T) {
			fsys, dir := openFolder(t)
			tt.put(t, filepath.Join(dir, "irregular.yaml"))
			expect(t, loadInTime(t, fsys), "fine.yaml:1 checkout-001", tt.want)
		})
	}
}

// TestFilesThatBecomeIrregular has regular files that are something else when they
// are opened.
func TestFilesThatBecomeIrregular(t *testing.T) {
	for _, tt := range irregularFiles {
		t.Run(tt.name, func(t *testing.T) {
			fsys, dir := openFolder(t)
			path := filepath.Join(dir, "irregular.yaml")
			create(t, path, deftest.NumberedSLO(2))
			got := loadInTime(t, changing{fsys, func(name string) {
				if name == "irregular.yaml" {
					os.Remove(path)
					tt.put(t, path)
				}
			}})
			if lines := strings.Split(got, "\n"); len(lines) != 2 || lines[0] != "fine.yaml:1 checkout-001" || !strings.HasPrefix(lines[1], "irregular.yaml: ") {
				t.Errorf("got:\n%s", got)
			}
		})
	}
}

func TestDevicesAreNotRead(t *testing.T) {
	const want = "/dev/zero: is a device, not a regular file, and was not read; put a file of definitions in its place, or remove it"
	expect(t, loadInTime(t, definition.Disk{}, "/dev/zero"), want)
	dir := t.TempDir()
	path := filepath.Join(dir, "a.yaml")
	create(t, path, deftest.NumberedSLO(1))
	got := loadInTime(t, changing{definition.Disk{}, func(name string) {
		if name == path {
			os.Remove(path)
			if err := os.Symlink("/dev/zero", path); err != nil {
				t.Error(err)
			}
		}
	}}, dir)
	expect(t, got, path+strings.TrimPrefix(want, "/dev/zero"))
}

func TestUnreadableFiles(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root reads all files")
	}
	fsys, dir := openFolder(t)
	path := filepath.Join(dir, "irregular.yaml")
	create(t, path, deftest.NumberedSLO(2))
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	expect(t, loadInTime(t, fsys), "fine.yaml:1 checkout-001",
		"irregular.yaml: cannot be read: permission denied; make sure that it exists and that Grafana may read it")
}

// growing describes a file that another process writes to when it is read first.
type growing struct {
	fs.File
	path  string
	grown bool
}

func (g *growing) Read(b []byte) (int, error) {
	n, err := g.File.Read(b)
	if !g.grown {
		g.grown = true
		f, openErr := os.OpenFile(g.path, os.O_APPEND|os.O_WRONLY, 0)
		if openErr != nil {
			return n, openErr
		}
		defer f.Close()
		if _, writeErr := f.WriteString("# more\n"); writeErr != nil {
			return n, writeErr
		}
	}
	return n, err
}

type growingFolder struct {
	fs.FS
	dir string
	// writes is how often irregular.yaml grows.
	writes *int
}

func (g growingFolder) Open(name string) (fs.File, error) {
	f, err := g.FS.Open(name)
	if err != nil || name != "irregular.yaml" || *g.writes == 0 {
		return f, err
	}
	*g.writes--
	return &growing{File: f, path: filepath.Join(g.dir, name)}, nil
}

func (g growingFolder) Stat(name string) (fs.FileInfo, error) { return fs.Stat(g.FS, name) }

func TestFilesThatChangeAreReadAgain(t *testing.T) {
	const changes = "irregular.yaml: changes while it is read, and was not read; write it under a name that ends in something else, and rename it when it is complete"
	for writes, want := range map[int]string{0: "irregular.yaml:1 checkout-002", 1: "irregular.yaml:1 checkout-002", 3: changes} {
		t.Run(fmt.Sprint(writes), func(t *testing.T) {
			fsys, dir := openFolder(t)
			create(t, filepath.Join(dir, "irregular.yaml"), deftest.NumberedSLO(2))
			left := writes
			expect(t, loadInTime(t, growingFolder{fsys, dir, &left}), "fine.yaml:1 checkout-001", want)
		})
	}
}

func TestFoldersAreLimited(t *testing.T) {
	many := fstest.MapFS{"a.yaml": file(deftest.NumberedSLO(1)), "z/b.yaml": file(deftest.NumberedSLO(2))}
	for i := range 100 {
		many[fmt.Sprintf("logs/%03d.log", i)] = file("")
	}
	tests := []struct {
		name   string
		limits definition.Limits
		want   []string
	}{
		{"entries", definition.Limits{Entries: 50}, []string{"a.yaml:1 checkout-001",
			"logs: there are more than 50 files and folders; this folder and those after it are not read; keep other files out of the folder of definitions"}},
		{"bytes", definition.Limits{Bytes: int64(len(deftest.NumberedSLO(1)))}, []string{"a.yaml:1 checkout-001",
			fmt.Sprintf("z/b.yaml: the files have more than %d bytes in all; this one and those after it are not read; keep other files out of the folder of definitions, or split it into several", len(deftest.NumberedSLO(1)))}},
		{"all", definition.Limits{}, []string{"a.yaml:1 checkout-001", "z/b.yaml:1 checkout-002"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set, err := (&definition.Reader{Limits: tt.limits}).Load(context.Background(), many)
			expect(t, describe(t, set, err), tt.want...)
		})
	}
}
