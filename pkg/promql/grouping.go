package promql

import (
	"fmt"
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// LabelError describes a label by which events can neither be grouped nor
// filtered.
type LabelError struct{ Label string }

// Error returns what is wrong, and what to do instead.
func (e *LabelError) Error() string {
	return fmt.Sprintf("events cannot be grouped or filtered by %s, on which the queries of the SLO depend; use another label", e.Label)
}

// CheckLabel returns an error for the labels that plans themselves need: the
// metric's name and a histogram's le.
func CheckLabel(name string) error {
	if name == model.MetricNameLabel || name == labels.BucketLabel {
		return &LabelError{name}
	}
	return nil
}

func checkLabels(groupBy []string, matchers []*labels.Matcher) error {
	names := slices.Clone(groupBy)
	for _, m := range matchers {
		names = append(names, m.Name)
	}
	for _, name := range names {
		if err := CheckLabel(name); err != nil {
			return err
		}
	}
	return nil
}

// GroupCount returns an expression for the number of combinations of values that
// the labels have among the series that the plan counts, at the time of evaluation. It has
// no value where there are no series.
func (p *Plan) GroupCount(by []string) string {
	var groups []parser.Expr
	for _, sel := range p.distinctSelectors() {
		groups = append(groups, countBy(by, sel))
	}
	return format(count(either(groups...)))
}
