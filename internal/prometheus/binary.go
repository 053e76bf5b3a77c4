package prometheus

import (
	"context"
	"path/filepath"

	"github.com/promise-slo/promise-slo-datasource/internal/program"
)

// Environment variables that name an executable to use instead of building one.
const (
	BinaryVariable   = "PROMISE_PROMETHEUS"
	PromtoolVariable = "PROMISE_PROMTOOL"
)

// Binary returns the path of a Prometheus executable, which it builds if this
// machine has none (see program.Program).
func Binary(ctx context.Context) (string, error) {
	return tool("prometheus", BinaryVariable).Binary(ctx)
}

// Promtool returns the path of a promtool, found or built as Binary does.
func Promtool(ctx context.Context) (string, error) {
	return tool("promtool", PromtoolVariable).Binary(ctx)
}

// tool describes a program of the Prometheus project.
func tool(name, variable string) program.Program {
	return program.Program{
		Name:     name,
		Module:   filepath.Join("tools", name),
		Main:     "github.com/prometheus/prometheus/cmd/" + name,
		Tags:     "remove_all_sd",
		Variable: variable,
	}
}
