package ledger_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// The tail ends at the last record, be it up to three minutes old: five minutes
// are five minutes of events, and the age of the data is what it is. After that
// the plan's own series do.
func TestRecordedTailEndsWithLastRecord(t *testing.T) {
	terms := budget.Terms{Target: 0.9, Window: slo.Window{Period: slo.Period{Count: 6, Unit: slo.Hour}}}
	rate := func(at int64) (bad, total float64) { return float64(at), float64(10 * at) }
	for age := int64(0); age <= 240; age += 20 {
		t.Run(fmt.Sprint(age, " seconds"), func(t *testing.T) {
			e := newEngine(t)
			writeSteady(t, e, "", 12*hour)
			plan := compile(t, errorsOfRequests)
			recorded := minutes(0, 12*hour, 17)
			e.record(t, plan, anSLO, recorded, rate)
			last := recorded[len(recorded)-1]
			c := &clock{after(last + age)}
			l, asked := reading(e, plan, c, ledger.Options{})
			s := mustFill(t, l, after(2*hour), c.at)
			curve := s.Groups[0].Curve
			short := budget.At(curve, terms, c.at, budget.Options{Lookbacks: []time.Duration{5 * time.Minute}}).BurnRates()[0]
			silent, ok := budget.At(curve, terms, c.at, budget.Options{}).DataAge()
			if age > 180 {
				end := c.at
				if age := c.at.Sub(after(12 * hour)); age >= 3*time.Minute {
					end = after(12 * hour) // samples are late
				}
				if asked.raw.Load() == 1 || !s.AsOf.Equal(end) {
					t.Errorf("the tail is as of %s and took %d queries", s.AsOf, asked.raw.Load())
				}
				return
			}
			if !s.AsOf.Equal(after(last)) || !ok || silent != time.Duration(age)*time.Second {
				t.Errorf("it is as of %s, %s ago", s.AsOf, silent)
			}
			events := curve.Reading(s.AsOf.Add(-5*time.Minute), s.AsOf)
			if math.Abs(events.Bad-300) > 1e-6 || math.Abs(events.Total-3000) > 1e-6 || events.Coverage != 1 || short.Coverage != 1 {
				t.Errorf("the last five minutes are %v, covered %v", events, short.Coverage)
			}
			if status := budget.At(curve, terms, c.at, budget.Options{}).Status(); status.Coverage != 1 {
				t.Errorf("of the window %v is covered", status.Coverage)
			}
		})
	}
}

// A time slice is judged when it is over and, from records, when all that it has
// are there.
func TestTailHasWholeSlices(t *testing.T) {
	const recorded, raw = true, false
	for _, test := range []struct {
		fromRecords        bool
		length, phase, now int64
		slices             float64 // since two hours
	}{
		{raw, 300, 0, 12*hour - 1, 119},
		{raw, 300, 0, 12 * hour, 120},
		{raw, 300, 0, 12*hour + 299, 120},
		{raw, 3600, 0, 12*hour + 3599, 10},
		{recorded, 300, 0, 12*hour - 1, 119},
		{recorded, 300, 0, 12 * hour, 120},
		{recorded, 300, 17, 12*hour + 16, 119}, // the minute up to 12:00:17 is the slice's last
		{recorded, 300, 17, 12*hour + 17, 120},
		{recorded, 300, 44, 12*hour - 1, 119}, // that up to 11:59:44
		{recorded, 300, 44, 12 * hour, 120},
		{recorded, 300, 44, 12*hour + 299, 120},
		{recorded, 3600, 17, 12*hour + 16, 9},
		{recorded, 3600, 17, 12*hour + 3599, 10},
	} {
		e := newEngine(t)
		writeSteady(t, e, "", 14*hour)
		plan := compile(t, errorsOfRequests)
		e.record(t, plan, anSLO, minutes(0, 14*hour, test.phase), steady)
		c := &clock{after(test.now)}
		opts := ledger.Options{Now: c.now, Slices: &slo.Slices{Length: time.Duration(test.length) * time.Second, Target: 0.9, Op: slo.GTE}}
		l := ledger.New(e, plan, opts)
		if test.fromRecords {
			l, _ = reading(e, plan, c, opts)
		}
		s := mustFill(t, l, after(2*hour), c.at)
		r := s.Groups[0].Curve.Reading(after(2*hour), c.at)
		if end := after(2*hour + int64(test.slices)*test.length); r.Total != test.slices || !s.AsOf.Equal(end) {
			t.Errorf("%+v: %v slices as of %s", test, r.Total, s.AsOf)
		}
	}
}
