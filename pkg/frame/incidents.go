package frame

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

// incidentRow holds a row of the incidents table.
type incidentRow struct {
	subject
	budget.Incident
}

// Incidents returns a table of the times in the range at which budgets burned
// fast, the greatest share of a budget first. Its fields time, timeEnd, title, text
// and tags make it a frame of annotations too.
func Incidents(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	var rows []incidentRow
	for e := range withAccount(ctx, entries) {
		for _, i := range p.evaluate(e).IncidentsBetween(p.From, p.now()) {
			rows = append(rows, incidentRow{subjectOf(e), i})
		}
		if p.exceedsMaxRows(len(rows)) {
			break
		}
	}
	slices.SortStableFunc(rows, func(a, b incidentRow) int { return cmp.Compare(b.Share.Or(0), a.Share.Or(0)) })
	f := table("incidents", rows, incidentColumns(rows))
	return withNotices(ctx, data.Frames{f}, data.FrameTypeTable, entries, p)
}

func incidentColumns(rows []incidentRow) []column[incidentRow] {
	of := func(r incidentRow) subject { return r.subject }
	columns := []column[incidentRow]{
		col("time", timestamp("Start"), func(r incidentRow) time.Time { return r.Start }),
		col("timeEnd", timestamp("End"), func(r incidentRow) time.Time { return r.End }),
		col("text", display("Text"), incidentRow.text),
		col("tags", display("Tags"), incidentRow.tags),
	}
	columns = append(columns, subjectColumns(rows, of)...)
	return append(columns,
		col("duration", &data.FieldConfig{DisplayNameFromDS: "Duration", Unit: "s"}, func(r incidentRow) float64 { return r.Length().Seconds() }),
		col("bad", count("Bad events"), func(r incidentRow) float64 { return r.Bad }),
		col("budgetShare", share("Budget share", 1), func(r incidentRow) *float64 { return r.Share.Ptr() }),
		col("peakBurnRate", burnRate("Peak burn rate"), func(r incidentRow) *float64 { return r.Peak.Ptr() }),
		col("open", display("Ongoing"), func(r incidentRow) bool { return r.Open }),
	)
}

// text describes the incident in a sentence.
func (r incidentRow) text() string {
	text := fmt.Sprintf("%s bad events in %s", human.Events(r.Bad), human.Duration(r.Length().Round(time.Minute)))
	if consumed, ok := r.Share.Get(); ok {
		text += " consumed " + human.ConsumedBudget(consumed) + " of the error budget"
	}
	if peak, ok := r.Peak.Get(); ok {
		text += ", at a burn rate of up to " + human.BurnRate(peak)
	}
	if r.Open {
		text += "; it may be ongoing"
	}
	return text
}

func (r incidentRow) tags() string {
	tags := []string{"slo:" + r.slo.Name}
	if r.slo.Service != "" {
		tags = append(tags, "service:"+r.slo.Service)
	}
	if team := r.slo.Team(); team != "" {
		tags = append(tags, "team:"+team)
	}
	return strings.Join(tags, ",")
}
