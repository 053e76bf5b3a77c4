package build

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/promise-slo/promise-slo-datasource/pkg/grafana/dashboards"
)

// TestProvision holds what the build writes against the folders from which Grafana
// is told to read dashboards.
func TestProvision(t *testing.T) {
	folder := t.TempDir()
	if err := Provision(t.Context(), folder); err != nil {
		t.Fatal(err)
	}
	var config struct {
		Providers []struct{ Options struct{ Path string } }
	}
	text := read(t, "../../provisioning/dashboards/promise.yaml")
	if err := yaml.Unmarshal([]byte(text), &config); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, p := range config.Providers {
		want = append(want, os.Expand(p.Options.Path, func(string) string { return folder }))
	}
	got, err := filepath.Glob(filepath.Join(folder, "dashboards/teams/*"))
	if got = append([]string{filepath.Join(folder, "dashboards/promises")}, got...); err != nil || !slices.Equal(got, want) {
		t.Errorf("wrote %v, Grafana reads %v (%v)", got, want, err)
	}
	if _, err := os.Stat(filepath.Join(folder, "alerting/rules.yaml")); err != nil {
		t.Error(err)
	}
}

// TestIncludes holds the dashboards against those that plugin.json names.
func TestIncludes(t *testing.T) {
	type include struct{ Type, Name, Path string }
	var plugin struct{ Includes []include }
	if err := json.Unmarshal([]byte(read(t, "../../plugin.json")), &plugin); err != nil {
		t.Fatal(err)
	}
	var want []include
	for _, d := range dashboards.All() {
		want = append(want, include{"dashboard", d.Title, "dashboards/" + d.Name + ".json"})
	}
	if !slices.Equal(plugin.Includes, want) {
		t.Errorf("plugin.json includes %v, want %v", plugin.Includes, want)
	}
	folder := t.TempDir()
	if err := writeDashboards(folder); err != nil {
		t.Fatal(err)
	}
	for _, d := range dashboards.All() {
		if !json.Valid([]byte(read(t, filepath.Join(folder, d.Name+".json")))) {
			t.Errorf("%s is no JSON", d.Name)
		}
	}
}
