package promql

import (
	"sync"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Outcomes keeps what came of compiling indicators, a plan or an error, for as
// long as there are SLOs with them: an indicator costs its compilation once, and
// not at every query. The zero value is ready to use, by several goroutines at
// once.
type Outcomes struct {
	mu    sync.Mutex
	known map[inputs]outcome
}

// outcome is an indicator that is compiled when its plan is first asked for.
type outcome struct {
	slo.Indicator
	plan func() (*Plan, error)
}

// Keep returns the SLOs with indicators that Compile compiles only once, and
// forgets those of other SLOs.
func (o *Outcomes) Keep(slos []slo.SLO) []slo.SLO {
	o.mu.Lock()
	defer o.mu.Unlock()
	kept := make(map[inputs]outcome, len(o.known))
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

// keep returns the outcome of an indicator, and enters it into kept.
func (o *Outcomes) keep(ind slo.Indicator, kept map[inputs]outcome) slo.Indicator {
	in, ok := inputsOf(ind)
	if !ok {
		return ind
	}
	if same, ok := kept[in]; ok {
		return same
	}
	one, ok := o.known[in]
	if !ok {
		one = outcome{ind, sync.OnceValues(func() (*Plan, error) { return Compile(ind) })}
	}
	kept[in] = one
	return one
}

// inputs is all that the plan of an indicator depends on.
type inputs struct {
	kind                          string
	total, good, bad              slo.Query
	hasGood, hasBad, flag, native bool
	op                            slo.Op
	value                         float64
}

// inputsOf returns the inputs of an indicator of a known type.
func inputsOf(ind slo.Indicator) (in inputs, ok bool) {
	set := func(to *slo.Query, from *slo.Query) bool {
		if from != nil {
			*to = *from
		}
		return from != nil
	}
	switch ind := ind.(type) {
	case slo.Ratio:
		in = inputs{kind: "ratio", total: ind.Total, flag: ind.Counter}
		in.hasGood, in.hasBad = set(&in.good, ind.Good), set(&in.bad, ind.Bad)
	case slo.RawRatio:
		in = inputs{kind: "raw ratio", total: ind.Query, flag: ind.Failure}
	case slo.Threshold:
		in = inputs{kind: "threshold", total: ind.Query, op: ind.Op, value: ind.Value}
	case slo.Histogram:
		in = inputs{kind: "histogram", total: ind.Total, native: ind.Native, op: ind.Op, value: ind.Value}
		in.hasGood = set(&in.good, ind.Good)
	case slo.BoolGauge:
		in = inputs{kind: "bool gauge", total: ind.Query}
	default:
		return in, false
	}
	return in, true
}
