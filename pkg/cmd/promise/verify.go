package main

import (
	"context"
	"fmt"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// inLedger are the subcommands about the ledger.
type inLedger struct {
	Verify verify `cmd:"" help:"Hold the ledger's count of events against the server's own."`
}

// verify is the subcommand "ledger verify".
type verify struct {
	selecting
	From   string `help:"Where to begin, such as 2026-03-01T00:00:00Z; a week before the end by default." placeholder:"RFC3339"`
	To     string `help:"Where to end; the last midnight, in UTC, by default." placeholder:"RFC3339"`
	Format string `help:"How the answer is printed: ${enum}." enum:"table,json" default:"table"`
	connection
}

// Help is the long help of ledger verify.
func (verify) Help() string {
	return `For each SLO and objective, and each day in UTC: the events that the ledger counts, how many of them
increase() cannot see (the first value of a counter that appears, and what lies under a restart that
the counter itself does not show), what increase() over the day counts on the server, and what is
left of the difference. A day

  agrees      where both count the same, but for what increase() extrapolates at its edges,
  explained   where what increase() cannot see explains the difference,
  differs     where nothing does,
  no data     where neither counts anything ("no_data" in JSON).

SLOs of time slices are verified by their events. Two increase() a day are asked of the server, beside
what fills the ledger.

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

func (v *verify) run(ctx context.Context, w world) error {
	from, to, err := v.span(w.now())
	if err != nil {
		return err
	}
	client, err := v.client(w.env)
	if err != nil {
		return err
	}
	selected, err := v.selectSLOs(ctx)
	if err != nil {
		return err
	}
	tell(w, selected.problems)
	a := auditor{q: client, now: w.now, from: from, to: to}
	audits := during(newProgress(w.stderr, len(selected.slos)), func(p *progress) []audit { return a.all(ctx, selected.slos, p) })
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, r := range selected.failures() {
		audits = append(audits, audit{SLO: r.SLO, err: r.err})
	}
	return v.finish(w, audits, selected.problems)
}

// unsettled is how long the end of a day may stay open for late samples.
const unsettled = 15 * time.Minute

// span returns the time to verify: by default the last seven full days.
func (v *verify) span(now time.Time) (from, to time.Time, err error) {
	const day = 24 * time.Hour
	to = now.UTC().Add(-unsettled).Truncate(day)
	if v.To != "" {
		if to, err = moment("--to", v.To, now); err != nil {
			return from, to, err
		}
	}
	from = to.Add(-7 * day)
	if v.From != "" {
		if from, err = moment("--from", v.From, now); err != nil {
			return from, to, err
		}
	}
	if !from.Before(to) {
		return from, to, fmt.Errorf("--from %s is not before --to %s: give an earlier --from or a later --to", from.Format(time.RFC3339), to.Format(time.RFC3339))
	}
	return from, to, nil
}

// finish prints the audits and ends the command.
func (v *verify) finish(w world, audits []audit, problems []definition.Problem) error {
	write := writeAudits
	if v.Format == "json" {
		write = writeAuditsJSON
	}
	if err := write(w, audits); err != nil {
		return &exit{exitFailed, err.Error()}
	}
	sum := sumOf(audits)
	switch {
	case sum.failed > 0:
		return &exit{exitFailed, fmt.Sprintf("%d of %d results could not be computed", sum.failed, len(audits))}
	case sum.differ > 0, catalog.Count(problems, definition.Error) > 0:
		return &exit{code: exitFailed}
	}
	return nil
}

// audit is how the ledger of one SLO and objective compares with its server.
type audit struct {
	SLO slo.SLO
	// objective is nil if the definition of the SLO was refused.
	objective *slo.Objective
	days      []ledger.Comparison
	// notices are the ledger's about what it counted.
	notices []string
	err     error
}

// auditor holds ledgers against their server.
type auditor struct {
	q        ledger.Querier
	now      func() time.Time
	from, to time.Time
}

// all verifies the SLOs, in their order. It gives up when the context ends.
func (a auditor) all(ctx context.Context, slos []slo.SLO, p *progress) []audit {
	records := ledger.NewRecords(a.q, a.now)
	return each(slos, p, func(s slo.SLO, report func(done, all int)) []audit {
		store := ledger.NewStore(a.q, ledger.Options{Now: a.now, Records: records, Progress: report})
		return a.one(ctx, store, s)
	})
}

// one verifies the objectives of an SLO. Those that count the same events are
// asked about once.
func (a auditor) one(ctx context.Context, store *ledger.Store, s slo.SLO) []audit {
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

func (a auditor) objective(ctx context.Context, store *ledger.Store, s slo.SLO, o slo.Objective) audit {
	found := audit{SLO: s}
	if found.days, found.err = store.Verify(ctx, s, o, a.from, a.to); found.err != nil {
		return found
	}
	span := func(budget.Terms) (from, to time.Time) { return a.from, a.to }
	part := s
	part.Objectives = []slo.Objective{o}
	if entries := store.Entries(ctx, []slo.SLO{part}, promql.Scope{}, span); len(entries) > 0 {
		found.notices = entries[0].Notices
	}
	return found
}
