//go:build tools

// Package mimir pins the Mimir server that tests run against. It is a module of
// its own so that what the server depends on stays out of the plugin's module
// graph. Its go.mod repeats the replacements of Mimir's, which Go otherwise
// ignores.
package mimir

import (
	_ "github.com/grafana/mimir/cmd/mimir"
	_ "github.com/grafana/mimir/cmd/mimirtool"
)
