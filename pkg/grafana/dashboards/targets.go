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
		{title: "Mark", as: "Status", width: 130, properties: with(coloredText)},
		{title: "Kept", width: 60},
		{title: "Missed", width: 70, properties: with(coloredText)},
		{title: "Not known", width: 85},
		{title: "Counted in", as: "Of", width: 80},
		{title: "Worst consumption", as: "Worst budget use", width: 130, properties: with(coloredText)},
		{title: "Outage allowed", as: "Outage allowed in a window", width: 190},
		{title: "Pages", width: 65},
		{title: "Pages that mattered", as: "Of these mattered", width: 130},
		{title: "Time paging", width: 100},
		{title: "Tickets", width: 70},
		{title: "Chance to keep the next window", as: "Chance to keep the next", width: 170, properties: with(coloredText)},
		{title: "Highest kept in all", width: 135},
		{title: "Highest kept in nine of ten", as: "In nine of ten", width: 110},
	})
}
