package build

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestFuzzTargets(t *testing.T) {
	const listing = `FuzzRewrite
FuzzParse
ok  	example.org/pkg/promql	0.006s
?   	example.org/pkg/budget	[no test files]
ok  	example.org/pkg/slo	0.006s
FuzzRead
ok  	example.org/pkg/definition	0.010s
`
	want := []fuzzTarget{
		{"FuzzRewrite", "example.org/pkg/promql"},
		{"FuzzParse", "example.org/pkg/promql"},
		{"FuzzRead", "example.org/pkg/definition"},
	}
	if got := fuzzTargets(listing); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestCopyTree(t *testing.T) {
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "dist")
	for _, name := range []string{"logo.svg", "deep/er/screenshot.png"} {
		path := filepath.Join(from, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := copyTree(from, to); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(to, "deep/er/screenshot.png"))
	if err != nil || string(got) != "deep/er/screenshot.png" {
		t.Errorf("copy holds %q, %v", got, err)
	}
	if err := copyTree(filepath.Join(from, "missing"), to); err == nil {
		t.Error("copying a missing file is no error")
	}
}
