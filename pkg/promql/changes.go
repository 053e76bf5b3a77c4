package promql

import (
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// CheckChanges returns an *Error unless a query has series whose values can be looked at
// over time: those that change when a service is changed.
func CheckChanges(source slo.Query) error {
	q, err := parse(source)
	if err != nil {
		return err
	}
	if q.tree.Type() == parser.ValueTypeVector && len(q.templates) == 0 {
		return nil
	}
	return q.refuse(q.tree, "it has no series that change over time", "write an instant vector, such as deploys_total")
}
