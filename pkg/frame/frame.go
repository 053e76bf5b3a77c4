// Package frame converts results to Grafana's data frames, following the data plane
// contract (https://grafana.github.io/dataplane/contract/). Its functions are
// pure: they turn accounts and parameters into frames, and compute no number
// of their own. They stop when their context ends; what they return then must not
// be used. A subject is what a row or a series is about: an objective of an SLO
// and its group, or a broken definition.
package frame

import (
	"context"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/review"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Params holds the parameters of a question.
type Params struct {
	// Moment that the answer is about.
	Now time.Time
	// Range of the panel.
	From, To time.Time
	// Resolution of the panel.
	Interval      time.Duration
	MaxDataPoints int64
	// Lookbacks of burn rates and SLIs; the first says for how long the end of a
	// window is news. Nil stands for the defaults.
	Lookbacks []time.Duration
	// How many contributors are listed; 0 lists all.
	Top int
	// The only severity that burnAlert has numbers for; empty means all.
	Severity slo.Severity
	// How far back targets are replayed; 0 stands for the default. Targets are those
	// that are compared with the common ones.
	History time.Duration
	Targets []float64
	// Whether exhaustionAlert has seconds for texts, and not hours.
	InSeconds bool
	// How many rows a table may have; 0 means any number. A longer table is cut
	// somewhere beyond MaxRows.
	MaxRows int
	// Options of the evaluation.
	Budget budget.Options
	// Forecasts, nil to make each anew.
	Forecasts Forecasts
	// Changes of services, by the query that shows them.
	Changes map[string]review.Changes
	// Definitions that cannot be read.
	Broken []Broken
	// Sentences about the answer as a whole.
	Notices []string
}

// Broken describes a definition that cannot be read, and so has no account. It is
// shown with the SLOs, so that none goes missing unnoticed.
type Broken struct {
	// Name of the SLO, empty if it is not known.
	SLO string
	// File and line of the definition.
	Place string
	// Problem says what is wrong and how to fix it.
	Problem string
}

// version of the contract that the frames follow.
var version = data.FrameTypeVersion{0, 1}

// now returns Params.Now, but not after To: a panel that ends in the past is
// about the past.
func (p Params) now() time.Time {
	if !p.To.IsZero() && p.To.Before(p.Now) {
		return p.To
	}
	return p.Now
}

// Moment returns the moment that the answer is about: Now, or the end of a range in the
// past.
func (p Params) Moment() time.Time { return p.now() }

// exceedsMaxRows reports whether a table may not have so many rows.
func (p Params) exceedsMaxRows(rows int) bool { return p.MaxRows > 0 && rows > p.MaxRows }

// options returns the options of the evaluation.
func (p Params) options() budget.Options {
	o := p.Budget
	if p.Lookbacks != nil {
		o.Lookbacks = p.Lookbacks
	}
	return o
}

// living returns the entries without groups that have ended by the moment of the
// question.
func (p Params) living(entries []budget.Entry) []budget.Entry {
	living, _ := budget.SplitEnded(entries, p.now())
	return living
}

// setType marks a frame as one of a type of the data plane.
func setType(f *data.Frame, kind data.FrameType) *data.Frame {
	f.Meta = &data.FrameMeta{Type: kind, TypeVersion: version}
	return f
}

// withNotices returns the frames with what a person must know. An answer always
// has a frame, so that its type and its notices are known even if it is empty.
func withNotices(ctx context.Context, frames data.Frames, kind data.FrameType, entries []budget.Entry, p Params) data.Frames {
	living, ended := budget.SplitEnded(entries, p.now())
	return withNoticesOf(ctx, frames, kind, living, ended, p)
}

// withNoticesOf returns what withNotices does, for entries that are split already.
func withNoticesOf(ctx context.Context, frames data.Frames, kind data.FrameType, living, ended []budget.Entry, p Params) data.Frames {
	if len(frames) == 0 {
		frames = data.Frames{setType(data.NewFrame(""), kind)}
	}
	if ctx.Err() == nil {
		frames[0].AppendNotices(notices(living, ended, p)...)
	}
	return frames
}
