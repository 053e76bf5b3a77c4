//go:build tools

// Package promtool pins the tool by which tests check rules and run their unit
// tests. It is a module of its own, as the server is, so that what it depends
// on stays out of the plugin's module graph.
package promtool

import _ "github.com/prometheus/prometheus/cmd/promtool"
