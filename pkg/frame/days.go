package frame

import (
	"context"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// dayRow holds a row of the table of days.
type dayRow struct {
	subject
	budget.DailyVerdict
	zone string
}

// Days returns a table of how each objective did day by day in the range, in the order
// of time. Days before its first data have no row.
func Days(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	var rows []dayRow
	for e := range withAccount(ctx, entries) {
		evaluation := p.evaluate(e)
		for day := range evaluation.Daily(p.From) {
			if p.exceedsMaxRows(len(rows)) || ctx.Err() != nil {
				break
			}
			rows = append(rows, dayRow{subjectOf(e), day, evaluation.Location().String()})
		}
	}
	f := table("days", rows, dayColumns(rows))
	return withNotices(ctx, data.Frames{f}, data.FrameTypeTable, entries, p)
}

func dayColumns(rows []dayRow) []column[dayRow] {
	of := func(r dayRow) subject { return r.subject }
	columns := []column[dayRow]{
		col("time", timestamp("Day"), func(r dayRow) time.Time { return r.Start }),
		col("timeEnd", timestamp("Day end"), func(r dayRow) time.Time { return r.End }),
	}
	columns = append(columns, subjectColumns(rows, of)...)
	return append(columns,
		col("timeZone", display("Time zone"), func(r dayRow) string { return r.zone }),
		target("target", "Target", rows, func(r dayRow) *float64 { return &r.objective.Target }),
		col("sli", share("SLI", 3), func(r dayRow) *float64 { return r.SLI.Ptr() }),
		col("met", met(), func(r dayRow) *bool { return r.Met }),
		col("unknown", display("Not known because"), func(r dayRow) *string { return orNull(r.Unknown) }),
		col("budgetConsumed", dayConsumption("Budget taken"), func(r dayRow) *float64 { return r.Consumed.Ptr() }),
		col("bad", count("Bad events"), func(r dayRow) *float64 { return possible(r.Bad, r.Impossible) }),
		col("total", count("Total events"), func(r dayRow) *float64 { return possible(r.Total, r.Impossible) }),
		col("coverage", share("Coverage", 1), func(r dayRow) float64 { return r.Coverage }),
	)
}

// dayConsumption returns the config of the share of a window's budget that one day took.
func dayConsumption(name string) *data.FieldConfig {
	config := share(name, 1)
	config.Thresholds = thresholds(blue, data.NewThreshold(0.05, orange, ""), data.NewThreshold(0.25, red, ""))
	config.Color = map[string]any{"mode": "thresholds"}
	return config
}
