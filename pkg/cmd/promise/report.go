package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/catalog"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/report"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// reportCommand writes a report for those who were promised something.
type reportCommand struct {
	measuring
	Period   string `help:"A month or a quarter, such as 2026-06 or 2026-Q2." placeholder:"PERIOD" aliases:"month,quarter,window" xor:"about"`
	Miss     string `help:"Only the misses that began then, such as 2026-06-01, or 2026-06-09T05:10:00Z for a rolling window." placeholder:"TIME" xor:"about"`
	Team     string `help:"Only promises of this team." placeholder:"NAME"`
	Title    string `help:"Title of the report." placeholder:"TEXT"`
	Internal bool   `help:"Keep what is for those inside: groups, teams, reasons and names of overrides, and what was learned."`
	At       string `help:"Time of the report, such as 2026-03-01T00:00:00Z; now by default." placeholder:"RFC3339"`
	Format   string `help:"Output format: markdown, or html for one page that needs nothing else." enum:"markdown,html" default:"markdown"`
}

// Help returns the long help of report.
func (reportCommand) Help() string {
	return `The report tells what was promised, what came, the worst hours, what is changing and by when. It
counts the calendar windows that closed in the period, and the times at which a rolling window had
no budget left. The names of teams, people and groups are left out unless --internal is given. The
HTML page has no script and no address of another site, and prints well.

Exit status: 0 success, 1 a definition is invalid, or an SLO could not be computed, 2 wrong usage.

Examples:

  promise report --prometheus http://localhost:9090 --definitions slos/ --period 2026-Q2 \
      --selector '{team="payments"}' --format html > q2.html
  promise report --prometheus http://localhost:9090 --definitions slos/ --team payments --month 2026-06
  promise report --prometheus http://localhost:9090 --definitions slos/ --slo checkout --miss 2026-06-01`
}

func (c *reportCommand) run(ctx context.Context, sys system) error {
	at, err := answerTime(c.At, sys)
	if err != nil {
		return err
	}
	q, err := c.question(at)
	if err != nil {
		return err
	}
	client, selected, err := c.open(ctx, sys)
	if err != nil {
		return err
	}
	if selected, err = c.ofTeam(selected); err != nil {
		return err
	}
	entries := forEach(sys, selected.slos, func(s slo.SLO, progress func(done, all int)) []budget.Entry {
		store := ledger.NewStore(client, ledger.Options{Now: func() time.Time { return q.Now }, Progress: progress})
		living, _ := budget.SplitEnded(store.Entries(ctx, []slo.SLO{s}, promql.Scope{}, q.Span()), q.Now)
		return living
	})
	if err := ctx.Err(); err != nil {
		return err
	}
	answer := q.Of(slices.Values(entries))
	if c.Miss != "" && len(answer.Promises) == 0 {
		return &exit{exitFailed, fmt.Sprintf("--miss %s: no selected promise was missed then; promise review finds the misses", c.Miss)}
	}
	if err := c.write(sys.stdout, answer); err != nil {
		return &exit{exitFailed, err.Error()}
	}
	return finishReport(sys, entries, len(selected.refusals))
}

// question returns what the flags ask.
func (c *reportCommand) question(at time.Time) (q report.Question, err error) {
	q = report.Question{Title: cmp.Or(c.Title, "Promises of "+c.Period), Now: at, Internal: c.Internal}
	if c.Miss == "" {
		if c.Period == "" {
			return q, errors.New("it is not said what the report is about: write --period 2026-06, or --miss with the start of a miss")
		}
		q.From, q.To, err = parseReportPeriod(c.Period, at)
		return q, err
	}
	if q.Miss, err = parseMiss(c.Miss, at); err != nil {
		return q, err
	}
	q.Title = cmp.Or(c.Title, "The miss of "+q.Miss.Format("2 January 2006"))
	q.From, q.To = q.Miss, at
	return q, nil
}

// parseMiss returns the time at which a miss began, which may be a day.
func parseMiss(text string, now time.Time) (time.Time, error) {
	if day, err := time.Parse(time.DateOnly, text); err == nil && day.Year() > 1970 && !day.After(now) {
		return day, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	switch {
	case err != nil:
		return at, fmt.Errorf("--miss %s is not the start of a miss that has begun: write one such as 2026-06-01 or 2026-06-09T05:10:00Z", text)
	case at.After(now) || at.Year() < 1971:
		return at, fmt.Errorf("--miss %s is not a time at which a miss may have begun: write the start of one that has", text)
	}
	return at, nil
}

// ofTeam returns what is selected of the team.
func (c *reportCommand) ofTeam(s selection) (selection, error) {
	if c.Team == "" {
		return s, nil
	}
	teams := catalog.Teams(s.slos)
	s.slos = slices.DeleteFunc(slices.Clone(s.slos), func(one slo.SLO) bool { return one.Team() != c.Team })
	if len(s.slos) > 0 {
		return s, nil
	}
	near := "; the teams are " + human.List(teams, 5)
	if one := definition.Nearest(c.Team, teams); one != "" {
		near = "; did you mean " + one + "?"
	}
	return s, fmt.Errorf("--team %s: no selected SLO is of this team%s", c.Team, near)
}

func (c *reportCommand) write(w io.Writer, r report.Report) error {
	text := r.Markdown()
	if c.Format == "html" {
		var err error
		if text, err = r.HTML(); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, text)
	return err
}

// finishReport prints what could not be computed, and returns how the command ends.
func finishReport(sys system, entries []budget.Entry, refused int) error {
	failed := refused
	for _, e := range entries {
		if e.Err != nil {
			fmt.Fprintf(sys.stderr, "promise: %s: %s\n", e.SLO.ID(), oneLine(e.Err))
			failed++
		}
	}
	if failed > 0 {
		return &exit{code: exitFailed}
	}
	return nil
}

var reportPeriod = regexp.MustCompile(`^([0-9]{4})-(?:Q([1-4])|(0[1-9]|1[0-2]))$`)

// parseReportPeriod returns the month or quarter that a text names, which must have
// begun.
func parseReportPeriod(text string, now time.Time) (from, to time.Time, err error) {
	found := reportPeriod.FindStringSubmatch(text)
	if found == nil {
		return from, to, fmt.Errorf("--period %s is not a month or a quarter: write one such as 2026-06 or 2026-Q2", text)
	}
	year, _ := strconv.Atoi(found[1])
	month, _ := strconv.Atoi(found[3])
	length := 1
	if found[2] != "" {
		quarter, _ := strconv.Atoi(found[2])
		month, length = 3*quarter-2, 3
	}
	from = time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC)
	switch {
	case from.After(now):
		return from, to, fmt.Errorf("--period %s lies in the future: write one that has begun", text)
	case year < 1971:
		return from, to, fmt.Errorf("--period %s lies before 1971: write a later one", text)
	}
	return from, from.AddDate(0, length, 0), nil
}
