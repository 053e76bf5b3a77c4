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
	t := table.NewWriter()
	t.SetStyle(style())
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
	return trimRight(t.Render())
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
