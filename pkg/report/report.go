// Package report tells those who were promised something how it went: what was
// promised, what came, the worst hours, what is changing and by when. It is pure, and
// leaves out the names of teams, people, files and labels unless they are asked for.
package report

import (
	"iter"
	"slices"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/review"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Question asks for the report of a period.
type Question struct {
	// Title of the report.
	Title string
	// Windows that closed, and overspends that began or went on, in (From, To].
	From, To time.Time
	// Now bounds what can be known.
	Now time.Time
	// Internal keeps the names of teams, objectives and groups.
	Internal bool
}

// Report contains what is told.
type Report struct {
	Title    string
	From, To time.Time
	// Now is when the report is made, as of which changes are in place or late.
	Now      time.Time
	Internal bool
	// Promises by their titles.
	Promises []Promise
	// Windows, and rolling windows as a whole, that were kept, missed, and of which it
	// is not known.
	Kept, Missed, Unknown int
	// Overrides of gates in the period, by their start.
	Overrides []slo.Override
}

// Promise describes how one promise went.
type Promise struct {
	Entry budget.Entry
	// Title for people, with the group where there is one and it is not left out.
	Title string
	// Windows that closed in the period, the oldest first; empty for a rolling window.
	Windows []Window
	// Overspends of a rolling window in the period, the oldest first.
	Overspends []review.Miss
	// Streak tells how often in a row it was kept up to the end of the period.
	Streak budget.Streak
}

// Window describes a calendar window that closed.
type Window struct {
	budget.ClosedWindow
	// Miss with its facts, nil unless the window was missed.
	Miss *review.Miss
	// Incidents of a missed window, worst first.
	Incidents []budget.Incident
}

// Span returns the span that the accounts of the entries must cover.
func (q Question) Span() budget.Span {
	return func(t budget.Terms) (from, to time.Time) {
		return review.Reach(t, t.StreakFrom(q.From), q.Now), q.Now
	}
}

// Of returns the report of entries.
func (q Question) Of(entries iter.Seq[budget.Entry]) Report {
	r := Report{Title: q.Title, From: q.From, To: q.To, Now: q.Now, Internal: q.Internal}
	seen := map[string]bool{}
	for e := range entries {
		p := q.promise(e)
		r.count(p)
		r.Promises = append(r.Promises, p)
		for _, o := range e.SLO.Overrides {
			if o.From.Before(q.To) && o.To.After(q.From) && !seen[o.Name] {
				seen[o.Name] = true
				r.Overrides = append(r.Overrides, o)
			}
		}
	}
	slices.SortStableFunc(r.Overrides, func(a, b slo.Override) int { return a.From.Compare(b.From) })
	return r
}

// promise returns how the promise of an entry went.
func (q Question) promise(e budget.Entry) Promise {
	p := Promise{Entry: e, Title: q.title(e)}
	if e.Account == nil {
		return p
	}
	for _, m := range review.Of(e, q.From, q.until(), budget.Options{}) {
		if m.IsOverspend() && m.Start.Before(q.To) {
			p.Overspends = append(p.Overspends, m)
		}
	}
	slices.Reverse(p.Overspends)
	p.Windows = q.windows(e)
	p.Streak = e.At(q.until(), budget.Options{}).Streak(e.Terms().StreakFrom(q.From), e.TargetAt)
	return p
}

// until returns the end of the period, or now.
func (q Question) until() time.Time {
	if q.Now.Before(q.To) {
		return q.Now
	}
	return q.To
}

func (q Question) windows(e budget.Entry) []Window {
	var all []Window
	misses := review.Of(e, q.From, q.until(), budget.Options{})
	for c := range e.At(q.until(), budget.Options{}).ClosedWindows(e.TargetAt) {
		if !c.End.After(q.From) {
			break
		}
		w := Window{ClosedWindow: c}
		if i := slices.IndexFunc(misses, func(m review.Miss) bool { return m.Start.Equal(c.Start) }); i >= 0 {
			w.Miss = &misses[i]
			w.Incidents = misses[i].Facts(nil, nil, budget.Options{}).Incidents
		}
		all = append(all, w)
	}
	slices.Reverse(all)
	return all
}

// count adds the windows of a promise. A rolling window is one.
func (r *Report) count(p Promise) {
	switch {
	case p.Entry.Account == nil:
		r.Unknown++
	case !p.Entry.SLO.Window.Calendar && len(p.Overspends) > 0:
		r.Missed++
	case !p.Entry.SLO.Window.Calendar && !p.isKnown(r.To):
		r.Unknown++
	case !p.Entry.SLO.Window.Calendar:
		r.Kept++
	}
	for _, w := range p.Windows {
		switch {
		case w.Met == nil:
			r.Unknown++
		case *w.Met:
			r.Kept++
		default:
			r.Missed++
		}
	}
}

// isKnown reports whether enough is known of a rolling window at a time.
func (p Promise) isKnown(at time.Time) bool {
	_, last := p.Entry.Account.Span()
	if last.Before(at) {
		at = last
	}
	return p.Entry.At(at, budget.Options{}).Known()
}

// title returns the name of a promise, as far as it is told.
func (q Question) title(e budget.Entry) string {
	title := e.SLO.Title()
	if len(e.SLO.Objectives) > 1 {
		title += ": " + e.Objective.Title()
	}
	if q.Internal && !e.Labels.IsEmpty() {
		title += " " + e.Labels.String()
	}
	return title
}
