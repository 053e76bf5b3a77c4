package frame

import (
	"cmp"
	"context"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// contributorRow holds a row of the contributors table.
type contributorRow struct {
	subject
	budget.Contribution
}

// Contributors returns a table of which values of a label consumed how much of
// the window's budget in the range. parts are the accounts of the same SLOs,
// grouped by the label as well.
func Contributors(ctx context.Context, entries, parts []budget.Entry, label string, p Params) data.Frames {
	var rows []contributorRow
	for e := range withAccount(ctx, entries) {
		for _, c := range p.evaluate(e).Contributors(partsOf(ctx, e, parts, label), p.From, p.now(), p.Top) {
			rows = append(rows, contributorRow{subjectOf(e), c})
		}
		if p.exceedsMaxRows(len(rows)) {
			break
		}
	}
	slices.SortStableFunc(rows, func(a, b contributorRow) int { return cmp.Compare(b.Share.Or(0), a.Share.Or(0)) })
	f := table("contributors", rows, contributorColumns(rows, label))
	if slices.ContainsFunc(entries, countsSlices) {
		p.Notices = append(slices.Clone(p.Notices), "The time slices of each part are evaluated on their own, so the parts need not add up to the whole")
	}
	return withNotices(ctx, data.Frames{f}, data.FrameTypeTable, slices.Concat(entries, withErrors(parts)), p)
}

func countsSlices(e budget.Entry) bool { return e.SLO.Method != slo.Occurrences }

// partsOf returns the accounts of an entry's SLO and objective that are part of its
// label set, by their values of the label.
func partsOf(ctx context.Context, e budget.Entry, parts []budget.Entry, label string) map[string]budget.Account {
	found := map[string]budget.Account{}
	for q := range withAccount(ctx, parts) {
		if q.SLO.ID() == e.SLO.ID() && q.Objective.Name == e.Objective.Name && within(q.Labels, e.Labels) {
			found[q.Labels.Get(label)] = q.Account
		}
	}
	return found
}

// within reports whether labels have all those of a group.
func within(ls, group labels.Labels) bool {
	all := true
	group.Range(func(l labels.Label) { all = all && ls.Get(l.Name) == l.Value })
	return all
}

// withErrors returns the entries with an error.
func withErrors(entries []budget.Entry) []budget.Entry {
	return slices.DeleteFunc(slices.Clone(entries), func(e budget.Entry) bool { return e.Err == nil })
}

func contributorColumns(rows []contributorRow, label string) []column[contributorRow] {
	of := func(r contributorRow) subject { return r.subject }
	return append(subjectColumns(rows, of),
		col("label", display("Label"), func(contributorRow) string { return label }),
		col("contributor", display(label), contributorRow.title),
		col("bad", count("Bad events"), func(r contributorRow) float64 { return r.Bad }),
		col("total", count("Total events"), func(r contributorRow) float64 { return r.Total }),
		col("budgetShare", share("Budget share", 1), func(r contributorRow) *float64 { return r.Share.Ptr() }),
		col("badEventsShare", share("Share of bad events", 1), func(r contributorRow) *float64 { return r.OfBad.Ptr() }),
		col("rest", display("Others"), func(r contributorRow) bool { return r.Rest }),
	)
}

func (r contributorRow) title() string {
	switch {
	case r.Rest:
		return "(all others)"
	case r.Name == "":
		return "(without the label)"
	}
	return r.Name
}
