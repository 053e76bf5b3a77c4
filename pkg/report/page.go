package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
)

// page contains the words of a report, which both formats show.
type page struct {
	Title, Period, Summary string
	Sections               []section
	// Overrides are sentences about gates that people opened.
	Overrides []string
	Made      string
}

// section contains the words about one promise.
type section struct {
	Title, Description, Promised, Streak string
	// Remarks are what a reader of the numbers must know.
	Remarks []string
	// Inside is for those inside alone: owner, and who agreed.
	Inside  string
	Results []result
}

// result contains the words about one window or overspend.
type result struct {
	Period, Verdict, Came string
	// Kind is kept, missed or unknown.
	Kind string
	// Worst contains sentences about the worst hours, and Rest one about all others.
	Worst []string
	Rest  string
	// Change says what is changing, and State by when.
	Change, State string
	// Learned is shown to those inside alone.
	Learned string
	Chart   *chart
}

// The kinds of results.
const (
	kept    = "kept"
	missed  = "missed"
	unknown = "unknown"
)

// maxListed bounds what is listed of a kind.
const maxListed = 5

func (r Report) page() page {
	p := page{
		Title: r.Title, Period: r.period(),
		Summary: fmt.Sprintf("%s kept, %s missed, %s not known.", human.Count(r.Kept, "window"), human.Count(r.Missed, "window"), human.Count(r.Unknown, "window")),
		Made:    "As of " + human.Time(r.Now) + ". The error budget is the share of events that a promise allows to be bad.",
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
	for i, s := range p.Sections {
		for n := range s.Results {
			if c := s.Results[n].Chart; c != nil {
				c.ID = fmt.Sprintf("chart-%d-%d", i+1, n+1)
			}
		}
	}
	return p
}

func date(t time.Time) string { return t.Format("2 January 2006") }

// span returns a time from start to end in words; the day is not repeated.
func span(start, end time.Time, zone *time.Location) string {
	start, end = start.In(zone), end.In(zone)
	if date(start) == date(end) && start.Format("MST") == end.Format("MST") {
		return start.Format("2 January 2006, 15:04") + " to " + end.Format("15:04 MST")
	}
	return start.Format("2 January 2006, 15:04 MST") + " to " + end.Format("2 January 2006, 15:04 MST")
}

func (r Report) section(p Promise) section {
	s := section{Title: p.Title, Description: p.Entry.SLO.Description, Promised: r.promised(p.Entry), Remarks: remarks(p)}
	if p.Streak.Kept > 1 {
		s.Streak = human.Sentence(p.Streak.String()) + "."
	}
	if r.Internal {
		s.Inside = inside(p.Entry)
	}
	for _, w := range p.Windows {
		s.Results = append(s.Results, r.window(w))
	}
	for _, o := range p.Overspends {
		s.Results = append(s.Results, r.overspend(o))
	}
	if len(s.Results) == 0 {
		s.Results = append(s.Results, r.nothing(p))
	}
	return s
}

// remarks returns what a reader must know of the numbers.
func remarks(p Promise) []string {
	if p.Entry.Account == nil || p.Entry.Err == nil {
		return nil
	}
	_, last := p.Entry.Account.Span()
	return []string{"The measurements could not be read to the end: the numbers are as of " + human.Time(last) + ", and may change."}
}

// goesOn reports whether the period is not over.
func (r Report) goesOn() bool { return r.Now.Before(r.To) }

// period returns the days of the period, as far as it is over.
func (r Report) period() string {
	if r.goesOn() {
		return fmt.Sprintf("%s to %s, so far", date(r.From), date(r.Now))
	}
	return fmt.Sprintf("%s to %s", date(r.From), date(r.To.Add(-1)))
}

// nothing returns the result of a promise of which no window closed, and that was never
// out of budget.
func (r Report) nothing(p Promise) result {
	one := result{Period: r.period(), Kind: unknown}
	switch {
	case p.Entry.Account == nil:
		one.Verdict = "It is not known how this went: there is no data."
	case p.Entry.SLO.Window.Calendar:
		one.Verdict = "No window closed."
	case p.Unsure:
		one.Verdict = "It is not known how this went: there is too little data."
	default:
		one.Kind, one.Verdict = kept, "Kept: there was budget left at all times."
		if r.goesOn() {
			one.Verdict = "Kept so far: there was budget left at all times."
		}
		sli, _ := p.Whole.SLI.Get()
		one.Came = fmt.Sprintf("%s good of %s promised.%s", human.SLI(sli, p.Whole.Target), human.Target(p.Whole.Target), incomplete(p.Whole))
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
	one.Came = came(w.Verdict, w.Start, w.End)
	if w.Miss != nil {
		r.addMiss(&one, *w.Miss, w.Course)
	}
	return one
}

func (r Report) overspend(o Overspend) result {
	one := result{Kind: missed, Verdict: "Missed: there was no budget left.", Came: came(o.Verdict, o.From, o.To)}
	if one.Period = "Since " + o.Start.In(o.Zone).Format("2 January 2006, 15:04 MST"); o.Ended != nil {
		one.Period = span(o.Start, *o.Ended, o.Zone)
	}
	r.addMiss(&one, o.Miss, o.Course)
	return one
}

// came returns what came of a promise in the window (start, end].
func came(v budget.Verdict, start, end time.Time) string {
	sli, _ := v.SLI.Get()
	consumed, _ := v.Budget.Consumed.Get()
	text := fmt.Sprintf("%s good of %s promised; %s of the error budget was consumed", human.SLI(sli, v.Target), human.Target(v.Target), human.ConsumedBudget(consumed))
	taken, allowed := v.Outage(start, end)
	if total, ok := v.Budget.Total.Get(); ok && v.Bad > 0 {
		text += fmt.Sprintf(": %s bad events of %s allowed, as much as a full outage of %s where %s are allowed", human.Events(math.Ceil(v.Bad-0.05)), human.Events(math.Floor(total+0.05)), human.Duration(taken), human.Duration(allowed))
	}
	return text + "." + incomplete(v)
}

// incomplete returns sentences about what is missing, empty if nothing is.
func incomplete(v budget.Verdict) string {
	var text string
	if v.Coverage < leastComplete {
		text = fmt.Sprintf(" There is data for %s of the time.", human.Percent(v.Coverage, 0))
	}
	if v.Provisional > 0 {
		text += " This is provisional: some of the measurements are incomplete, and may change."
	}
	return text
}

// leastRest is the share of the budget from which the rest is worth a word.
const leastRest = 0.001

// leastComplete is the share of a window with data from which nothing is worth a word.
const leastComplete = 0.995

// worstHours returns sentences about the incidents that took most, the worst first.
func worstHours(c Course) []string {
	var all []string
	for _, i := range c.Incidents[:min(maxListed, len(c.Incidents))] {
		all = append(all, fmt.Sprintf("%s (%s): %s of the error budget", span(i.Start, i.End, c.Zone), human.Duration(i.Length()), human.ConsumedBudget(i.Share.Or(0))))
	}
	return all
}

// rest returns a sentence about what was consumed at all other times.
func rest(c Course) string {
	share, ok := c.Remainder.Get()
	if !ok || len(c.Incidents) == 0 {
		return ""
	}
	for _, i := range c.Incidents[min(maxListed, len(c.Incidents)):] {
		share += i.Share.Or(0)
	}
	if share < leastRest {
		return ""
	}
	return fmt.Sprintf("All other times took %s.", human.ConsumedBudget(share))
}

// inside returns who owns a promise and who agreed to it.
func inside(e budget.Entry) string {
	var all []string
	if owner := e.SLO.OwnerOf(e.Objective); owner != "" {
		all = append(all, "Owner: "+owner+".")
	}
	if p := e.SLO.PromiseOf(e.Objective); p != nil && len(p.Agreed) > 0 {
		var names []string
		for _, a := range p.Agreed {
			names = append(names, a.Name)
		}
		slices.Sort(names)
		all = append(all, "Agreed by "+strings.Join(names, ", ")+".")
	}
	return strings.Join(all, " ")
}
