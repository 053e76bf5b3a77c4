package main

import (
	"slices"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestPromiseNotices(t *testing.T) {
	agreed := map[string]slo.Agreement{}
	for _, who := range slo.Signatories() {
		agreed[who] = slo.Agreement{Name: "Ada", Date: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	}
	history := []slo.Commitment{{Target: 0.995, From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}}
	for _, test := range []struct {
		name    string
		promise *slo.Promise
		want    []string
	}{
		{"no promise", nil, []string{"Unsigned: no Promise document says who agreed to it."}},
		{"nobody agreed", &slo.Promise{}, []string{"Unsigned: not agreed to by engineering, onCall, product."}},
		{"all agreed", &slo.Promise{Agreed: agreed}, nil},
		{"another target", &slo.Promise{Agreed: agreed, History: history}, []string{"Drift: the target is 99.9 %, but 99.5 % was promised."}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := result{SLO: slo.SLO{Promise: test.promise}, objective: &slo.Objective{Target: 0.999}}
			if got := r.promiseNotices(); !slices.Equal(got, test.want) {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}
