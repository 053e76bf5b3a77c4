//go:build tools

// Package vmalert pins the vmalert that tests load rules into. It is a module of
// its own so that what vmalert depends on stays out of the plugin's module graph.
package vmalert

import _ "github.com/VictoriaMetrics/VictoriaMetrics/app/vmalert"
