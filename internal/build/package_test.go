package build

import (
	"archive/zip"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestPack(t *testing.T) {
	day := time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)
	files := fstest.MapFS{
		"plugin.json":                 {Data: []byte("{}"), Mode: 0o644, ModTime: day},
		"img/logo.svg":                {Data: []byte("<svg/>"), Mode: 0o644, ModTime: day},
		"gpx_promise_slo_linux_amd64": {Data: []byte("ELF"), Mode: 0o755, ModTime: day},
	}
	to := t.TempDir()
	first, second := filepath.Join(to, "first.zip"), filepath.Join(to, "new folder", "second.zip")
	for _, path := range []string{first, second} {
		if err := pack(files, path, "promise-slo-datasource"); err != nil {
			t.Fatal(err)
		}
	}
	if read(t, first) != read(t, second) {
		t.Error("the same files give other bytes")
	}
	archive, err := zip.OpenReader(first)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	for _, file := range archive.File {
		name, inside := strings.CutPrefix(file.Name, "promise-slo-datasource/")
		want, known := files[name]
		if !inside || !known {
			t.Errorf("unexpected file %s", file.Name)
			continue
		}
		if file.Mode() != want.Mode {
			t.Errorf("%s has the mode %v, want %v", name, file.Mode(), want.Mode)
		}
		content, err := fs.ReadFile(archive, file.Name)
		if err != nil || string(content) != string(want.Data) {
			t.Errorf("%s contains %q, %v", name, content, err)
		}
	}
	if got := len(archive.File); got != len(files) {
		t.Errorf("there are %d files, want %d", got, len(files))
	}
}

func TestWriteDigests(t *testing.T) {
	path := filepath.Join(t.TempDir(), "some.zip")
	if err := os.WriteFile(path, []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := writeDigests(path); err != nil {
		t.Fatal(err)
	}
	// The digests of "abc" are examples of FIPS 180.
	if got, want := read(t, path+".sha1"), "a9993e364706816aba3e25717850c26c9cd0d89d  some.zip\n"; got != want {
		t.Errorf("sha1: %q, want %q", got, want)
	}
	if got, want := read(t, path+".sha256"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  some.zip\n"; got != want {
		t.Errorf("sha256: %q, want %q", got, want)
	}
}

// TestPluginJSON checks what Grafana's validator would find only in a package:
// that the files which plugin.json names exist, and that its version and date
// are those of the build.
func TestPluginJSON(t *testing.T) {
	const top = "../.."
	var plugin struct {
		Info struct {
			Version, Updated string
			Logos            struct{ Small, Large string }
			Screenshots      []struct{ Path string }
		}
	}
	if err := json.Unmarshal([]byte(read(t, filepath.Join(top, "plugin.json"))), &plugin); err != nil {
		t.Fatal(err)
	}
	paths := []string{plugin.Info.Logos.Small, plugin.Info.Logos.Large}
	for _, s := range plugin.Info.Screenshots {
		paths = append(paths, s.Path)
	}
	for _, path := range paths {
		info, err := os.Stat(filepath.Join(top, "src", path))
		if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
			t.Errorf("plugin.json names %s, which src does not contain: %v", path, err)
		}
	}
	if plugin.Info.Version != "%VERSION%" || plugin.Info.Updated != "%TODAY%" {
		t.Errorf("plugin.json has the version %q of %q; package.json has the only one", plugin.Info.Version, plugin.Info.Updated)
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
