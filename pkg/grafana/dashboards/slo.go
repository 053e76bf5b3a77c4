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

// oneSLO builds the page of one SLO.
func oneSLO(s source) *dashboard.DashboardBuilder {
	built := page(SLOUID, "SLO", "One service level objective in detail.").
		WithVariable(s.variable("slo", "SLO", api.SLOVariable)).
		WithVariable(dashboard.NewTextBoxVariableBuilder("label").
			Label("Contributors by label").
			Description("A label of the series, such as route or instance.").
			DefaultValue(dashboard.StringOrMap{String: new("instance")})).
		Annotation(s.annotation("Incidents", "orange", api.Query{QueryType: api.Incidents, SLOs: chosen, Threshold: incidentThreshold})).
		Annotation(s.annotation("Window ends", "blue", api.Query{QueryType: api.Windows, SLOs: chosen})).
		WithPanel(s.statusTable("State", "A row for each objective and group.", chosen, noSLO).Span(24).Height(5)).
		WithPanel(s.budgetCurves("Budget remaining",
			"The share of the error budget. The ideal line is what a burn rate of 1 leaves; a calendar window begins with all of its budget.").
			Span(17).Height(11)).
		WithPanel(s.budgetCurves("Projection",
			"What may remain, from the SLO's own history: with a chance of 10, 50 and 90 % less remains than p10, p50 and p90. While an alert condition holds, the projected line goes on at its burn rate.").
			TimeFrom("+28d").Span(7).Height(11)).
		WithPanel(s.curves("SLI", "The share of good events, and the target as a line.", api.Query{QueryType: api.SLI, SLOs: chosen}).
			ThresholdsStyle(dashedThresholds()).Span(12).Height(9)).
		WithPanel(s.eventCurves().Span(12).Height(9))
	for _, panel := range s.burnCurves() {
		built.WithPanel(panel.Span(6).Height(8))
	}
	return built.
		WithPanel(s.incidentTable("Incidents", "What burned the budget, fast or slow, the largest share first.", chosen, incidentColumnsOfOneSLO()).
			Span(15).Height(9)).
		WithPanel(s.contributorTable().Span(9).Height(9)).
		WithPanel(s.windowTable().Span(24).Height(8)).
		WithRow(dashboard.NewRowBuilder("What follows from a miss")).
		WithPanel(s.gateTable(chosen).Span(15).Height(7)).
		WithPanel(s.gateTimeline(chosen).Span(9).Height(7)).
		WithPanel(s.reviewTable(chosen).Span(24).Height(8)).
		WithRow(dashboard.NewRowBuilder("Promise")).
		WithPanel(s.promiseTable().Span(24).Height(6)).
		WithPanel(s.targetTable().Span(24).Height(11))
}

// budgetCurves returns a panel of the error budget as it was and as it may be.
func (s source) budgetCurves(title, description string) *timeseries.PanelBuilder {
	line := func(fill string, lengths ...int) dashboard.DynamicConfigValue {
		return property("custom.lineStyle", object{"fill": fill, "dash": lengths})
	}
	return s.curves(title, description, api.Query{QueryType: api.Projection, SLOs: chosen}).
		AxisSoftMin(0).
		AxisSoftMax(1).
		OverrideByRegexp("/(projected|p50)$/", with(line("dash", 8, 8))).
		OverrideByRegexp("/p[19]0$/", with(line("dot", 0, 6))).
		OverrideByRegexp("/ideal$/", with(line("dot", 0, 8), textColor))
}

func (s source) eventCurves() *timeseries.PanelBuilder {
	return s.curves("Events", "Good and bad events per second.", api.Query{QueryType: api.Events, SLOs: chosen}).
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
		panels = append(panels, s.curves(l.title, "How fast the budget burned, with lines at 1 and at the alert's threshold. "+l.purpose,
			api.Query{QueryType: api.BurnRate, SLOs: chosen, Lookbacks: []api.Duration{api.Duration(l.length)}}).
			ThresholdsStyle(dashedThresholds()).
			AxisSoftMin(0).
			AxisSoftMax(2))
	}
	return panels
}

func (s source) contributorTable() *table.PanelBuilder {
	excluded := map[string]bool{"SLO": true, "Title": true, "Service": true, "Team": true, "Label": true, "Others": true, "Objective": true}
	return newTable("Contributors by $label", "The share of the budget that each value of the label burned in the time range.").
		WithTarget(s.query("A", api.Query{QueryType: api.Contributors, SLOs: chosen, Label: "$label", Top: 10})).
		WithTransformation(dashboard.DataTransformerConfig{Id: "organize", Options: object{
			"excludeByName": excluded, "indexByName": object{}, "includeByName": object{},
			"renameByName": object{"Share of bad events": "Bad share"},
		}}).
		NoValue("Nothing burned in the time range.").
		OverrideByRegexp("/^(Bad events|Total events|Budget share|Bad share)$/", with(property("custom.width", 100)))
}

func (s source) windowTable() *table.PanelBuilder {
	return withColumns(newTable("Closed windows and overspends", "The calendar windows that closed in the last 200 days, and the times at which a rolling window, which never closes, had no budget left. By the target at the time.").
		WithTarget(s.query("A", api.Query{QueryType: api.Windows, SLOs: chosen})).
		TimeFrom("200d").
		NoValue("No window has closed, and no rolling window was overspent."), []column{
		{title: "Kind", width: 115},
		{title: "Start", width: 145, properties: with(moment)},
		{title: "End", width: 145, properties: with(moment)},
		{title: "Time zone", width: 110},
		{title: "Objective", width: 100},
		{title: "Promise", width: 90, properties: with(coloredText)},
		{title: "Not known because", width: 160, properties: with(wrapped)},
		{title: "Target", width: 100},
		{title: "SLI", width: 90},
		{title: "Budget consumed", width: 130},
		{title: "Bad events", width: 95},
		{title: "Total events", width: 95},
		{title: "Coverage", width: 90},
		{title: "Worst incident", width: 145, properties: with(moment)},
		{title: "Worst incident share", as: "Incident share", width: 90},
	})
}

func (s source) promiseTable() *table.PanelBuilder {
	return withColumns(newTable("Promise", "The target that was promised, who agreed to it, and why.").
		WithTarget(s.query("A", api.Query{QueryType: api.SLOs, SLOs: chosen})).
		NoValue(noSLO), []column{
		{title: "Objective", width: 85},
		{title: "Target", width: 70},
		{title: "Promised target", as: "Promised", width: 80},
		{title: "Drift", width: 70, properties: with(coloredText)},
		{title: "Signed", width: 80, properties: with(coloredText)},
		{title: "Agreed by", properties: with(wrapped, minWidth(180))},
		{title: "Not agreed by", width: 110, properties: with(wrapped)},
		{title: "Reason", properties: with(wrapped, minWidth(180))},
		{title: "Owner", width: 80},
		{title: "Contact", width: 120},
		{title: "Depends on", width: 95, properties: with(wrapped)},
		{title: "Runbook", width: 90},
		{title: "Repository", width: 90},
		{title: "Channel", width: 90},
	})
}
