package demo

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// builtDir is where the tests' plugin is built.
var builtDir string

func TestMain(m *testing.M) {
	var err error
	if builtDir, err = os.MkdirTemp("", "promise-plugin-"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(builtDir)
	os.Exit(code)
}

var buildOnce = sync.OnceValue(func() error {
	build := exec.Command("go", "build", "-o", filepath.Join(builtDir, executable()), "../../pkg")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	manifest, err := os.ReadFile("../../plugin.json")
	return errors.Join(err, os.WriteFile(filepath.Join(builtDir, "plugin.json"), manifest, 0o600))
})

// builtPlugin is a folder as Grafana loads it, built once for all tests.
func builtPlugin(t *testing.T) string {
	t.Helper()
	if err := buildOnce(); err != nil {
		t.Fatal(err)
	}
	return builtDir
}
