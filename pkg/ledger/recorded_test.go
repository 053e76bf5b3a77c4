package ledger_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// seen is how many bad events and how many in all a server has seen by a time,
// in seconds after the epoch.
type seen func(t int64) (bad, total float64)

// minutes are the times of evaluations in [from, to], at a phase in the minute.
func minutes(from, to, phase int64) (times []int64) {
	for t := from - from%60 + phase; t <= to; t += 60 {
		if t >= from {
			times = append(times, t)
		}
	}
	return times
}

// record writes what recording rules would have recorded of a plan at the times,
// for an SLO, objective and group that the labels name.
func (e *engine) record(t testing.TB, plan *promql.Plan, labels string, times []int64, counted seen) {
	t.Helper()
	e.write(t, epoch, records(plan.Fingerprint(), labels, times, counted))
}

func records(fingerprint, labels string, times []int64, counted seen) map[string][]sample {
	var bad, total []sample
	for _, at := range times {
		b, n := counted(at)
		b0, n0 := counted(at - 60)
		bad, total = append(bad, sample{at, b - b0}), append(total, sample{at, n - n0})
	}
	of := func(name string) string { return fmt.Sprintf("%s{%s,plan=%q}", name, labels, fingerprint) }
	return map[string][]sample{of(promql.RecordedBad): bad, of(promql.RecordedTotal): total}
}

const anSLO = `slo="a",objective="99",service="shop"`

// asks counts the queries that are not about records.
type asks struct {
	ledger.Querier
	raw atomic.Int64
}

func (a *asks) Instant(ctx context.Context, expr string, at time.Time) ([]upstream.Series, upstream.Meta, error) {
	if !strings.Contains(expr, promql.RecordedTotal) {
		a.raw.Add(1)
	}
	return a.Querier.Instant(ctx, expr, at)
}

func (a *asks) Samples(ctx context.Context, selector func(time.Duration) string, from, to time.Time) ([]upstream.Series, upstream.Meta, error) {
	if !strings.Contains(selector(time.Second), promql.RecordedTotal) {
		a.raw.Add(1)
	}
	return a.Querier.Samples(ctx, selector, from, to)
}

func (a *asks) Range(ctx context.Context, expr string, start, end time.Time, step time.Duration) ([]upstream.Series, upstream.Meta, error) {
	a.raw.Add(1)
	return a.Querier.Range(ctx, expr, start, end, step)
}

// reading is a ledger that may read records, and what it asks.
func reading(q ledger.Querier, plan *promql.Plan, c *clock, opts ledger.Options) (*ledger.Ledger, *asks) {
	a := &asks{Querier: q}
	opts.Now, opts.Records = c.now, ledger.NewRecords(a, c.now)
	return ledger.New(a, plan, opts), a
}

func times(k float64, s seen) seen {
	return func(t int64) (bad, total float64) {
		bad, total = s(t)
		return k * bad, k * total
	}
}

// steady is a service that is scraped every 30 seconds.
func steady(t int64) (bad, total float64) {
	scraped := float64(t - t%30)
	return math.Floor(scraped / 10), 2*scraped + math.Floor(scraped/10)
}

func writeSteady(t testing.TB, e *engine, labels string, to int64) {
	e.write(t, epoch, map[string][]sample{
		fmt.Sprintf(`r{instance="1",job="j",code="200"%s}`, labels): every(30, 0, to, line(0, 0, 2)),
		fmt.Sprintf(`r{instance="1",job="j",code="500"%s}`, labels): every(30, 0, to, func(t int64) float64 { return math.Floor(float64(t) / 10) }),
	})
}

// checkEvents fails unless the reading has so many times the events of a service.
func checkEvents(t testing.TB, c budget.Account, from, to int64, want seen, tolerance float64) {
	t.Helper()
	b0, n0 := want(from)
	b, n := want(to)
	r := c.Reading(after(from), after(to))
	if math.Abs(r.Bad-(b-b0)) > tolerance*(b-b0) || math.Abs(r.Total-(n-n0)) > tolerance*(n-n0) {
		t.Errorf("%d to %d: %v bad of %v, want %v of %v", from, to, r.Bad, r.Total, b-b0, n-n0)
	}
	if r.Coverage < 0.999 {
		t.Errorf("%d to %d: coverage %v, want 1", from, to, r.Coverage)
	}
}

