package frame

import (
	"context"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// windowRow holds a row of the windows table.
type windowRow struct {
	subject
	budget.ClosedWindow
	window string
}

// Windows returns a table of the windows that closed in the range, the latest
// first for each objective and group, evaluated by the target that was in force
// when they opened. Rolling windows are laid end to end backwards from now.
func Windows(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	var rows []windowRow
	entries = slices.Clone(entries)
	for i, e := range entries {
		if e.Account == nil || ctx.Err() != nil {
			continue
		}
		for c := range p.evaluate(e).ClosedWindows(e.TargetAt) {
			if !c.End.After(p.From) || p.exceedsMaxRows(len(rows)) || ctx.Err() != nil {
				break
			}
			rows = append(rows, windowRow{subjectOf(e), c, e.SLO.Window.String()})
			if text := e.Terms().ImpossibleCounts(e.Account, c.Start, c.End); text != "" && c.End.Before(p.now()) {
				entries[i].Notices = append(slices.Clip(entries[i].Notices), text+": "+subjectOf(e).name())
			}
		}
	}
	f := table("windows", rows, windowColumns(rows))
	return withNotices(ctx, data.Frames{f}, data.FrameTypeTable, entries, p)
}

func windowColumns(rows []windowRow) []column[windowRow] {
	of := func(r windowRow) subject { return r.subject }
	return append(subjectColumns(rows, of),
		col("window", display("Window"), func(r windowRow) string { return r.window }),
		col("start", timestamp("Start"), func(r windowRow) time.Time { return r.Start }),
		col("end", timestamp("End"), func(r windowRow) time.Time { return r.End }),
		target("target", "Target", rows, func(r windowRow) *float64 { return &r.Target }),
		col("sli", share("SLI", 3), func(r windowRow) *float64 { return r.SLI.Ptr() }),
		col("met", met(), func(r windowRow) *bool { return r.Met }),
		col("bad", count("Bad events"), func(r windowRow) *float64 { return r.eventCount(r.Bad) }),
		col("total", count("Total events"), func(r windowRow) *float64 { return r.eventCount(r.Total) }),
		col("budgetTotal", count("Error budget"), func(r windowRow) *float64 { return r.Budget.Total.Ptr() }),
		col("budgetConsumed", share("Budget consumed", 1), func(r windowRow) *float64 { return r.Budget.Consumed.Ptr() }),
		col("budgetRemaining", budgetRemaining("Budget remaining"), func(r windowRow) *float64 { return r.Budget.Remaining.Ptr() }),
		col("coverage", share("Coverage", 1), func(r windowRow) float64 { return r.Coverage }),
		worst("worstStart", timestamp("Worst incident"), func(i budget.Incident) *time.Time { return &i.Start }),
		worst("worstEnd", timestamp("Worst incident end"), func(i budget.Incident) *time.Time { return &i.End }),
		worst("worstBudgetShare", share("Worst incident share", 1), func(i budget.Incident) *float64 { return i.Share.Ptr() }),
		worst("worstPeakBurnRate", burnRate("Worst incident peak burn rate"), func(i budget.Incident) *float64 { return i.Peak.Ptr() }),
	)
}

// eventCount returns a number of events, null where the counts are impossible.
func (r windowRow) eventCount(n float64) *float64 {
	if r.Impossible {
		return nil
	}
	return &n
}

// worst returns a column about the worst incident, null where there was none.
func worst[T any](name string, config *data.FieldConfig, value func(budget.Incident) *T) column[windowRow] {
	return col(name, config, func(r windowRow) *T {
		if r.Worst == nil {
			return nil
		}
		return value(*r.Worst)
	})
}

func met() *data.FieldConfig {
	config := display("Promise")
	config.Mappings = data.ValueMappings{data.ValueMapper{
		"true":  {Text: "Met", Color: blue, Index: 0},
		"false": {Text: "Missed", Color: red, Index: 1},
	}}
	return config
}
