package frame

import (
	"context"
	"fmt"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/targets"
)

// targetRow holds a row of the table of targets.
type targetRow struct {
	subject
	targets.Row
	study *targets.Study
}

// Targets returns a table with a row for each target that is compared, the lowest
// first for each objective and group.
func Targets(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	var rows []targetRow
	living, ended := budget.SplitEnded(entries, p.now())
	for e := range withAccount(ctx, living) {
		study := targets.Of(e, p.Targeting())
		for _, r := range study.Rows {
			rows = append(rows, targetRow{subjectOf(e), r, &study})
		}
		p.Notices = append(p.Notices, studyNotices(study, len(living))...)
		if p.exceedsMaxRows(len(rows)) {
			break
		}
	}
	f := table("targets", rows, targetColumns(rows))
	return withNoticesOf(ctx, data.Frames{f}, data.FrameTypeTable, living, ended, p)
}

// Targeting returns the options of the studies of targets.
func (p Params) Targeting() targets.Options {
	return targets.Options{Now: p.now(), History: p.History, Asked: p.Targets, Budget: p.options()}
}

// TargetsSpan returns the span that Targets needs: the history that is replayed,
// and what the forecast looks at.
func (p Params) TargetsSpan() budget.Span { return p.Targeting().Span() }

// studyNotices returns the sentences about a study. Of many SLOs, the table alone
// has room for what they say.
func studyNotices(s targets.Study, studies int) []string {
	const most = 5
	if studies > most || len(s.Rows) == 0 {
		return nil
	}
	name := subjectOf(s.Entry).name()
	notices := []string{name + ": " + s.Summary()}
	if s.Forecast.Notice != "" {
		notices = append(notices, s.Forecast.Notice+": "+name)
	}
	return notices
}

func targetColumns(rows []targetRow) []column[targetRow] {
	of := func(r targetRow) subject { return r.subject }
	columns := append(subjectColumns(rows, of),
		target("target", "Target", rows, func(r targetRow) *float64 { return &r.Candidate.Target }),
		col("mark", mark(), func(r targetRow) *string { return orNull(r.Mark()) }),
		col("inForce", display("In force"), func(r targetRow) bool { return r.InForce }),
		col("promised", display("Promised"), func(r targetRow) bool { return r.Promised }),
		col("asked", display("Asked for"), func(r targetRow) bool { return r.Asked }),
		col("considered", display("Considered"), func(r targetRow) *bool { return r.considers() }),
	)
	columns = append(columns, historyColumns()...)
	columns = append(columns, alertColumns()...)
	return append(columns,
		col("allowedEvents", count("Bad events allowed"), func(r targetRow) *float64 { return r.AllowedEvents.Ptr() }),
		col("allowedMinutes", inUnit("Outage allowed", "m", 1), func(r targetRow) *float64 { return r.AllowedMinutes.Ptr() }),
		col("chanceKept", chanceOfKeeping("Chance to keep the next window"), func(r targetRow) *float64 { return r.ChanceKept.Ptr() }),
		col("keptInAll", share("Highest kept in all", 4), func(r targetRow) *float64 { return r.study.KeptInAll.Ptr() }),
		col("keptInMost", share("Highest kept in nine of ten", 4), func(r targetRow) *float64 { return r.study.KeptInMost.Ptr() }),
		errorColumn(of),
	)
}

// historyColumns returns what the targets would have meant in the windows of the
// history.
func historyColumns() []column[targetRow] {
	return []column[targetRow]{
		col("unit", display("Counted in"), func(r targetRow) string { return r.study.Unit() + "s" }),
		col("kept", display("Kept"), func(r targetRow) int64 { return int64(r.Kept) }),
		col("keptOf", display("Kept of all"), targetRow.keptOf),
		col("missed", missedCount(), func(r targetRow) int64 { return int64(r.Missed) }),
		col("unknown", display("Not known"), func(r targetRow) int64 { return int64(r.Unknown) }),
		col("keptShare", share("Kept share", 1), func(r targetRow) *float64 { return r.KeptShare().Ptr() }),
		col("worstConsumed", consumedShare("Worst consumption"), func(r targetRow) *float64 { return r.Worst.Ptr() }),
		col("medianConsumed", consumedShare("Median consumption"), func(r targetRow) *float64 { return r.Median.Ptr() }),
		col("historyStart", timestamp("History from"), func(r targetRow) time.Time { return r.study.From }),
		col("historyEnd", timestamp("History to"), func(r targetRow) time.Time { return r.study.To }),
	}
}

