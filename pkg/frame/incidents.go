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

// event is a row of the incidents table.
type event struct {
	subject
	budget.Incident
}

// Incidents is a table of the times in the range at which budgets burned fast,
// the greatest share of a budget first. Its fields time, timeEnd, title, text
// and tags make it a frame of annotations too.
func Incidents(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	var rows []event
	for e := range held(ctx, entries) {
		for _, i := range p.evaluate(e).IncidentsBetween(p.From, p.now()) {
			rows = append(rows, event{subjectOf(e), i})
		}
		if p.exceeds(len(rows)) {
			break
		}
	}
	slices.SortStableFunc(rows, func(a, b event) int { return cmp.Compare(b.Share.Or(0), a.Share.Or(0)) })
	f := table("incidents", rows, incidentColumns(rows))
	return answer(ctx, data.Frames{f}, data.FrameTypeTable, entries, p)
}

func incidentColumns(rows []event) []column[event] {
	of := func(r event) subject { return r.subject }
	columns := []column[event]{
		col("time", moment("Start"), func(r event) time.Time { return r.Start }),
		col("timeEnd", moment("End"), func(r event) time.Time { return r.End }),
		col("text", named("Text"), event.text),
		col("tags", named("Tags"), event.tags),
	}
	columns = append(columns, subjectColumns(rows, of)...)
	return append(columns,
		col("duration", &data.FieldConfig{DisplayNameFromDS: "Duration", Unit: "s"}, func(r event) float64 { return r.Length().Seconds() }),
		col("bad", events("Bad events"), func(r event) float64 { return r.Bad }),
		col("budgetShare", share("Budget share", 1), func(r event) *float64 { return r.Share.Ptr() }),
		col("peakBurnRate", burnRate("Peak burn rate"), func(r event) *float64 { return r.Peak.Ptr() }),
		col("open", named("Ongoing"), func(r event) bool { return r.Open }),
	)
}

// text tells the incident in a sentence.
func (r event) text() string {
	text := fmt.Sprintf("%s bad events in %s", human.Events(r.Bad), human.Duration(r.Length().Round(time.Minute)))
	if consumed, ok := r.Share.Get(); ok {
		text += " consumed " + human.Consumed(consumed) + " of the error budget"
	}
	if peak, ok := r.Peak.Get(); ok {
		text += ", at a burn rate of up to " + human.BurnRate(peak)
	}
	if r.Open {
		text += "; it may be ongoing"
	}
	return text
}

func (r event) tags() string {
	tags := []string{"slo:" + r.slo.Name}
	if r.slo.Service != "" {
		tags = append(tags, "service:"+r.slo.Service)
	}
	if team := r.slo.Team(); team != "" {
		tags = append(tags, "team:"+team)
	}
	return strings.Join(tags, ",")
}
