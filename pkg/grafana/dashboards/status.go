package dashboards

import (
	"time"

	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/table"

	"github.com/promise-slo/promise-slo-datasource/pkg/api"
)

// statusTable returns a table with a row for each SLO, the worst first, and none as
// what it says without one.
func (s source) statusTable(title, description, slos, none string) *table.PanelBuilder {
	lookbacks := []api.Duration{api.Duration(time.Hour), api.Duration(24 * time.Hour)}
	panel := newTable(title, description).
		NoValue(none).
		MaxDataPoints(60).
		WithTarget(s.query("A", api.Query{QueryType: api.Status, SLOs: slos, Lookbacks: lookbacks})).
		WithTarget(s.query("B", api.Query{QueryType: api.Budget, SLOs: slos})).
		CellHeight(common.TableCellHeightSm).
		// Without the filter, a table of one row, or whose times happen to grow,
		// would be taken for a time series too.
		WithTransformation(dashboard.DataTransformerConfig{
			Id:      "timeSeriesTable",
			Filter:  &dashboard.MatcherConfig{Id: "byRefId", Options: "B"},
			Options: object{"B": object{"timeField": "time"}},
		}).
		WithTransformation(dashboard.DataTransformerConfig{Id: "merge", Options: object{}})
	return withColumns(panel, statusColumns())
}

func statusColumns() []column {
	least, most := property("min", 0), property("max", 1)
	sparkline := property("custom.cellOptions", object{
		"type": "sparkline", "hideValue": true, "lineWidth": 1, "fillOpacity": 15, "showPoints": "never",
	})
	return []column{
		{title: "State", width: 90, properties: with(colored)},
		{title: "Firing", as: "Fires", width: 65, properties: with(colored)},
		{title: "Title", as: "Promise", properties: with(minWidth(210), links(toSLO))},
		{title: "SLI", width: 80},
		{title: "Target", width: 70},
		{title: "SLI yesterday", as: "Yesterday", width: 85},
		{title: "Budget remaining", width: 140, properties: with(bar, least, most)},
		{title: "Outage left", width: 90},
		{title: "Trend #B", as: "Trend", width: 140, properties: with(sparkline, textColor, least, most)},
		{title: "Burn rate 1h", as: "Burn 1 h", width: 72, properties: with(coloredText)},
		{title: "Burn rate 1d", as: "Burn 1 d", width: 72, properties: with(coloredText)},
		{title: "Runs out", width: 145, properties: with(moment)},
		{title: "Team", width: 82, properties: with(links(toTeam))},
		{title: "Owner", width: 82},
		{title: "Signed", width: 78, properties: with(coloredText)},
		{title: "Drift", width: 65, properties: with(coloredText)},
		{title: "Policy action", width: 250},
		{title: "Window", width: 180},
		{title: "Error", width: 500},
		{title: "SLO", properties: with(hidden)},
	}
}
