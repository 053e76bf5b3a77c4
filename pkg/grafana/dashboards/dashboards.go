// Package dashboards builds the dashboards that come with the plugin: the overview
// of all SLOs, and one of an SLO, of a team and of incidents. The plugin brings them
// to be imported, provisioning puts them into a fresh Grafana, and package grafana
// gives each team its own.
package dashboards

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// PluginID identifies the plugin of the data source.
const PluginID = "promise-slo-datasource"

// SLOUID identifies the dashboard of one SLO, to which alerts lead too.
const SLOUID = "promise-slo"

// The uids by which the dashboards link to each other.
const (
	overviewUID  = "promise-promises"
	teamUID      = "promise-team"
	incidentsUID = "promise-incidents"
)

// Dashboard describes one of the dashboards.
type Dashboard struct {
	// The name of its file.
	Name  string
	UID   string
	Title string
	// What links to it say.
	tooltip string
	build   func(source) *dashboard.DashboardBuilder
}

// All returns the dashboards in the order of their links.
func All() []Dashboard {
	return []Dashboard{
		{Name: "promises", UID: overviewUID, Title: "Promises", tooltip: "All SLOs, the worst first", build: overview},
		{Name: "slo", UID: SLOUID, Title: "SLO", tooltip: "One SLO in detail", build: oneSLO},
		{Name: "team", UID: teamUID, Title: "Team", tooltip: "The SLOs of a team and its dependencies", build: team},
		{Name: "incidents", UID: incidentsUID, Title: "Incidents", tooltip: "What burned the error budgets", build: incidents},
	}
}

// Build returns the dashboard over the data source with a uid.
func (d Dashboard) Build(sourceUID string) (dashboard.Dashboard, error) {
	return finish(d.build(source(sourceUID)))
}

// Importable adds to a dashboard that Grafana asks for its data source when it is
// imported.
type Importable struct {
	Inputs []Input `json:"__inputs"`
	dashboard.Dashboard
}

// Input describes something for which Grafana asks.
type Input struct {
	Name       string `json:"name"`
	Label      string `json:"label"`
	Type       string `json:"type"`
	PluginID   string `json:"pluginId"`
	PluginName string `json:"pluginName"`
}

// Importable returns the dashboard as the plugin brings it.
func (d Dashboard) Importable() (Importable, error) {
	const input = "DS_PROMISE"
	built, err := d.Build("${" + input + "}")
	return Importable{
		Inputs:    []Input{{Name: input, Label: "SLO Promise", Type: "datasource", PluginID: PluginID, PluginName: "SLO Promise"}},
		Dashboard: built,
	}, err
}

// OfTeam returns the dashboard of a single team, in which the team cannot be chosen.
func OfTeam(name, uid, sourceUID string) (dashboard.Dashboard, error) {
	built, err := finish(team(source(sourceUID)))
	if err != nil {
		return built, err
	}
	built.Uid, built.Title = &uid, &name
	for i, v := range built.Templating.List {
		if v.Name == teamVariable {
			built.Templating.List[i] = constant(v.Name, name)
		}
	}
	return built, nil
}

// finish builds a dashboard, numbers its panels, and shows its links, which the SDK
// would hide in a menu.
func finish(b *dashboard.DashboardBuilder) (dashboard.Dashboard, error) {
	built, err := b.Build()
	if err != nil {
		return built, fmt.Errorf("the dashboard does not fit together: %w", err)
	}
	for i := range built.Links {
		built.Links[i].Placement = nil
	}
	for i, p := range built.Panels {
		id := uint32(i + 1)
		if p.RowPanel != nil {
			p.RowPanel.Id = id
		} else {
			p.Panel.Id = &id
		}
	}
	return built, nil
}
