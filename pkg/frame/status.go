package frame

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/prometheus/common/model"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// standing is a row of the status table.
type standing struct {
	subject
	budget.Status
	window string
	asOf   *time.Time
}

// Status is a table of how each SLO stands, a row per objective and label set,
// the worst first.
// What has no account has a row too, with the state no_data and the reason.
func Status(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	rows := make([]standing, 0, len(entries)+len(p.Broken))
	for e := range until(ctx, entries) {
		rows = append(rows, stand(e, p))
	}
	for _, b := range p.Broken {
		rows = append(rows, standing{subject: b.subject(), Status: budget.Status{State: budget.StateNoData}})
	}
	slices.SortStableFunc(rows, func(a, b standing) int { return a.urgency().Compare(b.urgency()) })
	f := table("status", rows, statusColumns(rows, p))
	return answer(ctx, data.Frames{f}, data.FrameTypeTable, entries, p)
}

func stand(e budget.Entry, p Params) standing {
	s := standing{subject: subjectOf(e), Status: p.evaluate(e).Status(), window: e.SLO.Window.String()}
	if e.Account != nil && !e.AsOf.IsZero() {
		s.asOf = &e.AsOf
	}
	return s
}

// urgency returns what the table is ordered by.
func (s standing) urgency() budget.Urgency {
	return budget.Urgency{State: s.State, Remaining: s.Budget.Remaining, Name: s.name()}
}

func statusColumns(rows []standing, p Params) []column[standing] {
	of := func(s standing) subject { return s.subject }
	columns := append(subjectColumns(rows, of),
		col("owner", named("Owner"), func(s standing) string { return s.owner() }),
		col("state", state(), func(s standing) string { return string(s.State) }),
		target("target", "Target", rows, func(s standing) *float64 { return s.ifRead(s.objective.Target) }),
		col("window", named("Window"), func(s standing) string { return s.window }),
		col("sli", share("SLI", 3), func(s standing) *float64 { return s.SLI.Ptr() }),
		col("yesterdaySLI", share("SLI yesterday", 3), func(s standing) *float64 { return s.YesterdaySLI.Ptr() }),
		col("good", events("Good events"), func(s standing) *float64 { return s.counted(s.Good) }),
		col("bad", events("Bad events"), func(s standing) *float64 { return s.counted(s.Bad) }),
		col("total", events("Total events"), func(s standing) *float64 { return s.counted(s.Total) }),
		col("budgetTotal", events("Error budget"), func(s standing) *float64 { return s.Budget.Total.Ptr() }),
		col("budgetConsumed", share("Budget consumed", 1), func(s standing) *float64 { return s.Budget.Consumed.Ptr() }),
		col("budgetRemaining", remaining("Budget remaining"), func(s standing) *float64 { return s.Budget.Remaining.Ptr() }),
		col("budgetEstimated", named("Estimated"), func(s standing) bool { return s.Budget.Estimated }),
	)
	columns = append(columns, burnColumns(p)...)
	columns = append(columns,
		col("exhaustsAt", moment("Runs out"), func(s standing) *time.Time { return s.ExhaustsAt }),
		col("coverage", share("Coverage", 1), standing.covered),
		col("windowStart", moment("Window start"), func(s standing) *time.Time { return given(s.Start) }),
		col("windowEnd", moment("Window end"), func(s standing) *time.Time { return given(s.End) }),
		col("asOf", moment("As of"), func(s standing) *time.Time { return s.asOf }),
	)
	columns = append(columns, promiseColumns(rows, of)...)
	return append(columns,
		col("due", named("Policy action"), standing.due),
		errorColumn(of),
	)
}

// burnColumns have a column for each lookback, such as burnRate1h.
func burnColumns(p Params) []column[standing] {
	lookbacks := p.options().Lookbacks
	if lookbacks == nil {
		lookbacks = budget.DefaultLookbacks()
	}
	var columns []column[standing]
	for i, l := range lookbacks {
		columns = append(columns, col("burnRate"+length(l), burnRate("Burn rate "+length(l)), func(s standing) *float64 {
			if i >= len(s.BurnRates) {
				return nil
			}
			return s.BurnRates[i].Rate.Ptr()
		}))
	}
	return columns
}

// counted is a number of events; it is null if nothing could be counted.
func (s standing) counted(n float64) *float64 {
	if s.asOf == nil || s.Coverage == 0 && s.Total == 0 {
		return nil
	}
	return &n
}

// covered is the coverage, null without an account.
func (s standing) covered() *float64 {
	if s.asOf == nil {
		return nil
	}
	return &s.Coverage
}

// given is a time, or null where it is zero.
func given(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// length writes a duration as PromQL does, such as 5m or 28d, but weeks and
// years in days.
func length(d time.Duration) string {
	const day = 24 * time.Hour
	if d > 0 && d%day == 0 {
		return strconv.FormatInt(int64(d/day), 10) + "d"
	}
	return model.Duration(d).String()
}
