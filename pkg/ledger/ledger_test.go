package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

var epoch = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func after(seconds int64) time.Time { return epoch.Add(time.Duration(seconds) * time.Second) }

const hour = int64(3600)

// every writes down what value gives, every so many seconds in [from, to].
func every(interval, from, to int64, value func(t int64) float64) []sample {
	var samples []sample
	for t := from; t <= to; t += interval {
		samples = append(samples, sample{t, value(t)})
	}
	return samples
}

// line is a counter that is at start at from and grows by rate a second.
func line(from int64, start, rate float64) func(int64) float64 {
	return func(t int64) float64 { return start + rate*float64(t-from) }
}

func join(parts ...[]sample) (all []sample) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

func ratio(bad, total string) slo.Ratio {
	return slo.Ratio{Bad: &slo.Query{Expr: bad}, Total: slo.Query{Expr: total}, Counter: true}
}

var errorsOfRequests = ratio(`r{code="500"}`, `r`)

func compile(t testing.TB, indicator slo.Indicator) *promql.Plan {
	t.Helper()
	plan, err := promql.Compile(indicator)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func mustFill(t testing.TB, l *ledger.Ledger, from, to time.Time) *ledger.Snapshot {
	t.Helper()
	s, err := l.Fill(t.Context(), from, to)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Each counter is read for 12 hours from the sixth hour on.
func TestCounters(t *testing.T) {
	const a, ok, bad = `r{instance="a",job="j",code="200"}`, `r{instance="a",job="j",code="200"}`, `r{instance="a",job="j",code="500"}`
	from, to := 6*hour, 18*hour
	tests := []struct {
		name     string
		series   map[string][]sample
		bad      float64
		total    float64
		coverage float64
	}{
		{
			"a steady counter", map[string][]sample{
				a: every(30, 0, to, line(0, 1000, 2)),
			}, 0, 24 * 3600, 1,
		},
		{
			"a reset between two grid points loses nothing", map[string][]sample{
				a: join(every(30, 0, 8*hour+60, line(0, 0, 2)), every(30, 8*hour+90, to, line(8*hour+60, 0, 2))),
			}, 0, 24 * 3600, 1,
		},
		{
			"two resets in one step", map[string][]sample{
				a: join(every(30, 0, 8*hour+60, line(0, 0, 2)), every(30, 8*hour+90, 8*hour+150, line(8*hour+60, 0, 2)),
					every(30, 8*hour+180, to, line(8*hour+150, 0, 2))),
			}, 0, 24 * 3600, 1,
		},
		{
			"a reset that no grid point shows, between two that show", map[string][]sample{
				bad: join(every(30, 0, 7*hour+570, line(0, 2, 0)), every(30, 7*hour+600, 7*hour+1890, line(0, 1, 0)),
					every(30, 7*hour+1920, 7*hour+1950, line(0, 2, 0)), every(30, 7*hour+1980, 7*hour+2010, line(0, 1, 0)),
					every(30, 7*hour+2040, 7*hour+2970, line(0, 2, 0)), every(30, 7*hour+3000, to, line(0, 1, 0))),
			}, 5, 5, 1,
		},
		{
			"a series born with its first error", map[string][]sample{
				ok:  every(30, 0, to, line(0, 0, 2)),
				bad: every(30, 9*hour, to, line(0, 1, 0)),
			}, 1, 24*3600 + 1, 1,
		},
		{
			"errors born and gone within a step", map[string][]sample{
				ok:  join(every(30, 0, 9*hour, line(0, 0, 2)), every(30, 9*hour+30, to, line(9*hour, 0, 2))),
				bad: join(every(30, 7*hour, 9*hour, line(0, 1, 0)), []sample{{9*hour + 30, gone}, {9*hour + 60, 1}}, every(30, 9*hour+90, to, line(0, 1, 0))),
			}, 2, 24*3600 + 2, 1,
		},
		{
			"the same first error again after a restart", map[string][]sample{
				ok:  join(every(30, 0, 9*hour, line(0, 0, 2)), every(30, 9*hour+30, to, line(9*hour, 0, 2))),
				bad: join(every(30, 7*hour, 9*hour, line(0, 1, 0)), []sample{{9*hour + 30, gone}}, every(30, 12*hour, to, line(0, 1, 0))),
			}, 2, 24*3600 + 2, 1,
		},
		{
			"a series that was gone comes back while its sibling went on", map[string][]sample{
				`r{job="j",code="200"}`: every(30, 0, to, line(0, 0, 2)),
				`r{job="j",code="500"}`: join(every(30, 7*hour, 9*hour, line(0, 1, 0)), []sample{{9*hour + 30, gone}}, every(30, 12*hour, to, line(0, 1, 0))),
			}, 1, 24*3600 + 1, 1,
		},
		{
			"a series that is gone at times but goes on", map[string][]sample{
				ok:  every(30, 0, to, line(0, 0, 2)),
				bad: join(every(30, 7*hour, 9*hour, line(0, 3, 0)), []sample{{9*hour + 30, gone}}, every(30, 12*hour, to, line(0, 4, 0))),
			}, 4, 24*3600 + 4, 1,
		},
		{
			"an old counter that is new to the server", map[string][]sample{
				a: every(30, 9*hour, to, line(9*hour, 5e6, 2)),
			}, 0, 2 * 9 * 3600, 0.75,
		},
		{
			"a young instance", map[string][]sample{
				ok:                                   every(30, 0, to, line(0, 0, 2)),
				`r{instance="b",job="j",code="200"}`: every(30, 9*hour, to, line(9*hour-20, 0, 2)),
			}, 0, 24*3600 + 2*(9*3600+20), 1,
		},
		{
			"a gap over which the counter goes on", map[string][]sample{
				a: join(every(30, 0, 9*hour, line(0, 0, 2)), every(30, 9*hour+2400, to, line(0, 0, 2))),
			}, 0, 24 * 3600, 1 - 7./144,
		},
		{
			"a gap with a restart", map[string][]sample{
				a: join(every(30, 0, 9*hour, line(0, 0, 2)), []sample{{9*hour + 30, gone}}, every(30, 10*hour, to, line(10*hour-30, 0, 2))),
			}, 0, 2 * (3*3600 + 8*3600 + 30), 1 - 11./144,
		},
		{
			"replicas that disagree a little", map[string][]sample{
				a: every(30, 0, to, func(t int64) float64 { return line(0, 1e6, 2)(t) - float64(t/30%2)*100 }),
			}, 0, 24 * 3600, 1,
		},
		{
			"scrapes farther apart than the grid leave nothing out", map[string][]sample{
				a: every(400, 0, to, line(0, 0, 2)),
			}, 0, 24 * 3600, 1,
		},
		{"nothing", nil, 0, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := newEngine(t)
			e.write(t, epoch, test.series)
			s := mustFill(t, ledger.New(e, compile(t, errorsOfRequests), ledger.Options{}), after(from), after(to))
			r := s.Groups[0].Curve.Reading(after(from), after(to))
			if math.Abs(r.Total-test.total) > 60 || math.Abs(r.Bad-test.bad) > 1e-9 {
				t.Errorf("%v bad of %v, want %v of %v", r.Bad, r.Total, test.bad, test.total)
			}
			if math.Abs(r.Coverage-test.coverage) > 0.016 {
				t.Errorf("coverage %v, want %v", r.Coverage, test.coverage)
			}
		})
	}
}

// clock is a time that tests set.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func restless(e *engine, t testing.TB, hours int64) {
	series := map[string][]sample{}
	for i, life := range []int64{3700, 9100, 20000} {
		for code, rate := range map[string]float64{"200": 1.7, "500": 0.003} {
			name := fmt.Sprintf(`r{instance="%d",job="j",code="%s"}`, i, code)
			series[name] = every(30, int64(i), hours*hour, func(t int64) float64 {
				return math.Floor(float64(t%life) * rate)
			})
		}
	}
	e.write(t, epoch, series)
}

