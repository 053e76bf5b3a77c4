package frame

import (
	"context"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// past is a row of the windows table.
type past struct {
	subject
	budget.ClosedWindow
	window string
}

// Windows is a table of the windows that closed in the range, the latest first
// for each objective and label set, judged by the target that was in force when
// they opened. Rolling windows are laid end to end backwards from now.
func Windows(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	var rows []past
	entries = slices.Clone(entries)
	for i, e := range entries {
		if e.Account == nil || ctx.Err() != nil {
			continue
		}
		targetAt := func(t time.Time) float64 { return e.SLO.TargetAt(e.Objective, t) }
		for c := range p.evaluate(e).ClosedWindows(targetAt) {
			if !c.End.After(p.From) || p.exceeds(len(rows)) || ctx.Err() != nil {
				break
			}
			rows = append(rows, past{subjectOf(e), c, e.SLO.Window.String()})
			if text := budget.ImpossibleCounts(e.Account, c.Start, c.End); text != "" && c.End.Before(p.now()) {
				entries[i].Notices = append(slices.Clip(entries[i].Notices), text+": "+subjectOf(e).name())
			}
		}
	}
	f := table("windows", rows, windowColumns(rows))
	return answer(ctx, data.Frames{f}, data.FrameTypeTable, entries, p)
}

func windowColumns(rows []past) []column[past] {
	of := func(r past) subject { return r.subject }
	return append(subjectColumns(rows, of),
		col("window", named("Window"), func(r past) string { return r.window }),
		col("start", moment("Start"), func(r past) time.Time { return r.Start }),
		col("end", moment("End"), func(r past) time.Time { return r.End }),
		target("target", "Target", rows, func(r past) *float64 { return &r.Target }),
		col("sli", share("SLI", 3), func(r past) *float64 { return r.SLI.Ptr() }),
		col("met", met(), func(r past) *bool { return r.Met }),
		col("bad", events("Bad events"), func(r past) float64 { return r.Bad }),
		col("total", events("Total events"), func(r past) float64 { return r.Total }),
		col("budgetTotal", events("Error budget"), func(r past) *float64 { return r.Budget.Total.Ptr() }),
		col("budgetConsumed", share("Budget consumed", 1), func(r past) *float64 { return r.Budget.Consumed.Ptr() }),
		col("budgetRemaining", remaining("Budget remaining"), func(r past) *float64 { return r.Budget.Remaining.Ptr() }),
		col("coverage", share("Coverage", 1), func(r past) float64 { return r.Coverage }),
		worst("worstStart", moment("Worst incident"), func(i budget.Incident) *time.Time { return &i.Start }),
		worst("worstEnd", moment("Worst incident end"), func(i budget.Incident) *time.Time { return &i.End }),
		worst("worstBudgetShare", share("Worst incident share", 1), func(i budget.Incident) *float64 { return i.Share.Ptr() }),
		worst("worstPeakBurnRate", burnRate("Worst incident peak burn rate"), func(i budget.Incident) *float64 { return i.Peak.Ptr() }),
	)
}

// worst is a column about the worst incident, null where there was none.
func worst[T any](name string, config *data.FieldConfig, value func(budget.Incident) *T) column[past] {
	return col(name, config, func(r past) *T {
		if r.Worst == nil {
			return nil
		}
		return value(*r.Worst)
	})
}

func met() *data.FieldConfig {
	config := named("Promise")
	config.Mappings = data.ValueMappings{data.ValueMapper{
		"true":  {Text: "Met", Color: blue, Index: 0},
		"false": {Text: "Missed", Color: red, Index: 1},
	}}
	return config
}
