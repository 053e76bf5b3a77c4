package frame

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
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
		for _, i := range budget.Between(e.Account, e.Terms(), p.now(), p.From, p.now(), p.options()) {
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
	text := fmt.Sprintf("%s bad events in %s", number(r.Bad), length(r.Length().Round(time.Minute)))
	if taken, ok := r.Share.Get(); ok {
		text += fmt.Sprintf(" took %.1f %% of the error budget", 100*taken)
	}
	if peak, ok := r.Peak.Get(); ok {
		text += fmt.Sprintf(", at a burn rate of up to %.1f", peak)
	}
	if r.Open {
		text += "; it may be going on"
	}
	return text
}

// number is a number of events with three digits, or all of a larger one's.
func number(n float64) string {
	if n >= 100 {
		return strconv.FormatFloat(n, 'f', 0, 64)
	}
	return strconv.FormatFloat(n, 'g', 3, 64)
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
