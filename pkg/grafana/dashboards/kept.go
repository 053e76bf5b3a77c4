package dashboards

import (
	"github.com/grafana/grafana-foundation-sdk/go/table"

	"github.com/promise-slo/promise-slo-datasource/pkg/api"
)

// keptTable returns a table of how many windows were kept in a row, the longest streak
// first.
func (s source) keptTable(slos string) *table.PanelBuilder {
	return withColumns(newTable("Kept in a row", "How many windows in a row were kept, and how many of the last 200 days were kept, missed and not known.").
		WithTarget(s.query("A", api.Query{QueryType: api.Kept, SLOs: slos})).
		TimeFrom("200d").
		NoValue("No such SLO."), []column{
		{title: "Title", as: "Promise", properties: with(wrapped, minWidth(150), links(toSLO))},
		{title: "Streak", properties: with(wrapped, minWidth(150))},
		{title: "Kept since", width: 105, properties: with(date)},
		{title: "Windows kept", as: "Kept", width: 80},
		{title: "Windows missed", as: "Missed", width: 80},
		{title: "Windows not known", as: "Not known", width: 95},
		{title: "SLO", properties: with(hidden)},
	})
}
