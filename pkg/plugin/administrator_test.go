package plugin

import (
	"context"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/config"
)

func TestAllowedRoot(t *testing.T) {
	for _, name := range rootVariables {
		t.Setenv(name, "")
	}
	granted := config.WithGrafanaConfig(t.Context(), config.NewGrafanaCfg(map[string]string{"GF_PLUGIN_DEFINITIONS_ROOT": "/granted"}))
	check := func(ctx context.Context, want string) {
		t.Helper()
		if got := allowedRoot(ctx); got != want {
			t.Errorf("root is %q, want %q", got, want)
		}
	}
	check(t.Context(), "")
	check(granted, "/granted")
	t.Setenv("GF_PLUGIN_DEFINITIONS_ROOT", "/configured")
	check(t.Context(), "/configured")
	t.Setenv("PROMISE_DEFINITIONS_ROOT", "/own")
	check(granted, "/own")
}

// TestRequestSize reads the size from the environment.
func TestRequestSize(t *testing.T) {
	for text, want := range map[string]int{"": defaultRequestSize, "1MiB": 1 << 20, "64MiB": 64 << 20, "1GiB": 1 << 30} {
		t.Setenv("GF_PLUGIN_REQUEST_SIZE", text)
		if got, err := RequestSize(); got != want || err != nil {
			t.Errorf("%q is %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"0", "1KiB", "2GiB", "-1MiB", "much"} {
		t.Setenv("GF_PLUGIN_REQUEST_SIZE", text)
		if _, err := RequestSize(); err == nil || !strings.Contains(err.Error(), `request_size is "`+text) {
			t.Errorf("%q: %v", text, err)
		}
	}
	t.Setenv("PROMISE_REQUEST_SIZE", "8MiB")
	if got, err := RequestSize(); got != 8<<20 || err != nil {
		t.Errorf("the plugin's own variable does not go first: %d, %v", got, err)
	}
}