// However a ledger comes to be filled, its sealed steps are the same.
func TestFillInParts(t *testing.T) {
	const hours = 60
	e := newEngine(t)
	restless(e, t, hours)
	plan := compile(t, errorsOfRequests)
	end := after(hours*hour - 700)
	whole := mustFill(t, ledger.New(e, plan, ledger.Options{Now: func() time.Time { return end }}), after(0), end).Groups[0].Curve

	rapid.Check(t, func(rt *rapid.T) {
		c := &clock{after(int64(rapid.IntRange(6*3600, 30*3600).Draw(rt, "start")))}
		l := ledger.New(e, plan, ledger.Options{Now: c.now})
		first := after(int64(rapid.IntRange(3600, 5*3600).Draw(rt, "first")))
		fill := func(from time.Time) *ledger.Curve { return mustFill(t, l, from, c.at).Groups[0].Curve }
		fill(first)
		for c.at.Before(end) {
			c.at = c.at.Add(time.Duration(rapid.SampledFrom([]int{20, 70, 400, 3000, 30000}).Draw(rt, "pause")) * time.Second)
			if c.at.After(end) {
				c.at = end
			}
			fill(first)
		}
		curve := fill(after(0))
		for at := after(2 * hour); at.Before(end.Add(-15 * time.Minute)); at = at.Add(5 * time.Minute) {
			got, want := curve.Reading(after(hour), at), whole.Reading(after(hour), at)
			if math.Abs(got.Bad-want.Bad) > 1e-6 || math.Abs(got.Total-want.Total) > 1e-6 || math.Abs(got.Coverage-want.Coverage) > 1e-9 {
				rt.Fatalf("to %s: %v, want %v", at, got, want)
			}
		}
	})
}

