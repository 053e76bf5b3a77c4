//go:build tools

// Package prometheus pins the Prometheus server that tests, benchmarks and the
// demo run against. It is a module of its own so that the server's service
// discovery dependencies stay out of the plugin's module graph.
package prometheus

import _ "github.com/prometheus/prometheus/cmd/prometheus"
