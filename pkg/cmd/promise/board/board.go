// Package board prints the status of SLOs as a table for people at a terminal,
// the most urgent first.
package board

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/human"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Row contains the status of one SLO, objective and label set. Shares are 0 to 1,
// and nil if they are not known.
type Row struct {
	State budget.State
	// Firing says which alert fires; empty if none does.
	Firing slo.Severity
	// Objective may be empty for SLOs with a single one.
	SLO, Objective string
	// Labels distinguish the rows of an SLO.
	Labels  map[string]string
	Service string
	// NaN is a target that is not known.
	Target         float64
	SLI, Yesterday *float64
	// Remaining falls below 0 where more than all of the error budget is consumed.
	Remaining              *float64
	Burn1h, Burn6h, Burn1d *float64
	// LeftEvents and LeftMinutes are what remains in events, and in minutes of full
	// outage.
	LeftEvents, LeftMinutes *float64
	// ExhaustsAt says when the budget runs out or ran out, nil if it does not. While
	// an alert fires, it is the time at this rate.
	ExhaustsAt *time.Time
	// MissChance says how likely the budget runs out, 0 to 1.
	MissChance *float64
	// HistoryDays says how many days of history MissChance rests on.
	HistoryDays *float64
	// Worst consumed the most budget of all incidents.
	Worst *Incident
	// Notices contains sentences that a reader of the numbers must know.
	Notices []string
	// Error says why values are missing or out of date.
	Error string
}

// Incident describes a time at which the budget burned fast.
type Incident struct {
	Start, End time.Time
	// Open says that it may not be over.
	Open bool
	// Share of the budget that it consumed.
	Share *float64
}

// Options configures how a board is printed.
type Options struct {
	// Time of the status.
	Now time.Time
	// Width of the terminal in characters; 0 is unlimited. What does not fit is
	// left out, and named below the table.
	Width int
	// Color paints states with ANSI escape sequences.
	Color bool
}

// Write prints the rows, the most urgent first, and the notices below the table.
func Write(w io.Writer, rows []Row, o Options) error {
	rows = slices.SortedStableFunc(slices.Values(rows), compareUrgency)
	b := &board{rows: rows, Options: o}
	for _, r := range rows {
		b.marks = append(b.marks, b.notes.mark(r))
	}
	body, hidden := b.fit()
	if len(hidden) > 0 {
		b.notes.add("", "Too narrow for: "+strings.Join(hidden, ", ")+".")
	}
	if text := basis(rows); text != "" {
		b.notes.add("", text)
	}
	b.notes.add("", "As of "+human.Time(o.Now)+"; yesterday is a day of UTC, or of the time zone of a calendar window.")
	_, err := fmt.Fprintln(w, body+b.notes.text(o.Width))
	return err
}

type board struct {
	Options
	rows []Row
	// marks refer to notes, by row.
	marks []string
	notes notes
}

// fit returns the table in the widest form that has room, and the columns that it
// had to leave out.
func (b *board) fit() (body string, hidden []string) {
	for drops := 0; ; drops++ {
		var shown []column
		shown, hidden = columnsAfter(drops)
		body = b.table(shown, 0)
		excess := text.LongestLineLen(body) - b.Width
		if b.Width <= 0 || excess <= 0 {
			return body, hidden
		}
		if drops == maxDrop {
			return b.table(shown, max(minName, b.longestName()-excess)), hidden
		}
	}
}

// minName limits how much the names of SLOs are shortened, in characters.
const minName = 16

func (b *board) longestName() int {
	longest := 0
	for i, r := range b.rows {
		longest = max(longest, text.StringWidth(r.title()+b.marks[i]))
	}
	return longest
}

// table returns the columns as text; names are shortened to nameWidth, unless that
// is 0.
func (b *board) table(shown []column, nameWidth int) string {
	header := make([]Column, len(shown))
	for i, c := range shown {
		header[i] = Column{Title: c.title, Right: c.align == text.AlignRight}
	}
	rows := make([][]string, len(b.rows))
	for i := range b.rows {
		rows[i] = b.cells(shown, i, nameWidth)
	}
	return Table(header, rows)
}

func (b *board) cells(shown []column, i, nameWidth int) []string {
	r := b.rows[i]
	var cells []string
	for _, c := range shown {
		switch {
		case c.title == nameTitle:
			cells = append(cells, shorten(r.title(), b.marks[i], nameWidth))
		case c.painted && b.Color:
			cells = append(cells, paint(r.State, c.cell(r, b.Now)))
		default:
			cells = append(cells, c.cell(r, b.Now))
		}
	}
	return cells
}

// shorten returns a name with its marks, which are never cut off.
func shorten(name, marks string, width int) string {
	if width == 0 {
		return name + marks
	}
	return text.Snip(name, width-text.StringWidth(marks), "…") + marks
}
