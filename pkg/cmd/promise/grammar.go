package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/alecthomas/kong"
)

// grammar is the command line.
type grammar struct {
	Validate validate  `cmd:"" help:"Check definitions of SLOs."`
	Status   status    `cmd:"" help:"Tell how SLOs stand: error budgets, burn rates, incidents."`
	Ledger   inLedger  `cmd:"" help:"Look into the account of events."`
	Convert  convert   `cmd:"" help:"Write definitions of any format as OpenSLO."`
	Grafana  inGrafana `cmd:"" help:"Arrange what teams have in Grafana."`
	Rules    ruleFiles `cmd:"" help:"Write rules for Prometheus, Mimir or Thanos that record the events of SLOs and alert."`
	Version  version   `cmd:"" help:"Tell the version."`
}

func about() []kong.Option {
	return []kong.Option{
		kong.Name("promise"),
		kong.Description("Service level objectives from OpenSLO, Sloth and Pyrra definitions, over any server that speaks the Prometheus HTTP API."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	}
}

// Help is the long help of validate.
func (validate) Help() string {
	return `Every problem is printed as "file:line: field: what is wrong; how to fix it". Queries are
checked too: what cannot be counted without changing its meaning is an error.

Exit status: 0 no errors, 1 a definition is invalid, 2 wrong usage.

Examples:

  promise validate slos/
  promise validate --format github slos/ shared/slis.yaml
  promise validate --format json slos/ | jq -r '.[].message'`
}

// Help is the long help of status.
func (status) Help() string {
	return `The table has the worst SLOs first. The JSON is an array with one object for each SLO,
objective and label set; values that there are not are null. A day of each account is held
against the server's own count, unless --no-check says otherwise; a difference is told.

Exit status: 0 fine, 1 a definition is invalid or an SLO could not be computed, 2 wrong usage.

Examples:

  promise status --prometheus http://localhost:9090 --definitions slos/
  promise status --prometheus https://mimir.example.com/prometheus --definitions slos/ \
      --header 'X-Scope-OrgID: shop' --user reader --selector '{team="payments"}'
  promise status --prometheus http://localhost:9090 --definitions slos/ \
      --at 2026-03-01T00:00:00Z --format json | jq '.[] | {slo, left: .budget.remaining}'`
}

// version is the subcommand of that name.
type version struct{}

func (*version) run(_ context.Context, w world) error {
	_, err := fmt.Fprintf(w.stdout, "promise %s (%s)\n", buildVersion(), runtime.Version())
	return err
}

// buildVersion is the module's version, with the revision of a build from a
// working copy.
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(unknown version)"
	}
	return info.Main.Version
}
