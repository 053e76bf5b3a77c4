package budget_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

func TestOutages(t *testing.T) {
	incident := func(service string, start, length time.Duration, share float64) budget.ServiceIncident {
		return budget.ServiceIncident{Service: service, Incident: budget.Incident{
			Start: t0.Add(start), End: t0.Add(start + length), Kind: budget.SlowIncident, Share: budget.Some(share),
		}}
	}
	const hour = time.Hour
	tests := []struct {
		name string
		all  []budget.ServiceIncident
		want [][]int
	}{
		{"none", nil, nil},
		{"one", []budget.ServiceIncident{incident("shop", 0, hour, 0.1)}, [][]int{{0}}},
		{"of two SLOs at a time", []budget.ServiceIncident{incident("shop", 0, hour, 0.1), incident("shop", hour/2, hour, 0.4)}, [][]int{{1, 0}}},
		{"of two services", []budget.ServiceIncident{incident("shop", 0, hour, 0.1), incident("bank", 0, hour, 0.4)}, [][]int{{1}, {0}}},
		{"one after the other", []budget.ServiceIncident{incident("shop", 2*hour, hour, 0.1), incident("shop", 0, hour, 0.4)}, [][]int{{1}, {0}}},
		{"an outage in a leak", []budget.ServiceIncident{incident("shop", 0, 100*hour, 0.1), incident("shop", 50*hour, hour, 0.4), incident("shop", 50*hour, 2*hour, 0.02)}, [][]int{{0}, {1, 2}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got [][]int
			for _, o := range budget.Outages(test.all) {
				got = append(got, o.Incidents)
			}
			if !slices.EqualFunc(got, test.want, slices.Equal) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestEachIncidentIsInOneOutage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) budget.ServiceIncident {
			start := t0.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "start")) * time.Hour)
			return budget.ServiceIncident{Service: rapid.SampledFrom([]string{"shop", "bank"}).Draw(t, "service"), Incident: budget.Incident{
				Start: start, End: start.Add(time.Duration(rapid.IntRange(1, 50).Draw(t, "hours")) * time.Hour),
				Share: budget.Some(rapid.Float64Range(0, 1).Draw(t, "share")), Open: rapid.Bool().Draw(t, "open"),
			}}
		}), 0, 30).Draw(t, "incidents")
		seen, names := map[int]bool{}, map[string]bool{}
		for _, o := range budget.Outages(all) {
			open, last := false, 2.
			for _, i := range o.Incidents {
				x := all[i]
				share := x.Share.Or(0)
				if seen[i] || x.Service != o.Service || x.Start.Before(o.Start) || x.End.After(o.End) || share > last {
					t.Fatalf("%+v has %+v", o, x)
				}
				seen[i], open, last = true, open || x.Open, share
			}
			if names[o.Name()] || o.Open != open {
				t.Fatalf("%s is there twice, or open", o.Name())
			}
			names[o.Name()] = true
		}
		if len(seen) != len(all) {
			t.Fatalf("%d of %d incidents are in an outage", len(seen), len(all))
		}
	})
}
