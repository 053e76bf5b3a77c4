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
	// Windows that closed, and overspends that began or went on, in (From, To]: times of
	// day where the days of each promise's window begin, whatever their location.
	From, To time.Time
	// Now bounds what can be known.
	Now time.Time
	// Miss selects the misses that began then, and nothing that was kept; zero selects
	// all.
	Miss time.Time
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
	Overspends []Overspend
	// Whole tells how all of the period did, for a rolling window.
	Whole budget.Verdict
	// Unsure reports that it is not known whether a rolling window was out of budget.
	Unsure bool
	// Streak tells how often in a row it was kept up to the end of the period.
	Streak budget.Streak
}

// Window describes a calendar window that closed.
type Window struct {
	budget.ClosedWindow
	Course
	// Miss with its facts, nil unless the window was missed.
	Miss *review.Miss
}

// Overspend describes a time at which a rolling window was out of budget.
type Overspend struct {
	review.Miss
	Course
}

// Course describes how a budget went.
type Course struct {
	// Days of the window.
	Days []budget.Day
	// Incidents of a window that was missed, worst first, and the share of its budget
	// that was consumed outside of them.
	Incidents []budget.Incident
	Remainder budget.Value
	// Rolling reports that it is the course of one of many windows that rolled on.
	Rolling bool
	// Zone in which its days begin.
	Zone *time.Location
}

// Span returns the span that the accounts of the entries must cover.
func (q Question) Span() budget.Span {
	return func(t budget.Terms) (from, to time.Time) {
		q := q.in(t.Window)
		return review.Reach(t, t.StreakFrom(q.From), q.Now), q.Now
	}
}

// Of returns the report of entries.
func (q Question) Of(entries iter.Seq[budget.Entry]) Report {
	r := Report{Title: q.Title, From: q.From, To: q.To, Now: q.Now, Internal: q.Internal}
	type name struct { // of an override; names of documents may repeat
		string
		from, to time.Time
	}
	seen := map[name]bool{}
	for e := range entries {
		p := q.promise(e)
		if !q.Miss.IsZero() && len(p.Windows)+len(p.Overspends) == 0 {
			continue
		}
		r.count(p)
		r.Promises = append(r.Promises, p)
		for _, o := range e.SLO.Overrides {
			if n := (name{o.Name, o.From, o.To}); o.From.Before(q.To) && o.To.After(q.From) && !seen[n] {
				seen[n] = true
				r.Overrides = append(r.Overrides, o)
			}
		}
	}
	slices.SortStableFunc(r.Overrides, func(a, b slo.Override) int { return a.From.Compare(b.From) })
	return r
}

// in returns the question about the same dates where the days of a window begin.
func (q Question) in(w slo.Window) Question {
	if w.Calendar {
		zone := w.Anchor.Location()
		q.From, q.To = sameClock(q.From, zone), sameClock(q.To, zone)
		if !q.Miss.IsZero() {
			q.Miss = sameClock(q.Miss, zone)
		}
	}
	return q
}

// sameClock returns the time at which clocks in a zone show what t shows.
func sameClock(t time.Time, zone *time.Location) time.Time {
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	return time.Date(year, month, day, hour, minute, second, t.Nanosecond(), zone)
}

// promise returns how the promise of an entry went.
func (q Question) promise(e budget.Entry) Promise {
	p := Promise{Entry: e, Title: q.title(e)}
	if e.Account == nil {
		return p
	}
	q = q.in(e.SLO.Window)
	evaluation := e.At(q.until(), budget.Options{})
	misses := review.Of(e, q.From, q.until(), budget.Options{})
	for _, m := range misses {
		if m.IsOverspend() && m.Start.Before(q.To) && q.isAsked(m.Start) {
			p.Overspends = append(p.Overspends, Overspend{m, courseOf(evaluation, m)})
		}
	}
	slices.Reverse(p.Overspends)
	p.Windows = q.windows(e, evaluation, misses)
	if !e.SLO.Window.Calendar {
		p.Whole = evaluation.Verdict(q.From, q.until(), e.TargetAt(q.until()))
		p.Unsure = p.Whole.Met == nil || slices.ContainsFunc(evaluation.Overspends(q.From, e.TargetAt), func(o budget.Overspend) bool { return o.Met == nil })
	}
	p.Streak = evaluation.Streak(e.Terms().StreakFrom(q.From), e.TargetAt)
	return p
}

// isAsked reports whether the report is about what began at a time. People write an
// overspend to the minute.
func (q Question) isAsked(start time.Time) bool {
	return q.Miss.IsZero() || q.Miss.Sub(start).Abs() < time.Minute
}

// courseOf returns how the budget of a miss went.
func courseOf(e *budget.Evaluation, m review.Miss) Course {
	then := m.Evaluation(budget.Options{})
	return Course{Days: e.Days(m.From, m.To, m.Target), Incidents: then.Incidents(), Remainder: then.BackgroundShare(), Rolling: m.IsOverspend(), Zone: e.Location()}
}

// until returns the end of the period, or now.
func (q Question) until() time.Time {
	if q.Now.Before(q.To) {
		return q.Now
	}
	return q.To
}

// windows returns the windows that closed in the period, with those of the misses that
// are about them.
func (q Question) windows(e budget.Entry, evaluation *budget.Evaluation, misses []review.Miss) []Window {
	var all []Window
	for c := range evaluation.ClosedWindows(e.TargetAt) {
		if !c.End.After(q.From) {
			break
		}
		if !q.isAsked(c.Start) || !q.Miss.IsZero() && (c.Met == nil || *c.Met) {
			continue
		}
		w := Window{ClosedWindow: c, Course: Course{Zone: evaluation.Location()}}
		if i := slices.IndexFunc(misses, func(m review.Miss) bool { return m.Start.Equal(c.Start) }); i >= 0 {
			w.Miss = &misses[i]
			w.Course = courseOf(evaluation, misses[i])
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
	case !p.Entry.SLO.Window.Calendar && p.Unsure:
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
