package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/alecthomas/kong"

	promise "github.com/promise-slo/promise-slo-datasource"
)

// cli describes the command line.
type cli struct {
	Validate validate        `cmd:"" help:"Check definitions of SLOs."`
	Status   status          `cmd:"" help:"Show the status of SLOs: error budgets, burn rates, incidents."`
	Gate     gateCommand     `cmd:"" help:"Tell whether an error budget policy allows an action, such as a deploy."`
	Targets  targetsCommand  `cmd:"" help:"Compare the targets that could be promised, or what a changed target does."`
	Review   reviewCommand   `cmd:"" help:"Write reviews of misses, with what is known of each, to be filled in."`
	Report   reportCommand   `cmd:"" help:"Write a report of a month or a quarter, for those who were promised something."`
	Badge    badgeCommand    `cmd:"" help:"Draw a badge of how a promise is kept, as SVG."`
	Ledger   ledgerCommands  `cmd:"" help:"Inspect the ledger of events."`
	Convert  convert         `cmd:"" help:"Write definitions of any format as OpenSLO."`
	Grafana  grafanaCommands `cmd:"" help:"Set up folders, dashboards and alert rules of teams in Grafana."`
	Rules    rulesCommand    `cmd:"" help:"Write recording and alerting rules for Prometheus, Mimir, Thanos or vmalert."`
	Version  version         `cmd:"" help:"Print the version."`

	PrintVersion kong.VersionFlag `name:"version" help:"Print the version."`
}

// parserOptions returns the name and the description of the command.
func parserOptions() []kong.Option {
	return []kong.Option{
		kong.Name("promise"),
		kong.Description("Service level objectives from OpenSLO, Sloth and Pyrra definitions, over any server that speaks the Prometheus HTTP API."),
		kong.Vars{"version": versionText()},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	}
}

// Help returns the long help of validate.
func (validate) Help() string {
	return `Each problem is printed as "file:line: field: what is wrong; hint". Queries are checked too: a query
whose events cannot be counted without changing its meaning is an error.

Exit status: 0 no errors, 1 a definition is invalid, 2 wrong usage.

Examples:

  promise validate slos/
  promise validate --format github slos/ shared/slis.yaml
  promise validate --format json slos/ | jq -r '.[].message'`
}

// Help returns the long help of status.
func (status) Help() string {
	return `The table lists the most urgent SLOs first. The JSON is an array with one object for each SLO,
objective and label set; a value that is not known is null. One day of each account is compared
with the server's own count, unless --no-check is given; a difference is reported.

Exit status: 0 success, 1 a definition is invalid or an SLO could not be computed, 2 wrong usage.

Examples:

  promise status --prometheus http://localhost:9090 --definitions slos/
  promise status --prometheus https://mimir.example.com/prometheus --definitions slos/ \
      --header 'X-Scope-OrgID: shop' --user reader --selector '{team="payments"}'
  promise status --prometheus http://localhost:9090 --definitions slos/ --needed-by payments
  promise status --prometheus http://localhost:9090 --definitions slos/ \
      --at 2026-03-01T00:00:00Z --format json | jq '.[] | {slo, remaining: .budget.remaining}'`
}

// version prints the version.
type version struct{}

func (*version) run(_ context.Context, sys system) error {
	_, err := fmt.Fprintln(sys.stdout, versionText())
	return err
}

// versionText returns the version with what a report of a bug needs besides: the
// revision of a build from a working copy, and Go's version.
func versionText() string {
	text := "promise " + promise.Version()
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				text += " " + s.Value[:min(len(s.Value), 12)]
			}
		}
	}
	return text + " (" + runtime.Version() + ")"
}