func TestReadingsAddUp(t *testing.T) {
	e := newEngine(t)
	restless(e, t, 30)
	c := &clock{after(30*hour - 17)}
	curve := mustFill(t, ledger.New(e, compile(t, errorsOfRequests), ledger.Options{Now: c.now}), after(2*hour), c.at).Groups[0].Curve
	rapid.Check(t, func(rt *rapid.T) {
		at := func(name string) time.Time { return after(int64(rapid.IntRange(0, 32*3600).Draw(rt, name))) }
		a, b, c := at("a"), at("b"), at("c")
		if b.Before(a) || c.Before(b) {
			return
		}
		ab, bc, ac := curve.Reading(a, b), curve.Reading(b, c), curve.Reading(a, c)
		if math.Abs(ab.Bad+bc.Bad-ac.Bad) > 1e-6 || math.Abs(ab.Total+bc.Total-ac.Total) > 1e-6 {
			rt.Fatalf("%v + %v is not %v", ab, bc, ac)
		}
		covered := func(r budget.Reading, from, to time.Time) float64 { return r.Coverage * float64(to.Sub(from)) }
		if math.Abs(covered(ab, a, b)+covered(bc, b, c)-covered(ac, a, c)) > float64(time.Second) {
			rt.Fatalf("coverage %v + %v is not %v", ab, bc, ac)
		}
	})
}

// Walking the steps is reading those one by one that are bad enough.
func TestEachStep(t *testing.T) {
	e := newEngine(t)
	restless(e, t, 30)
	c := &clock{after(30*hour - 17)}
	curve := mustFill(t, ledger.New(e, compile(t, errorsOfRequests), ledger.Options{Now: c.now}), after(2*hour+40), c.at).Groups[0].Curve
	end, steps := after(2*hour+40), 0
	curve.EachStep(end, c.at, -1, func(from, to time.Time, got budget.Reading) {
		if want := curve.Reading(from, to); got != want || !from.Equal(end) {
			t.Errorf("from %s to %s: %v, want %v from %s", from, to, got, want, end)
		}
		end, steps = to, steps+1
	})
	if !end.Equal(c.at) || steps != 28*12 {
		t.Errorf("%d steps to %s", steps, end)
	}
	at, hours := c.at, 0
	curve.EachBack(c.at, time.Hour, 40, func(got budget.Reading) {
		if want := curve.Reading(at.Add(-time.Hour), at); got != want {
			t.Errorf("hour to %s: %v, want %v", at, got, want)
		}
		at, hours = at.Add(-time.Hour), hours+1
	})
	if hours != 40 {
		t.Errorf("%d hours", hours)
	}
	start, worst := after(2*hour+40), curve.Reading(after(2*hour+40), c.at)
	ratio, worse := worst.Bad/worst.Total, 0
	curve.EachStep(start, c.at, ratio, func(_, _ time.Time, got budget.Reading) {
		if worse++; got.Bad <= ratio*got.Total {
			t.Errorf("%v has at most %g of its events bad", got, ratio)
		}
	})
	if worse == 0 || worse == steps {
		t.Errorf("%d of %d steps are worse than their mean", worse, steps)
	}
}

// A sealed step is asked for once, and a tail that is fresh not again.
func TestAsksOnce(t *testing.T) {
	e := newEngine(t)
	restless(e, t, 30)
	c := &clock{after(29 * hour)}
	l := ledger.New(e, compile(t, errorsOfRequests), ledger.Options{Now: c.now})
	asked := func(from int64) int64 {
		before := e.asked.Load()
		mustFill(t, l, after(from), c.at)
		return e.asked.Load() - before
	}
	asked(2 * hour)
	if n := asked(2 * hour); n != 0 {
		t.Errorf("the same again asks %d times", n)
	}
	c.at = c.at.Add(30 * time.Second)
	if n := asked(2 * hour); n != 1 {
		t.Errorf("a tail takes %d requests, want one", n)
	}
	c.at = c.at.Add(10 * time.Minute)
	if n := asked(3 * hour); n != 1 {
		t.Errorf("a tail that seals two steps takes %d requests, want one", n)
	}
}

