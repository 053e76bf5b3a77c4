package promql

import (
	"sync"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Cache keeps what came of compiling indicators, a plan or an error, for as long
// as there are SLOs with them: an indicator is compiled once, and not at every
// query. The zero value is ready to use, by several goroutines at
// once.
type Cache struct {
	mu    sync.Mutex
	known map[cacheKey]cachedIndicator
}

// A cachedIndicator compiles its plan when it is first asked for.
type cachedIndicator struct {
	slo.Indicator
	plan func() (*Plan, error)
}

// Unwrap returns the indicator as its author wrote it.
func (c cachedIndicator) Unwrap() slo.Indicator { return c.Indicator }

// Keep returns the SLOs with indicators that Compile compiles only once, and
// forgets those of other SLOs.
func (o *Cache) Keep(slos []slo.SLO) []slo.SLO {
	o.mu.Lock()
	defer o.mu.Unlock()
	kept := make(map[cacheKey]cachedIndicator, len(o.known))
	all := make([]slo.SLO, len(slos))
	for i, s := range slos {
		objectives := make([]slo.Objective, len(s.Objectives))
		for j, objective := range s.Objectives {
			objective.Indicator = o.keep(objective.Indicator, kept)
			objectives[j] = objective
		}
		s.Objectives = objectives
		all[i] = s
	}
	o.known = kept
	return all
}

// keep returns the cached form of an indicator, and enters it into kept.
func (o *Cache) keep(ind slo.Indicator, kept map[cacheKey]cachedIndicator) slo.Indicator {
	in, ok := cacheKeyOf(ind)
	if !ok {
		return ind
	}
	if same, ok := kept[in]; ok {
		return same
	}
	one, ok := o.known[in]
	if !ok {
		one = cachedIndicator{ind, sync.OnceValues(func() (*Plan, error) { return Compile(ind) })}
	}
	kept[in] = one
	return one
}

// A cacheKey contains all that the plan of an indicator depends on.
type cacheKey struct {
	kind                          string
	total, good, bad              slo.Query
	hasGood, hasBad, flag, native bool
	op                            slo.Op
	value                         float64
}

// cacheKeyOf returns the key of an indicator of a known type.
func cacheKeyOf(ind slo.Indicator) (in cacheKey, ok bool) {
	set := func(to *slo.Query, from *slo.Query) bool {
		if from != nil {
			*to = *from
		}
		return from != nil
	}
	switch ind := ind.(type) {
	case slo.Ratio:
		in = cacheKey{kind: "ratio", total: ind.Total, flag: ind.Counter}
		in.hasGood, in.hasBad = set(&in.good, ind.Good), set(&in.bad, ind.Bad)
	case slo.RawRatio:
		in = cacheKey{kind: "raw ratio", total: ind.Query, flag: ind.Failure}
	case slo.Threshold:
		in = cacheKey{kind: "threshold", total: ind.Query, op: ind.Op, value: ind.Value}
	case slo.Histogram:
		in = cacheKey{kind: "histogram", total: ind.Total, native: ind.Native, op: ind.Op, value: ind.Value}
		in.hasGood = set(&in.good, ind.Good)
	case slo.BoolGauge:
		in = cacheKey{kind: "bool gauge", total: ind.Query}
	default:
		return in, false
	}
	return in, true
}
