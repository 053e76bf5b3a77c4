package promql

import (
	"slices"

	"github.com/prometheus/prometheus/promql/parser"
)

// Series are selectors of the series whose events are counted, sorted, as the
// API's match[] takes them.
func (p *Plan) Series() []string {
	var all []string
	for _, sel := range slices.Concat(p.Bad.selectors(), p.Total.selectors()) {
		plain := parser.VectorSelector{Name: sel.Name, LabelMatchers: sel.LabelMatchers}
		all = append(all, plain.String())
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Carries says whether events can be grouped by a label, if the series have it:
// queries may aggregate labels away, and the plan itself needs some.
func (p *Plan) Carries(label string) bool {
	return checkLabels([]string{label}, nil) == nil && !slices.ContainsFunc(slices.Concat(p.Bad, p.Total), func(t Term) bool {
		return !t.Source.carried().has(label)
	})
}
