package dashboards

import (
	"slices"
	"time"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/table"

	"github.com/promise-slo/promise-slo-datasource/pkg/api"
)

// incidentThreshold is the burn rate of the incidents that charts mark: 5 % of a budget of
// 30 days in 6 hours. Tables have the slow ones too.
const incidentThreshold = 6

// incidents builds the page of what burned the budgets of all SLOs.
func incidents(s source) *dashboard.DashboardBuilder {
	const reading = `An **incident** is a time that consumed at least 1 % of a window's error budget, whether *fast*, such as an outage, or *slow*, such
as a leak that goes on for days. Incidents of one service at the same time are one outage.`
	return page(incidentsUID, "Incidents", "What burned the error budgets, the largest share first.").
		WithPanel(explanation(reading).Span(24).Height(2)).
		WithPanel(s.incidentTable("Incidents", "The incidents of all SLOs in the time range, the largest share of a budget first.", "", incidentColumns()).
			Span(24).Height(14)).
		WithPanel(s.outageTable().Span(24).Height(9)).
		WithPanel(s.reviewTable("").Span(24).Height(9)).
		WithPanel(s.curves("Budget remaining", "Share of the error budget; below 0 it is overspent.", api.Query{QueryType: api.Budget}).
			Span(12).Height(11)).
		WithPanel(s.curves("Burn rate over 6 hours", "How fast each budget burned; a rate of 1 consumes exactly the budget.",
			api.Query{QueryType: api.BurnRate, Lookbacks: []api.Duration{api.Duration(6 * time.Hour)}}).
			Span(12).Height(11))
}

// incidentTable returns a table with a row for each incident, the greatest share of
// a budget first.
func (s source) incidentTable(title, description, slos string, columns []column) *table.PanelBuilder {
	panel := newTable(title, description).
		WithTarget(s.query("A", api.Query{QueryType: api.Incidents, SLOs: slos})).
		NoValue("No incidents in the time range, or no such SLO.")
	return withColumns(panel, columns)
}

// outageTable returns a table with a row for each outage, the worst first.
func (s source) outageTable() *table.PanelBuilder {
	return withColumns(newTable("Outages", "Incidents of one service at the same time, as one: what it took of the budget of the SLO that it hit worst, and all SLOs that it hit.").
		WithTarget(s.query("A", api.Query{QueryType: api.Outages})).
		NoValue("No outages in the time range."), []column{
		{title: "Start", width: 142, properties: with(moment, links(aroundIncident()))},
		{title: "Duration", width: 92},
		{title: "Kind", width: 56, properties: with(coloredText)},
		{title: "Service", properties: with(wrapped, minWidth(110))},
		{title: "Worst budget share", as: "Worst share", width: 96},
		{title: "Peak burn rate", as: "Peak burn", width: 86, properties: with(coloredText)},
		{title: "Team", width: 90, properties: with(links(toTeam))},
		{title: "SLOs", properties: with(wrapped, minWidth(200))},
		{title: "Worst SLO", properties: with(hidden)},
		{title: "View from", properties: with(hidden)},
		{title: "View to", properties: with(hidden)},
	})
}

// aroundIncident leads to an SLO at the time of a row.
func aroundIncident() link {
	return link{
		Title: "Open the SLO at this time",
		URL:   "/d/" + SLOUID + "?var-slo=${__data.fields.slo:percentencode}&from=${__data.fields.viewFrom.numeric}&to=${__data.fields.viewTo.numeric}",
	}
}

func incidentColumns() []column {
	return []column{
		{title: "Start", width: 142, properties: with(moment, links(aroundIncident()))},
		{title: "Duration", width: 92},
		{title: "Kind", width: 56, properties: with(coloredText)},
		{title: "Title", as: "Promise", properties: with(wrapped, minWidth(140), links(toSLO))},
		{title: "Budget share", width: 104},
		{title: "Bad events", width: 90},
		{title: "Peak burn rate", as: "Peak burn", width: 86, properties: with(coloredText)},
		{title: "Team", width: 78, properties: with(links(toTeam))},
		{title: "Text", as: "What happened", properties: with(wrapped, minWidth(180))},
		{title: "SLO", properties: with(hidden)},
		{title: "View from", properties: with(hidden)},
		{title: "View to", properties: with(hidden)},
	}
}

// incidentColumnsOfOneSLO returns the columns for a page that names the SLO already.
func incidentColumnsOfOneSLO() []column {
	columns := slices.DeleteFunc(incidentColumns(), func(c column) bool { return c.title == "Title" || c.title == "Team" })
	return append(columns, column{title: "Change before", properties: with(wrapped, minWidth(110))})
}
