package dashboards

import (
	"time"

	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"

	"github.com/promise-slo/promise-slo-datasource/pkg/api"
)

const (
	// chosen selects the SLO of the page.
	chosen = "$slo"
	noSLO  = "No such SLO: choose one above."
)

// oneSLO builds the page of one SLO: how it stands, with its objectives apart, what
// burned its budget, what follows from that, and what was promised.
func oneSLO(s source) *dashboard.DashboardBuilder {
	built := page(SLOUID, "SLO", "One service level objective in detail.").
		WithVariable(s.variable("slo", "SLO", api.SLOVariable, "")).
		WithVariable(s.variable("objective", "Objective", api.ObjectiveVariable, chosen).Multi(true).IncludeAll(true).Current(everything())).
		WithVariable(dashboard.NewTextBoxVariableBuilder("label").
			Label("Contributors by label").
			Description("A label of the series, such as route or instance.").
			DefaultValue(dashboard.StringOrMap{String: new("instance")})).
		Annotation(s.annotation("Incidents", "orange", api.Query{QueryType: api.Incidents, SLOs: chosen, Threshold: incidentThreshold})).
		Annotation(s.annotation("Window ends", "blue", api.Query{QueryType: api.Windows, SLOs: chosen})).
		WithRow(dashboard.NewRowBuilder("$slo: $objective").Repeat("objective")).
		WithPanel(s.statePanel().Span(3).Height(5)).
		WithPanel(s.sliPanel().Span(4).Height(5)).
		WithPanel(s.leftPanel().Span(7).Height(5)).
		WithPanel(s.exhaustionPanel().Span(5).Height(5)).
		WithPanel(s.policyPanel().Span(5).Height(5)).
		WithPanel(s.burnDown().Span(18).Height(12)).
		WithPanel(s.forecastPanel().Span(6).Height(12)).
		WithPanel(s.dayHistory().Span(24).Height(5))
	for _, panel := range s.burnCurves() {
		built.WithPanel(panel.Span(6).Height(8))
	}
	return built.
		WithPanel(withoutSLO(s.curves("SLI", "The share of good events, and the target as a line.", ofObjective(api.SLI))).
			ThresholdsStyle(dashedThresholds()).Span(12).Height(8)).
		WithPanel(s.eventCurves().Span(12).Height(8)).
		WithRow(dashboard.NewRowBuilder("What burned the budget")).
		WithPanel(s.incidentTable("Incidents", "What burned the budget, fast or slow, the largest share first.", chosen, incidentColumnsOfOneSLO()).
			Span(24).Height(8)).
		WithPanel(s.contributorTable().Span(24).Height(8)).
		WithPanel(s.windowTable().Span(24).Height(8)).
		WithRow(dashboard.NewRowBuilder("What follows from a miss")).
		WithPanel(s.gateTable(chosen).Span(15).Height(7)).
		WithPanel(s.gateTimeline(chosen).Span(9).Height(7)).
		WithPanel(s.reviewTable(chosen).Span(24).Height(8)).
		WithRow(dashboard.NewRowBuilder("Promise")).
		WithPanel(s.promiseTable().Span(24).Height(6)).
		WithPanel(s.contactTable().Span(24).Height(4)).
		WithPanel(s.targetTable().Span(24).Height(11))
}

// ofObjective returns a query about the objective of a row.
func ofObjective(kind api.QueryType) api.Query {
	return api.Query{QueryType: kind, SLOs: chosen, Objective: "$objective"}
}

func (s source) eventCurves() *timeseries.PanelBuilder {
	return withoutSLO(s.curves("Events", "Good and bad events per second.", ofObjective(api.Events))).
		LineWidth(0).
		FillOpacity(70).
		AxisSoftMin(0).
		Stacking(common.NewStackingConfigBuilder().Mode(common.StackingModeNormal))
}

