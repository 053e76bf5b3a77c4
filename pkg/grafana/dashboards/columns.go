package dashboards

import (
	"cmp"

	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/table"
)

// column describes a column of a table.
type column struct {
	// The title that the frame gives it.
	title string
	// The title that is shown, if it is another.
	as string
	// Pixels; 0 leaves the width to Grafana.
	width      int
	properties []dashboard.DynamicConfigValue
}

func (c column) shown() string { return cmp.Or(c.as, c.title) }

// property returns a property of a field.
func property(id string, value any) dashboard.DynamicConfigValue {
	return dashboard.DynamicConfigValue{Id: id, Value: value}
}

// with returns properties of a column.
func with(all ...dashboard.DynamicConfigValue) []dashboard.DynamicConfigValue { return all }

// object abbreviates the type of a JSON object.
type object = map[string]any

// The properties of columns.
var (
	colored     = property("custom.cellOptions", object{"type": "color-background", "mode": "basic"})
	coloredText = property("custom.cellOptions", object{"type": "color-text"})
	// bar has no text in its cell: Grafana takes room for it from the bar, of which
	// three quarters then look full.
	bar        = property("custom.cellOptions", object{"type": "gauge", "mode": "basic", "valueDisplayMode": "hidden"})
	wrapped    = property("custom.cellOptions", object{"type": "auto", "wrapText": true})
	moment     = property("unit", "time:D MMM YYYY HH:mm")
	date       = property("unit", "time:D MMM YYYY")
	fromNow    = property("unit", "dateTimeFromNow")
	filterable = property("custom.filterable", true)
	left       = property("custom.align", "left")
	textColor  = property("color", object{"mode": "fixed", "fixedColor": "text"})
	// hidden leaves a column to the links that read it.
	hidden = property("custom.hideFrom.viz", true)
	// blank is shown in a cell without a value; a panel's own text is for a
	// table without rows.
	blank = property("noValue", "–")
)

func minWidth(pixels int) dashboard.DynamicConfigValue {
	return property("custom.minWidth", pixels)
}

// newTable returns a table without a footer. The footer's reducers must not be null,
// as the SDK would leave them.
func newTable(title, description string) *table.PanelBuilder {
	return table.NewPanelBuilder().
		Title(title).
		Description(description).
		Footer(common.NewTableFooterOptionsBuilder().CountRows(false).Reducer([]string{}))
}

// withColumns shows these columns of a table in this order, and no others.
func withColumns(panel *table.PanelBuilder, columns []column) *table.PanelBuilder {
	var titles []string
	renamed := map[string]string{}
	for _, c := range columns {
		properties := with(blank)
		if c.width > 0 {
			properties = append(properties, property("custom.width", c.width))
		}
		panel.OverrideByName(c.shown(), append(properties, c.properties...))
		titles = append(titles, c.title)
		if c.as != "" {
			renamed[c.title] = c.as
		}
	}
	return panel.WithTransformation(organize(titles, renamed))
}

// only returns the transformation that leaves these fields of a table, in this order.
func only(titles []string) dashboard.DataTransformerConfig {
	return organize(titles, map[string]string{})
}

// organize returns what only does, with other names for some of the fields.
func organize(titles []string, renamed map[string]string) dashboard.DataTransformerConfig {
	included, order := map[string]bool{}, map[string]int{}
	for i, title := range titles {
		included[title], order[title] = true, i
	}
	return dashboard.DataTransformerConfig{Id: "organize", Options: object{
		"includeByName": included, "indexByName": order, "renameByName": renamed, "excludeByName": object{},
	}}
}
