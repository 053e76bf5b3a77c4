package dashboards

import (
	"slices"

	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/statetimeline"
	"github.com/grafana/grafana-foundation-sdk/go/table"

	"github.com/promise-slo/promise-slo-datasource/pkg/api"
)

const noGate = "No policy blocks an action, or no such SLO."

// gateTable returns a table with a row for each action that a policy blocks, the closed
// ones first.
func (s source) gateTable(slos string) *table.PanelBuilder {
	return withColumns(newTable("Gate", "What the error budget policies block now, since when, and until when. People may open a gate for a time.").
		WithTarget(s.query("A", api.Query{QueryType: api.Gate, SLOs: slos})).
		NoValue(noGate), []column{
		{title: "Gate", width: 130, properties: with(coloredText)},
		{title: "Action", width: 110},
		{title: "Title", as: "Promise", properties: with(minWidth(150), links(toSLO))},
		{title: "Why", properties: with(wrapped, minWidth(220))},
		{title: "Since", width: 145, properties: with(moment)},
		{title: "Until", width: 150, properties: with(wrapped)},
		{title: "Opens by", width: 145, properties: with(moment)},
		{title: "Policy action", properties: with(wrapped, minWidth(150))},
		{title: "SLO", properties: with(hidden)},
	})
}

// gateTimeline returns a panel of when the gates were closed.
func (s source) gateTimeline(slos string) *statetimeline.PanelBuilder {
	return statetimeline.NewPanelBuilder().
		Title("Gate over time").
		Description("When the error budget policy blocked each action, and when people opened the gate.").
		WithTarget(s.query("A", api.Query{QueryType: api.GateHistory, SLOs: slos})).
		NoValue(noGate).
		ShowValue(common.VisibilityModeNever).
		Legend(common.NewVizLegendOptionsBuilder().ShowLegend(true).DisplayMode(common.LegendDisplayModeList).Placement(common.LegendPlacementBottom).Calcs([]string{}))
}

// reviewTable returns a table with a row for each miss, those that need attention first.
func (s source) reviewTable(slos string) *table.PanelBuilder {
	return s.reviewTableOf(slos, column{title: "Owner", width: 80})
}

// publicReviewTable returns the table of all misses without the names of people.
func (s source) publicReviewTable() *table.PanelBuilder {
	return s.reviewTableOf("")
}

func (s source) reviewTableOf(slos string, people ...column) *table.PanelBuilder {
	return withColumns(newTable("Misses and their reviews", "What was missed in the last 200 days, and how far the review and the change that follows have come. A calendar window starts full; what the last one leaves behind is its review.").
		WithTarget(s.query("A", api.Query{QueryType: api.Reviews, SLOs: slos})).
		TimeFrom("200d").
		NoValue("Nothing was missed, or no such SLO."), slices.Concat([]column{
		{title: "Review", width: 112, properties: with(coloredText)},
		{title: "Title", as: "Promise", properties: with(wrapped, minWidth(130), links(toSLO))},
		{title: "End", width: 105, properties: with(date)},
		{title: "Budget consumed", as: "Consumed", width: 92},
		{title: "Overdue", width: 92},
		{title: "Change", properties: with(wrapped, minWidth(120))},
	}, people, []column{
		{title: "Due", width: 105, properties: with(date)},
		{title: "Done", width: 105, properties: with(date)},
		{title: "Report", width: 66},
		{title: "SLO", properties: with(hidden)},
	}))
}
