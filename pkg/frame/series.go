package frame

import (
	"context"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// SLI returns the share of good events over time, a series per objective and
// group. Each point counts the events since the point before it, so that every
// event is in the chart once; with lookbacks there is a series for each, and
// each point counts the events of the worst lookback that ended since the point
// before it.
func SLI(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	var frames data.Frames
	for e := range withAccount(ctx, entries) {
		s, at := subjectOf(e), p.times(e)
		if len(p.Lookbacks) == 0 {
			values := budget.StepSLISeries(e.Account, at, p.step(e))
			frames = append(frames, s.series("sli", at, values, s.labels(), sliWithTarget(s.name(), e.Objective.Target)))
		}
		for _, l := range p.Lookbacks {
			values := budget.SLISeries(e.Account, at, l, p.step(e))
			config := worstOf(sliWithTarget(s.name(length(l)), e.Objective.Target), "lowest SLI", l, p.step(e))
			frames = append(frames, s.series("sli", at, values, s.labels("lookback", length(l)), config))
		}
	}
	return withNotices(ctx, frames, data.FrameTypeTimeSeriesMulti, entries, p)
}

// DefaultBurnLookbacks returns the lookbacks of burn rate series, unless others
// are asked for.
func DefaultBurnLookbacks() []time.Duration { return []time.Duration{time.Hour, 6 * time.Hour} }

func (p Params) burnLookbacks() []time.Duration {
	if len(p.Lookbacks) == 0 {
		return DefaultBurnLookbacks()
	}
	return p.Lookbacks
}

// BurnRate returns burn rates over time, a series for each objective, group and
// lookback. Each point has the highest burn rate of the lookbacks that ended since the
// point before it.
func BurnRate(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	var frames data.Frames
	for e := range withAccount(ctx, entries) {
		s, at := subjectOf(e), p.times(e)
		conditions := e.Terms().AlertConditions(p.now())
		for _, l := range p.burnLookbacks() {
			values := budget.BurnRateSeries(e.Account, e.Objective.Target, at, l, p.step(e))
			config := worstOf(burnRateOver(s.name(length(l)), conditions, l), "highest burn rate", l, p.step(e))
			frames = append(frames, s.series("burnRate", at, values, s.labels("lookback", length(l)), config))
		}
	}
	return withNotices(ctx, frames, data.FrameTypeTimeSeriesMulti, entries, p)
}

// Budget returns the share of the error budget that remained over time, a series
// per objective and group.
func Budget(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	var frames data.Frames
	for e := range withAccount(ctx, entries) {
		s, at := subjectOf(e), p.times(e)
		values := p.evaluate(e).RemainingSeries(at)
		frames = append(frames, s.series("remaining", at, values, s.labels(), budgetRemaining(s.name())))
	}
	return withNotices(ctx, frames, data.FrameTypeTimeSeriesMulti, entries, p)
}

// withAccount yields the entries that have an account; notices are about the
// others.
func withAccount(ctx context.Context, entries []budget.Entry) iter.Seq[budget.Entry] {
	return func(yield func(budget.Entry) bool) {
		for e := range each(ctx, entries) {
			if e.Account != nil && !yield(e) {
				return
			}
		}
	}
}

// each yields the entries as long as the context lasts.
func each(ctx context.Context, entries []budget.Entry) iter.Seq[budget.Entry] {
	return func(yield func(budget.Entry) bool) {
		for _, e := range entries {
			if ctx.Err() != nil || !yield(e) {
				return
			}
		}
	}
}

// series returns a series about the subject, in its color unless the config has another.
func (s subject) series(name string, at []time.Time, values []budget.Value, ls data.Labels, config *data.FieldConfig) *data.Frame {
	pointers := make([]*float64, len(values))
	for i, v := range values {
		pointers[i] = v.Ptr()
	}
	if config.Color == nil {
		config.Color = s.lineColor() // else thresholds would give all lines one color
	}
	f := data.NewFrame("",
		data.NewField("time", nil, slices.Clone(at)),
		data.NewField(name, ls, pointers).SetConfig(config))
	return setType(f, data.FrameTypeTimeSeriesMulti)
}

// times returns the points of a series in the panel's range: a grid that stays in
// place as the panel is refreshed, and the present.
func (p Params) times(e budget.Entry) []time.Time {
	now := p.now()
	at := budget.Grid(p.From, now, p.step(e))
	if n := len(at); n > 0 && at[n-1].Before(now) || n == 0 && p.From.Before(now) {
		at = append(at, now)
	}
	return at
}

func (p Params) step(e budget.Entry) time.Duration { return p.stepUntil(e, p.now()) }

// stepUntil returns the distance of points between From and a time: the panel's
// interval, at least what keeps within its number of points, in whole steps of
// the account.
func (p Params) stepUntil(e budget.Entry, until time.Time) time.Duration {
	unit := max(e.Account.Step(), time.Second)
	step := min(max(p.Interval, unit, until.Sub(p.From)/time.Duration(p.points())), longestStep)
	return time.Duration(math.Ceil(float64(step)/float64(unit))) * unit
}

// longestStep keeps sums of steps within what a time.Duration can hold.
const longestStep = 100 * 366 * 24 * time.Hour

// DefaultPoints and maxPoints are how many points a series has where the panel does
// not say, and at most.
const (
	DefaultPoints = 1000
	maxPoints     = 11_000
)

func (p Params) points() int64 {
	if p.MaxDataPoints <= 0 {
		return DefaultPoints
	}
	return min(p.MaxDataPoints, maxPoints)
}