// alertColumns returns the alerts that would have fired, null where the author
// turned them off, and without a history.
func alertColumns() []column[targetRow] {
	number := func(name, title string, s slo.Severity, of func(targetRow) int) column[targetRow] {
		return col(name, display(title), func(r targetRow) *int64 {
			if !r.study.HasAlerts(s) || !r.study.HasHistory() {
				return nil
			}
			return new(int64(of(r)))
		})
	}
	lasting := func(name, title string, s slo.Severity, of func(targetRow) time.Duration) column[targetRow] {
		return col(name, duration(title), func(r targetRow) *float64 {
			if !r.study.HasAlerts(s) || !r.study.HasHistory() {
				return nil
			}
			return new(of(r).Seconds())
		})
	}
	return []column[targetRow]{
		number("pages", "Pages", slo.Page, func(r targetRow) int { return r.Pages.Count }),
		number("pagesJustified", "Pages that mattered", slo.Page, func(r targetRow) int { return r.Pages.Justified }),
		lasting("pagesDuration", "Time paging", slo.Page, func(r targetRow) time.Duration { return r.Pages.Time }),
		number("tickets", "Tickets", slo.Ticket, func(r targetRow) int { return r.Tickets.Count }),
		number("ticketsJustified", "Tickets that mattered", slo.Ticket, func(r targetRow) int { return r.Tickets.Justified }),
		lasting("ticketsDuration", "Time with a ticket", slo.Ticket, func(r targetRow) time.Duration { return r.Tickets.Time }),
		col("incidents", display("Incidents that mattered"), func(r targetRow) *int64 {
			if !r.study.HasHistory() {
				return nil
			}
			return new(int64(r.Outcome.Incidents))
		}),
		number("incidentsPaged", "Incidents that paged", slo.Page, func(r targetRow) int { return r.Paged }),
	}
}

// keptOf returns how many of the windows of which that is known would have been kept, such
// as "11 of 12 windows"; null if none is known.
func (r targetRow) keptOf() *string {
	if r.Kept+r.Missed == 0 {
		return nil
	}
	return new(fmt.Sprintf("%d of %d %ss", r.Kept, r.Kept+r.Missed, r.study.Unit()))
}

// considers reports whether the team weighed the target, null if that is not
// known.
func (r targetRow) considers() *bool {
	if r.study.Considered == nil {
		return nil
	}
	return new(r.Considered)
}

func mark() *data.FieldConfig {
	return mappedTo("Mark", data.ValueMapper{
		"In force, promised": {Text: "In force, promised", Color: blue, Index: 0},
		"In force":           {Text: "In force", Color: blue, Index: 1},
		"Promised":           {Text: "Promised", Color: purple, Index: 2},
		"Asked for":          {Text: "Asked for", Color: orange, Index: 3},
	})
}

// missedCount returns the config of a number of missed windows.
func missedCount() *data.FieldConfig {
	config := display("Missed")
	config.Thresholds = thresholds(blue, data.NewThreshold(1, red, ""))
	return config
}

// chanceOfKeeping returns the config of a chance that something is kept.
func chanceOfKeeping(name string) *data.FieldConfig {
	config := share(name, 1)
	config.Thresholds = thresholds(red, data.NewThreshold(0.5, orange, ""), data.NewThreshold(0.9, blue, ""))
	return config
}

// consumedShare returns the config of a share of the budget that was consumed.
func consumedShare(name string) *data.FieldConfig {
	config := share(name, 0)
	config.Thresholds = thresholds(blue, data.NewThreshold(0.9, orange, ""), data.NewThreshold(1, red, ""))
	return config
}
