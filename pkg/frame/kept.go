package frame

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// keptRow holds a row of the table of what was kept.
type keptRow struct {
	subject
	budget.Tally
	streak budget.Streak
	window string
}

// Kept returns a table with the windows that were kept, missed and not known in the
// range, and how many were kept in a row, a row per objective and group: the longest
// streak first.
func Kept(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	living, ended := budget.SplitEnded(entries, p.now())
	var rows []keptRow
	for e := range each(ctx, living) {
		evaluation := p.evaluate(e)
		rows = append(rows, keptRow{subjectOf(e), evaluation.Tally(p.From, e.TargetAt), evaluation.Streak(p.From, e.TargetAt), e.SLO.Window.String()})
	}
	slices.SortStableFunc(rows, func(a, b keptRow) int {
		return cmp.Or(cmp.Compare(b.length(), a.length()), cmp.Compare(a.name(), b.name()))
	})
	f := table("kept", rows, keptColumns(rows))
	return withNoticesOf(ctx, data.Frames{f}, data.FrameTypeTable, living, ended, p)
}

func keptColumns(rows []keptRow) []column[keptRow] {
	of := func(r keptRow) subject { return r.subject }
	return append(subjectColumns(rows, of),
		col("window", display("Window"), func(r keptRow) string { return r.window }),
		target("target", "Target", rows, func(r keptRow) *float64 { return r.ifRead(r.objective.Target) }),
		col("streak", inUnit("In a row", "none", 0), func(r keptRow) *float64 { return r.known(r.streak.Kept) }),
		col("keptSince", timestamp("Kept since"), func(r keptRow) *time.Time { return orNil(r.streak.Since) }),
		col("streakUnknown", inUnit("Not known since", "none", 0), func(r keptRow) *float64 { return r.known(r.streak.Unknown) }),
		col("kept", inUnit("Windows kept", "none", 0), func(r keptRow) *float64 { return r.known(r.Kept) }),
		col("missed", inUnit("Windows missed", "none", 0), func(r keptRow) *float64 { return r.known(r.Missed) }),
		col("unknown", inUnit("Windows not known", "none", 0), func(r keptRow) *float64 { return r.known(r.Unknown) }),
		col("text", display("Streak"), func(r keptRow) string { return r.streak.String() }),
		errorColumn(of),
	)
}

// length returns the number of windows in a row, less than none where nothing is known.
func (r keptRow) length() float64 {
	if n := r.known(r.streak.Kept); n != nil {
		return *n
	}
	return -1
}

// known returns a number of windows, null where none has ended of which anything could
// be said.
func (r keptRow) known(n int) *float64 {
	if r.Tally == (budget.Tally{}) && r.streak == (budget.Streak{}) {
		return nil
	}
	return new(float64(n))
}
