package frame

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/prometheus/common/model"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/forecast"
)

// statusRow holds a row of the status table.
type statusRow struct {
	subject
	budget.Status
	window string
	// In which the window's days begin.
	zone string
	asOf *time.Time
	// What may come, nil if it is not known, and how such forecasts did.
	forecast *forecast.Summary
}

// Status returns a table of the state of each SLO, a row per objective and group, the
// worst first. What has no account has a row too, with the state no_data and the
// reason. Groups that have ended have none; a notice names them.
func Status(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	entries, ended := budget.SplitEnded(entries, p.now())
	if text := budget.EndedNotice(ended); text != "" {
		p.Notices = append(slices.Clip(p.Notices), text)
	}
	rows := make([]statusRow, 0, len(entries)+len(p.Broken))
	for e := range each(ctx, entries) {
		rows = append(rows, newStatusRow(e, p))
	}
	for _, b := range p.Broken {
		rows = append(rows, statusRow{subject: b.subject(), Status: budget.Status{State: budget.StateNoData}})
	}
	slices.SortStableFunc(rows, func(a, b statusRow) int { return a.urgency().Compare(b.urgency()) })
	f := table("status", rows, statusColumns(rows, p))
	return withNoticesOf(ctx, data.Frames{f}, data.FrameTypeTable, entries, nil, p)
}

func newStatusRow(e budget.Entry, p Params) statusRow {
	evaluation := p.evaluateAhead(e)
	s := statusRow{subject: subjectOf(e), Status: evaluation.Summary(), window: e.SLO.Window.String(), zone: evaluation.Location().String()}
	if s.problem == "" {
		s.problem = s.Impossible
	}
	s.forecast = p.summaryOf(e, evaluation)
	if e.Account != nil && !e.AsOf.IsZero() {
		s.asOf = &e.AsOf
	}
	return s
}

// urgency returns what the table is ordered by.
func (s statusRow) urgency() budget.Urgency {
	return budget.Urgency{State: s.State, Firing: s.Firing, Remaining: s.Budget.Remaining, Name: s.name()}
}

func statusColumns(rows []statusRow, p Params) []column[statusRow] {
	of := func(s statusRow) subject { return s.subject }
	columns := append(subjectColumns(rows, of),
		col("owner", display("Owner"), func(s statusRow) string { return s.owner() }),
		col("state", state(), func(s statusRow) string { return string(s.State) }),
		col("firing", firing(), func(s statusRow) *string { return orNull(string(s.Firing)) }),
		target("target", "Target", rows, func(s statusRow) *float64 { return s.ifRead(s.objective.Target) }),
		col("window", display("Window"), func(s statusRow) string { return s.window }),
		col("sli", share("SLI", 3), func(s statusRow) *float64 { return s.SLI.Ptr() }),
		col("yesterdaySLI", share("SLI yesterday", 3), func(s statusRow) *float64 { return s.YesterdaySLI.Ptr() }),
		col("good", count("Good events"), func(s statusRow) *float64 { return s.eventCount(s.Good) }),
		col("bad", count("Bad events"), func(s statusRow) *float64 { return s.eventCount(s.Bad) }),
		col("total", count("Total events"), func(s statusRow) *float64 { return s.eventCount(s.Total) }),
		col("budgetTotal", count("Error budget"), func(s statusRow) *float64 { return s.Budget.Total.Ptr() }),
		col("budgetConsumed", share("Budget consumed", 1), func(s statusRow) *float64 { return s.Budget.Consumed.Ptr() }),
		col("budgetRemaining", budgetRemaining("Budget remaining"), func(s statusRow) *float64 { return s.Budget.Remaining.Ptr() }),
		col("budgetRemainingEvents", count("Events left"), func(s statusRow) *float64 { return s.Left.Events.Ptr() }),
		col("budgetRemainingMinutes", minutes("Outage left"), func(s statusRow) *float64 { return s.Left.Minutes.Ptr() }),
		col("budgetEstimated", display("Estimated"), func(s statusRow) bool { return s.Budget.Estimated }),
	)
	columns = append(columns, burnColumns(p)...)
	columns = append(columns,
		col("exhaustsAt", timestamp("Runs out"), func(s statusRow) *time.Time { return s.ExhaustsAt }),
		col("exhaustsAtRate", timestamp("Runs out at this rate"), func(s statusRow) *time.Time { return s.ExhaustsAtRate }),
		col("exhaustsByForecast", timestamp("Runs out by forecast"), func(s statusRow) *time.Time { return s.ExhaustsByForecast }),
	)
	columns = append(columns, forecastColumns()...)
	columns = append(columns,
		col("coverage", share("Coverage", 1), statusRow.coverage),
		col("windowStart", timestamp("Window start"), func(s statusRow) *time.Time { return orNil(s.Start) }),
		col("windowEnd", timestamp("Window end"), func(s statusRow) *time.Time { return orNil(s.End) }),
		col("timeZone", display("Time zone"), func(s statusRow) *string { return orNull(s.zone) }),
		col("asOf", timestamp("As of"), func(s statusRow) *time.Time { return s.asOf }),
	)
	columns = append(columns, promiseColumns(rows, of)...)
	return append(columns,
		col("due", display("Policy action"), statusRow.due),
		errorColumn(of),
	)
}

