package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/grafana"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// inGrafana are the subcommands about a Grafana.
type inGrafana struct {
	Sync  grafanaSync  `cmd:"" help:"Give each team a folder with its dashboard and alert rules."`
	Rules grafanaRules `cmd:"" help:"Write alert rules for each team, as a file for Grafana's provisioning."`
}

// grafanaSync is the subcommand "grafana sync".
type grafanaSync struct {
	Definitions     []string `help:"File or folder of definitions; can be repeated." placeholder:"PATH" sep:"none"`
	Datasource      string   `help:"Uid or name of the data source of the dashboards; need not be given if there is but one of SLO Promise." placeholder:"UID"`
	DryRun          bool     `help:"Only tell what would be done."`
	NoTeams         bool     `help:"Create no team: one that Grafana does not have fails."`
	KeepPermissions bool     `help:"Leave what others may do in folders that are there."`
	AlertRules      bool     `help:"Also give each team alert rules, and the SLOs of nobody and of other teams."`
	grafanaConnection
}

// Help is the long help of grafana sync.
func (grafanaSync) Help() string {
	return `Each team of the definitions gets

  - a team in Grafana, unless there is one of that name. Members are left to you;
  - a folder "Promises of TEAM", which the team may edit and everyone else in the organisation may
    view. What others were allowed besides is taken away, unless --keep-permissions says otherwise.
    Whoever runs this keeps their own permission;
  - the dashboard TEAM in it: the team's SLOs, those that it depends on, and its incidents;
  - with --alert-rules, the alert rules of the team's SLOs. Those of nobody and of teams without rules
    have theirs in the folder "Promises", so that none is without alerts.

What is right already is left as it is, so that this can be run as often as you like, for example
whenever definitions change. A folder may be renamed and moved; a dashboard or a rule that was changed
is put back, but a rule stays paused. Nothing is deleted: dashboards and rules of teams that the
definitions no longer have are named. Alert rules that come from a provisioning file cannot be changed:
if they are not right, none is made.

The token is that of a service account with the role Admin. With --no-teams, a team that Grafana
does not have fails instead: for where teams come from elsewhere.

Exit status: 0 all is as it should be, 1 a team failed, Grafana could not be asked, or a definition
is invalid, 2 wrong usage.

Examples:

  export GRAFANA_URL=https://grafana.example.com GRAFANA_TOKEN=glsa_...
  promise grafana sync --definitions slos/ --dry-run
  promise grafana sync --definitions slos/
  promise grafana sync --definitions slos/ --alert-rules
  promise grafana sync --definitions slos/ --datasource promise --no-teams --keep-permissions
  promise grafana sync --url http://localhost:3000 --user admin:admin --definitions slos/`
}

func (s *grafanaSync) run(ctx context.Context, w world) error {
	client, err := s.client(w.env)
	if err != nil {
		return err
	}
	c, problems, err := load(ctx, s.Definitions)
	if err != nil {
		return err
	}
	tell(w, problems.Problems)
	teams, without := catalog.Teams(c.SLOs), withoutTeam(c.SLOs)
	if len(without) > 0 {
		fmt.Fprintf(w.stderr, "promise: %s without a team: %s\n", human.Count(len(without), "SLO"), strings.Join(without, ", "))
	}
	report := &syncReport{w: w, trial: s.DryRun}
	err = client.Sync(ctx, grafana.Options{
		Teams: teams, DataSource: s.Datasource,
		DryRun: s.DryRun, KnownTeams: s.NoTeams, KeepPermissions: s.KeepPermissions, AlertRules: s.AlertRules,
	}, report.tell)
	if err != nil {
		return &exit{exitFailed, err.Error()}
	}
	report.sum(len(teams))
	if report.failed() || catalog.Count(problems.Problems, definition.Error) > 0 {
		return &exit{code: exitFailed}
	}
	return nil
}

// withoutTeam returns the names of SLOs that have no team.
func withoutTeam(slos []slo.SLO) []string {
	var names []string
	for _, s := range slos {
		if s.Team() == "" {
			names = append(names, s.Name)
		}
	}
	return names
}
