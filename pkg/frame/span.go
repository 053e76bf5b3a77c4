package frame

import (
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// AlertSpan returns the span that BurnAlert needs. It is short, so that pages do not
// wait for a ledger of the whole window when it is new.
func (p Params) AlertSpan() budget.Span {
	return func(t budget.Terms) (from, to time.Time) {
		return t.AlertReach(p.now()), p.now()
	}
}

// WindowSpan returns the span that Status and the alerts about the window in
// force need.
func (p Params) WindowSpan() budget.Span {
	return func(t budget.Terms) (from, to time.Time) {
		return p.withLookbacks(t.Reach(p.now()), p.now()), p.now()
	}
}

// ClosedSpan returns the span that WindowAlert needs: WindowSpan, and the window
// that closed while it is news.
func (p Params) ClosedSpan() budget.Span {
	return func(t budget.Terms) (from, to time.Time) {
		return t.ReachSince(p.now().Add(-p.news()), p.now()), p.now()
	}
}

// RangeSpan returns the span that SLI and BurnRate need: the panel's range, and
// a step and the longest lookback before it: those of the first point end anywhere in
// its step.
func (p Params) RangeSpan() budget.Span {
	return func(t budget.Terms) (from, to time.Time) {
		step := max(p.Interval, p.now().Sub(p.From)/time.Duration(p.points()))
		if t.Slices != nil {
			step += t.Slices.Length
		}
		lookback := slices.Max(append(DefaultBurnLookbacks(), p.Lookbacks...))
		return p.From.Add(-step - lookback), p.now()
	}
}

// BudgetSpan returns the span that answers about the budget over the panel's range
// need: Budget, Projection, Incidents, Contributors, Windows and Kept.
func (p Params) BudgetSpan() budget.Span {
	return func(t budget.Terms) (from, to time.Time) {
		return p.withLookbacks(t.ReachSince(p.From, p.now()), p.From), p.now()
	}
}

// withLookbacks returns from, or the start of the longest lookback that ends at a
// time if that is earlier.
func (p Params) withLookbacks(from, end time.Time) time.Time {
	for _, l := range p.Lookbacks {
		if start := end.Add(-l); start.Before(from) {
			from = start
		}
	}
	return from
}