func TestCallersShareWork(t *testing.T) {
	e := newEngine(t)
	restless(e, t, 30)
	alone := newEngine(t)
	restless(alone, t, 30)
	opts := ledger.Options{Now: (&clock{after(29*hour + 100)}).now}
	plan := compile(t, errorsOfRequests)
	mustFill(t, ledger.New(alone, plan, opts), after(2*hour), after(29*hour+100))

	l := ledger.New(e, plan, opts)
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if _, err := l.Fill(t.Context(), after(2*hour), after(29*hour+100)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got, want := e.asked.Load(), alone.asked.Load(); got != want {
		t.Errorf("ten callers ask %d times, one asks %d times", got, want)
	}
}

func TestServerDown(t *testing.T) {
	e := newEngine(t)
	restless(e, t, 30)
	c := &clock{after(10 * hour)}
	l := ledger.New(e, compile(t, errorsOfRequests), ledger.Options{Now: c.now})
	before := mustFill(t, l, after(2*hour), c.at).Groups[0].Curve.Reading(after(2*hour), after(9*hour))

	c.at = after(12 * hour)
	down := errors.New("connection refused")
	e.fail = func() error { return down }
	s, err := l.Fill(t.Context(), after(2*hour), c.at)
	if !errors.Is(err, down) {
		t.Fatalf("error %v, want %v", err, down)
	}
	if got := s.Groups[0].Curve.Reading(after(2*hour), after(9*hour)); got != before {
		t.Errorf("what was known is %v, was %v", got, before)
	}
	if !s.AsOf.Before(after(10*hour + 1)) {
		t.Errorf("filled up to %s while the server was down", s.AsOf)
	}

	e.fail = nil
	late := mustFill(t, l, after(2*hour), c.at).Groups[0].Curve
	fresh := mustFill(t, ledger.New(e, compile(t, errorsOfRequests), ledger.Options{Now: c.now}), after(2*hour), c.at).Groups[0].Curve
	if got, want := late.Reading(after(2*hour), c.at), fresh.Reading(after(2*hour), c.at); math.Abs(got.Total-want.Total) > 1e-6 {
		t.Errorf("back again it reads %v, a new ledger %v", got, want)
	}
}

func TestServerUnreachable(t *testing.T) {
	e := newEngine(t)
	e.fail = func() error { return errors.New("connection refused") }
	if s, err := ledger.New(e, compile(t, errorsOfRequests), ledger.Options{}).Fill(t.Context(), after(0), after(12*hour)); s != nil || err == nil {
		t.Errorf("%v, %v", s, err)
	}
}

func TestCancelWaiting(t *testing.T) {
	e := newEngine(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ledger.New(e, compile(t, errorsOfRequests), ledger.Options{}).Fill(ctx, after(0), after(hour)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

func TestGroups(t *testing.T) {
	e := newEngine(t)
	e.write(t, epoch, map[string][]sample{
		`r{instance="a",job="j",code="200",handler="x"}`: every(30, 0, 12*hour, line(0, 0, 2)),
		`r{instance="a",job="j",code="500",handler="x"}`: every(30, 0, 12*hour, line(0, 0, 1)),
		`r{instance="a",job="j",code="200",handler="y"}`: every(30, 6*hour, 12*hour, line(6*hour, 0, 4)),
	})
	plan := compile(t, ratio(`sum by (handler) (rate(r{code="500"}[5m]))`, `sum by (handler) (rate(r[5m]))`))
	s := mustFill(t, ledger.New(e, plan, ledger.Options{}), after(2*hour), after(12*hour))
	if len(s.Groups) != 2 {
		t.Fatalf("%d groups, want two", len(s.Groups))
	}
	for i, want := range []struct {
		handler    string
		bad, total float64
	}{{"x", 36000, 108000}, {"y", 0, 86400}} {
		g := s.Groups[i]
		r := g.Curve.Reading(after(2*hour), after(12*hour))
		if g.Labels.Get("handler") != want.handler || r.Bad != want.bad || math.Abs(r.Total-want.total) > 120 {
			t.Errorf("%s: %v, want %v", g.Labels, r, want)
		}
	}
}

func TestHistograms(t *testing.T) {
	e := newEngine(t)
	e.write(t, epoch, map[string][]sample{
		`h_bucket{instance="a",job="j",le="0.5"}`:  every(30, 0, 6*hour, line(0, 0, 1)),
		`h_bucket{instance="a",job="j",le="1"}`:    every(30, 0, 6*hour, line(0, 0, 2)),
		`h_bucket{instance="a",job="j",le="1.0"}`:  every(30, 6*hour+30, 12*hour, line(0, 0, 2)),
		`h_bucket{instance="a",job="j",le="+Inf"}`: every(30, 0, 12*hour, line(0, 0, 3)),
		`h_count{instance="a",job="j"}`:            every(30, 0, 12*hour, line(0, 0, 3)),
	})
	slow := func(op slo.Op, bound float64) slo.Indicator {
		return slo.Histogram{Total: slo.Query{Expr: "h_count"}, Op: op, Value: bound}
	}
	fill := func(indicator slo.Indicator) (*ledger.Snapshot, error) {
		return ledger.New(e, compile(t, indicator), ledger.Options{}).Fill(t.Context(), after(2*hour), after(12*hour))
	}
	t.Run("a bucket whose spelling changes", func(t *testing.T) {
		s, err := fill(slow(slo.LTE, 1))
		if err != nil {
			t.Fatal(err)
		}
		if r := s.Groups[0].Curve.Reading(after(2*hour), after(12*hour)); math.Abs(r.Bad-36000) > 120 || math.Abs(r.Total-108000) > 120 {
			t.Errorf("%v", r)
		}
	})
	for _, op := range []slo.Op{slo.LTE, slo.GT} {
		t.Run("a bound that has no bucket, "+op.String(), func(t *testing.T) {
			s, err := fill(slow(op, 0.7))
			if s != nil || err == nil || !strings.Contains(err.Error(), `h_bucket{le="0.7"}`) {
				t.Errorf("%v, %v", s, err)
			}
		})
	}
}

func TestNoticeOfNoSeries(t *testing.T) {
	e := newEngine(t)
	e.write(t, epoch, map[string][]sample{`r{instance="a",job="j"}`: every(30, 0, 6*hour, line(0, 0, 1))})
	s := mustFill(t, ledger.New(e, compile(t, ratio("misspelled", "r")), ledger.Options{}), after(2*hour), after(6*hour))
	if len(s.Notices) != 1 || !strings.Contains(s.Notices[0], "misspelled") {
		t.Errorf("%q", s.Notices)
	}
}

// Samples that come late, while their steps are still open, are counted.
func TestLateSamples(t *testing.T) {
	const a = `r{instance="a",job="j",code="500"}`
	e := newEngine(t)
	e.write(t, epoch, map[string][]sample{a: every(30, 0, 5*hour, line(0, 0, 1))})
	c := &clock{after(5*hour + 400)}
	l := ledger.New(e, compile(t, errorsOfRequests), ledger.Options{Now: c.now})
	mustFill(t, l, after(2*hour), c.at)

	e.write(t, epoch, map[string][]sample{a: every(30, 5*hour+600, 5*hour+660, line(0, 0, 1))})
	c.at = after(5*hour + 700)
	mustFill(t, l, after(2*hour), c.at)
	e.write(t, epoch, map[string][]sample{a: every(30, 5*hour+30, 5*hour+570, line(0, 0, 1))})
	c.at = after(5*hour + 760)
	curve := mustFill(t, l, after(2*hour), c.at).Groups[0].Curve

	whole := curve.Reading(after(2*hour), c.at)
	if whole.Bad != 3*3600+660 || whole.Coverage < 0.99 {
		t.Errorf("in all %v, want %d bad events", whole, 3*3600+660)
	}
	if late := curve.Reading(after(5*hour), after(5*hour+300)); late.Bad != 300 {
		t.Errorf("in the step that came late %v, want 300 bad events", late)
	}
}

// A label that no series has selects nothing, and a server without the series has
// no data: notices report both.
func TestNoticesOfUnknownLabels(t *testing.T) {
	for name, test := range map[string]struct{ bad, total, want string }{
		"a misspelt label":            {`r{cde="500"}`, "r", "No series of r has the label cde"},
		"a code that never was":       {`r{code="599"}`, "r", ""},
		"a server without the series": {`s{code="500"}`, "s", "No series match s: check"},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEngine(t)
			e.write(t, epoch, map[string][]sample{`r{instance="a",job="j",code="200"}`: every(30, 0, 6*hour, line(0, 0, 1))})
			c := &clock{after(6 * hour)}
			s := mustFill(t, ledger.New(e, compile(t, ratio(test.bad, test.total)), ledger.Options{Now: c.now}), after(2*hour), c.at)
			if all := strings.Join(s.Notices, "; "); !strings.Contains(all, test.want) || (all == "") != (test.want == "") {
				t.Errorf("notices %q, want %q", all, test.want)
			}
		})
	}
}
