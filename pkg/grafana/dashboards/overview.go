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
	const reading = `The worst come first. **Budget left** is what may still fail in the window: its share, in events, and as time of full outage. **Runs
out** is when nothing is left at this rate; without a date, that is not in sight. **Miss** is the chance of that. *No data* does not mean healthy.`
	const none = "No SLOs yet: add definitions in the settings of the data source."
	return page(overviewUID, "Promises", "All service level objectives, the worst first.").
		WithPanel(s.summaryPanel(none).Span(24).Height(4)).
		WithPanel(explanation(reading).Span(24).Height(2)).
		WithPanel(s.statusTable("All SLOs", "The state of each SLO, the worst first. Unsigned: not everyone who should has agreed. "+
			"Drifted: the target differs from the one that was promised. Trend: the budget remaining over the time range.", "", none).
			Span(24).Height(22)).
		WithPanel(s.publicReviewTable().Span(24).Height(9)).
		WithPanel(s.keptTable("").Span(24).Height(9))
}

// summaryPanel returns a panel of how many SLOs need what.
func (s source) summaryPanel(none string) *stat.PanelBuilder {
	return newStat("Now", "How many objectives page somebody now, have a ticket, and are in each state. Each counts by its worst state.").
		WithTarget(s.query("A", api.Query{QueryType: api.Summary})).
		NoValue(none).
		ColorMode(common.BigValueColorModeBackgroundSolid).
		OverrideByName("Pages now", with(alarm(loudest))).
		OverrideByName("Tickets", with(alarm(strong))).
		OverrideByName("Not known", with(alarm(unknown))).
		OverrideByName("Exhausted", with(alarm(loudest))).
		OverrideByName("Burning", with(alarm(strong))).
		OverrideByName("At risk", with(alarm(tinted))).
		OverrideByName("OK", with(alarm(quiet)))
}

// newStat returns a panel of the values of a table's rows as large texts.
func newStat(title, description string) *stat.PanelBuilder {
	return stat.NewPanelBuilder().
		Title(title).
		Description(description).
		ReduceOptions(common.NewReduceDataOptionsBuilder().Values(true).Fields("/.*/")).
		TextMode(common.BigValueTextModeValueAndName).
		GraphMode(common.BigValueGraphModeNone).
		Thresholds(dashboard.NewThresholdsConfigBuilder().Mode(dashboard.ThresholdsModeAbsolute).Steps([]dashboard.Threshold{{Color: quiet}})).
		ColorMode(common.BigValueColorModeNone).
		WideLayout(false).
		Orientation(common.VizOrientationAuto).
		JustifyMode(common.BigValueJustifyModeAuto)
}
