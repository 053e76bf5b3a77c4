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
	const reading = `**A promise is kept while error budget remains.** The worst stand first. The bar is the budget that remains of the
window, the line beside it how it came to that over the time shown. A burn rate of 1 spends exactly the budget by the
window's end. No date means that no exhaustion is in sight. *Unsigned*: not everyone who should has agreed. *Drifted*:
the target is not the one that was promised. *No data* is not health: nobody knows.`
	const none = "No SLO is defined: write definitions in the settings of the data source."
	byState := dashboard.DataTransformerConfig{Id: "groupBy", Options: object{"fields": object{
		"State": object{"operation": "groupby", "aggregations": []string{}},
		"SLO":   object{"operation": "aggregate", "aggregations": []string{"count"}},
	}}}
	return page(overviewUID, "Promises", "Every service level objective of everyone, the worst first.").
		WithPanel(stat.NewPanelBuilder().
			Title("How the promises stand").
			Description("How many service level objectives are in which state.").
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
		WithPanel(s.statusTable("Every promise", "How every service level objective stands, the worst first.", "", none).
			Span(24).Height(22))
}
