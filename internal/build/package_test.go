package build

import (
	"archive/zip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const someMetadata = `{
  "id": "promise-slo-datasource", "type": "datasource", "name": "SLO Promise", "executable": "gpx_promise_slo",
  "info": {
    "description": "Objectives", "version": "1.2.3", "updated": "2026-01-31",
    "links": [{"name": "Source", "url": "https://example.com"}],
    "logos": {"small": "img/logo.svg", "large": "img/logo.svg"},
    "screenshots": [{"name": "Promises", "path": "img/promises.png"}]
  },
  "includes": [{"type": "dashboard", "name": "Promises", "path": "dashboards/promises.json"}],
  "dependencies": {"grafanaDependency": ">=12.0.0"}
}`

// somePlugin is a folder with a plugin that the catalogue would take.
func somePlugin(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	write(t, folder, "plugin.json", someMetadata)
	plugin, err := readMetadata(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range named(plugin) {
		write(t, folder, name, "content of "+name)
	}
	return folder
}

func write(t *testing.T, folder, name, content string) {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestRefusals(t *testing.T) {
	remove := func(name string) func(*testing.T, string) {
		return func(t *testing.T, folder string) {
			if err := os.Remove(filepath.Join(folder, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	change := func(from, to string) func(*testing.T, string) {
		return func(t *testing.T, folder string) {
			write(t, folder, "plugin.json", strings.Replace(someMetadata, from, to, 1))
		}
	}
	for _, c := range []struct {
		name   string
		damage func(*testing.T, string)
		want   string
	}{
		{"nothing wrong", func(*testing.T, string) {}, ""},
		{"a platform is missing", remove("gpx_promise_slo_linux_arm"), "gpx_promise_slo_linux_arm is missing or empty"},
		{"no front end", remove("module.js"), "module.js is missing or empty"},
		{"a dashboard is missing", remove("dashboards/promises.json"), "dashboards/promises.json is missing or empty"},
		{"a screenshot is missing", remove("img/promises.png"), "img/promises.png is missing or empty"},
		{"the id is no id", change("promise-slo-datasource", "promise"), `id: "promise" is not ORGANISATION-NAME-TYPE`},
		{"the version is no version", change("1.2.3", "soon"), `info.version: "soon" is no semantic version`},
		{"the date is no date", change("2026-01-31", "yesterday"), `info.updated: "yesterday" is no date`},
		{"a hidden file", func(t *testing.T, folder string) { write(t, folder, ".env", "secret") }, ".env does not belong into a package"},
		{"a link into the repository", func(t *testing.T, folder string) { write(t, folder, "README.md", "\n[more](docs/more.md)") },
			"README.md:2: the link [more](docs/more.md) leads nowhere"},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := somePlugin(t)
			c.damage(t, folder)
			plugin, err := readMetadata(folder)
			if err != nil {
				t.Fatal(err)
			}
			found := refusals(folder, plugin)
			if c.want == "" && len(found) != 0 || c.want != "" && !slices.ContainsFunc(found, func(err error) bool { return strings.Contains(err.Error(), c.want) }) {
				t.Errorf("refused for %q, want %q", found, c.want)
			}
		})
	}
}

func TestPack(t *testing.T) {
	folder := somePlugin(t)
	plugin, err := readMetadata(folder)
	if err != nil {
		t.Fatal(err)
	}
	to := t.TempDir()
	first, second := filepath.Join(to, "first.zip"), filepath.Join(to, "second.zip")
	for _, path := range []string{first, second} {
		if err := pack(folder, path, plugin); err != nil {
			t.Fatal(err)
		}
	}
	if a, b := read(t, first), read(t, second); a != b {
		t.Error("the same files give other bytes")
	}
	archive, err := zip.OpenReader(first)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	for _, file := range archive.File {
		name, inside := strings.CutPrefix(file.Name, "promise-slo-datasource/")
		if !inside {
			t.Errorf("%s is not in the plugin's folder", file.Name)
		}
		program := strings.HasPrefix(name, "gpx_")
		if executable := file.Mode().Perm()&0o111 != 0; executable != program {
			t.Errorf("%s has the mode %v", name, file.Mode())
		}
	}
	if got, want := len(archive.File), len(named(plugin))+1; got != want {
		t.Errorf("there are %d files, want %d", got, want)
	}
}

func TestDigests(t *testing.T) {
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

func TestAbsolute(t *testing.T) {
	const text = "See [the ledger](docs/ledger.md#grid), ![picture](docs/images/promises.png), [Sloth](https://github.com/slok/sloth) and [below](#below)."
	const want = "See [the ledger](" + source + "/blob/main/docs/ledger.md#grid), ![picture](" + source +
		"/raw/main/docs/images/promises.png), [Sloth](https://github.com/slok/sloth) and [below](#below)."
	if got := absolute(text); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestVersion holds together what tells the version of the plugin.
func TestVersion(t *testing.T) {
	plugin, err := readMetadata("../..")
	if err != nil {
		t.Fatal(err)
	}
	if front := read(t, "../../package.json"); !strings.Contains(front, `"version": "`+plugin.Info.Version+`"`) {
		t.Errorf("package.json has another version than plugin.json, which has %s", plugin.Info.Version)
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
