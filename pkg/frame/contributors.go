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

// part is a row of the contributors table.
type part struct {
	subject
	budget.Contribution
}

// Contributors is a table of which values of a label burned how much of the
// window's budget in the range. parts are the accounts of the same SLOs,
// grouped by the label as well.
func Contributors(ctx context.Context, entries, parts []budget.Entry, label string, p Params) data.Frames {
	var rows []part
	for e := range held(ctx, entries) {
		for _, c := range p.evaluate(e).Contributors(partsOf(ctx, e, parts, label), p.From, p.now(), p.Top) {
			rows = append(rows, part{subjectOf(e), c})
		}
		if p.exceeds(len(rows)) {
			break
		}
	}
	slices.SortStableFunc(rows, func(a, b part) int { return cmp.Compare(b.Share.Or(0), a.Share.Or(0)) })
	f := table("contributors", rows, contributorColumns(rows, label))
	if slices.ContainsFunc(entries, sliced) {
		p.Notices = append(slices.Clone(p.Notices), "The time slices of each part are judged on their own, so that the parts need not add up to the whole")
	}
	return answer(ctx, data.Frames{f}, data.FrameTypeTable, slices.Concat(entries, failed(parts)), p)
}

func sliced(e budget.Entry) bool { return e.SLO.Method != slo.Occurrences }

// partsOf are the accounts of an entry's SLO and objective that are part of its
// label set, by their values of the label.
func partsOf(ctx context.Context, e budget.Entry, parts []budget.Entry, label string) map[string]budget.Account {
	found := map[string]budget.Account{}
	for q := range held(ctx, parts) {
		if q.SLO.Name == e.SLO.Name && q.Objective.Name == e.Objective.Name && within(q.Labels, e.Labels) {
			found[q.Labels.Get(label)] = q.Account
		}
	}
	return found
}

// within says that labels have all those of a group.
func within(ls, group labels.Labels) bool {
	all := true
	group.Range(func(l labels.Label) { all = all && ls.Get(l.Name) == l.Value })
	return all
}

// failed are the entries with an error.
func failed(entries []budget.Entry) []budget.Entry {
	return slices.DeleteFunc(slices.Clone(entries), func(e budget.Entry) bool { return e.Err == nil })
}

func contributorColumns(rows []part, label string) []column[part] {
	of := func(r part) subject { return r.subject }
	return append(subjectColumns(rows, of),
		col("label", named("Label"), func(part) string { return label }),
		col("contributor", named(label), part.title),
		col("bad", events("Bad events"), func(r part) float64 { return r.Bad }),
		col("total", events("Total events"), func(r part) float64 { return r.Total }),
		col("budgetShare", share("Budget share", 1), func(r part) *float64 { return r.Share.Ptr() }),
		col("badEventsShare", share("Share of bad events", 1), func(r part) *float64 { return r.OfBad.Ptr() }),
		col("rest", named("Others"), func(r part) bool { return r.Rest }),
	)
}

func (r part) title() string {
	switch {
	case r.Rest:
		return "(all others)"
	case r.Name == "":
		return "(without the label)"
	}
	return r.Name
}
