package board

import (
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// Column is one of a table: Right says that it is aligned there, as numbers are.
type Column struct {
	Title string
	Right bool
}

// Table writes rows in the manner of a board.
func Table(columns []Column, rows [][]string) string {
	t := table.NewWriter()
	t.SetStyle(style())
	var header table.Row
	var configs []table.ColumnConfig
	for i, c := range columns {
		align := text.AlignLeft
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
