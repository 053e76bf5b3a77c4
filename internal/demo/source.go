package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/internal/plugin"
)

const (
	pluginID = "promise-slo-datasource"
	// definitionsFolder names where the definitions are, below the folder that
	// the plugin may read.
	definitionsFolder = "shop"
)

// made makes what is in the plugin's folder.
func (d *demo) made(build func() error) work {
	return func() (string, error) { return d.Plugin, build() }
}

// executable returns the name under which Grafana looks for the plugin's.
func executable() string {
	name := "gpx_promise_slo_" + runtime.GOOS + "_" + runtime.GOARCH
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return name
}

func (d *demo) startPlugin(ctx context.Context) work {
	return func() (string, error) {
		var err error
		root := "PROMISE_DEFINITIONS_ROOT=" + filepath.Dir(d.definitions)
		// The end of ctx would kill it, and leave its socket behind: it is
		// stopped instead.
		ctx := context.WithoutCancel(ctx)
		if d.plugin, err = plugin.Start(ctx, filepath.Join(d.folder, executable()), root); err != nil {
			return "", err
		}
		return executable(), nil
	}
}

// source returns the data source as Grafana describes it to the plugin.
func (d *demo) source() (backend.PluginContext, error) {
	settings, err := json.Marshal(map[string]any{
		"definitions": map[string]string{"source": "folder", "folder": definitionsFolder},
	})
	return backend.PluginContext{Namespace: "default", PluginID: pluginID, DataSourceInstanceSettings: &backend.DataSourceInstanceSettings{
		ID: 1, UID: "promise", Type: pluginID, Name: "Promise", URL: d.server.URL, JSONData: settings, Updated: d.now,
	}}, err
}

func (d *demo) checkHealth(ctx context.Context) work {
	return func() (string, error) {
		source, err := d.source()
		if err != nil {
			return "", err
		}
		health, err := d.plugin.CheckHealth(ctx, &backend.CheckHealthRequest{PluginContext: source})
		switch {
		case err != nil:
			return "", err
		case health.Status != backend.HealthStatusOk:
			return "", fmt.Errorf("%s: %s", health.Status, health.Message)
		}
		return health.Message, nil
	}
}

// question describes a query as a panel would send it.
type question struct {
	kind string
	// slos selects SLOs, all if it is empty.
	slos     string
	from, to time.Time
}

// The number of points of a panel; tables have none.
const resolution = 500

// ask asks the plugin; the answer is one frame.
func (d *demo) ask(ctx context.Context, q question) (*data.Frame, error) {
	source, err := d.source()
	if err != nil {
		return nil, err
	}
	model, err := json.Marshal(map[string]string{"queryType": q.kind, "slos": q.slos})
	if err != nil {
		return nil, err
	}
	answers, err := d.plugin.QueryData(ctx, &backend.QueryDataRequest{PluginContext: source, Queries: []backend.DataQuery{{
		RefID: "A", QueryType: q.kind, JSON: model, MaxDataPoints: resolution,
		Interval: q.to.Sub(q.from) / resolution, TimeRange: backend.TimeRange{From: q.from, To: q.to},
	}}})
	if err != nil {
		return nil, fmt.Errorf("asking the plugin for %s: %w", q.kind, err)
	}
	frame, err := single(answers.Responses["A"])
	if err != nil {
		return nil, fmt.Errorf("the plugin's answer to %s: %w", q.kind, err)
	}
	return frame, nil
}

func single(r backend.DataResponse) (*data.Frame, error) {
	switch {
	case r.Error != nil:
		return nil, r.Error
	case len(r.Frames) == 0:
		return nil, errors.New("there is no frame in it")
	case len(r.Frames) > 1:
		return nil, fmt.Errorf("there are %d frames in it instead of one table", len(r.Frames))
	}
	return r.Frames[0], nil
}
