package frame

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// The kinds of rows of the windows table.
const (
	closedWindow = "window"
	overspend    = "overspend"
)

// windowRow holds a row of the windows table.
type windowRow struct {
	subject
	budget.Verdict
	kind, window, zone string
	start              time.Time
	// Nil while an overspend goes on.
	end *time.Time
	// Window that the verdict is about.
	of budget.ClosedWindow
}

// Windows returns a table with the calendar windows that closed in the range, evaluated
// by the target that was in force when they opened, and with the overspends of rolling
// windows, which never close: the times in the range at which no budget was left. The
// latest come first for each objective and group.
func Windows(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	var rows []windowRow
	entries = slices.Clone(entries)
	for i, e := range entries {
		if e.Account == nil || ctx.Err() != nil {
			continue
		}
		for row := range windowRows(e, p) {
			if p.exceedsMaxRows(len(rows)) || ctx.Err() != nil {
				break
			}
			rows = append(rows, row)
			c := row.of
			if text := e.Terms().ImpossibleCounts(e.Account, c.Start, c.End); text != "" && c.End.Before(p.now()) {
				entries[i].Notices = append(slices.Clip(entries[i].Notices), text+": "+subjectOf(e).name())
			}
		}
	}
	f := table("windows", rows, windowColumns(rows))
	return withNotices(ctx, data.Frames{f}, data.FrameTypeTable, entries, p)
}

// windowRows yields the rows of an entry, the latest first.
func windowRows(e budget.Entry, p Params) iter.Seq[windowRow] {
	evaluation := p.evaluate(e)
	row := windowRow{subject: subjectOf(e), window: e.SLO.Window.String(), zone: evaluation.Location().String()}
	return func(yield func(windowRow) bool) {
		for c := range evaluation.ClosedWindows(e.TargetAt) {
			row.kind, row.Verdict, row.start, row.end, row.of = closedWindow, c.Verdict, c.Start, &c.End, c
			if !c.End.After(p.From) || !yield(row) {
				return
			}
		}
		for _, o := range evaluation.Overspends(p.From, e.TargetAt) {
			start, end := e.SLO.Window.At(o.At)
			row.kind, row.Verdict, row.start, row.end = overspend, o.Verdict, o.Start, &o.End
			row.of = budget.ClosedWindow{Start: start, End: end, Verdict: o.Verdict}
			if o.Open {
				row.end = nil
			}
			if !yield(row) {
				return
			}
		}
	}
}

func windowColumns(rows []windowRow) []column[windowRow] {
	of := func(r windowRow) subject { return r.subject }
	worst := func(r windowRow) *budget.Incident { return r.Worst }
	return append(subjectColumns(rows, of),
		col("window", display("Window"), func(r windowRow) string { return r.window }),
		col("kind", windowKind(), func(r windowRow) string { return r.kind }),
		col("start", timestamp("Start"), func(r windowRow) time.Time { return r.start }),
		col("end", timestamp("End"), func(r windowRow) *time.Time { return r.end }),
		col("timeZone", display("Time zone"), func(r windowRow) string { return r.zone }),
		target("target", "Target", rows, func(r windowRow) *float64 { return &r.Target }),
		col("sli", share("SLI", 3), func(r windowRow) *float64 { return r.SLI.Ptr() }),
		col("met", met(), func(r windowRow) *bool { return r.Met }),
		col("unknown", display("Not known because"), func(r windowRow) *string { return orNull(r.Unknown) }),
		col("bad", count("Bad events"), func(r windowRow) *float64 { return possible(r.Bad, r.Impossible) }),
		col("total", count("Total events"), func(r windowRow) *float64 { return possible(r.Total, r.Impossible) }),
		col("budgetTotal", count("Error budget"), func(r windowRow) *float64 { return r.Budget.Total.Ptr() }),
		col("budgetConsumed", share("Budget consumed", 1), func(r windowRow) *float64 { return r.Budget.Consumed.Ptr() }),
		col("budgetRemaining", budgetRemaining("Budget remaining"), func(r windowRow) *float64 { return r.Budget.Remaining.Ptr() }),
		col("coverage", share("Coverage", 1), func(r windowRow) float64 { return r.Coverage }),
		ofIncident(worst, "worstStart", timestamp("Worst incident"), func(i budget.Incident) *time.Time { return &i.Start }),
		ofIncident(worst, "worstEnd", timestamp("Worst incident end"), func(i budget.Incident) *time.Time { return &i.End }),
		ofIncident(worst, "worstBudgetShare", share("Worst incident share", 1), func(i budget.Incident) *float64 { return i.Share.Ptr() }),
		ofIncident(worst, "worstPeakBurnRate", burnRate("Worst incident peak burn rate"), func(i budget.Incident) *float64 { return i.Peak.Ptr() }),
	)
}

// windowKind returns the config of what a row of the windows table is about.
func windowKind() *data.FieldConfig {
	config := mappedTo("Kind", data.ValueMapper{
		closedWindow: {Text: "Closed window", Index: 0},
		overspend:    {Text: "Overspend", Index: 1},
	})
	config.Description = "Calendar windows close. A rolling window never does: it has overspends, the times at which no budget was left, with the numbers of when most was consumed"
	return config
}

func met() *data.FieldConfig {
	return mappedTo("Promise", data.ValueMapper{
		"true":  {Text: "Met", Color: blue, Index: 0},
		"false": {Text: "Missed", Color: red, Index: 1},
	})
}
