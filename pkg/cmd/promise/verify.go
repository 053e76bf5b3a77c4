package main

import (
	"context"
	"fmt"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// ledgerCommands contains the subcommands about the ledger.
type ledgerCommands struct {
	Verify verify `cmd:"" help:"Compare the ledger's count of events with the server's own."`
}

// verify compares ledgers with their server.
type verify struct {
	measuring
	From   string `help:"Start, such as 2026-03-01T00:00:00Z; a week before the end by default." placeholder:"RFC3339"`
	To     string `help:"End; the last midnight, in UTC, by default." placeholder:"RFC3339"`
	Format string `help:"Output format: table or json." enum:"table,json" default:"table"`
}

// Help returns the long help of ledger verify.
func (verify) Help() string {
	return `For each SLO and objective, and each day in UTC: the events that the ledger counts, how many of them
increase() cannot see (the first value of a new counter, and events before a counter reset that the
samples do not show), what increase() over the day counts on the server, and the remaining
difference. A day

  agrees      where both count the same, except for what increase() extrapolates at the edges,
  explained   where what increase() cannot see explains the difference,
  differs     where nothing explains it,
  no data     where neither counts anything ("no_data" in JSON).

SLOs of time slices are verified by their events. The server evaluates two increase() a day, in
addition to the queries that fill the ledger.

Exit status: 0 no day differs, 1 a day differs, a definition is invalid or an SLO could not be computed,
2 wrong usage.

Examples:

  promise ledger verify --prometheus http://localhost:9090 --definitions slos/
  promise ledger verify --prometheus https://mimir.example.com/prometheus --definitions slos/ \
      --header 'X-Scope-OrgID: shop' --max-range 30d --selector '{team="payments"}' \
      --from 2026-03-01T00:00:00Z --to 2026-04-01T00:00:00Z
  promise ledger verify --prometheus http://localhost:9090 --definitions slos/ --format json |
      jq '.[] | {slo, days: [.days[] | select(.verdict == "differs")]}'`
}

func (v *verify) run(ctx context.Context, sys system) error {
	from, to, err := v.span(sys.now())
	if err != nil {
		return err
	}
	client, selected, err := v.open(ctx, sys)
	if err != nil {
		return err
	}
	a := verifier{q: client, now: sys.now, from: from, to: to}
	audits := a.all(ctx, sys, selected.slos)
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, r := range selected.refusedResults() {
		audits = append(audits, audit{SLO: r.SLO, err: r.err})
	}
	return v.finish(sys, audits, selected.problems)
}

// settleTime leaves the end of a day open for late samples.
const settleTime = 15 * time.Minute

// span returns the time to verify: by default the last seven full days.
func (v *verify) span(now time.Time) (from, to time.Time, err error) {
	const day = 24 * time.Hour
	to = now.UTC().Add(-settleTime).Truncate(day)
	if v.To != "" {
		if to, err = parseTime("--to", v.To, now); err != nil {
			return from, to, err
		}
	}
	from = to.Add(-7 * day)
	if v.From != "" {
		if from, err = parseTime("--from", v.From, now); err != nil {
			return from, to, err
		}
	}
	if !from.Before(to) {
		return from, to, fmt.Errorf("--from %s is not before --to %s: give an earlier --from or a later --to", from.Format(time.RFC3339), to.Format(time.RFC3339))
	}
	return from, to, nil
}

// finish prints the audits, and returns how the command ends.
func (v *verify) finish(sys system, audits []audit, problems []definition.Problem) error {
	write := writeAudits
	if v.Format == "json" {
		write = writeAuditsJSON
	}
	if err := write(sys, audits); err != nil {
		return &exit{exitFailed, err.Error()}
	}
	sum := summarize(audits)
	if err := failure(sum.failed, len(audits), problems); err != nil || sum.differ == 0 {
		return err
	}
	return &exit{code: exitFailed}
}

// audit compares the ledger of one SLO and objective with its server.
type audit struct {
	SLO slo.SLO
	// A refused definition has no objective.
	objective *slo.Objective
	days      []ledger.Comparison
	// notices comes from the ledger.
	notices []string
	err     error
}

// verifier compares ledgers with their server.
type verifier struct {
	q        ledger.Querier
	now      func() time.Time
	from, to time.Time
}

// all returns the audits of the SLOs, in their order. It gives up when the context
// ends.
func (a verifier) all(ctx context.Context, sys system, slos []slo.SLO) []audit {
	records := ledger.NewRecords(a.q, a.now)
	return forEach(sys, slos, func(s slo.SLO, report func(done, all int)) []audit {
		store := ledger.NewStore(a.q, ledger.Options{Now: a.now, Records: records, Progress: report})
		return a.one(ctx, store, s)
	})
}

// one returns the audits of the objectives of an SLO. The server is asked once
// about objectives that count the same events.
func (a verifier) one(ctx context.Context, store *ledger.Store, s slo.SLO) []audit {
	var audits []audit
	done := map[string]audit{}
	for _, o := range s.Objectives {
		var account string
		if plan, err := promql.PlanOf(s, o, promql.Scope{}); err == nil {
			account = fmt.Sprintf("%s %+v", plan.Encoding(), o.Slices)
		}
		found, known := done[account]
		if !known || account == "" {
			found = a.objective(ctx, store, s, o)
			done[account] = found
		}
		found.objective = &o
		audits = append(audits, found)
	}
	return audits
}

func (a verifier) objective(ctx context.Context, store *ledger.Store, s slo.SLO, o slo.Objective) audit {
	found := audit{SLO: s}
	if found.days, found.err = store.Verify(ctx, s, o, a.from, a.to); found.err != nil {
		return found
	}
	span := func(budget.Terms) (from, to time.Time) { return a.from, a.to }
	if entries := store.Entries(ctx, []slo.SLO{s.Only(o)}, promql.Scope{}, span); len(entries) > 0 {
		found.notices = entries[0].Notices
	}
	return found
}
