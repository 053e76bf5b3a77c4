package dashboards

import (
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"

	"github.com/promise-slo/promise-slo-datasource/pkg/api"
)

// curves returns a panel of lines over time.
func (s source) curves(title, description string, q api.Query) *timeseries.PanelBuilder {
	legend := common.NewVizLegendOptionsBuilder().
		DisplayMode(common.LegendDisplayModeList).Placement(common.LegendPlacementBottom).ShowLegend(true)
	tooltip := common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeMulti).Sort(common.SortOrderAscending)
	return timeseries.NewPanelBuilder().
		Title(title).
		Description(description).
		WithTarget(s.query("A", q)).
		NoValue("No data in the time range, or no such SLO.").
		LineWidth(2).
		FillOpacity(0).
		ShowPoints(common.VisibilityModeNever).
		Legend(legend).
		Tooltip(tooltip)
}

// dashedThresholds returns the style of thresholds that come with the data.
func dashedThresholds() *common.GraphThresholdsStyleConfigBuilder {
	return common.NewGraphThresholdsStyleConfigBuilder().Mode(common.GraphThresholdsStyleModeDashed)
}
