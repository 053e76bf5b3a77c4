package upstream

import (
	"context"
	"encoding/json"
	"io"
	"strings"
)

// Flavor names a program that speaks the Prometheus HTTP API.
type Flavor string

// The flavors that Buildinfo distinguishes.
const (
	Prometheus      Flavor = "Prometheus"
	Mimir           Flavor = "Mimir"
	Cortex          Flavor = "Cortex"
	Thanos          Flavor = "Thanos"
	VictoriaMetrics Flavor = "VictoriaMetrics"
)

// Build describes the server that answers.
type Build struct {
	// A guess from what the server says about itself.
	Flavor Flavor
	// The server's own version, empty for a private build; VictoriaMetrics gives a
	// version of Prometheus that it is compatible with.
	Version, Revision string
}

// buildinfo holds what /api/v1/status/buildinfo returns; Mimir and Cortex add their
// names.
type buildinfo struct {
	Application string `json:"application"`
	Version     string `json:"version"`
	Revision    string `json:"revision"`
	GoVersion   string `json:"goVersion"`
}

// Buildinfo returns which server answers. Some servers, such as old ones of Cortex,
// do not know; the error's Kind is NotPrometheus then, although they can answer
// queries.
func (c *Client) Buildinfo(ctx context.Context) (Build, error) {
	r := request{path: "api/v1/status/buildinfo", get: true}
	return shareFlight(ctx, c, r.key(), func(ctx context.Context) (Build, error) {
		return fetch(ctx, c, r, decodeBuild)
	})
}

func decodeBuild(body io.Reader) (Build, error) {
	var info buildinfo
	_, err := decodeEnvelope(body, func(d *decoder) error {
		raw, err := d.ReadValue()
		if err != nil {
			return err
		}
		if err := json.Unmarshal(raw, &info); err != nil || info == (buildinfo{}) {
			return d.shape("build information")
		}
		return nil
	})
	return Build{Flavor: info.flavor(), Version: info.Version, Revision: info.Revision}, err
}

// flavor returns the application's name where there is one. Thanos has versions
// below 1, Prometheus has had none such since it has build information, and
// VictoriaMetrics names no Go version.
func (b buildinfo) flavor() Flavor {
	switch {
	case strings.Contains(b.Application, "Mimir"):
		return Mimir
	case strings.Contains(b.Application, "Cortex"):
		return Cortex
	case strings.HasPrefix(strings.TrimPrefix(b.Version, "v"), "0."):
		return Thanos
	case b.GoVersion == "":
		return VictoriaMetrics
	}
	return Prometheus
}
