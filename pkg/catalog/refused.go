package catalog

import (
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// checkRefused returns what is wrong with the queries of SLOs that were refused
// for something else, so that it does not come to light only once that is fixed.
// It stops where compiling costs more than the limit.
func (c *Catalog) checkRefused(cost, limit int) []definition.Problem {
	var found []definition.Problem
	for _, s := range c.Refused {
		s = withQueries(s)
		if cost += costOf(s); limit != Unlimited && cost > limit {
			return found
		}
		for _, p := range queryProblems(s) {
			if p.Severity == definition.Error {
				found = append(found, p)
			}
		}
	}
	return found
}

// withQueries returns the SLO with the objectives that have a query.
func withQueries(s slo.SLO) slo.SLO {
	var objectives []slo.Objective
	for _, o := range s.Objectives {
		if o.Indicator = queriesOf(o.Indicator); o.Indicator != nil {
			objectives = append(objectives, o)
		}
	}
	s.Objectives = objectives
	return s
}

// queriesOf returns an indicator with the queries that are there. One of a ratio
// stands in for the other; without any it is nil.
func queriesOf(i slo.Indicator) slo.Indicator {
	switch i := i.(type) {
	case slo.Ratio:
		return queriesOfRatio(i)
	case slo.RawRatio:
		return ifPresent(i, i.Query)
	case slo.Threshold:
		return ifPresent(i, i.Query)
	case slo.Histogram:
		return ifPresent(i, i.Total)
	case slo.BoolGauge:
		return ifPresent(i, i.Query)
	}
	return i
}

func queriesOfRatio(r slo.Ratio) slo.Indicator {
	numerator := &r.Good
	if r.Bad != nil {
		numerator = &r.Bad
	}
	switch {
	case *numerator == nil || (*numerator).Expr == "":
		*numerator = &r.Total
	case r.Total.Expr == "":
		r.Total = **numerator
	}
	return ifPresent(r, r.Total)
}

// ifPresent returns the indicator if its query is there.
func ifPresent(i slo.Indicator, q slo.Query) slo.Indicator {
	if q.Expr == "" {
		return nil
	}
	return i
}
