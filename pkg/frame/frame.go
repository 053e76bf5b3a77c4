// Package frame gives answers as Grafana's data frames, after the data plane
// contract (https://grafana.github.io/dataplane/contract/). Its functions are
// pure: they turn accounts and parameters into frames, and compute no number
// of their own. They stop when their context ends; what they return then is not
// an answer.
package frame

import (
	"context"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Params are the parameters of a question.
type Params struct {
	// Now is the moment that the answer is about.
	Now time.Time
	// From and To are the panel's range.
	From, To time.Time
	// Interval and MaxDataPoints are the panel's resolution.
	Interval      time.Duration
	MaxDataPoints int64
	// Lookbacks are those of burn rates and SLIs, and the first is for how
	// long the end of a window is news; nil is the default.
	Lookbacks []time.Duration
	// Top is how many contributors are listed; 0 lists all.
	Top int
	// Severity is the only one that burnAlert has numbers for; empty means all.
	Severity slo.Severity
	// MaxRows is how many rows a table may have; 0 is any number. One that
	// would have more has some more than that, and not all.
	MaxRows int
	// Budget are the parameters of the arithmetic.
	Budget budget.Options
	// Broken are the definitions that cannot be read.
	Broken []Broken
	// Notices are sentences about the answer as a whole.
	Notices []string
}

// Broken is a definition that cannot be read, and so has no account. It is
// shown beside the SLOs, so that none goes missing unseen.
type Broken struct {
	// SLO is the SLO's name, empty if it is not known.
	SLO string
	// Place is the definition's file and line.
	Place string
	// Problem says what is wrong and how to fix it.
	Problem string
}

// version is that of the contract that the frames follow.
var version = data.FrameTypeVersion{0, 1}

// now is Params.Now, but not after To: a panel that ends in the past is about
// the past.
func (p Params) now() time.Time {
	if !p.To.IsZero() && p.To.Before(p.Now) {
		return p.To
	}
	return p.Now
}

// exceeds says that so many rows are more than a table may have.
func (p Params) exceeds(rows int) bool { return p.MaxRows > 0 && rows > p.MaxRows }

// options are the parameters of the arithmetic.
func (p Params) options() budget.Options {
	o := p.Budget
	if p.Lookbacks != nil {
		o.Lookbacks = p.Lookbacks
	}
	return o
}

// evaluate returns the evaluation of an entry at the moment of the question.
func (p Params) evaluate(e budget.Entry) *budget.Evaluation { return e.At(p.now(), p.options()) }

// typed marks a frame as one of a type, with the notices of the answer.
func typed(f *data.Frame, kind data.FrameType) *data.Frame {
	f.Meta = &data.FrameMeta{Type: kind, TypeVersion: version}
	return f
}

// answer is the frames with what a person must know. An answer always has a
// frame, so that its type and its notices are known even if it is empty.
func answer(ctx context.Context, frames data.Frames, kind data.FrameType, entries []budget.Entry, p Params) data.Frames {
	if len(frames) == 0 {
		frames = data.Frames{typed(data.NewFrame(""), kind)}
	}
	if ctx.Err() == nil {
		frames[0].AppendNotices(notices(entries, p)...)
	}
	return frames
}
