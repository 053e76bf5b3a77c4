package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/grafana"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// grafanaCommands contains the subcommands about Grafana.
type grafanaCommands struct {
	Sync  grafanaSync  `cmd:"" help:"Give each team a folder with a dashboard and alert rules."`
	Rules grafanaRules `cmd:"" help:"Write a file of alert rules for Grafana's provisioning."`
}

// grafanaSync sets up what teams have in Grafana.
type grafanaSync struct {
	reading
	Definitions     []string `help:"File or folder of definitions; can be repeated." placeholder:"PATH" sep:"none"`
	Datasource      string   `help:"UID or name of the data source of the dashboards; optional if Grafana has one of SLO Promise." placeholder:"UID"`
	DryRun          bool     `help:"Only print what would be done."`
	NoTeams         bool     `help:"Create no teams; fail for any team missing from Grafana."`
	KeepPermissions bool     `help:"Keep the permissions of existing folders."`
	AlertRules      bool     `help:"Also create alert rules, for each team and for all other SLOs."`
	grafanaConnection
}

// Help returns the long help of grafana sync.
func (grafanaSync) Help() string {
	return `Each team of the definitions gets

  - a team in Grafana, unless there is one of that name. You add its members;
  - a folder "Promises of TEAM", which the team may edit and everyone else in the organization may
    view. All other permissions are removed, unless --keep-permissions is given. Whoever runs this
    keeps their own;
  - the dashboard TEAM in it: the team's SLOs, those that it depends on, and its incidents;
  - with --alert-rules, the alert rules of the team's SLOs. SLOs without a team, and those of teams
    without rules, have theirs in the folder "Promises", so that every SLO has alerts.

Whatever is up to date is left as it is, so that you can run this as often as you like, for example
whenever definitions change. A folder may be renamed and moved; a dashboard or a rule that was changed
is restored, but a rule stays paused. Nothing is deleted: dashboards and rules of teams that the
definitions no longer have are listed. Alert rules from a provisioning file cannot be changed: if they
are not up to date, none are created.

The token is that of a service account with the role Admin. With --no-teams, no team is
created, and any team missing from Grafana fails. Use it where teams are synced from elsewhere.

Exit status: 0 everything is up to date, 1 a team failed, Grafana could not be reached, or a
definition is invalid, 2 wrong usage.

Examples:

  export GRAFANA_URL=https://grafana.example.com GRAFANA_TOKEN=glsa_...
  promise grafana sync --definitions slos/ --dry-run
  promise grafana sync --definitions slos/
  promise grafana sync --definitions slos/ --alert-rules
  promise grafana sync --definitions slos/ --datasource promise --no-teams --keep-permissions
  promise grafana sync --url http://localhost:3000 --user admin:admin --definitions slos/`
}

func (s *grafanaSync) run(ctx context.Context, sys system) error {
	client, err := s.client(sys.env)
	if err != nil {
		return err
	}
	c, problems, err := s.load(ctx, sys, s.Definitions)
	if err != nil {
		return err
	}
	printErrors(sys, problems.Problems)
	teams, without := catalog.Teams(c.SLOs), withoutTeam(c.SLOs)
	if len(without) > 0 {
		fmt.Fprintf(sys.stderr, "promise: %s without a team: %s\n", human.Count(len(without), "SLO"), strings.Join(without, ", "))
	}
	report := &syncReport{sys: sys, dryRun: s.DryRun}
	err = client.Sync(ctx, grafana.Options{
		Teams: teams, DataSource: s.Datasource,
		DryRun: s.DryRun, KnownTeams: s.NoTeams, KeepPermissions: s.KeepPermissions, AlertRules: s.AlertRules,
	}, report.print)
	if err != nil {
		return &exit{exitFailed, err.Error()}
	}
	report.printSummary(len(teams))
	if report.hasFailures() {
		return &exit{code: exitFailed}
	}
	return failureOf(problems.Problems)
}

// withoutTeam returns the names of SLOs that have no team.
func withoutTeam(slos []slo.SLO) []string {
	var names []string
	for _, s := range slos {
		if s.Team() == "" {
			names = append(names, s.ID())
		}
	}
	return names
}
