package promql

import (
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"
)

// Series returns selectors of the series whose events are counted, sorted, as the
// API's match[] takes them.
func (p *Plan) Series() []string {
	var all []string
	for _, sel := range p.distinctSelectors() {
		all = append(all, sel.String())
	}
	return all
}

// distinctSelectors returns the selectors of the plan without what else they say than
// which series, sorted, each once.
func (p *Plan) distinctSelectors() []*parser.VectorSelector {
	var all []*parser.VectorSelector
	for _, sel := range slices.Concat(p.Bad.selectors(), p.Total.selectors()) {
		all = append(all, &parser.VectorSelector{Name: sel.Name, LabelMatchers: sel.LabelMatchers})
	}
	slices.SortFunc(all, func(a, b *parser.VectorSelector) int { return strings.Compare(a.String(), b.String()) })
	return slices.CompactFunc(all, func(a, b *parser.VectorSelector) bool { return a.String() == b.String() })
}

// Carries reports whether events can be grouped by a label, if the series have
// it: queries may aggregate labels away, and the plan itself needs some.
func (p *Plan) Carries(label string) bool {
	return checkLabels([]string{label}, nil) == nil && !slices.ContainsFunc(slices.Concat(p.Bad, p.Total), func(t Term) bool {
		return !t.Source.carries().has(label)
	})
}
