package frame

import (
	"context"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/forecast"
)

// ProjectionMeta holds the custom metadata of a projection's frames.
type ProjectionMeta struct {
	// When the budget runs out or did, nil if it does not.
	ExhaustsAt *time.Time `json:"exhaustsAt"`
	// Starts of calendar windows in the range.
	Resets []time.Time `json:"resets,omitempty"`
	// What may come, nil if there is too little data to say.
	Forecast *forecast.Summary `json:"forecast,omitempty"`
}

// Projection returns the remaining budget so far, and in series of their own the
// shares of which less will remain with a chance of 10, 50 and 90 %. Calendar windows
// have what a burn rate of 1 would leave. What is projected straight ahead is there
// while an alert condition holds, at the burn rate that goes on, and where there is
// no forecast. All reach to the end of the range or of the calendar window, or half a
// rolling window past now.
func Projection(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	var frames data.Frames
	for e := range withAccount(ctx, entries) {
		frames = append(frames, project(e, p)...)
	}
	return withNotices(ctx, frames, data.FrameTypeTimeSeriesMulti, entries, p)
}

// projectedLine is a series of a projection.
type projectedLine struct {
	name   string
	at     []time.Time
	values []budget.Value
}

func project(e budget.Entry, p Params) data.Frames {
	evaluation := p.evaluateAhead(e)
	projection := evaluation.Project(p.projectionTimes(e))
	meta := ProjectionMeta{ExhaustsAt: projection.ExhaustsAt, Resets: projection.Resets}
	meta.Forecast = p.summaryOf(e, evaluation)
	s := subjectOf(e)
	var frames data.Frames
	for _, line := range p.lines(projection.Points, evaluation) {
		if len(line.at) == 0 {
			continue
		}
		f := s.series(line.name, line.at, line.values, s.labels("series", line.name), budgetRemaining(s.name(line.name)))
		f.Meta.Custom = meta
		frames = append(frames, f)
	}
	return frames
}

// lines returns the series of a projection.
func (p Params) lines(all []budget.ProjectionPoint, e forecast.Evaluation) []projectedLine {
	past := func(q budget.ProjectionPoint) bool { return !q.Projected }
	future := func(q budget.ProjectionPoint) bool { return !q.Time.Before(p.now()) }
	lines := []projectedLine{line("remaining", all, past, remaining)}
	ahead := e.Forecast()
	if e.OngoingBurn().OK() || ahead == nil {
		lines = append(lines, line("projected", all, future, remaining))
	}
	if ahead != nil {
		within := func(q budget.ProjectionPoint) bool { return future(q) && !q.Time.After(ahead.End) }
		lines = append(lines,
			line("p10", all, within, func(q budget.ProjectionPoint) budget.Value { return ahead.Band(q.Time).P10 }),
			line("p50", all, within, func(q budget.ProjectionPoint) budget.Value { return ahead.Band(q.Time).P50 }),
			line("p90", all, within, func(q budget.ProjectionPoint) budget.Value { return ahead.Band(q.Time).P90 }),
		)
	}
	return append(lines, line("ideal", all, func(q budget.ProjectionPoint) bool { return q.Ideal.OK() }, ideal))
}

func remaining(q budget.ProjectionPoint) budget.Value { return q.Remaining }
func ideal(q budget.ProjectionPoint) budget.Value     { return q.Ideal }

// line returns the series of those points that it has.
func line(name string, all []budget.ProjectionPoint, has func(budget.ProjectionPoint) bool, value func(budget.ProjectionPoint) budget.Value) projectedLine {
	l := projectedLine{name: name}
	for _, q := range all {
		if has(q) {
			l.at, l.values = append(l.at, q.Time), append(l.values, value(q))
		}
	}
	return l
}

// projectionTimes returns the points of a projection, the present among them:
// there the projected series takes over.
func (p Params) projectionTimes(e budget.Entry) []time.Time {
	until := horizon(p, e)
	at := budget.Grid(p.From, until, p.stepUntil(e, until))
	i, found := slices.BinarySearchFunc(at, p.now(), time.Time.Compare)
	if !found && !p.now().Before(p.From) {
		at = slices.Insert(at, i, p.now())
	}
	return at
}

// horizon returns up to when a projection reaches.
func horizon(p Params, e budget.Entry) time.Time {
	until := e.Terms().Horizon(p.now())
	if p.To.After(until) {
		return p.To
	}
	return until
}
