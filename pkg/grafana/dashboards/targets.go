package dashboards

import (
	"github.com/grafana/grafana-foundation-sdk/go/table"

	"github.com/promise-slo/promise-slo-datasource/pkg/api"
)

// targetTable returns a table of the targets that could be promised.
func (s source) targetTable() *table.PanelBuilder {
	return withColumns(newTable("Which target to promise",
		"What each target would have meant in the last 90 days, or three windows if that is longer: in how many windows it would have been kept (of rolling windows: on how many days), "+
			"how much of its error budget the worst of them took, how long everything may be down in a window, and how often somebody would have been called. "+
			"A page mattered if the incident took at least 1 % of a window's budget.").
		WithTarget(s.query("A", api.Query{QueryType: api.Targets, SLOs: chosen})).
		NoValue(noSLO), []column{
		{title: "Objective", width: 90},
		{title: "Target", width: 80},
		{title: "Mark", as: "Status", properties: with(coloredText, textColor, minWidth(130))},
		{title: "Counted in", width: 95},
		{title: "Kept", width: 60},
		{title: "Missed", width: 75, properties: with(coloredText)},
		{title: "Not known", width: 95},
		{title: "Worst consumption", as: "Worst budget use", width: 140, properties: with(coloredText)},
		{title: "Outage allowed", width: 125},
		{title: "Pages", width: 65},
		{title: "Pages that mattered", as: "Mattered", width: 90},
		{title: "Time paging", width: 105},
		{title: "Tickets", width: 70},
		{title: "Chance to keep the next window", as: "Next window kept", width: 145, properties: with(coloredText)},
		{title: "Highest kept in all", width: 145},
		{title: "Highest kept in nine of ten", as: "In nine of ten", width: 115},
	})
}
