package plugin

import (
	"context"
	"errors"
	"fmt"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/frame"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// entries returns the accounts of SLOs. It logs panics, and has errors about too
// many groups say what to do.
func (d *Datasource) entries(ctx context.Context, slos []slo.SLO, scope promql.Scope, span budget.Span) []budget.Entry {
	entries := dropEmpty(d.ledgers.Entries(ctx, slos, scope, span))
	for i, e := range entries {
		logPanic(ctx, e.Err)
		entries[i].Err = explainGroups("", e.Err)
	}
	return entries
}

// worstEntries returns the entries of as many SLOs as a chart shows. The query gets
// a notice of the others.
func (d *Datasource) worstEntries(ctx context.Context, query *selectedQuery, entries []budget.Entry) []budget.Entry {
	worst, slos := frame.WorstN(ctx, entries, d.limits.SLOs, query.params)
	if slos > d.limits.SLOs {
		query.params.Notices = append(query.params.Notices, fmt.Sprintf(
			"Showing %d of %d SLOs, those with the least budget remaining; select fewer, or have limits.slos raised in the settings of the data source", d.limits.SLOs, slos))
	}
	return worst
}

// checkGroups returns an error if a field of the query asks for a grouping with too
// many groups.
func (d *Datasource) checkGroups(ctx context.Context, field string, slos []slo.SLO, scope promql.Scope) error {
	return explainGroups(field+": ", d.ledgers.CheckGroups(ctx, slos, scope))
}

// explainGroups adds what to do to an error about too many groups.
func explainGroups(field string, err error) error {
	if refused, ok := errors.AsType[*ledger.GroupsError](err); ok {
		return limitError("groups", field+refused.Error(), "group by labels with fewer values, or narrow the query with filters")
	}
	return err
}

// contributorEntries returns the accounts of the selected SLOs, grouped by the
// label too.
func (d *Datasource) contributorEntries(ctx context.Context, query selectedQuery) ([]budget.Entry, error) {
	var split []slo.SLO
	for _, one := range query.slos {
		for _, o := range one.Objectives {
			parts, err := promql.Split(one, o, query.scope, query.Label)
			if err != nil {
				continue // its whole account has the same error
			}
			split = append(split, parts)
		}
	}
	scope := promql.Scope{Matchers: query.scope.Matchers}
	if err := d.checkGroups(ctx, "label", split, scope); err != nil {
		return nil, err
	}
	return d.entries(ctx, split, scope, query.params.BudgetSpan()), nil
}

// dropEmpty drops accounts that a failure left empty: nothing in them could be
// shown, not even as out of date.
func dropEmpty(entries []budget.Entry) []budget.Entry {
	for i, e := range entries {
		if e.Err == nil || e.Account == nil {
			continue
		}
		if first, last := e.Account.Span(); !first.Before(last) {
			entries[i].Account = nil
		}
	}
	return entries
}
