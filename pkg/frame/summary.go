package frame

import (
	"context"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// Summary returns a table of one row that counts the objectives and groups by what they
// need. Definitions that cannot be read count as those of which nothing is known. What a reader must know of single SLOs is said where they
// have a row.
func Summary(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	var counts budget.StateCounts
	living := p.living(entries)
	for e := range each(ctx, living) {
		evaluation := p.evaluate(e)
		counts.Add(evaluation.State(), evaluation.Firing())
	}
	for range p.Broken {
		counts.Add(budget.StateNoData, "")
	}
	rows := []budget.StateCounts{counts}
	if len(living)+len(p.Broken) == 0 {
		rows = nil
	}
	f := table("summary", rows, summaryColumns())
	return withNoticesOf(ctx, data.Frames{f}, data.FrameTypeTable, nil, nil, p)
}

func summaryColumns() []column[budget.StateCounts] {
	number := func(name, title string, of func(budget.StateCounts) int) column[budget.StateCounts] {
		return col(name, display(title), func(c budget.StateCounts) int64 { return int64(of(c)) })
	}
	state := func(name, title string, s budget.State) column[budget.StateCounts] {
		return number(name, title, func(c budget.StateCounts) int { return c.States[s] })
	}
	return []column[budget.StateCounts]{
		number("pages", "Pages now", func(c budget.StateCounts) int { return c.Pages }),
		number("tickets", "Tickets", func(c budget.StateCounts) int { return c.Tickets }),
		state("noData", "Not known", budget.StateNoData),
		state("exhausted", "Exhausted", budget.StateExhausted),
		state("burning", "Burning", budget.StateBurning),
		state("atRisk", "At risk", budget.StateAtRisk),
		state("ok", "OK", budget.StateOK),
	}
}