// What is recorded is not asked for again, be the ledger cold or warm: the
// records here count everything twice, to show where the numbers come from.
func TestRecordsAreRead(t *testing.T) {
	e := newEngine(t)
	writeSteady(t, e, "", 30*hour)
	plan := compile(t, errorsOfRequests)
	twice := times(2, steady)
	e.record(t, plan, anSLO, minutes(0, 30*hour, 17), twice)
	c := &clock{after(29 * hour)}
	l, asked := reading(e, plan, c, ledger.Options{})
	fill := func() budget.Account { return mustFill(t, l, after(2*hour), c.at).Groups[0].Curve }

	checkEvents(t, fill(), 2*hour, 29*hour, twice, 0.001)
	if n := asked.raw.Load(); n != 1 {
		t.Errorf("%d queries beside those about records, want one, whether there are series", n)
	}
	for range 100 {
		c.at = c.at.Add(33 * time.Second)
		checkEvents(t, fill(), 2*hour, c.at.Unix()-epoch.Unix(), twice, 0.001)
	}
	if n := asked.raw.Load(); n != 1 {
		t.Errorf("%d queries beside those about records while it is warm", n-1)
	}
}

func TestRecordsNotRead(t *testing.T) {
	plan := compile(t, errorsOfRequests)
	all := minutes(0, 12*hour, 17)
	twice := times(2, steady)
	tests := []struct {
		name string
		// write writes records that say twice what happened.
		write func(e *engine)
		opts  ledger.Options
	}{
		{"of a plan that counts otherwise", func(e *engine) {
			e.record(t, compile(t, ratio(`r{code=~"5.."}`, "r")), anSLO, all, twice)
		}, ledger.Options{}},
		{"of two rulers", func(e *engine) {
			e.record(t, plan, anSLO+`,cluster="a"`, all, steady)
			e.record(t, plan, anSLO+`,cluster="b"`, all, steady)
		}, ledger.Options{}},
		{"without bad events", func(e *engine) {
			for name, samples := range records(plan.Fingerprint(), anSLO, all, twice) {
				if strings.HasPrefix(name, promql.RecordedTotal) {
					e.write(t, epoch, map[string][]sample{name: samples})
				}
			}
		}, ledger.Options{}},
		{"that are not numbers", func(e *engine) {
			e.record(t, plan, anSLO, all, func(t int64) (float64, float64) { return math.Inf(1), float64(2 * t) })
		}, ledger.Options{}},
		{"every two minutes", func(e *engine) {
			var some []int64
			for i := 0; i < len(all); i += 2 {
				some = append(some, all[i])
			}
			e.record(t, plan, anSLO, some, twice)
		}, ledger.Options{}},
		{"for slices that are no whole minutes", func(e *engine) { e.record(t, plan, anSLO, all, twice) },
			ledger.Options{Slices: &slo.Slices{Length: 90 * time.Second, Target: 0.9, Op: slo.GTE}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := newEngine(t)
			writeSteady(t, e, "", 12*hour)
			test.write(e)
			c := &clock{after(12 * hour)}
			plain := test.opts
			plain.Now = c.now
			want := mustFill(t, ledger.New(e, plan, plain), after(2*hour), c.at).Groups[0].Curve.Reading(after(2*hour), c.at)
			l, _ := reading(e, plan, c, test.opts)
			if got := mustFill(t, l, after(2*hour), c.at).Groups[0].Curve.Reading(after(2*hour), c.at); got != want {
				t.Errorf("%v, want %v as without records", got, want)
			}
		})
	}
}

// Objectives that count the same have the same records, which count once.
func TestRecordsOfManyObjectives(t *testing.T) {
	e := newEngine(t)
	writeSteady(t, e, "", 12*hour)
	plan := compile(t, errorsOfRequests)
	e.record(t, plan, `slo="a",objective="99"`, minutes(9*hour, 12*hour, 17), times(2, steady))
	e.record(t, plan, `slo="a",objective="99.9"`, minutes(0, 12*hour, 17), times(3, steady))
	e.record(t, plan, `slo="b",objective="99"`, minutes(0, 12*hour, 44), times(4, steady))
	c := &clock{after(12 * hour)}
	l, _ := reading(e, plan, c, ledger.Options{})
	checkEvents(t, mustFill(t, l, after(2*hour), c.at).Groups[0].Curve, 2*hour, 11*hour, times(3, steady), 0.001)
}

