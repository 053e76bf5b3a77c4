package main

import (
	"context"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	process "github.com/promise-slo/promise-slo-datasource/internal/plugin"
)

// build builds one of the project's executables.
func build(t *testing.T, name, source string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: this test builds an executable")
	}
	binary := filepath.Join(t.TempDir(), name)
	if output, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, source).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	return binary
}

// startPlugin starts the plugin's executable.
func startPlugin(t *testing.T) *process.Process {
	t.Helper()
	p, err := process.Start(context.WithoutCancel(t.Context()), build(t, "gpx_promise_slo", "../.."))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Stop)
	return p
}

// processSource is a data source of the plugin's process.
type processSource struct {
	*process.Process
	settings backend.PluginContext
}

// processOf returns a data source of the process with definitions. Another version of
// its settings has another number.
func processOf(t *testing.T, p *process.Process, address, definitions string, version int) processSource {
	t.Helper()
	settings := settingsOf(t, address, definitions)
	settings.Updated = time.Unix(int64(version+1), 0)
	return processSource{p, backend.PluginContext{PluginID: settings.Type, DataSourceInstanceSettings: &settings}}
}

func (d processSource) QueryData(ctx context.Context, req *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	req.PluginContext = d.settings
	return d.Process.QueryData(ctx, req)
}

// get asks for a resource.
func (d processSource) get(ctx context.Context, address string) (*backend.CallResourceResponse, error) {
	return d.CallResource(ctx, &backend.CallResourceRequest{PluginContext: d.settings, Method: "GET", Path: "gate", URL: address})
}
