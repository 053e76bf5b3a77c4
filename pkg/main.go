// The plugin's executable, which Grafana starts.
package main

import (
	"os"

	"github.com/grafana/grafana-plugin-sdk-go/backend/datasource"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"

	"github.com/promise-slo/promise-slo-datasource/pkg/plugin"
)

func main() {
	if err := datasource.Manage("promise-slo-datasource", plugin.Factory(), datasource.ManageOpts{}); err != nil {
		log.DefaultLogger.Error(err.Error())
		os.Exit(1)
	}
}
