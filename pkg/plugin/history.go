package plugin

import (
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/targets"
)

// wantHistory has the accounts of a query's entries extended in the background, as far
// back as forecasts rest on them, if its answer has forecasts. Those of its own filters
// and groupings are not extended.
func (d *Datasource) wantHistory(kind answerType, entries []budget.Entry, query selectedQuery) {
	length := d.limits.ForecastHistory
	if !kind.ahead || len(query.scope.Matchers) > 0 || query.scope.GroupBy != nil || length != nil && *length == 0 {
		return
	}
	o := targets.Options{Now: query.params.Now}
	if length != nil {
		o.History = time.Duration(*length)
	}
	d.ledgers.WantHistory(entries, func(t budget.Terms) (from, to time.Time) { return o.Since(t.Window), o.Now })
}
