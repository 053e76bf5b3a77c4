package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/review"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// page contains the words of a report, which both formats show.
type page struct {
	Title, Period, Summary string
	Sections               []section
	// Overrides are sentences about gates that people opened.
	Overrides []string
}

// section contains the words about one promise.
type section struct {
	Title, Description, Promised, Streak string
	Results                              []result
}

// result contains the words about one window or overspend.
type result struct {
	Period, Verdict, Came string
	// Kind is kept, missed or unknown.
	Kind string
	// Worst contains sentences about the worst hours, and Change what is changing.
	Worst  []string
	Change string
	// Learned is told to those inside alone.
	Learned string
}

// The kinds of results.
const (
	kept    = "kept"
	missed  = "missed"
	unknown = "unknown"
)

func (r Report) page() page {
	p := page{
		Title: r.Title, Period: fmt.Sprintf("%s to %s", date(r.From), date(r.To.Add(-1))),
		Summary: fmt.Sprintf("%s kept, %s missed, %s not known.", human.Count(r.Kept, "window"), human.Count(r.Missed, "window"), human.Count(r.Unknown, "window")),
	}
	for _, one := range r.Promises {
		p.Sections = append(p.Sections, r.section(one))
	}
	for _, o := range r.Overrides {
		text := fmt.Sprintf("From %s to %s people opened a gate that the error budget policy had closed, or might have.", human.Time(o.From), human.Time(o.To))
		if r.Internal {
			text += fmt.Sprintf(" %s, for %s. Approved by %s.", o.Reason, human.List(o.Actions, maxListed), human.List(o.ApprovedBy, maxListed))
		}
		p.Overrides = append(p.Overrides, text)
	}
	return p
}

const maxListed = 5

func date(t time.Time) string { return t.Format("2 January 2006") }

func (r Report) section(p Promise) section {
	e := p.Entry
	s := section{
		Title: p.Title, Description: e.SLO.Description,
		Promised: fmt.Sprintf("%s good, %s", human.Target(e.Objective.Target), windowWords(e)),
	}
	if p.Streak.Kept > 1 {
		s.Streak = human.Sentence(p.Streak.String()) + "."
	}
	for _, w := range p.Windows {
		s.Results = append(s.Results, r.window(w))
	}
	for _, m := range p.Overspends {
		s.Results = append(s.Results, r.overspend(m))
	}
	if len(s.Results) == 0 {
		s.Results = append(s.Results, r.nothing(p))
	}
	return s
}

// windowWords returns over which time a promise is made.
func windowWords(e budget.Entry) string {
	period := periodWords(e.SLO.Window.Period)
	if e.SLO.Window.Calendar {
		return "in each " + strings.TrimPrefix(period, "1 ")
	}
	return "over any " + period
}

var unitWords = map[slo.Unit]string{
	slo.Minute: "minute", slo.Hour: "hour", slo.Day: "day", slo.Week: "week", slo.Month: "month", slo.Quarter: "quarter", slo.Year: "year",
}

// periodWords returns a length of time, such as 28 days.
func periodWords(p slo.Period) string { return human.Count(p.Count, unitWords[p.Unit]) }

// nothing returns the result of a promise of which no window closed, and that was never
// out of budget.
func (r Report) nothing(p Promise) result {
	one := result{Period: fmt.Sprintf("%s to %s", date(r.From), date(r.To.Add(-1))), Kind: unknown}
	switch {
	case p.Entry.Account == nil:
		one.Verdict = "It is not known how this went: there is no data."
	case p.Entry.SLO.Window.Calendar:
		one.Verdict = "No window closed."
	case !p.isKnown(r.To):
		one.Verdict = "It is not known how this went: there is too little data."
	default:
		one.Kind, one.Verdict = kept, "Kept: there was budget left at all times."
	}
	return one
}

func (r Report) window(w Window) result {
	one := result{Period: fmt.Sprintf("%s to %s", date(w.Start), date(w.End.Add(-1)))}
	switch {
	case w.Met == nil:
		one.Kind, one.Verdict = unknown, "It is not known whether this was kept: "+w.Unknown+"."
		return one
	case *w.Met:
		one.Kind, one.Verdict = kept, "Kept."
	default:
		one.Kind, one.Verdict = missed, "Missed."
	}
	one.Came = came(w.Verdict)
	if w.Miss != nil {
		r.tellMiss(&one, *w.Miss, w.Incidents)
	}
	return one
}

func (r Report) overspend(m review.Miss) result {
	one := result{Kind: missed, Verdict: "Missed: there was no budget left.", Came: came(m.Verdict)}
	one.Period = "From " + human.Time(m.Start)
	if m.Ended != nil {
		one.Period += " to " + human.Time(*m.Ended)
	}
	r.tellMiss(&one, m, m.Facts(nil, nil, budget.Options{}).Incidents)
	return one
}

// came returns what came of a promise.
func came(v budget.Verdict) string {
	sli, _ := v.SLI.Get()
	consumed, _ := v.Budget.Consumed.Get()
	return fmt.Sprintf("%s good of %s promised; %s of the error budget was consumed.", human.SLI(sli, v.Target), human.Target(v.Target), human.ConsumedBudget(consumed))
}

// tellMiss adds the worst hours, and what is changing.
func (r Report) tellMiss(one *result, m review.Miss, incidents []budget.Incident) {
	for _, i := range incidents[:min(maxListed, len(incidents))] {
		one.Worst = append(one.Worst, fmt.Sprintf("%s, for %s: %s of the error budget", human.Time(i.Start), human.Duration(i.Length()), human.ConsumedBudget(i.Share.Or(0))))
	}
	one.Change = r.change(m)
	if m.Review != nil && r.Internal {
		one.Learned = m.Review.Learned
	}
}

// change returns what is changing, and by when.
func (r Report) change(m review.Miss) string {
	switch {
	case m.Review == nil:
		return "This has not been reviewed yet."
	case m.Review.Change == nil:
		return "The review has named no change yet."
	}
	c := m.Review.Change
	text := c.What
	if r.Internal {
		text += " (" + c.Owner + ")"
	}
	switch m.State(r.Now) {
	case review.InPlace:
		return text + " In place since " + date(c.Done) + "."
	case review.Late:
		if !c.Done.IsZero() {
			return text + " In place since " + date(c.Done) + ", later than meant."
		}
		return text + " This was to be in place by " + date(c.Due) + ", and is late."
	default:
		return text + " By " + date(c.Due) + "."
	}
}
