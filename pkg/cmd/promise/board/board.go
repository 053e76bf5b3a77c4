// Package board prints how SLOs stand as a table for people at a terminal, the
// worst first.
package board

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// Row is how one SLO, objective and label set stands. Shares are 0 to 1, and
// nil is a value that is missing.
type Row struct {
	// State is ok, at_risk, burning, exhausted or no_data.
	State string
	// Objective may be empty for SLOs with a single one.
	SLO, Objective string
	// Labels are those that tell the rows of an SLO apart.
	Labels  map[string]string
	Service string
	// Target is NaN if it is unknown.
	Target         float64
	SLI, Yesterday *float64
	// Remaining is the share of the error budget that is left; it can be
	// less than 0.
	Remaining              *float64
	Burn1h, Burn6h, Burn1d *float64
	// ExhaustsAt is when the budget runs out or ran out, nil if it does not.
	ExhaustsAt *time.Time
	// Worst is the incident that took most of the budget.
	Worst *Incident
	// Notices are sentences that a reader of the numbers must know.
	Notices []string
	// Error says why values are missing or out of date.
	Error string
}

// Incident is a time at which the budget burned fast.
type Incident struct {
	Start, End time.Time
	// Open says that it may still be going on.
	Open bool
	// Share is the part of the budget that it took.
	Share *float64
}

// Options say how a board is printed.
type Options struct {
	// Now is the moment at which the rows were judged.
	Now time.Time
	// Width is that of the terminal in characters; 0 is unlimited. What does
	// not fit is left out and named below the table.
	Width int
	// Color paints states with ANSI escape sequences.
	Color bool
}

// Write prints the rows, the worst first, and what there is to say about them
// below the table.
func Write(w io.Writer, rows []Row, o Options) error {
	rows = slices.SortedStableFunc(slices.Values(rows), worseFirst)
	b := &board{rows: rows, Options: o}
	for _, r := range rows {
		b.marks = append(b.marks, b.notes.marks(r))
	}
	body, hidden := b.fit()
	if len(hidden) > 0 {
		b.notes.add("", "Too narrow for: "+strings.Join(hidden, ", ")+".")
	}
	_, err := fmt.Fprintln(w, body+b.notes.text(o.Width))
	return err
}

type board struct {
	Options
	rows  []Row
	marks []string // by row
	notes notes
}

// fit is the table in the widest form that has room, and the columns that it
// had to leave out.
func (b *board) fit() (body string, hidden []string) {
	for spare := 0; ; spare++ {
		var shown []column
		shown, hidden = columns(spare)
		body = b.table(shown, 0)
		excess := text.LongestLineLen(body) - b.Width
		if b.Width <= 0 || excess <= 0 {
			return body, hidden
		}
		if spare == mostSpared {
			return b.table(shown, max(leastName, b.longestName()-excess)), hidden
		}
	}
}

// leastName is to how many characters the names of SLOs are shortened.
const leastName = 16

func (b *board) longestName() int {
	longest := 0
	for i, r := range b.rows {
		longest = max(longest, text.StringWidth(name(r)+b.marks[i]))
	}
	return longest
}

// table prints the columns; names are at most nameWidth long, if it is set.
func (b *board) table(columns []column, nameWidth int) string {
	t := table.NewWriter()
	t.SetStyle(style())
	var header table.Row
	var configs []table.ColumnConfig
	for i, c := range columns {
		header = append(header, c.title)
		configs = append(configs, table.ColumnConfig{Number: i + 1, Align: c.align, AlignHeader: c.align})
	}
	t.AppendHeader(header)
	t.SetColumnConfigs(configs)
	for i, r := range b.rows {
		t.AppendRow(b.cells(columns, i, r, nameWidth))
	}
	return trimRight(t.Render())
}

func (b *board) cells(columns []column, i int, r Row, nameWidth int) table.Row {
	var cells table.Row
	for _, c := range columns {
		switch {
		case c.title == nameTitle:
			cells = append(cells, label(r, b.marks[i], nameWidth))
		case c.painted && b.Color:
			cells = append(cells, paint(r.State, c.cell(r, b.Now)))
		default:
			cells = append(cells, c.cell(r, b.Now))
		}
	}
	return cells
}

// label is the row's name with its marks, which are never cut off.
func label(r Row, marks string, width int) string {
	if width == 0 {
		return name(r) + marks
	}
	return text.Snip(name(r), width-text.StringWidth(marks), "…") + marks
}

func style() table.Style {
	s := table.StyleLight
	s.Options = table.OptionsNoBordersAndSeparators
	s.Format.Header = text.FormatDefault
	s.Box.PaddingLeft, s.Box.PaddingRight = "", "  "
	return s
}

func trimRight(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n")
}