// forecastColumns returns what may come, and how much to trust it.
func forecastColumns() []column[statusRow] {
	of := func(value func(*forecast.Summary) budget.Value) func(statusRow) *float64 {
		return func(s statusRow) *float64 {
			if s.forecast == nil {
				return nil
			}
			return value(s.forecast).Ptr()
		}
	}
	at := func(date func(*forecast.Summary) *time.Time) func(statusRow) *time.Time {
		return func(s statusRow) *time.Time {
			if s.forecast == nil {
				return nil
			}
			return date(s.forecast)
		}
	}
	calibrated := func(value func(*forecast.Calibration) budget.Value) func(statusRow) *float64 {
		return of(func(f *forecast.Summary) budget.Value {
			if f.Calibration == nil {
				return budget.Value{}
			}
			return value(f.Calibration)
		})
	}
	return []column[statusRow]{
		col("missChance", share("Chance of a miss", 0), of(func(f *forecast.Summary) budget.Value { return f.MissChance })),
		col("missChanceWeek", share("Chance of a miss within a week", 0), of(func(f *forecast.Summary) budget.Value { return f.MissChanceWeek })),
		col("missChanceDay", share("Chance of a miss within a day", 0), of(func(f *forecast.Summary) budget.Value { return f.MissChanceDay })),
		col("exhaustsP10", timestamp("Runs out at the earliest"), at(func(f *forecast.Summary) *time.Time { return f.ExhaustsP10 })),
		col("exhaustsP90", timestamp("Runs out at the latest"), at(func(f *forecast.Summary) *time.Time { return f.ExhaustsP90 })),
		col("forecastDays", inUnit("Days of history", "short", 0), of(func(f *forecast.Summary) budget.Value { return budget.Some(f.HistoryDays) })),
		col("forecastInside", share("Past outcomes in the band", 0), calibrated(func(c *forecast.Calibration) budget.Value { return c.Inside })),
		col("forecastSkill", share("Skill against the base rate", 0), calibrated(func(c *forecast.Calibration) budget.Value { return c.SkillBase })),
	}
}

// burnColumns returns a column for each lookback, such as burnRate1h.
func burnColumns(p Params) []column[statusRow] {
	lookbacks := p.options().Lookbacks
	if lookbacks == nil {
		lookbacks = budget.DefaultLookbacks()
	}
	var columns []column[statusRow]
	for i, l := range lookbacks {
		columns = append(columns, col("burnRate"+length(l), burnRate("Burn rate "+length(l)), func(s statusRow) *float64 {
			if i >= len(s.BurnRates) {
				return nil
			}
			return s.BurnRates[i].Rate.Ptr()
		}))
	}
	return columns
}

// eventCount returns a number of events, null if nothing could be counted or the
// counts are impossible.
func (s statusRow) eventCount(n float64) *float64 {
	if s.asOf == nil || s.Impossible != "" || s.Coverage == 0 && s.Total == 0 {
		return nil
	}
	return &n
}

// coverage returns the coverage, null without an account.
func (s statusRow) coverage() *float64 {
	if s.asOf == nil {
		return nil
	}
	return &s.Coverage
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
