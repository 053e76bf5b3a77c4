package plugin

import (
	"context"
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
