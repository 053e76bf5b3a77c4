package dashboards

import (
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/stat"

	"github.com/promise-slo/promise-slo-datasource/pkg/api"
)

// overview builds the page of all SLOs. It has no variables, so that it can be
// shared as a public dashboard.
func overview(s source) *dashboard.DashboardBuilder {
	const reading = `**An SLO is met while error budget remains.** The worst come first. The bar is the budget remaining in the window, the
line beside it its course over the time range. A burn rate of 1 consumes exactly the budget over the window. Without a
date, no exhaustion is in sight. *Unsigned*: not everyone who should has agreed. *Drifted*: the target differs from the
one that was promised. *No data* does not mean healthy.`
	const none = "No SLOs yet: add definitions in the settings of the data source."
	byState := dashboard.DataTransformerConfig{Id: "groupBy", Options: object{"fields": object{
		"State": object{"operation": "groupby", "aggregations": []string{}},
		"SLO":   object{"operation": "aggregate", "aggregations": []string{"count"}},
	}}}
	return page(overviewUID, "Promises", "All service level objectives, the worst first.").
		WithPanel(stat.NewPanelBuilder().
			Title("SLOs by state").
			Description("The number of SLOs in each state.").
			WithTarget(s.query("A", api.Query{QueryType: api.Status})).
			WithTransformation(byState).
			ReduceOptions(common.NewReduceDataOptionsBuilder().Values(true).Fields("")).
			TextMode(common.BigValueTextModeValueAndName).
			WideLayout(false).
			Orientation(common.VizOrientationAuto).
			ColorMode(common.BigValueColorModeNone).
			NoValue(none).
			Span(12).Height(4)).
		WithPanel(explanation(reading).Span(12).Height(4)).
		WithPanel(s.statusTable("All SLOs", "The state of each SLO, the worst first.", "", none).
			Span(24).Height(22))
}
