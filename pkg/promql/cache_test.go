package promql

import (
	"errors"
	"math"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func withIndicators(all ...slo.Indicator) []slo.SLO {
	var objectives []slo.Objective
	for _, ind := range all {
		objectives = append(objectives, slo.Objective{Indicator: ind})
	}
	return []slo.SLO{{Name: "a", Objectives: objectives}}
}

func TestCacheCompileOnce(t *testing.T) {
	q := written("sum(h_bucket)")
	different := []slo.Indicator{
		bad(errorRate, totalRate), good(errorRate, totalRate), gauges(bad(errorRate, totalRate)),
		rawRatio("a / b"), failureRatio("a / b"), rawRatio("1"),
		slo.Threshold{Query: written("x"), Value: 1}, slo.Threshold{Query: written("x"), Value: 2}, slo.Threshold{Query: written("x"), Op: slo.GT, Value: 1},
		slo.Histogram{Total: written("h_count")}, slo.Histogram{Total: written("h_count"), Good: &q}, slo.Histogram{Total: written("h"), Native: true},
		slo.BoolGauge{Query: written("x")},
	}
	var outcomes Cache
	first := outcomes.Keep(withIndicators(different...))[0].Objectives
	again := outcomes.Keep(withIndicators(different...))[0].Objectives
	if len(outcomes.known) != len(different) {
		t.Errorf("%d outcomes of %d indicators", len(outcomes.known), len(different))
	}
	for i, ind := range different {
		want, wantErr := Compile(ind)
		plan, err := Compile(first[i].Indicator)
		same, sameErr := Compile(again[i].Indicator)
		if plan != same || !errors.Is(sameErr, err) {
			t.Errorf("%#v is compiled twice", ind)
		}
		switch {
		case (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error():
			t.Errorf("%#v: %v, not %v", ind, err, wantErr)
		case err == nil && plan.Encoding() != want.Encoding():
			t.Errorf("%#v has the plan of another", ind)
		}
	}
	outcomes.Keep(withIndicators(different[0]))
	if len(outcomes.known) != 1 {
		t.Errorf("%d outcomes are kept of one indicator", len(outcomes.known))
	}
}

func TestCacheLeaveTheSLOsAsTheyWere(t *testing.T) {
	slos := withIndicators(bad(errorRate, totalRate), nil, slo.Threshold{Query: written("x"), Value: math.NaN()})
	var outcomes Cache
	kept := outcomes.Keep(slos)
	if _, ok := slos[0].Objectives[0].Indicator.(slo.Ratio); !ok {
		t.Error("the SLO that was given is changed")
	}
	if kept[0].Objectives[1].Indicator != nil {
		t.Error("an indicator was made up")
	}
}
