package frame

import (
	"context"
	"math"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// The numbers of alerts are there for rules to compare. What they are about is
// in their labels, which are the identity of alert instances: nothing is among
// them that changes while an alert fires, such as which condition is the worst.
// A number whose data is missing or out of date is null, so that a rule says "no
// data" and does not fall silent; a broken definition has nulls as well. A group
// that has ended has no number, so that its alerts resolve.

// hasAlert reports whether the author wants alerts of a severity.
func (s subject) hasAlert(severity slo.Severity) bool {
	return !s.slo.Alerting.Of(severity).Disabled
}

// hasAlerts reports whether the author wants alerts at all.
func (s subject) hasAlerts() bool { return s.hasAlert(slo.Page) || s.hasAlert(slo.Ticket) }

// BurnAlert returns a number for each objective, group and severity: that of the
// worst alert condition, which fires above 1. It is null, never 0, where there is
// no data or too little to say whether a condition holds, and absent where the
// author turned that severity's alerts off.
func BurnAlert(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	entries = p.living(entries)
	var frames data.Frames
	for e := range each(ctx, entries) {
		frames = append(frames, burnAlerts(subjectOf(e), p, evaluationIfCurrent(e, p))...)
	}
	for _, b := range p.Broken {
		frames = append(frames, burnAlerts(b.subject(), p, nil)...)
	}
	return withNoticesOf(ctx, frames, data.FrameTypeNumericMulti, entries, nil, p)
}

// burnAlerts returns a number for each severity, null without an evaluation.
func burnAlerts(s subject, p Params, e *budget.Evaluation) data.Frames {
	var frames data.Frames
	for _, severity := range slo.Severities() {
		if !s.hasAlert(severity) || p.Severity != "" && p.Severity != severity {
			continue
		}
		name := string(severity)
		var value *float64
		if e != nil {
			value = e.AlertValue(severity).Ptr()
		}
		frames = append(frames, numberFrame("burnAlert", value, s.alertLabels("severity", name), alertValue(s.name(name))))
	}
	return frames
}

// ExhaustionAlert returns a number for each objective and group: in how many
// hours the budget runs out, +Inf if no exhaustion is in sight, and 0 or less once
// it has run out. While an alert condition holds, that is at the burn rate which it
// sees.
func ExhaustionAlert(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	config := timeToExhaustion
	if p.InSeconds {
		config = secondsToExhaustion
	}
	return alertNumbers(ctx, "exhaustionAlert", entries, p, config, ifCurrent(func(e budget.Entry) *float64 {
		hours, ok := p.evaluate(e).HoursToExhaustion()
		if !ok {
			return nil
		}
		if p.InSeconds {
			hours = human.RoundSeconds(hours * time.Hour.Seconds())
		}
		return &hours
	}))
}

// BudgetAlert returns a number for each objective and group: the share of the
// budget of the window in force that is consumed. At 1 nothing is left.
func BudgetAlert(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	return alertNumbers(ctx, "budgetAlert", entries, p, consumption, ifCurrent(func(e budget.Entry) *float64 {
		return p.evaluate(e).ConsumedForAlerts().Ptr()
	}))
}

// WindowAlert returns a number for each objective and group: the share of its
// budget that the newest closed window had consumed, which was missed above 1.
// It is that only while it is news, for a day or the first lookback, and 0 when
// no window has just closed, so that a rule fires once for a missed window and
// resolves by itself. Rolling windows never close: theirs is always 0.
func WindowAlert(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	return alertNumbers(ctx, "windowAlert", entries, p, consumption, ifCurrent(func(e budget.Entry) *float64 {
		return p.evaluate(e).ClosedConsumption(e.TargetAt, p.news()).Ptr()
	}))
}

// defaultNews bounds for how long the end of a window is news.
const defaultNews = 24 * time.Hour

func (p Params) news() time.Duration {
	if len(p.Lookbacks) > 0 {
		return p.Lookbacks[0]
	}
	return defaultNews
}

// NoDataAlert returns a number for each objective and group: how many minutes ago
// the last data came, to a step of the account. It is never null, but +Inf
// if no data came in the window, if its counts are impossible, or if there is no account:
// definitions that are broken and queries that are refused have no data.
func NoDataAlert(ctx context.Context, entries []budget.Entry, p Params) data.Frames {
	return alertNumbers(ctx, "noDataAlert", entries, p, dataAge, func(e budget.Entry) *float64 {
		minutes := math.Inf(1)
		if age, ok := p.evaluate(e).DataAge(); ok {
			minutes = age.Minutes()
		}
		return &minutes
	})
}

// current reports whether an entry has an account that is up to date.
func current(e budget.Entry) bool { return e.Account != nil && e.Err == nil }

// evaluationIfCurrent returns the evaluation of an entry, nil if it is not up to
// date.
func evaluationIfCurrent(e budget.Entry, p Params) *budget.Evaluation {
	if !current(e) {
		return nil
	}
	return p.evaluate(e)
}

// ifCurrent returns the value for entries whose account is up to date, and null
// for the others.
func ifCurrent(value func(budget.Entry) *float64) func(budget.Entry) *float64 {
	return func(e budget.Entry) *float64 {
		if !current(e) {
			return nil
		}
		return value(e)
	}
}

// alertNumbers returns a number for each subject whose author wants alerts.
// Broken definitions have that of an entry without an account.
func alertNumbers(ctx context.Context, name string, entries []budget.Entry, p Params, config func(name string) *data.FieldConfig, value func(budget.Entry) *float64) data.Frames {
	entries = p.living(entries)
	var frames data.Frames
	add := func(s subject, e budget.Entry) {
		if s.hasAlerts() {
			frames = append(frames, numberFrame(name, value(e), s.alertLabels(), config(s.name())))
		}
	}
	for e := range each(ctx, entries) {
		add(subjectOf(e), e)
	}
	for _, b := range p.Broken {
		add(b.subject(), budget.Entry{})
	}
	return withNoticesOf(ctx, frames, data.FrameTypeNumericMulti, entries, nil, p)
}

func numberFrame(name string, value *float64, ls data.Labels, config *data.FieldConfig) *data.Frame {
	field := data.NewField(name, ls, []*float64{value}).SetConfig(config)
	return setType(data.NewFrame("", field), data.FrameTypeNumericMulti)
}

// alertLabels returns the labels of a subject's alert instances: those of its
// series, and the window.
func (s subject) alertLabels(more ...string) data.Labels {
	ls := s.labels(more...)
	if !s.broken() {
		ls["window"] = s.slo.Window.String()
	}
	return ls
}
