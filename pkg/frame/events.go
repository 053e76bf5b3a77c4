package frame

import (
	"context"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// Events returns the good and the bad events per second over time, a series each
// per objective and group. Each point counts the events since the point
// before it.
func Events(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	var frames data.Frames
	for e := range withAccount(ctx, entries) {
		s, at := subjectOf(e), p.times(e)
		rates := budget.EventRateSeries(e.Account, at, p.step(e))
		good, bad := make([]budget.Value, len(rates)), make([]budget.Value, len(rates))
		for i, r := range rates {
			good[i], bad[i] = r.Good(), r.Bad
		}
		frames = append(frames,
			s.series("good", at, good, s.labels("series", "good"), rate(s.name("good"), blue)),
			s.series("bad", at, bad, s.labels("series", "bad"), rate(s.name("bad"), orange)))
	}
	return withNotices(ctx, frames, data.FrameTypeTimeSeriesMulti, entries, p)
}

// rate returns the config of events per second, in a color.
func rate(name, color string) *data.FieldConfig {
	config := inUnit(name, "cps", 2)
	config.Color = map[string]any{"mode": "fixed", "fixedColor": color}
	return config
}
