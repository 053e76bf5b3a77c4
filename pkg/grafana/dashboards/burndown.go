package dashboards

import (
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/statushistory"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"

	"github.com/promise-slo/promise-slo-datasource/pkg/api"
)

// The names of the lines of a forecast.
const (
	badCase  = "bad case, 1 in 10"
	median   = "forecast"
	goodCase = "good case, 9 in 10"
)

// burnDown returns a panel of the error budget as it was and as it may be, on one axis:
// the front end of the plugin lets it reach as far as the forecast.
func (s source) burnDown() *timeseries.PanelBuilder {
	panel := withoutSLO(s.curves("Budget left: past and forecast",
		"The share of the error budget. Dashed: the forecast's median, in a band that holds eight of ten outcomes. Projected: if the burn rate of now goes on. "+
			"Ideal: what a burn rate of 1 leaves. A rolling window regains the budget of its oldest errors; a calendar window begins with all of its budget.",
		ofObjective(api.Projection)))
	for _, line := range []struct{ name, shown string }{{"p10", badCase}, {"p50", median}, {"p90", goodCase}} {
		panel.WithTransformation(dashboard.DataTransformerConfig{Id: "renameByRegex", Options: object{"regex": line.name + "$", "renamePattern": line.shown}})
	}
	band := with(property("custom.lineWidth", 0), property("custom.hideFrom", object{"legend": true, "tooltip": false, "viz": false}))
	return panel.AxisSoftMin(0).
		AxisSoftMax(1).
		ThresholdsStyle(common.NewGraphThresholdsStyleConfigBuilder().Mode(common.GraphThresholdsStyleModeLine)).
		OverrideByRegexp("/.*/", with(thresholds(quiet, threshold{0, "red"}))).
		OverrideByRegexp("/remaining$/", with(property("custom.fillOpacity", 10))).
		OverrideByRegexp("/projected$/", with(lineStyle("dash", 2, 6), property("color", object{"mode": "fixed", "fixedColor": "red"}))).
		OverrideByRegexp("/"+median+"$/", with(lineStyle("dash", 8, 8))).
		OverrideByRegexp("/(bad|good) case/", band).
		OverrideByRegexp("/good case/", with(property("custom.fillBelowTo", badCase), property("custom.fillOpacity", 22))).
		OverrideByRegexp("/ideal$/", with(lineStyle("dot", 0, 8), textColor, property("custom.lineWidth", 1)))
}

// lineStyle returns the property of lines that are not solid.
func lineStyle(fill string, lengths ...int) dashboard.DynamicConfigValue {
	return property("custom.lineStyle", object{"fill": fill, "dash": lengths})
}

// withoutSLO takes the SLO's name from those of the lines: the page is about one.
func withoutSLO(panel *timeseries.PanelBuilder) *timeseries.PanelBuilder {
	return panel.WithTransformation(dashboard.DataTransformerConfig{Id: "renameByRegex", Options: object{
		"regex": `^.*? · (.+)$`, "renamePattern": "$1",
	}})
}

// dayHistory returns a panel of how much of the budget each of the last ninety days took.
func (s source) dayHistory() *statushistory.PanelBuilder {
	return statushistory.NewPanelBuilder().
		Title("Day by day").
		Description("The share of the whole window's budget that each of the last 90 days took, or each day of the time range if that is absolute: orange from 5 %, red from 25 %. Days without data are empty.").
		WithTarget(s.query("A", ofObjective(api.Days))).
		TimeFrom("90d").
		HideTimeOverride(true).
		WithTransformation(only([]string{"Day", "Title", "Budget taken"})).
		WithTransformation(dashboard.DataTransformerConfig{Id: "partitionByValues", Options: object{
			"fields": []string{"Title"}, "keepFields": false, "naming": object{"asLabels": true},
		}}).
		WithTransformation(dashboard.DataTransformerConfig{Id: "renameByRegex", Options: object{"regex": "^Budget taken.*", "renamePattern": "Budget taken"}}).
		NoValue("No data in the time range, or no such SLO.").
		ShowValue(common.VisibilityModeNever).
		RowHeight(0.9).
		PerPage(0).
		ColWidth(0.85).
		Legend(common.NewVizLegendOptionsBuilder().ShowLegend(false).DisplayMode(common.LegendDisplayModeList).Placement(common.LegendPlacementBottom).Calcs([]string{}))
}
