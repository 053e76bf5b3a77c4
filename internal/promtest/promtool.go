package promtest

import (
	"os/exec"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
)

// Promtool runs promtool, which it builds if this machine has none, and gives
// what it prints. If it fails, so does the test.
func Promtool(t testing.TB, args ...string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: this test runs promtool")
	}
	binary, err := prometheus.Promtool(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), binary, args...).CombinedOutput()
	if err != nil {
		t.Errorf("promtool %q: %v\n%s", args, err, out)
	}
	return string(out)
}