// burnCurves returns a panel for the long lookback of each alert condition.
func (s source) burnCurves() []*timeseries.PanelBuilder {
	var panels []*timeseries.PanelBuilder
	for _, l := range []struct {
		title, purpose string
		length         time.Duration
	}{
		{"Burn rate over 1h", "It pages if the last 5 minutes burn as fast.", time.Hour},
		{"Burn rate over 6h", "It pages if the last 30 minutes burn as fast.", 6 * time.Hour},
		{"Burn rate over 1d", "It opens a ticket if the last 2 hours burn as fast.", 24 * time.Hour},
		{"Burn rate over 3d", "It opens a ticket if the last 6 hours burn as fast.", 72 * time.Hour},
	} {
		q := ofObjective(api.BurnRate)
		q.Lookbacks = []api.Duration{api.Duration(l.length)}
		panels = append(panels, withoutSLO(s.curves(l.title, "How fast the budget burned, with lines at 1 and at the alert's threshold. "+l.purpose, q)).
			ThresholdsStyle(dashedThresholds()).
			AxisSoftMin(0).
			AxisSoftMax(2))
	}
	return panels
}

// contributorTable returns a table of which values of a label burned the budget.
func (s source) contributorTable() *table.PanelBuilder {
	excluded := map[string]bool{"SLO": true, "Title": true, "Service": true, "Team": true, "Label": true, "Others": true}
	return newTable("Contributors by $label", "The share of the budget that each value of the label burned in the time range.").
		WithTarget(s.query("A", api.Query{QueryType: api.Contributors, SLOs: chosen, Label: "$label", Top: 10})).
		WithTransformation(dashboard.DataTransformerConfig{Id: "organize", Options: object{
			"excludeByName": excluded, "indexByName": object{}, "includeByName": object{}, "renameByName": object{},
		}}).
		NoValue("Nothing burned in the time range, or no such SLO.")
}

func (s source) windowTable() *table.PanelBuilder {
	return withColumns(newTable("Closed windows and overspends", "The calendar windows that closed in the last 200 days, and the times at which a rolling window, which never closes, had no budget left. By the target at the time.").
		WithTarget(s.query("A", api.Query{QueryType: api.Windows, SLOs: chosen})).
		TimeFrom("200d").
		NoValue("No window has closed and no rolling window was overspent, or no such SLO."), []column{
		{title: "Objective", width: 95},
		{title: "Kind", width: 115},
		{title: "Start", width: 140, properties: with(moment)},
		{title: "End", width: 140, properties: with(moment)},
		{title: "Promise", width: 75, properties: with(coloredText)},
		{title: "Target", width: 80},
		{title: "SLI", width: 85},
		{title: "Budget consumed", as: "Consumed", width: 90},
		{title: "Worst incident share", as: "Worst incident", width: 115},
		{title: "Not known because", properties: with(wrapped, minWidth(140))},
	})
}

// promiseTable returns a table of what was promised, by whom and why.
func (s source) promiseTable() *table.PanelBuilder {
	return withColumns(newTable("Promise", "The target that was promised, who agreed to it, and why.").
		WithTarget(s.query("A", api.Query{QueryType: api.SLOs, SLOs: chosen})).
		NoValue(noSLO), []column{
		{title: "Objective", width: 95},
		{title: "Target", width: 75},
		{title: "Promised target", as: "Promised", width: 85},
		{title: "Drift", width: 75, properties: with(coloredText, flagWords("Drifted", "None", true))},
		{title: "Signed", width: 90, properties: with(coloredText, flagWords("Signed", "Unsigned", false))},
		{title: "Agreed by", properties: with(wrapped, minWidth(200))},
		{title: "Not agreed by", properties: with(wrapped, minWidth(120))},
		{title: "Reason", properties: with(wrapped, minWidth(200))},
	})
}

// contactTable returns a table of whom to ask and where to look.
func (s source) contactTable() *table.PanelBuilder {
	return withColumns(newTable("Whom to ask, where to look", "Who owns the SLO, on what its service depends, and the links of the promise.").
		WithTarget(s.query("A", api.Query{QueryType: api.SLOs, SLOs: chosen})).
		NoValue(noSLO), []column{
		{title: "Owner", properties: with(minWidth(100))},
		{title: "Contact", properties: with(minWidth(140))},
		{title: "Depends on", properties: with(wrapped, minWidth(140))},
		{title: "Runbook", properties: with(minWidth(140))},
		{title: "Repository", properties: with(minWidth(140))},
		{title: "Channel", properties: with(minWidth(140))},
	})
}
