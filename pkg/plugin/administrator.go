package plugin

import (
	"context"
	"fmt"
	"os"

	"github.com/alecthomas/units"
	"github.com/grafana/grafana-plugin-sdk-go/config"
)

// The settings of the administrator are environment variables. Grafana passes
// those that begin with GF_PLUGIN_ if its configuration has the key in the section
// [plugin.promise-slo-datasource]. The others are for those who start the plugin
// otherwise.
var (
	// rootVariables name the folder below which definitions may be read: the
	// key definitions_root.
	rootVariables = []string{"PROMISE_DEFINITIONS_ROOT", "GF_PLUGIN_DEFINITIONS_ROOT"}
	// memoryVariables name how much memory all ledgers may take: the key
	// ledger_memory.
	memoryVariables = []string{"PROMISE_LEDGER_MEMORY", "GF_PLUGIN_LEDGER_MEMORY"}
	// requestVariables name how large a request of Grafana may be: the key
	// request_size.
	requestVariables = []string{"PROMISE_REQUEST_SIZE", "GF_PLUGIN_REQUEST_SIZE"}
)

// defaultRequestSize lets 100 queries of 64 KiB through with half a megabyte of
// settings, or a text of 4 MiB with three megabytes.
const defaultRequestSize = 7 << 20

// allowedRoot returns the folder below which definitions may be read, empty if the
// administrator allows none.
func allowedRoot(ctx context.Context) string { return administrator(ctx, rootVariables) }

// allowedMemory returns the bytes that ledgers may take, 0 if the administrator
// leaves it to the default.
func allowedMemory(ctx context.Context) (int64, error) {
	text := administrator(ctx, memoryVariables)
	if text == "" {
		return 0, nil
	}
	bytes, err := units.ParseBase2Bytes(text)
	if err != nil || bytes < 1<<20 {
		return 0, fmt.Errorf("ledger_memory is %q in Grafana's configuration; write a size of at least 1MiB, such as 512MiB", text)
	}
	return int64(bytes), nil
}

// RequestSize returns the most bytes that the process receives in one request. It
// holds for all data sources, and before there is one. With an error it is the
// default.
func RequestSize() (int, error) {
	text := administrator(context.Background(), requestVariables)
	if text == "" {
		return defaultRequestSize, nil
	}
	bytes, err := units.ParseBase2Bytes(text)
	if err != nil || bytes < 1<<20 || bytes > 1<<30 {
		return defaultRequestSize, fmt.Errorf("request_size is %q in Grafana's configuration; write a size from 1MiB to 1GiB, such as 7MiB", text)
	}
	return int(bytes), nil
}

// administrator returns the first of the variables that is set, in the plugin's
// own environment or in Grafana's configuration.
func administrator(ctx context.Context, variables []string) string {
	grafana := config.GrafanaConfigFromContext(ctx)
	for _, name := range variables {
		if value := os.Getenv(name); value != "" {
			return value
		}
		if value := grafana.Get(name); value != "" {
			return value
		}
	}
	return ""
}
