package review

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// schema is where editors find what a review may say.
const schema = "https://raw.githubusercontent.com/promise-slo/promise-slo-datasource/main/docs/review.schema.json"

// Most of each kind of fact that a document lists.
const maxFacts = 10

// Name returns the name of the document about a miss, which is fit for a file.
func (m Miss) Name() string {
	name := m.Entry.SLO.ID()
	if len(m.Entry.SLO.Objectives) > 1 {
		name += "-" + m.Entry.Objective.Name
	}
	name += "-" + m.Start.Format(time.DateOnly)
	if m.IsOverspend() { // a day may have several
		name += m.Start.Format("-1504")
	}
	return strings.Trim(unnameable.ReplaceAllString(name, "-"), "-._")
}

var unnameable = regexp.MustCompile(`[^-A-Za-z0-9_.]+`)

// document writes a review line by line.
type document struct{ strings.Builder }

func (d *document) line(format string, values ...any) { fmt.Fprintf(d, format+"\n", values...) }

// remark writes a comment. Whatever it contains stays on its line.
func (d *document) remark(format string, values ...any) {
	d.line("# %s", strings.Join(strings.Fields(fmt.Sprintf(format, values...)), " "))
}

// Document returns a review of the miss to be filled in: its facts are comments, and
// the fields that people answer are empty.
func (m Miss) Document(f Facts) string {
	d := &document{}
	d.line("# yaml-language-server: $schema=%s", schema)
	m.remarks(d, f)
	d.line("apiVersion: promise.slo/v1")
	d.line("kind: Review")
	d.line("metadata:")
	d.line("  name: %s", strconv.Quote(m.Name()))
	d.line("spec:")
	d.line("  slo: %s", strconv.Quote(m.Entry.SLO.ID()))
	d.line("  objective: %s", strconv.Quote(m.Entry.Objective.Name))
	if m.IsOverspend() {
		d.line("  overspend: {start: %s}", m.Start.UTC().Format(time.RFC3339))
	} else {
		d.line("  window: {start: %s, end: %s}", m.Start.Format(time.RFC3339), m.End.Format(time.RFC3339))
	}
	d.line("  held: # the day on which the review takes place, such as %s", m.ReviewDue().Format(time.DateOnly))
	d.line("  answers: # about the system; a verdict is yes, partly or no")
	for _, q := range slo.Questions() {
		d.line("    %s: # %s", q.Field, q.Text)
		d.line("      verdict:")
		d.line("      note:")
	}
	d.line("  learned:")
	d.line("  change: # exactly one, in place before the next budget is spent")
	d.line("    kind: # test, alert, gate, deprecation or other")
	d.line("    what:")
	d.line("    owner: %s", strconv.Quote(cmp.Or(m.Entry.SLO.OwnerOf(m.Entry.Objective), "the team that makes it")))
	d.line("    due: %s", m.DueAfter(m.Entry.SLO.Window).Format(time.DateOnly))
	return d.String()
}

// remarks writes the facts.
func (m Miss) remarks(d *document, f Facts) {
	title := m.Entry.SLO.Title()
	if m.IsOverspend() {
		end := "and still is"
		if m.Ended != nil {
			end = "until " + human.Time(*m.Ended)
		}
		d.remark("%s was out of budget from %s %s.", title, human.Time(m.Start), end)
	} else {
		d.remark("%s missed the window from %s to %s.", title, human.Time(m.Start), human.Time(m.End))
	}
	sli, _ := m.SLI.Get()
	d.remark("%s were good where %s were promised: %s of %s events were bad, %s of the budget.",
		human.SLI(sli, m.Target), human.Target(m.Target), human.Events(m.Bad), human.Events(m.Total), human.Percent(m.Budget.Consumed.Or(0), 1))
	m.remarkIncidents(d, f)
	listed(d, "How the budget went:", f.Course, func(c Consumed) string {
		share, ok := c.Share.Get()
		if !ok {
			return fmt.Sprintf("%s: not known", human.Time(c.At))
		}
		return fmt.Sprintf("%s: %s of it was consumed", human.Time(c.At), human.Percent(share, 1))
	})
	if len(f.Contributors) > 0 {
		listed(d, "Who contributed to it:", f.Contributors, contributorText)
	}
	listed(d, "Alerts that would fire by today's conditions:", f.Alerts, func(a budget.Firing) string {
		return fmt.Sprintf("%s: %s to %s, for %s", a.Severity, human.Time(a.From), human.Time(a.To), human.Duration(a.To.Sub(a.From)))
	})
	listed(d, "What burned at the same time among what it depends on:", f.Elsewhere, func(b Burned) string {
		return fmt.Sprintf("%s: %s of its own budget, %s", b.Entry.SLO.ID(), human.Percent(b.Share.Or(0), 1), span(b.Incident))
	})
	listed(d, "Changes before and during it:", f.Changes, func(c Change) string { return human.Time(c.At) + " " + c.What })
	for _, gap := range f.Gaps {
		d.remark("%s", gap)
	}
}

func (m Miss) remarkIncidents(d *document, f Facts) {
	listed(d, "What burned it:", f.Incidents, func(i budget.Incident) string {
		return fmt.Sprintf("%s of the budget: %s, at up to %s times the rate that lasts", human.Percent(i.Share.Or(0), 1), span(i), human.BurnRate(i.Peak.Or(0)))
	})
	if rest, ok := f.Remainder.Get(); ok {
		d.line("#   %s of the budget: the rest", human.Percent(rest, 1))
	}
}

func contributorText(c budget.Contribution) string {
	name := c.Name
	if c.Rest {
		name = "the rest"
	}
	return fmt.Sprintf("%s: %s of the bad events, %s of the budget", name, human.Percent(c.OfBad.Or(0), 1), human.Percent(c.Share.Or(0), 1))
}

func span(i budget.Incident) string {
	return fmt.Sprintf("%s, for %s", human.Time(i.Start), human.Duration(i.Length()))
}

// listed writes facts of a kind below their title, or that there are none.
func listed[F any](d *document, title string, facts []F, text func(F) string) {
	if len(facts) == 0 {
		d.remark("%s none known.", title)
		return
	}
	d.remark("%s", title)
	for _, f := range facts[:min(maxFacts, len(facts))] {
		d.line("#   %s", strings.Join(strings.Fields(text(f)), " "))
	}
	if more := len(facts) - maxFacts; more > 0 {
		d.line("#   and %d more", more)
	}
}
