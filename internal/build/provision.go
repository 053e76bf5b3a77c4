package build

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"

	"github.com/promise-slo/promise-slo-datasource/internal/story"
	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/grafana"
	"github.com/promise-slo/promise-slo-datasource/pkg/grafana/dashboards"
)

// provisionedSource is the uid of the data source in provisioning/datasources.
const provisionedSource = "promise"

// Provision writes the dashboards and alert rules with which a fresh Grafana starts
// into a folder, beside the files there that people write: the dashboards of everyone
// and of the demo's teams, and the alert rules of these.
func Provision(ctx context.Context, folder string) error {
	teams, err := demoTeams(ctx)
	if err != nil {
		return err
	}
	for _, d := range dashboards.All() {
		built, err := d.Build(provisionedSource)
		if err := errors.Join(err, writeJSON(filepath.Join(folder, "dashboards", "promises", d.Name+".json"), built)); err != nil {
			return err
		}
	}
	for _, team := range teams {
		built, err := dashboards.OfTeam(team, grafana.DashboardUID(team), provisionedSource)
		if err := errors.Join(err, writeJSON(filepath.Join(folder, "dashboards", "teams", team, "team.json"), built)); err != nil {
			return err
		}
	}
	rules, err := grafana.RulesFile(teams, provisionedSource, "go tool mage build")
	return errors.Join(err, writeFile(filepath.Join(folder, "alerting", "rules.yaml"), rules))
}

// demoTeams returns the teams of the demo's SLOs.
func demoTeams(ctx context.Context) ([]string, error) {
	set, err := definition.Load(ctx, story.Definitions())
	if err != nil {
		return nil, err
	}
	return catalog.Teams(set.SLOs), nil
}

// writeDashboards writes the dashboards that the plugin brings.
func writeDashboards(folder string) error {
	for _, d := range dashboards.All() {
		built, err := d.Importable()
		if err := errors.Join(err, writeJSON(filepath.Join(folder, d.Name+".json"), built)); err != nil {
			return err
		}
	}
	return nil
}

func writeJSON(path string, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	return errors.Join(err, writeFile(path, append(text, '\n')))
}

func writeFile(path string, content []byte) error {
	return errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, content, 0o644))
}
