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

// outageRow holds a row of the outages table.
type outageRow struct {
	budget.Outage
	// Its incidents, the greatest share of a budget first.
	incidents []incidentRow
	now       time.Time
}

// Outages returns a table of the outages in the range, the greatest share of a budget
// first: incidents of SLOs of one service that came at the same time are one.
func Outages(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	incidents := incidentRows(ctx, entries, p)
	var rows []outageRow
	for _, o := range outagesOf(incidents) {
		row := outageRow{Outage: o, now: p.now()}
		for _, i := range o.Incidents {
			row.incidents = append(row.incidents, incidents[i])
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b outageRow) int { return cmp.Compare(b.worst().Share.Or(0), a.worst().Share.Or(0)) })
	f := table("outages", rows, outageColumns())
	return withNotices(ctx, data.Frames{f}, data.FrameTypeTable, entries, p)
}

func outageColumns() []column[outageRow] {
	columns := append(timeColumns(outageRow.lasting),
		col("title", display("Title"), func(r outageRow) string { return r.Service }),
		col("text", display("Text"), outageRow.text),
		col("tags", display("Tags"), outageRow.tags),
		col("outage", display("Outage"), func(r outageRow) string { return r.Name() }),
		col("service", display("Service"), func(r outageRow) string { return r.worst().slo.Service }),
		col("team", display("Team"), func(r outageRow) string { return r.worst().slo.Team() }),
		col("kind", incidentKind(), func(r outageRow) string { return string(r.Kind) }),
		col("slos", display("SLOs"), func(r outageRow) string { return strings.Join(r.names(), ", ") }),
		col("slo", display("Worst SLO"), func(r outageRow) string { return r.worst().slo.Name }),
		col("budgetShare", share("Worst budget share", 1), func(r outageRow) *float64 { return r.worst().Share.Ptr() }),
		col("peakBurnRate", burnRate("Peak burn rate"), outageRow.peak),
	)
	return append(columns, viewColumns(outageRow.lasting)...)
}

func (r outageRow) lasting() lasting { return lasting{r.Start, r.End, r.now, r.Open} }

// worst returns the incident with the greatest share of a budget.
func (r outageRow) worst() incidentRow { return r.incidents[0] }

// names returns the SLOs whose budgets it burned, the greatest share first.
func (r outageRow) names() []string {
	var names []string
	for _, i := range r.incidents {
		if !slices.Contains(names, i.name()) {
			names = append(names, i.name())
		}
	}
	return names
}

// peak returns the highest burn rate of any of its incidents.
func (r outageRow) peak() *float64 {
	var highest *float64
	for _, i := range r.incidents {
		if peak, ok := i.Peak.Get(); ok && (highest == nil || peak > *highest) {
			highest = &peak
		}
	}
	return highest
}

// maxOutageNames limits how many SLOs the text of an outage names.
const maxOutageNames = 5

// text describes the outage in a sentence.
func (r outageRow) text() string {
	text := fmt.Sprintf("%s of %s", human.Duration(r.lasting().length().Round(time.Minute)), human.List(r.names(), maxOutageNames))
	if consumed, ok := r.worst().Share.Get(); ok {
		text += fmt.Sprintf(" consumed up to %s of an error budget", human.ConsumedBudget(consumed))
	}
	if r.Open {
		text += "; it may be ongoing"
	}
	return text
}

func (r outageRow) tags() string {
	return strings.Join(tagsOf(r.worst().slo.Service, r.worst().slo.Team()), ",")
}
