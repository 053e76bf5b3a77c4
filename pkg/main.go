// The plugin's executable, which Grafana starts.
package main

import (
	"os"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/datasource"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"

	"github.com/promise-slo/promise-slo-datasource/pkg/plugin"
	"github.com/promise-slo/promise-slo-datasource/pkg/wire"
)

func main() {
	size, err := plugin.RequestSize()
	if err != nil {
		log.DefaultLogger.Error(err.Error()) // Every data source tells it as well.
	}
	wire.Register()
	if err := datasource.Manage("promise-slo-datasource", plugin.Factory(), datasource.ManageOpts{
		GRPCSettings: backend.GRPCSettings{MaxReceiveMsgSize: size},
	}); err != nil {
		log.DefaultLogger.Error(err.Error())
		os.Exit(1)
	}
}
