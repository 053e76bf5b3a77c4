//go:build tools

// Package thanos pins the Thanos that tests run against. It is a module of its
// own so that what Thanos depends on stays out of the plugin's module graph.
package thanos

import _ "github.com/thanos-io/thanos/cmd/thanos"