// SLOs of one name have the same records if they count the same, from one ruler.
func TestRecordsOfInstances(t *testing.T) {
	e := newEngine(t)
	writeSteady(t, e, "", 12*hour)
	plan := compile(t, errorsOfRequests)
	e.record(t, plan, anSLO+`,slo_instance="east"`, minutes(0, 12*hour, 17), times(2, steady))
	e.record(t, plan, anSLO+`,slo_instance="west"`, minutes(9*hour, 12*hour, 44), times(3, steady))
	c := &clock{after(12 * hour)}
	l, _ := reading(e, plan, c, ledger.Options{})
	checkEvents(t, mustFill(t, l, after(2*hour), c.at).Groups[0].Curve, 2*hour, 11*hour, times(2, steady), 0.001)
}

// Groups have the same labels wherever their events are counted.
func TestRecordsOfGroups(t *testing.T) {
	e := newEngine(t)
	plan, err := compile(t, errorsOfRequests).With([]string{"handler", "service", "plan"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	writeSteady(t, e, `,handler="x",service="s",plan="p"`, 12*hour)
	writeSteady(t, e, `,handler="y"`, 12*hour)
	// The latter half is recorded, one group from an hour later on.
	e.record(t, plan, `slo="a",handler="x",group_service="s",group_plan="p"`, minutes(6*hour, 12*hour, 17), times(2, steady))
	e.record(t, plan, `slo="a",handler="y"`, minutes(7*hour, 12*hour, 17), times(3, steady))
	c := &clock{after(12 * hour)}
	l, _ := reading(e, plan, c, ledger.Options{})
	s := mustFill(t, l, after(2*hour), c.at)
	if len(s.Groups) != 2 {
		t.Fatalf("%d groups, want two", len(s.Groups))
	}
	for _, g := range s.Groups {
		want := times(3, steady)
		if g.Labels.Get("handler") == "x" {
			want = times(2, steady)
			if g.Labels.Get("service") != "s" || g.Labels.Get("plan") != "p" {
				t.Errorf("labels %s", g.Labels)
			}
		}
		checkEvents(t, g.Curve, 2*hour, 6*hour-300, steady, 0.01)
		checkEvents(t, g.Curve, 8*hour, 12*hour-60, want, 0.01)
	}
}

// Slices of whole minutes are judged by records.
func TestRecordsOfSlices(t *testing.T) {
	for _, length := range []time.Duration{time.Minute, 7 * time.Minute, time.Hour} {
		e := newEngine(t)
		writeSteady(t, e, "", 12*hour)
		plan := compile(t, errorsOfRequests)
		// All events are bad on the records, which makes every slice bad.
		e.record(t, plan, anSLO, minutes(0, 12*hour, 17), func(t int64) (bad, total float64) { return float64(t), float64(t) })
		c := &clock{after(12 * hour)}
		l, asked := reading(e, plan, c, ledger.Options{Slices: &slo.Slices{Length: length, Target: 0.9, Op: slo.GTE}})
		from, to := after(2*hour).Truncate(length), after(11*hour).Truncate(length)
		r := mustFill(t, l, from, c.at).Groups[0].Curve.Reading(from, to)
		if want := float64(to.Sub(from) / length); r.Bad != want || r.Total != want {
			t.Errorf("slices of %s: %v, want %v of %v", length, r, want, want)
		}
		if n := asked.raw.Load(); n != 1 {
			t.Errorf("slices of %s: %d queries beside those about records", length, n)
		}
	}
}

// An outage that fills a slice is one of that slice alone, at whatever second of
// the minute rules record: no minute counts for a slice that has less than half
// of it.
func TestRecordsOfSlicesByMiddle(t *testing.T) {
	const from, to = 5 * hour, 5*hour + 300
	outage := func(at int64) (bad, total float64) { return float64(min(max(at, from), to) - from), float64(at) }
	for phase := range int64(60) {
		e := newEngine(t)
		writeSteady(t, e, "", 12*hour)
		plan := compile(t, errorsOfRequests)
		e.record(t, plan, anSLO, minutes(0, 12*hour, phase), outage)
		c := &clock{after(12 * hour)}
		l, _ := reading(e, plan, c, ledger.Options{Slices: &slo.Slices{Length: 5 * time.Minute, Target: 0.85, Op: slo.GTE}})
		curve := mustFill(t, l, after(2*hour), c.at).Groups[0].Curve
		if all, within := curve.Reading(after(3*hour), after(7*hour)), curve.Reading(after(from), after(to)); all.Bad != 1 || within.Bad != 1 {
			t.Errorf("recorded at second %d: %v slices are bad, %v of them that of the outage", phase, all.Bad, within.Bad)
		}
	}
}

// However records and a plan's own series alternate, no event is lost and none
// counts twice: what is read up to the end of any step is off by less than a minute's
// events at either end, however often they meet before.
func TestRecordsMeetOwnSeries(t *testing.T) {
	const hours = 26
	plan := compile(t, errorsOfRequests)
	rapid.Check(t, func(rt *rapid.T) {
		e := newEngine(t)
		writeSteady(t, e, "", hours*hour)
		draw := func(name string, from, to int) int64 { return int64(rapid.IntRange(from, to).Draw(rt, name)) }
		var recorded []int64
		for at := draw("begin", 0, 12*3600); at < hours*hour; {
			to := at + draw("recorded", 60, 8*3600)
			recorded = append(recorded, minutes(at, min(to, hours*hour), draw("phase", 0, 59))...)
			at = to + 60 + draw("outage", 0, 2*3600)
		}
		e.record(t, plan, anSLO, recorded, steady)
		c := &clock{after(draw("first", 6*3600, 20*3600))}
		l, _ := reading(e, plan, c, ledger.Options{})
		first := after(draw("from", 4*3600, 5*3600))
		for c.at.Before(after(hours * hour)) {
			mustFill(t, l, first, c.at)
			c.at = c.at.Add(time.Duration(rapid.SampledFrom([]int{30, 200, 1000, 3000, 20000}).Draw(rt, "pause")) * time.Second)
		}
		c.at = after(hours * hour)
		curve := mustFill(t, l, after(2*hour), c.at).Groups[0].Curve
		for at := 3 * hour; at <= hours*hour-900; at += 300 {
			r := curve.Reading(after(2*hour), after(at))
			b0, n0 := steady(2 * hour)
			b, n := steady(at)
			if math.Abs(r.Bad-b+b0) > 6 || math.Abs(r.Total-n+n0) > 126 || r.Coverage != 1 {
				rt.Fatalf("to %d: %v bad of %v, want %v of %v", at, r.Bad, r.Total, b-b0, n-n0)
			}
		}
		_, last := curve.Span()
		short := curve.Reading(last.Add(-5*time.Minute), last)
		if c.at.Sub(last) > 3*time.Minute || short.Total < 560 || short.Total > 760 || short.Coverage != 1 {
			rt.Fatalf("the last five minutes, up to %s, read %v", last, short)
		}
	})
}

// A ruler that is down for half an hour every other hour costs no event while a
// ledger is kept warm: between two steps that are both from records, it counts
// their events to the last one.
func TestRulerWithGaps(t *testing.T) {
	const offset = 10 // the last sample of a step is 50 seconds before its end
	e := newEngine(t)
	writeSteady(t, e, "", 24*hour)
	plan := compile(t, errorsOfRequests)
	var recorded []int64
	for from := int64(0); from < 24*hour; from += 2 * hour {
		recorded = append(recorded, minutes(from, from+90*60, offset)...)
	}
	e.record(t, plan, anSLO, recorded, steady)
	c := &clock{after(4 * hour)}
	l, asked := reading(e, plan, c, ledger.Options{})
	var curve budget.Account
	for ; !c.at.After(after(23 * hour)); c.at = c.at.Add(2 * time.Minute) {
		curve = mustFill(t, l, after(2*hour), c.at).Groups[0].Curve
	}
	for at := 3 * hour; at < 23*hour; at += 2 * hour {
		r := curve.Reading(after(3*hour), after(at))
		b0, n0 := steady(3*hour - 50)
		b, n := steady(at - 50)
		if r.Bad != b-b0 || r.Total != n-n0 {
			t.Errorf("to %d: %v bad of %v, want %v of %v", at, r.Bad, r.Total, b-b0, n-n0)
		}
	}
	if n := asked.raw.Load(); n > 300 {
		t.Errorf("%d queries beside those about records; the ruler was down for less than 150 of 570 refreshes", n)
	}
}

// Events that are counted in whole steps lie evenly in those in which they meet
// records.
func TestRecordsOfGauges(t *testing.T) {
	e := newEngine(t)
	e.write(t, epoch, map[string][]sample{`up{instance="1"}`: every(15, 0, 24*hour, func(t int64) float64 { return float64(t / 15 % 4 / 3) })})
	plan := compile(t, slo.BoolGauge{Query: slo.Query{Expr: "up"}})
	counted := func(t int64) (bad, total float64) {
		return math.Floor(float64(t) / 15 * 3 / 4), math.Floor(float64(t) / 15)
	}
	var recorded []int64
	for from := 3 * hour; from < 24*hour; from += 3 * hour {
		recorded = append(recorded, minutes(from, from+2*hour, 10)...)
	}
	e.record(t, plan, anSLO, recorded, counted)
	c := &clock{after(23*hour + 1800)}
	l, _ := reading(e, plan, c, ledger.Options{})
	curve := mustFill(t, l, after(2*hour), c.at).Groups[0].Curve
	for at := 4 * hour; at <= 23*hour; at += 1500 {
		r := curve.Reading(after(2*hour), after(at))
		b0, n0 := counted(2 * hour)
		end := at
		if at%(3*hour) <= 2*hour {
			end -= 50 // up to the last evaluation
		}
		b, n := counted(end)
		if math.Abs(r.Bad-b+b0) > 1 || math.Abs(r.Total-n+n0) > 1 || r.Coverage != 1 {
			t.Errorf("to %d: %v, want %v bad of %v", at, r, b-b0, n-n0)
		}
	}
}

// A minute counts once both its records are there: rules are evaluated one
// after the other.
func TestIncompleteRecords(t *testing.T) {
	e := newEngine(t)
	writeSteady(t, e, "", 12*hour)
	plan := compile(t, errorsOfRequests)
	all := minutes(0, 12*hour-60, 17)
	e.record(t, plan, anSLO, all, steady)
	for name := range records(plan.Fingerprint(), anSLO, nil, steady) {
		if strings.HasPrefix(name, promql.RecordedTotal) {
			e.write(t, epoch, map[string][]sample{name: {{all[len(all)-1] + 60, 1e6}}})
		}
	}
	c := &clock{after(12 * hour)}
	l, asked := reading(e, plan, c, ledger.Options{})
	r := mustFill(t, l, after(2*hour), c.at).Groups[0].Curve.Reading(after(12*hour-600), c.at)
	if r.Total < 1000 || r.Total > 1300 {
		t.Errorf("the last ten minutes read %v", r)
	}
	if n := asked.raw.Load(); n != 1 {
		t.Errorf("%d queries beside those about records", n)
	}
}

// What matches no series is noticed as without records; what had events is not
// missed because its series are gone by now.
func TestNoticesOfRecords(t *testing.T) {
	tests := []struct {
		name, bad string
		recorded  seen
		want      string
	}{
		{"all series are there", `r{code="500"}`, steady, ""},
		{"bad events whose series are gone", "errors_total", steady, ""},
		{"a misspelled query", "misspelled", func(t int64) (bad, total float64) { return 0, float64(2 * t) }, "misspelled"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := newEngine(t)
			writeSteady(t, e, "", 12*hour)
			plan := compile(t, ratio(test.bad, "r"))
			e.record(t, plan, anSLO, minutes(0, 12*hour, 17), test.recorded)
			l, _ := reading(e, plan, &clock{after(12 * hour)}, ledger.Options{})
			all := strings.Join(mustFill(t, l, after(2*hour), after(12*hour)).Notices, "; ")
			if (all == "") != (test.want == "") || !strings.Contains(all, test.want) {
				t.Errorf("notices %q, want %q", all, test.want)
			}
		})
	}
}

// A bucket that is not there is an error, whatever was recorded.
func TestRecordsWithMissingBucket(t *testing.T) {
	e := newEngine(t)
	e.write(t, epoch, map[string][]sample{
		`h_bucket{instance="a",job="j",le="0.5"}`:  every(30, 0, 12*hour, line(0, 0, 1)),
		`h_bucket{instance="a",job="j",le="+Inf"}`: every(30, 0, 12*hour, line(0, 0, 3)),
		`h_count{instance="a",job="j"}`:            every(30, 0, 12*hour, line(0, 0, 3)),
	})
	plan := compile(t, slo.Histogram{Total: slo.Query{Expr: "h_count"}, Op: slo.LTE, Value: 1})
	e.record(t, plan, anSLO, minutes(0, 12*hour, 17), steady)
	c := &clock{after(12 * hour)}
	l, _ := reading(e, plan, c, ledger.Options{})
	if _, err := l.Fill(t.Context(), after(2*hour), c.at); err == nil || !strings.Contains(err.Error(), "no bucket") {
		t.Errorf("error %v, want one about the bucket", err)
	}
}
