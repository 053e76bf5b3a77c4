package build

import (
	"context"
	"errors"
	"path/filepath"

	sdk "github.com/grafana/grafana-plugin-sdk-go/build"
)

// dist names the folder that Grafana loads the plugin from.
const dist = "dist"

// Plugin writes the dashboards and builds the plugin's executable for this
// machine. The front end's build adds everything else.
func Plugin() error {
	if err := Dashboards(); err != nil {
		return err
	}
	return sdk.Build{}.Backend()
}

// PluginForAll does what Plugin does for all platforms that Grafana runs on.
func PluginForAll() error {
	if err := Dashboards(); err != nil {
		return err
	}
	sdk.BuildAll()
	return nil
}

// Dashboards writes the dashboards that the plugin brings, and what a fresh Grafana
// starts with.
func Dashboards() error {
	return errors.Join(writeDashboards(filepath.Join(dist, "dashboards")), Provision(context.Background(), "provisioning"))
}
