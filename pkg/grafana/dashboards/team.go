package dashboards

import (
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"github.com/promise-slo/promise-slo-datasource/pkg/api"
)

// teamVariable chooses the team.
const teamVariable = "team"

// team builds the page of a team.
func team(s source) *dashboard.DashboardBuilder {
	const own = `{team="$team"}`
	return page(teamUID, "Team", "The SLOs of a team, and of the services that it depends on.").
		WithVariable(s.variable(teamVariable, "Team", api.TeamVariable, "")).
		WithPanel(s.statusTable("SLOs of $team", "The SLOs of the team, the worst first.", own, "No SLO has this team.").
			Span(24).Height(10)).
		WithPanel(s.statusTable("Dependencies of $team",
			"The SLOs of the services under dependsOn in the team's promises. A notice names services without an SLO.",
			`{neededBy="$team"}`, "No promise of the team has dependsOn, or none of these services has an SLO.").
			Span(24).Height(8)).
		WithPanel(s.incidentTable("Incidents", "The incidents of the team's SLOs in the time range, the largest share of a budget first.", own, incidentColumns()).
			Span(24).Height(10)).
		WithPanel(s.gateTable(own).Span(24).Height(7)).
		WithPanel(s.reviewTable(own).Span(24).Height(9)).
		WithPanel(s.keptTable(own).Span(24).Height(7))
}
