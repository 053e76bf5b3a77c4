package frame

import (
	"context"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/review"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// reviewRow holds a row of the table of reviews.
type reviewRow struct {
	subject
	review.Miss
	state   review.State
	overdue float64
	// What came after the change, nil unless it is in place.
	effect *review.Effect
}

// Reviews returns a table of the misses that ended in the range or go on, with how far
// their reviews have come: those that most need attention first, and among them the
// latest.
func Reviews(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	living, ended := budget.SplitEnded(entries, p.now())
	var rows []reviewRow
	for e := range withAccount(ctx, living) {
		for _, m := range review.Of(e, p.From, p.now(), p.options()) {
			row := reviewRow{subject: subjectOf(e), Miss: m, state: m.State(p.now()), overdue: m.OverdueDays(p.now())}
			if effect, ok := m.Effect(p.now(), p.options()); ok {
				row.effect = &effect
			}
			rows = append(rows, row)
		}
		if p.exceedsMaxRows(len(rows)) {
			break
		}
	}
	for _, u := range review.UnfoundedOf(entries, p.From, p.now(), p.options()) {
		p.Notices = append(p.Notices, u.String())
	}
	slices.SortStableFunc(rows, func(a, b reviewRow) int {
		if a.state != b.state {
			return slices.Index(review.States(), a.state) - slices.Index(review.States(), b.state)
		}
		return b.Start.Compare(a.Start)
	})
	f := table("reviews", rows, reviewColumns(rows))
	return withNoticesOf(ctx, data.Frames{f}, data.FrameTypeTable, living, ended, p)
}

func reviewColumns(rows []reviewRow) []column[reviewRow] {
	of := func(r reviewRow) subject { return r.subject }
	columns := append(subjectColumns(rows, of),
		col("review", reviewState(), func(r reviewRow) string { return string(r.state) }),
		col("overdueDays", inUnit("Overdue", "d", 1), func(r reviewRow) float64 { return r.overdue }),
		col("kind", display("Miss"), reviewRow.kind),
		col("start", timestamp("Start"), func(r reviewRow) time.Time { return r.Start }),
		col("end", timestamp("End"), func(r reviewRow) *time.Time { return r.Ended }),
		target("target", "Target", rows, func(r reviewRow) *float64 { return &r.Target }),
		col("sli", share("SLI", 3), func(r reviewRow) *float64 { return r.SLI.Ptr() }),
		col("budgetConsumed", share("Budget consumed", 1), func(r reviewRow) *float64 { return r.Budget.Consumed.Ptr() }),
		col("reviewDue", timestamp("Review due"), func(r reviewRow) time.Time { return r.ReviewDue() }),
	)
	worst := func(r reviewRow) *budget.Incident { return r.Worst }
	columns = append(columns,
		ofIncident(worst, "worstStart", timestamp("Worst incident"), func(i budget.Incident) *time.Time { return &i.Start }),
		ofIncident(worst, "worstBudgetShare", share("Its budget share", 1), func(i budget.Incident) *float64 { return i.Share.Ptr() }),
	)
	columns = append(columns, documentColumns()...)
	columns = append(columns, effectColumns()...)
	return append(columns, errorColumn(of))
}

// documentColumns returns the columns of what the review says, null without one.
func documentColumns() []column[reviewRow] {
	return []column[reviewRow]{
		col("held", timestamp("Held"), ofReview(func(r *slo.Review) *time.Time { return orNil(r.Held) })),
		col("learned", display("Learned"), ofReview(func(r *slo.Review) *string { return orNull(r.Learned) })),
		col("changeKind", display("Kind"), ofChange(func(c *slo.Change) *string { return orNull(string(c.Kind)) })),
		col("change", display("Change"), ofChange(func(c *slo.Change) *string { return orNull(c.What) })),
		col("changeOwner", display("Owner"), ofChange(func(c *slo.Change) *string { return orNull(c.Owner) })),
		col("changeDue", timestamp("Due"), ofChange(func(c *slo.Change) *time.Time { return orNil(c.Due) })),
		col("changeDone", timestamp("Done"), ofChange(func(c *slo.Change) *time.Time { return orNil(c.Done) })),
		col("evidence", display("Evidence"), ofChange(func(c *slo.Change) *string { return orNull(c.Evidence) })),
		col("report", link("Report"), ofReview(func(r *slo.Review) *string { return orNull(r.Report) })),
		col("document", display("Document"), ofReview(func(r *slo.Review) *string { return orNull(r.Source.String()) })),
	}
}

// effectColumns returns the columns that compare what burned before the change was in
// place with what burned since, null unless it is.
func effectColumns() []column[reviewRow] {
	ofEffect := func(value func(*review.Effect) *float64) func(reviewRow) *float64 {
		return func(r reviewRow) *float64 {
			if r.effect == nil {
				return nil
			}
			return value(r.effect)
		}
	}
	return []column[reviewRow]{
		col("burnedBefore", share("Burned a day before", 1), ofEffect(func(e *review.Effect) *float64 { return e.Before.PerDay().Ptr() })),
		col("burnedSince", share("Burned a day since", 1), ofEffect(func(e *review.Effect) *float64 { return e.Since.PerDay().Ptr() })),
		col("incidentsSince", count("Incidents since"), ofEffect(func(e *review.Effect) *float64 { return new(float64(e.Since.Incidents)) })),
		col("daysSince", inUnit("Days since", "d", 1), ofEffect(func(e *review.Effect) *float64 { return &e.Since.Days })),
	}
}

// ofReview returns a value of a review, nil without one.
func ofReview[T any](value func(*slo.Review) *T) func(reviewRow) *T {
	return func(r reviewRow) *T {
		if r.Review == nil {
			return nil
		}
		return value(r.Review)
	}
}

// ofChange returns a value of a review's change, nil without one.
func ofChange[T any](value func(*slo.Change) *T) func(reviewRow) *T {
	return ofReview(func(r *slo.Review) *T {
		if r.Change == nil {
			return nil
		}
		return value(r.Change)
	})
}

func (r reviewRow) kind() string {
	if r.IsOverspend() {
		return overspend
	}
	return closedWindow
}

// ReviewAlert returns a number for each objective and group: by how many days the
// review of a miss or the change that it names is overdue, 0 if nothing is. Misses
// older than two windows are history.
func ReviewAlert(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	return alertNumbers(ctx, "reviewAlert", entries, p, overdue, ifCurrent(func(e budget.Entry) *float64 {
		if days, ok := review.WorstOverdue(e, p.now(), p.options()); ok {
			return &days
		}
		return nil
	}))
}

// overdue returns the config of days by which something is overdue.
func overdue(name string) *data.FieldConfig {
	config := inUnit(name, "d", 1)
	config.Thresholds = thresholds(blue, data.NewThreshold(0.001, orange, ""))
	return config
}

// ReviewSpan returns the span that Reviews needs.
func (p Params) ReviewSpan() budget.Span {
	return func(t budget.Terms) (from, to time.Time) { return review.Reach(t, p.From, p.now()), p.now() }
}

// ReviewAlertSpan returns the span that ReviewAlert needs.
func (p Params) ReviewAlertSpan() budget.Span {
	return func(t budget.Terms) (from, to time.Time) {
		return review.Reach(t, review.AlertSince(t.Window, p.now()), p.now()), p.now()
	}
}

// reviewState returns the config of states of reviews, shown as words with colors.
func reviewState() *data.FieldConfig {
	return mappedTo("Review", data.ValueMapper{
		string(review.Unreviewed): {Text: "Unreviewed", Color: red, Index: 0},
		string(review.NoChange):   {Text: "No change", Color: red, Index: 1},
		string(review.Late):       {Text: "Change late", Color: orange, Index: 2},
		string(review.ChangeOpen): {Text: "Change open", Color: yellow, Index: 3},
		string(review.InPlace):    {Text: "Change in place", Color: blue, Index: 4},
	})
}
