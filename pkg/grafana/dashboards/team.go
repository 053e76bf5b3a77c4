package dashboards

import (
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"github.com/promise-slo/promise-slo-datasource/pkg/api"
)

// teamVariable is the variable that chooses the team.
const teamVariable = "team"

// team builds the page of a team.
func team(s source) *dashboard.DashboardBuilder {
	const own = `{team="$team"}`
	return page(teamUID, "Team", "The promises of a team, and those of the services that it depends on.").
		WithVariable(s.variable(teamVariable, "Team", api.TeamVariable)).
		WithPanel(s.statusTable("What $team promises", "The SLOs of the team, the worst first.", own, "No SLO has the label team with this value.").
			Span(24).Height(10)).
		WithPanel(s.statusTable("What $team depends on",
			"The SLOs of the services that its promises name under dependsOn. Services without an SLO are named in the corner of the panel.",
			`{neededBy="$team"}`, "No promise of the team names services under dependsOn, or none of them has an SLO.").
			Span(24).Height(8)).
		WithPanel(s.incidentTable("What burned its budgets", "The incidents of its SLOs in the time shown, the greatest share first.", own, incidentColumns()).
			Span(24).Height(10))
}
