package promtest

import (
	"os/exec"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
)

// Promtool runs promtool in a folder and returns what it prints. It builds promtool
// if this machine has none. If promtool fails, so does the test.
func Promtool(t testing.TB, dir string, args ...string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: this test runs promtool")
	}
	binary, err := prometheus.Promtool(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	promtool := exec.CommandContext(t.Context(), binary, args...)
	promtool.Dir = dir
	out, err := promtool.CombinedOutput()
	if err != nil {
		t.Errorf("promtool %q: %v\n%s", args, err, out)
	}
	return string(out)
}
