package dashboards

import (
	"time"

	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/table"

	"github.com/promise-slo/promise-slo-datasource/pkg/api"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// barColumn names the column of bars. A table shows a field once, so it is computed
// from the share that is shown beside it.
const barColumn = "Budget left"

// Grafana draws bars for the whole width of their cells, padding included: a bar that
// fills its cell stands for fullBar, and one of 1 for a full budget.
const (
	barWidth    = 104
	cellPadding = 13
	fullBar     = float64(barWidth) / (barWidth - cellPadding)
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
		WithTransformation(dashboard.DataTransformerConfig{Id: "merge", Options: object{}}).
		WithTransformation(dashboard.DataTransformerConfig{Id: "calculateField", Options: object{
			"mode": "binary", "alias": barColumn, "replaceFields": false,
			"binary": object{
				"left":     object{"matcher": object{"id": "byName", "options": "Budget remaining"}},
				"operator": "*",
				"right":    object{"fixed": "1"},
			},
		}})
	return withColumns(panel, statusColumns())
}

// statusColumns returns the columns, of which those up to the promise's signatures fit
// beside the menu into 1366 pixels.
func statusColumns() []column {
	least, most := property("min", 0), property("max", 1)
	sparkline := property("custom.cellOptions", object{
		"type": "sparkline", "hideValue": true, "lineWidth": 1, "fillOpacity": 15, "showPoints": "never",
	})
	return []column{
		{title: "Firing", as: "Fires", width: 60, properties: with(colored, firingWords())},
		{title: "State", width: 86, properties: with(colored, stateWords())},
		{title: "Title", as: "Promise", properties: with(wrapped, minWidth(150), links(toSLO))},
		{title: barColumn, width: barWidth, properties: with(bar, least, property("max", fullBar), property("unit", "percentunit"), remainingThresholds(), left)},
		{title: "Budget remaining", as: "Left", width: 58, properties: with(property("decimals", 0))},
		{title: "Events left", as: "Events", width: 68, properties: with(property("unit", "short"), property("decimals", 0))},
		{title: "Outage left", as: "Outage", width: 76},
		{title: "Runs out", width: 92, properties: with(fromNow)},
		{title: "Chance of a miss", as: "Miss", width: 56},
		{title: "Signed", width: 80, properties: with(coloredText, flagWords("Signed", "Unsigned", false))},
		{title: "Drift", width: 66, properties: with(coloredText, flagWords("Drifted", "None", true))},
		{title: "Policy action", as: "Policy", properties: with(wrapped, minWidth(120))},
		{title: "Trend #B", as: "Trend", width: 80, properties: with(sparkline, textColor, least, most)},
		{title: "SLI", width: 80},
		{title: "Target", width: 70},
		{title: "SLI yesterday", as: "Yesterday", width: 90},
		{title: "Burn rate 1h", as: "Burn 1 h", width: 78, properties: with(coloredText)},
		{title: "Burn rate 1d", as: "Burn 1 d", width: 78, properties: with(coloredText)},
		{title: "Team", width: 95, properties: with(links(toTeam), filterable)},
		{title: "Owner", width: 95},
		{title: "Window", width: 180},
		{title: "Error", width: 500},
		{title: "SLO", properties: with(hidden)},
	}
}

// remainingThresholds returns the thresholds of the share that is left.
func remainingThresholds() dashboard.DynamicConfigValue {
	return thresholds(loudest, threshold{0, "orange"}, threshold{budget.AtRiskRemaining, "semi-dark-blue"})
}
