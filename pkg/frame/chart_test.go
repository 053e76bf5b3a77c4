package frame

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
)

// TestSize compares the sizes that are announced with those of the charts.
func TestSize(t *testing.T) {
	type chart struct {
		frames func(context.Context, []budget.Entry, Params) data.Frames
		size   func([]budget.Entry, Params) (series, points int)
	}
	charts := map[string]chart{
		"sli": {SLI, SLISize}, "events": {Events, EventsSize}, "burnRate": {BurnRate, BurnRateSize},
		"budget": {Budget, BudgetSize}, "projection": {Projection, ProjectionSize},
	}
	ranges := map[string]func(*Params){
		"a day":              func(*Params) {},
		"lookbacks":          func(p *Params) { p.Lookbacks = []time.Duration{time.Hour, day, 3 * day} },
		"into the future":    func(p *Params) { p.To = now.Add(5 * day) },
		"the past":           func(p *Params) { p.From, p.To = now.Add(-9*day), now.Add(-2*day) },
		"many points":        func(p *Params) { p.MaxDataPoints = math.MaxInt64 },
		"a long interval":    func(p *Params) { p.Interval = 3 * day },
		"the longest":        func(p *Params) { p.Interval = math.MaxInt64 },
		"a negative one":     func(p *Params) { p.Interval = math.MinInt64 },
		"nothing but future": func(p *Params) { p.From, p.To = now.Add(day), now.Add(2*day) },
	}
	for kind, c := range charts {
		for name, set := range ranges {
			t.Run(kind+" of "+name, func(t *testing.T) {
				p := params()
				set(&p)
				series, points := c.size(entries(), p)
				got := 0
				frames := c.frames(t.Context(), entries(), p)
				for _, f := range frames {
					got += f.Rows()
				}
				if len(frames) > series && series > 0 || got > points || points > 3*got+10*series {
					t.Errorf("%d series with %d points, foretold were %d with %d", len(frames), got, series, points)
				}
			})
		}
	}
}

// TestLongIntervals checks that a chart whose interval is longer than its range has the
// present.
func TestLongIntervals(t *testing.T) {
	for name, chart := range map[string]func(context.Context, []budget.Entry, Params) data.Frames{
		"sli": SLI, "events": Events, "burnRate": BurnRate, "budget": Budget,
	} {
		p := params()
		p.From, p.Interval = now.Add(-6*time.Hour), 7*day
		f := chart(t.Context(), entries()[:1], p)[0]
		if n, err := f.RowLen(); err != nil || n != 1 || !f.Fields[0].At(0).(time.Time).Equal(now) {
			t.Errorf("%s has %d points (%v)", name, n, err)
		}
		p.From, p.To = now.Add(day), now.Add(2*day)
		if n := chart(t.Context(), entries()[:1], p)[0].Rows(); n > 0 {
			t.Errorf("%s has %d points of the future", name, n)
		}
	}
}

func TestWorst(t *testing.T) {
	all := slices.Concat(troubles(), entries())
	tests := []struct {
		most int
		want []string
		slos int
	}{
		{100, []string{"outage", "leak", "gone", "missed", "tickets", "plain", "routes", "routes", "old", "gappy", "silent", "failed"}, 10},
		{10, []string{"outage", "leak", "gone", "missed", "tickets", "plain", "routes", "routes", "old", "gappy", "silent", "failed"}, 10},
		{2, []string{"leak", "gone", "failed"}, 10},
		{1, []string{"gone", "failed"}, 10},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.most), func(t *testing.T) {
			worst, slos := WorstN(t.Context(), all, test.most, params())
			var names []string
			for _, e := range worst {
				names = append(names, e.SLO.Name)
			}
			if slos != test.slos || !slices.Equal(names, test.want) {
				t.Errorf("got %q of %d, want %q of %d", names, slos, test.want, test.slos)
			}
		})
	}
}

// TestEndOfContext checks that frames are not computed for a caller who has left.
func TestEndOfContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, answer := range map[string]func(context.Context, []budget.Entry, Params) data.Frames{
		"status": Status, "sli": SLI, "events": Events, "burnRate": BurnRate, "budget": Budget, "projection": Projection,
		"incidents": Incidents, "outages": Outages, "windows": Windows, "burnAlert": BurnAlert, "exhaustionAlert": ExhaustionAlert,
		"budgetAlert": BudgetAlert, "windowAlert": WindowAlert, "noDataAlert": NoDataAlert,
	} {
		t.Run(name, func(*testing.T) {
			untouched := entries()[0]
			untouched.Account = untouchable{untouched.Account}
			p := params()
			p.Broken = nil
			answer(ctx, []budget.Entry{untouched}, p)
		})
	}
}

// untouchable is an account that must not be read.
type untouchable struct{ budget.Account }

func (untouchable) Reading(time.Time, time.Time) budget.Reading { panic("the account is read") }

// TestMaxRows checks that tables which grow too long are given up.
func TestMaxRows(t *testing.T) {
	p := params()
	p.From, p.MaxRows = now.Add(-20*day), 1
	all := slices.Concat(troubles(), entries(), entries(), entries())
	for name, answer := range map[string]func(context.Context, []budget.Entry, Params) data.Frames{"incidents": Incidents, "windows": Windows} {
		if rows := answer(t.Context(), all, p)[0].Rows(); rows <= p.MaxRows || rows > 10 {
			t.Errorf("%s has %d rows, want a few more than %d", name, rows, p.MaxRows)
		}
	}
}
