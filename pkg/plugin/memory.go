package plugin

import (
	"context"
	"fmt"

	"github.com/alecthomas/units"
)

// memoryVariables name how much memory all ledgers may take together. Grafana
// passes the second one if its configuration has, in the section
// [plugin.promise-slo-datasource], the key ledger_memory.
var memoryVariables = []string{"PROMISE_LEDGER_MEMORY", "GF_PLUGIN_LEDGER_MEMORY"}

// allowedMemory returns the bytes that ledgers may take, 0 if the administrator
// leaves it to the default.
func allowedMemory(ctx context.Context) (int64, error) {
	text := granted(ctx, memoryVariables)
	if text == "" {
		return 0, nil
	}
	bytes, err := units.ParseBase2Bytes(text)
	if err != nil || bytes < 1<<20 {
		return 0, fmt.Errorf("ledger_memory is %q in Grafana's configuration; write a size of at least 1MiB, such as 512MiB", text)
	}
	return int64(bytes), nil
}
