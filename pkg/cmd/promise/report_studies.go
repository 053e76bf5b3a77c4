package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/cmd/promise/board"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/targets"
)

// studyColumns contains the columns of the table of a study.
var studyColumns = []board.Column{
	{Title: "Target", Right: true},
	{Title: ""},
	{Title: "Kept", Right: true},
	{Title: "Worst", Right: true},
	{Title: "Median", Right: true},
	{Title: "Outage allowed", Right: true},
	{Title: "Bad events", Right: true},
	{Title: "Pages", Right: true},
	{Title: "mattered", Right: true},
	{Title: "lasted", Right: true},
	{Title: "Tickets", Right: true},
	{Title: "mattered", Right: true},
	{Title: "lasted", Right: true},
	{Title: "Next window", Right: true},
}

// writeStudies prints the studies as text for people.
func writeStudies(sys system, studies []targets.Study) error {
	return writeEach(sys, studies, func(s targets.Study) string {
		return formatStudy(s, studyTitle(s), "", func(rows [][]string) string { return board.Table(studyColumns, rows) })
	})
}

// writeStudiesMarkdown prints the studies as Markdown.
func writeStudiesMarkdown(sys system, studies []targets.Study) error {
	return writeEach(sys, studies, func(s targets.Study) string {
		title := "### " + board.Code(studyName(s)) + strings.TrimPrefix(studyTitle(s), studyName(s))
		return formatStudy(s, title, "\n", func(rows [][]string) string { return board.Markdown(studyColumns, rows) })
	})
}

func writeEach(sys system, studies []targets.Study, format func(targets.Study) string) error {
	var texts []string
	for _, s := range studies {
		texts = append(texts, format(s))
	}
	_, err := fmt.Fprint(sys.stdout, strings.Join(texts, "\n"))
	return err
}

// formatStudy returns a study with a gap between its parts.
func formatStudy(s targets.Study, title, gap string, table func(rows [][]string) string) string {
	parts := []string{title}
	if len(s.Rows) > 0 {
		var rows [][]string
		for _, r := range s.Rows {
			rows = append(rows, studyCells(s, r))
		}
		parts = append(parts, table(rows))
	}
	parts = append(parts, studySentences(s)...)
	return strings.Join(parts, "\n"+gap) + "\n"
}

// studyTitle says what a study is about.
func studyTitle(s targets.Study) string {
	title := studyName(s)
	if len(s.Rows) == 0 {
		return title
	}
	title += ", " + s.SLO.Window.String()
	if s.HasHistory() {
		title += fmt.Sprintf(", from %s to %s", s.From.UTC().Format(time.DateOnly), s.To.UTC().Format(time.DateOnly))
	}
	return title
}

// studySentences returns what a reader of a study must know.
func studySentences(s targets.Study) []string {
	var all []string
	if len(s.Rows) > 0 {
		all = append(all, s.Summary()+".")
	}
	if s.Considered != nil {
		all = append(all, fmt.Sprintf("Considered: %s to %s.", human.Target(s.Considered.Lowest), human.Target(s.Considered.Highest)))
	}
	if s.Forecast.Notice != "" {
		all = append(all, s.Forecast.Notice+".")
	}
	if s.Err != nil {
		all = append(all, "Not computed: "+oneLine(s.Err))
	}
	return slices.Concat(all, s.Notices)
}

func studyCells(s targets.Study, r targets.Row) []string {
	return slices.Concat([]string{
		human.Target(r.Candidate.Target), r.Mark(), formatKept(r.Kept, r.Missed, s.Unit()),
		valueOf(r.Worst, human.ConsumedBudget), valueOf(r.Median, human.ConsumedBudget),
		valueOf(r.AllowedMinutes, formatMinutes), valueOf(r.AllowedEvents, human.Events),
	}, formatAlerts(s, slo.Page, r.Pages), formatAlerts(s, slo.Ticket, r.Tickets), []string{
		valueOf(r.ChanceKept, func(share float64) string { return human.Percent(share, 0) }),
	})
}

// valueOf returns a number for people, or that it is missing.
func valueOf(v budget.Value, format func(float64) string) string {
	number, ok := v.Get()
	if !ok {
		return human.Missing
	}
	return format(number)
}

func formatMinutes(minutes float64) string {
	return human.Duration(time.Duration(minutes * float64(time.Minute)))
}

// formatKept returns how many of the known windows were kept.
func formatKept(kept, missed int, unit string) string {
	if kept+missed == 0 {
		return human.Missing
	}
	return fmt.Sprintf("%d of %s", kept, human.Count(kept+missed, unit))
}

// formatAlerts returns how many alerts there were, how many of them mattered, and how
// long they lasted, unless they are off or nothing is known.
func formatAlerts(s targets.Study, severity slo.Severity, f budget.Fired) []string {
	switch {
	case !s.HasAlerts(severity) || !s.HasHistory():
		return slices.Repeat([]string{human.Missing}, 3)
	case f.Count == 0:
		return []string{"0", "0", "0"}
	}
	return []string{fmt.Sprint(f.Count), fmt.Sprint(f.Justified), human.Duration(f.Time)}
}
