package board

import (
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// Column describes a column of a table. Right aligns its cells to the right, as
// is usual for numbers.
type Column struct {
	Title string
	Right bool
}

// Table returns rows as a table in the style of a board.
func Table(columns []Column, rows [][]string) string {
	t := newTable(columns, rows)
	t.SetStyle(style())
	return trimRight(t.Render())
}

func newTable(columns []Column, rows [][]string) table.Writer {
	t := table.NewWriter()
	var header table.Row
	var configs []table.ColumnConfig
	for i, c := range columns {
		align := text.AlignDefault
		if c.Right {
			align = text.AlignRight
		}
		header = append(header, c.Title)
		configs = append(configs, table.ColumnConfig{Number: i + 1, Align: align, AlignHeader: align})
	}
	t.AppendHeader(header)
	t.SetColumnConfigs(configs)
	for _, row := range rows {
		var cells table.Row
		for _, cell := range row {
			cells = append(cells, cell)
		}
		t.AppendRow(cells)
	}
	return t
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

// Markdown returns rows as a table in Markdown.
func Markdown(columns []Column, rows [][]string) string {
	return newTable(columns, rows).RenderMarkdown()
}

// Code returns a text in Markdown that is shown as it is.
func Code(s string) string {
	return "`" + strings.NewReplacer("`", "'", "\n", " ").Replace(s) + "`"
}
