package upstream

import (
	"context"
	"encoding/json"
	"io"
	"strings"
)

// Flavour is the program that speaks the Prometheus HTTP API.
type Flavour string

// The flavours that Buildinfo tells apart.
const (
	Prometheus      Flavour = "Prometheus"
	Mimir           Flavour = "Mimir"
	Cortex          Flavour = "Cortex"
	Thanos          Flavour = "Thanos"
	VictoriaMetrics Flavour = "VictoriaMetrics"
)

// Build says which server answers.
type Build struct {
	// Flavour is a guess from what the server says about itself.
	Flavour Flavour
	// Version is the server's own, empty for a private build; VictoriaMetrics
	// names a version of Prometheus that it is compatible with.
	Version, Revision string
}

// buildinfo is what /api/v1/status/buildinfo says; Mimir and Cortex add their
// names.
type buildinfo struct {
	Application string `json:"application"`
	Version     string `json:"version"`
	Revision    string `json:"revision"`
	GoVersion   string `json:"goVersion"`
}

// Buildinfo asks the server what it is. Some servers, such as old ones of
// Cortex, do not know; the error's Kind is NotPrometheus then, although they
// can answer queries.
func (c *Client) Buildinfo(ctx context.Context) (Build, error) {
	r := request{path: "api/v1/status/buildinfo", get: true}
	return share(ctx, c, r.question(), func(ctx context.Context) (Build, error) {
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
	return Build{Flavour: info.flavour(), Version: info.Version, Revision: info.Revision}, err
}

// flavour goes by the application's name where there is one. Thanos has
// versions below 1, Prometheus has not had such since it knows build
// information, and VictoriaMetrics names no Go version.
func (b buildinfo) flavour() Flavour {
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
