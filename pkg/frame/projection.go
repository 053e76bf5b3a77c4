package frame

import (
	"context"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// ProjectionMeta holds the custom metadata of a projection's frames.
type ProjectionMeta struct {
	// When the budget runs out or did, nil if it does not.
	ExhaustsAt *time.Time `json:"exhaustsAt"`
	// Starts of calendar windows in the range.
	Resets []time.Time `json:"resets,omitempty"`
}

// Projection returns the remaining budget so far and as projected, in a series
// each; calendar windows have a third, which is what a burn rate of 1 would
// leave. It reaches to the end of the range or of the calendar window, or half a
// rolling window past now.
func Projection(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	var frames data.Frames
	for e := range withAccount(ctx, entries) {
		frames = append(frames, project(e, p)...)
	}
	return withNotices(ctx, frames, data.FrameTypeTimeSeriesMulti, entries, p)
}

func project(e budget.Entry, p Params) data.Frames {
	projection := p.evaluate(e).Project(p.projectionTimes(e))
	lines := []struct {
		name, title string
		has         func(budget.ProjectionPoint) bool
		value       func(budget.ProjectionPoint) budget.Value
	}{
		{"remaining", "remaining", func(q budget.ProjectionPoint) bool { return !q.Projected }, remaining},
		{"projected", "projected", func(q budget.ProjectionPoint) bool { return !q.Time.Before(p.now()) }, remaining},
		{"ideal", "ideal", func(q budget.ProjectionPoint) bool { return q.Ideal.OK() }, ideal},
	}
	s := subjectOf(e)
	var frames data.Frames
	for _, line := range lines {
		at, values := points(projection.Points, line.has, line.value)
		if len(at) == 0 {
			continue
		}
		f := series(line.name, at, values, s.labels("series", line.name), budgetRemaining(s.name(line.title)))
		f.Meta.Custom = ProjectionMeta{ExhaustsAt: projection.ExhaustsAt, Resets: projection.Resets}
		frames = append(frames, f)
	}
	return frames
}

func remaining(q budget.ProjectionPoint) budget.Value { return q.Remaining }
func ideal(q budget.ProjectionPoint) budget.Value     { return q.Ideal }

func points(all []budget.ProjectionPoint, has func(budget.ProjectionPoint) bool, value func(budget.ProjectionPoint) budget.Value) (at []time.Time, values []budget.Value) {
	for _, q := range all {
		if has(q) {
			at, values = append(at, q.Time), append(values, value(q))
		}
	}
	return at, values
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
