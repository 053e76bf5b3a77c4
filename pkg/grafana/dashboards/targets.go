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
		{title: "Objective", width: 85},
		{title: "Target", width: 74},
		{title: "Mark", as: "Status", properties: with(colored, minWidth(146), words(
			word{"In force, promised", "In force, promised", tintedBlue}, word{"In force", "In force", tintedBlue},
			word{"Promised", "Promised", tintedPurple}, word{"Asked for", "Asked for", tinted}))},
		{title: "Kept of all", as: "Kept", width: 112},
		{title: "Worst consumption", as: "Worst use of budget", width: 142, properties: with(coloredText)},
		{title: "Outage allowed", width: 112},
		{title: "Pages", width: 62},
		{title: "Pages that mattered", as: "Mattered", width: 80},
		{title: "Tickets", width: 66},
		{title: "Chance to keep the next window", as: "Next window kept", width: 128, properties: with(coloredText)},
	})
}
