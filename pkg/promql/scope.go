package promql

import (
	"fmt"
	"slices"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Scope narrows the events that are counted. The zero value counts all of them
// and groups them as the SLO says.
type Scope struct {
	// Labels by which events are kept apart, instead of the SLO's own; nil keeps
	// those.
	GroupBy []string
	// Matchers of the series whose events count.
	Matchers []*labels.Matcher
}

// PlanOf returns the plan of an objective of the SLO: its indicator's, with its
// events grouped by the labels of the scope, else by those of the SLO, else as
// the indicator's queries group them. What Compile and Plan.With refuse is an
// error.
func PlanOf(s slo.SLO, o slo.Objective, scope Scope) (*Plan, error) {
	plan, err := Compile(o.Indicator)
	if err != nil {
		return nil, err
	}
	groupBy := scope.GroupBy
	switch {
	case groupBy != nil:
	case s.GroupBy != nil:
		groupBy = s.GroupBy
	default:
		groupBy = plan.GroupBy
	}
	if slices.Equal(groupBy, plan.GroupBy) && len(scope.Matchers) == 0 {
		return plan, nil
	}
	plan, err = plan.With(groupBy, scope.Matchers)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	}
	return plan, nil
}

// Split returns the SLO with this objective alone, whose events are kept apart by a
// label as well: its groups are what contributes to those of the SLO. What PlanOf
// refuses is an error.
func Split(s slo.SLO, o slo.Objective, scope Scope, label string) (slo.SLO, error) {
	plan, err := PlanOf(s, o, scope)
	if err != nil {
		return slo.SLO{}, err
	}
	s = s.Only(o)
	s.GroupBy = append(slices.Clone(plan.GroupBy), label)
	return s, nil
}
