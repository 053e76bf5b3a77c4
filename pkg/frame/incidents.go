package frame

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/review"
)

// incidentRow holds a row of the incidents table.
type incidentRow struct {
	subject
	budget.Incident
	// Name of the outage that it is part of.
	outage string
	now    time.Time
	// change is the last one before it, nil if there was none. changeText says what it
	// was, or why that is not known; empty if the promise names no changes.
	change     *review.Change
	changeText string
}

// addChange notes which change came before the incident.
func (r *incidentRow) addChange(e budget.Entry, known map[string]review.Changes) {
	query := review.ChangesQuery(e)
	if query == "" {
		return
	}
	found, ok := known[query]
	if !ok {
		found.Err = errors.New("it was not asked for")
	}
	change, err := found.Before(r.Incident)
	switch {
	case err != nil:
		r.changeText = "Not known (" + err.Error() + ")"
	case change == nil:
		r.changeText = "None in the " + human.Duration(review.Suspicion) + " before"
	default:
		r.change, r.changeText = change, change.What
	}
}

// Incidents returns a table of what burned budgets in the range, fast and slow, the
// greatest share of a budget first. Its fields time, timeEnd, title, text and tags make
// it a frame of annotations too.
func Incidents(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	rows := incidentRows(ctx, entries, p)
	for _, o := range outagesOf(rows) {
		for _, i := range o.Incidents {
			rows[i].outage = o.Name()
		}
	}
	slices.SortStableFunc(rows, func(a, b incidentRow) int { return cmp.Compare(b.Share.Or(0), a.Share.Or(0)) })
	f := table("incidents", rows, incidentColumns(rows))
	return withNotices(ctx, data.Frames{f}, data.FrameTypeTable, entries, p)
}

func incidentRows(ctx context.Context, entries []budget.Entry, p Params) []incidentRow {
	var rows []incidentRow
	for e := range withAccount(ctx, entries) {
		for _, i := range p.evaluate(e).IncidentsBetween(p.From, p.now()) {
			row := incidentRow{subject: subjectOf(e), Incident: i, now: p.now()}
			row.addChange(e, p.Changes)
			rows = append(rows, row)
		}
		if p.exceedsMaxRows(len(rows)) {
			break
		}
	}
	return rows
}

// outagesOf returns the outages that the incidents are part of. Without a service, each
// SLO is its own.
func outagesOf(rows []incidentRow) []budget.Outage {
	all := make([]budget.ServiceIncident, len(rows))
	for i, r := range rows {
		all[i] = budget.ServiceIncident{Service: cmp.Or(r.slo.Service, r.slo.Name), Incident: r.Incident}
	}
	return budget.Outages(all)
}

func incidentColumns(rows []incidentRow) []column[incidentRow] {
	of := func(r incidentRow) subject { return r.subject }
	columns := append(timeColumns(incidentRow.lasting),
		col("text", display("Text"), incidentRow.text),
		col("tags", display("Tags"), incidentRow.tags),
	)
	columns = append(columns, subjectColumns(rows, of)...)
	columns = append(columns,
		col("kind", incidentKind(), func(r incidentRow) string { return string(r.Kind) }),
		col("bad", count("Bad events"), func(r incidentRow) float64 { return r.Bad }),
		col("budgetShare", share("Budget share", 1), func(r incidentRow) *float64 { return r.Share.Ptr() }),
		col("peakBurnRate", burnRate("Peak burn rate"), func(r incidentRow) *float64 { return r.Peak.Ptr() }),
		col("outage", display("Outage"), func(r incidentRow) string { return r.outage }),
		col("change", display("Change before"), func(r incidentRow) *string { return orNull(r.changeText) }),
		col("changeTime", timestamp("Changed"), func(r incidentRow) *time.Time {
			if r.change == nil {
				return nil
			}
			return &r.change.At
		}),
	)
	return append(columns, viewColumns(incidentRow.lasting)...)
}

// lasting describes a time that may not be over.
type lasting struct {
	start, end, now time.Time
	open            bool
}

func (r incidentRow) lasting() lasting { return lasting{r.Start, r.End, r.now, r.Open} }

// until returns when it ended, or now.
func (l lasting) until() time.Time {
	if l.open {
		return l.now
	}
	return l.end
}

func (l lasting) length() time.Duration { return l.until().Sub(l.start) }

// margin returns how much a panel shows of what came before and after.
func (l lasting) margin() time.Duration { return max(30*time.Minute, l.length()/4) }

// timeColumns returns the columns that say from when to when something lasted. What goes
// on has no end.
func timeColumns[R any](of func(R) lasting) []column[R] {
	return []column[R]{
		col("time", timestamp("Start"), func(r R) time.Time { return of(r).start }),
		col("timeEnd", timestamp("End"), func(r R) *time.Time {
			if of(r).open {
				return nil
			}
			return new(of(r).end)
		}),
		col("duration", duration("Duration"), func(r R) float64 { return of(r).length().Seconds() }),
		col("open", display("Ongoing"), func(r R) bool { return of(r).open }),
	}
}

// viewColumns returns the columns with a range in which all of a time is seen, with what
// came before and after.
func viewColumns[R any](of func(R) lasting) []column[R] {
	return []column[R]{
		col("viewFrom", timestamp("View from"), func(r R) time.Time { return of(r).start.Add(-of(r).margin()) }),
		col("viewTo", timestamp("View to"), func(r R) time.Time { return of(r).until().Add(of(r).margin()) }),
	}
}

// ofIncident returns a column about a row's incident, null where it has none.
func ofIncident[R, T any](of func(R) *budget.Incident, name string, config *data.FieldConfig, value func(budget.Incident) *T) column[R] {
	return col(name, config, func(r R) *T {
		if i := of(r); i != nil {
			return value(*i)
		}
		return nil
	})
}

// incidentKind returns the config of how fast an incident burned.
func incidentKind() *data.FieldConfig {
	return mappedTo("Kind", data.ValueMapper{
		string(budget.FastIncident): {Text: "Fast", Color: orange, Index: 0},
		string(budget.SlowIncident): {Text: "Slow", Color: yellow, Index: 1},
	})
}

// text describes the incident in a sentence.
func (r incidentRow) text() string {
	text := fmt.Sprintf("%s bad events in %s", human.Events(r.Bad), human.Duration(r.lasting().length().Round(time.Minute)))
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
	return strings.Join(append(tags, tagsOf(r.slo.Service, r.slo.Team())...), ",")
}

// tagsOf returns the tags of a service and a team, where they are known.
func tagsOf(service, team string) []string {
	var tags []string
	if service != "" {
		tags = append(tags, "service:"+service)
	}
	if team != "" {
		tags = append(tags, "team:"+team)
	}
	return tags
}
