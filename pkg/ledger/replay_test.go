package ledger_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Replays drive a ledger minute by minute through what befalls servers. At each
// minute no number may be false without saying so, and after the fault and the
// time that it takes to find it all numbers are those of a new ledger.

const (
	// begins is when a replay begins, a window after the first data and some
	// more, and struck when its fault does.
	begins = window + 3*hour
	struck = begins + 30*60
	window = 3 * 24 * hour
	days   = 3 * 24 * time.Hour
	// scrapes are so many seconds apart.
	scrapes = 30
	// seenAfter is how long data may be missing before the ledger must say so:
	// a step, and the time for which one is taken to be like that before it.
	seenAfter = 7 * 60
)

// story is what an SLO is about in a replay: a service with an incident from
// ten minutes after the fault on, and how its events are counted.
type story struct {
	name      string
	indicator slo.Indicator
	series    func(to int64) map[string][]sample
	slices    *slo.Slices
}

func stories() []story {
	return []story{
		{"ratio", ratio(`r{code=~"5.."}`, "r"), served, nil},
		{"gauge", slo.BoolGauge{Query: slo.Query{Expr: "g_up"}}, probes, nil},
		{"restless", ratio(`r{code=~"5.."}`, "r"), deployed, nil},
		{"slices", ratio(`r{code=~"5.."}`, "r"), served, &slo.Slices{Length: 5 * time.Minute, Target: 0.97, Op: slo.GTE}},
	}
}

// outage is how many seconds of the incident there were by a time.
func outage(t int64) float64 { return float64(min(max(t-struck-10*60, 0), 100*60)) }

// served are the counters of two processes, of which one has a code that
// appears with the incident, and a third that has one of 5,000 requests.
func served(to int64) map[string][]sample {
	ok := func(t int64) float64 {
		return 1000 + 2*float64(t) - math.Floor(float64(t)/300) - math.Floor(outage(t)/10)
	}
	failed := func(t int64) float64 { return 7 + math.Floor(float64(t)/300) }
	during := func(t int64) float64 { return math.Floor(outage(t) / 10) }
	return map[string][]sample{
		`r{instance="a",job="j",code="200"}`: every(scrapes, 0, to, ok),
		`r{instance="a",job="j",code="500"}`: every(scrapes, 0, to, func(t int64) float64 { return failed(t) + during(t) }),
		`r{instance="b",job="j",code="200"}`: every(scrapes, 0, to, ok),
		`r{instance="b",job="j",code="500"}`: every(scrapes, 0, to, failed),
		`r{instance="b",job="j",code="503"}`: every(scrapes, struck+11*60, to, during),
		`r{instance="c",job="j",code="200"}`: every(scrapes, 0, to, func(t int64) float64 { return math.Floor(float64(t) * 4 / 5000) }),
	}
}

// probes are the same as gauges of three targets.
func probes(to int64) map[string][]sample {
	up := func(t int64) float64 {
		if t%7200 == 0 || outage(t) > 0 && outage(t) < 100*60 && t/scrapes%8 == 0 {
			return 0
		}
		return 1
	}
	return map[string][]sample{
		`g_up{instance="a",job="j"}`: every(scrapes, 0, to, up),
		`g_up{instance="b",job="j"}`: every(scrapes, 0, to, up),
		`g_up{instance="c",job="j"}`: every(5*hour/2, 0, to, func(int64) float64 { return 1 }),
	}
}

// truth is the account of what truly happened, up to a time.
type truth struct {
	// bad and total are cumulative, one scrape after the other.
	bad, total []float64
	until      time.Time
	// even has the events of a step lie evenly in it, as the ledger has those
	// of steps that it does not know in finer cells.
	even bool
}

// happened counts the events that samples show.
func (s story) happened(series map[string][]sample, to int64) *truth {
	tr := &truth{bad: make([]float64, to/scrapes+1), total: make([]float64, to/scrapes+1)}
	for name, samples := range series {
		_, gauge := s.indicator.(slo.BoolGauge)
		was := 0.0
		for _, one := range samples {
			i := (one.seconds + scrapes - 1) / scrapes
			switch {
			case math.Float64bits(one.value) == math.Float64bits(gone) || !(one.value >= 0 && one.value <= 1<<53):
			case gauge:
				tr.bad[i], tr.total[i] = tr.bad[i]+1-one.value, tr.total[i]+1
			default:
				if one.value < was {
					was = 0
				}
				if tr.total[i] += one.value - was; strings.Contains(name, `code="5`) {
					tr.bad[i] += one.value - was
				}
				was = one.value
			}
		}
	}
	for i := 1; i < len(tr.bad); i++ {
		tr.bad[i], tr.total[i] = tr.bad[i]+tr.bad[i-1], tr.total[i]+tr.total[i-1]
	}
	if s.slices != nil {
		tr = tr.sliced(s.slices)
	}
	return tr
}

// sliced evaluates slices.
func (tr *truth) sliced(rule *slo.Slices) *truth {
	of := &truth{bad: make([]float64, len(tr.bad)), total: make([]float64, len(tr.total))}
	n := int(rule.Length.Seconds()) / scrapes
	for i := 1; i < len(of.bad); i++ {
		of.bad[i], of.total[i] = of.bad[i-1], of.total[i-1]
		if i%n == 0 && tr.total[i] > tr.total[i-n] {
			of.total[i]++
			if good := 1 - (tr.bad[i]-tr.bad[i-n])/(tr.total[i]-tr.total[i-n]); !rule.Op.Holds(good, rule.Target) {
				of.bad[i]++
			}
		}
	}
	return of
}

// Reading implements budget.Account.
func (tr *truth) Reading(from, to time.Time) budget.Reading {
	b0, n0 := tr.by(from)
	b, n := tr.by(to)
	return budget.Reading{Bad: b - b0, Total: n - n0, Coverage: 1}
}

func (tr *truth) by(t time.Time) (bad, total float64) {
	if t.After(tr.until) {
		t = tr.until
	}
	start := t.Truncate(ledger.DefaultStep)
	if !tr.even || t.Equal(start) {
		return tr.at(t)
	}
	end := start.Add(ledger.DefaultStep)
	if end.After(tr.until) {
		end = tr.until
	}
	share := float64(t.Sub(start)) / float64(end.Sub(start))
	b0, n0 := tr.at(start)
	b, n := tr.at(end)
	return b0 + share*(b-b0), n0 + share*(n-n0)
}

func (tr *truth) at(t time.Time) (bad, total float64) {
	i := min(max(int(t.Sub(epoch)/time.Second/scrapes), 0), len(tr.bad)-1)
	return tr.bad[i], tr.total[i]
}

// Step implements budget.Account.
func (*truth) Step() time.Duration { return ledger.DefaultStep }

// Span implements budget.Account.
func (tr *truth) Span() (first, last time.Time) { return epoch, tr.until }

// Since implements budget.Account.
func (*truth) Since() time.Time { return epoch.Add(ledger.DefaultStep) }

// replay is a ledger that is used minute by minute.
type replay struct {
	*testing.T
	story
	plan   *promql.Plan
	feed   *feed
	truth  *truth
	ledger *ledger.Ledger
	terms  budget.Terms
	// now is the server's time in seconds after the epoch.
	now int64
	// faulty says that something is wrong, or has been and may not yet have
	// been found.
	faulty bool
	// known is the newest time of which the server had samples when it last
	// answered.
	known time.Time
	// wrong is when there was a sample that cannot be a count, lost since when there
	// are samples that have not come.
	wrong, lost int64
	// last is the last answer.
	last *ledger.Snapshot
	err  error
	// shown maps all notices so far to when each was last shown.
	shown map[string]int64
}

// start begins a replay of a story whose samples arrive as it says.
func (s story) start(t *testing.T, length int64, arrives func(sample) int64, change ...func(map[string][]sample)) *replay {
	to := begins + length
	series := s.series(to)
	for _, c := range change {
		c(series)
	}
	r := &replay{
		T: t, story: s, plan: compile(t, s.indicator), feed: newFeed(t, series, arrives), truth: s.happened(series, to), now: begins,
		terms: budget.Terms{Target: 0.99, Window: slo.Window{Period: slo.Period{Count: 3, Unit: slo.Day}}, Slices: s.slices},
		shown: map[string]int64{},
	}
	if s.slices != nil {
		r.terms.Method = slo.Timeslices
	}
	r.ledger = r.another()
	return r
}

// another is a new ledger of the same server.
func (r *replay) another() *ledger.Ledger {
	return ledger.New(r.feed, r.plan, ledger.Options{Now: r.feed.now, Method: r.terms.Method, Slices: r.slices})
}

// onTime are samples that arrive at once.
func onTime(s sample) int64 { return s.seconds }

// stage replays a fault for each story.
func stage(t *testing.T, do func(t *testing.T, s story)) {
	for _, s := range stories() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			do(t, s)
		})
	}
}

// until replays the minutes up to a time.
func (r *replay) until(t int64) {
	r.Helper()
	for ; r.now < t; r.now += 60 {
		r.minute()
		if r.Failed() {
			r.FailNow()
		}
	}
}

// minute does what happens in one.
func (r *replay) minute() {
	r.Helper()
	r.feed.arrive(after(r.now))
	if !r.feed.empty && !r.feed.down {
		r.known = r.feed.newest()
	}
	now := r.feed.now().Add(-ledger.ClockSkew(r.feed))
	r.last, r.err = r.ledger.Fill(r.Context(), now.Add(-days), now)
	if r.err != nil && !r.feed.down {
		r.Fatalf("%s: %v", clockOf(now), r.err)
	}
	if r.last != nil {
		for _, text := range r.last.Notices {
			if _, ok := r.shown[text]; !ok && !strings.Contains(text, "rest on partial") {
				r.Logf("%s: %s", clockOf(now), text)
			}
			r.shown[text] = r.now
		}
		r.check(now)
	}
	if err := r.ledger.Maintain(r.Context()); err != nil && !r.feed.down {
		r.Fatalf("%s: %v", clockOf(now), err)
	}
}

func clockOf(t time.Time) string { return t.Format("Mon 15:04:05") }

// check holds all numbers against the events.
func (r *replay) check(now time.Time) {
	r.Helper()
	curve := r.last.Groups[0].Curve
	if r.slices != nil {
		now = now.Truncate(r.slices.Length) // later ones are not over
	}
	for _, lookback := range []time.Duration{5 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour, days} {
		from := now.Add(-lookback).Truncate(ledger.DefaultStep)
		got := curve.Reading(from, now)
		if r.says(got) {
			if !r.faulty && !(r.wrong != 0 && after(r.wrong).After(from)) {
				r.Errorf("%s: %s reads %+v, error %v, though nothing is wrong", clockOf(now), lookback, got, r.err)
			}
			continue
		}
		if least, most := r.bounds(from, now); !within(got.Bad, least.Bad, most.Bad) || !within(got.Total, least.Total, most.Total) {
			r.Errorf("%s: %s reads %+v, want %v of %v to %v of %v", clockOf(now), lookback, got, least.Bad, least.Total, most.Bad, most.Total)
		}
	}
	r.checkAlerts(curve, now)
	r.checkAge(curve, now)
}

// says reports whether a reading says that it may not be true.
func (r *replay) says(got budget.Reading) bool {
	return r.err != nil || got.Provisional > 0 || got.Coverage < 0.999
}

// bounds are what a reading may be: while something is wrong, the newest data
// may be missing for a while before anybody can notice.
func (r *replay) bounds(from, now time.Time) (least, most budget.Reading) {
	r.truth.until = after(r.now)
	most = r.truth.Reading(from, now)
	if least = most; r.wrong != 0 && after(r.wrong).After(from) && !after(r.wrong).After(now) {
		step := r.truth.Reading(after(r.wrong-300), after(r.wrong))
		least.Bad, least.Total = least.Bad-step.Bad, least.Total-step.Total
		most.Bad += step.Total - step.Bad
	}
	if r.faulty && r.lost != 0 && from.After(after(r.lost)) {
		most = r.truth.Reading(after(r.lost), now)
	}
	if r.faulty {
		if at := after(r.now - seenAfter); at.After(from) {
			least = r.truth.Reading(from, at)
		} else {
			least = budget.Reading{}
		}
	}
	return least, most
}

func within(got, least, most float64) bool {
	tolerance := 1e-6 * (1 + math.Abs(most))
	return got >= least-tolerance && got <= most+tolerance
}

// checkAlerts fails if an alert number looks better than what happened.
func (r *replay) checkAlerts(curve *ledger.Curve, now time.Time) {
	r.Helper()
	if r.err != nil {
		return
	}
	e := budget.At(curve, r.terms, now, budget.Options{})
	for _, severity := range []slo.Severity{slo.Page, slo.Ticket} {
		if r.faulty && !r.covered(e.Alerts(), severity, curve, now) {
			continue // coverage shows it
		}
		got, ok := e.AlertValue(severity).Get()
		switch want, known := r.leastWorst(severity, now); {
		case !ok && !r.faulty && r.slices == nil && !(r.wrong != 0 && r.now < r.wrong+15*60):
			r.Errorf("%s: the %s is null though nothing is wrong", clockOf(now), severity)
		case ok && known && got < r.almost(want) && !(got > 1):
			r.Errorf("%s: the %s is %.4f, the truth is %.4f", clockOf(now), severity, got, want)
		}
	}
}

// covered reports whether most of the lookbacks of a severity is known.
func (r *replay) covered(alerts []budget.Alert, severity slo.Severity, curve *ledger.Curve, now time.Time) bool {
	if _, last := curve.Span(); now.Sub(last) <= budget.MaxDataAge {
		now = last
	}
	return !slices.ContainsFunc(alerts, func(a budget.Alert) bool {
		return a.Severity == severity && min(curve.Reading(now.Add(-a.Long), now).Coverage, curve.Reading(now.Add(-a.Short), now).Coverage) < 0.9
	})
}

// almost is a little less than an alert number. While something is wrong, the
// events at the ends of lookbacks may be missing.
func (r *replay) almost(want float64) float64 {
	if r.faulty || r.wrong != 0 {
		return 0.9*want - 0.01
	}
	return want - 0.001
}

// leastWorst is the worst of a severity by what happened: now, or, while
// something is wrong, at the least of the last minutes.
func (r *replay) leastWorst(severity slo.Severity, now time.Time) (least float64, known bool) {
	ago := int64(0)
	if r.known.IsZero() {
		return 0, false
	}
	if r.faulty {
		ago = seenAfter + int64(now.Sub(r.known).Seconds())
	}
	for ; ago >= 0; ago -= 60 {
		at := now.Add(-time.Duration(ago) * time.Second)
		r.truth.until = at
		for _, r.truth.even = range []bool{true, false} {
			if v, ok := budget.At(r.truth, r.terms, at, budget.Options{}).AlertValue(severity).Get(); ok && (!known || v < least) {
				least, known = v, true
			}
		}
	}
	return least, known
}

// checkAge fails if data look younger than they are, or older by more than a
// step and a slice.
func (r *replay) checkAge(curve *ledger.Curve, now time.Time) {
	r.Helper()
	age, ok := budget.At(curve, r.terms, now, budget.Options{}).DataAge()
	want := max(0, now.Sub(r.known))
	most := want + 2*ledger.DefaultStep
	if r.faulty {
		most = now.Sub(after(r.lost)) // until what came late is found, and without the tail that a server lost
	}
	if ok && (age < want-seenAfter*time.Second || age > max(most, want+2*ledger.DefaultStep)) && !r.known.IsZero() {
		r.Errorf("%s: the data age is %s, and should be %s", clockOf(now), age, want)
	}
}

// found fails unless all numbers are those of a new ledger.
func (r *replay) found() {
	r.Helper()
	r.minute()
	r.now += 60
	now := r.feed.now().Add(-ledger.ClockSkew(r.feed))
	from := now.Add(-days).Truncate(ledger.DefaultStep)
	fresh := mustFill(r, r.another(), from, now).Groups[0].Curve
	curve := r.last.Groups[0].Curve
	complaints := 0
	for at := from.Add(ledger.DefaultStep); !at.After(now) && complaints < 3; at = at.Add(ledger.DefaultStep) {
		got, want := curve.Reading(at.Add(-ledger.DefaultStep), at), fresh.Reading(at.Add(-ledger.DefaultStep), at)
		if !within(got.Bad, want.Bad, want.Bad) || !within(got.Total, want.Total, want.Total) || math.Abs(got.Coverage-want.Coverage) > 1e-9 || got.Provisional != 0 {
			complaints++
			r.Errorf("the step to %s reads %+v, that of a new ledger %+v", clockOf(at), got, want)
		}
	}
	if r.faulty, r.lost = false, 0; r.Failed() {
		r.FailNow()
	}
}

// wantNotice fails unless a notice with the text was shown since a time.
func (r *replay) wantNotice(text string, since int64) {
	r.Helper()
	for notice, at := range r.shown {
		if at >= since && strings.Contains(notice, text) {
			return
		}
	}
	r.Errorf("no notice says %q: %q", text, slices.Sorted(maps.Keys(r.shown)))
}

// wantNoNotice fails if a notice with the text is shown now.
func (r *replay) wantNoNotice(text string) {
	r.Helper()
	for _, notice := range r.last.Notices {
		if strings.Contains(notice, text) {
			r.Errorf("it still says %q", notice)
		}
	}
}

const corrected = "because data came late"

func instance(name string) func(labels.Labels) bool {
	return func(ls labels.Labels) bool { return ls.Get("instance") == name }
}

// Nothing befalls a server.
func TestReplayQuiet(t *testing.T) {
	stage(t, func(t *testing.T, s story) {
		r := s.start(t, 4*hour, onTime)
		r.until(begins + 4*hour - 120)
		r.found()
	})
}

// A store is down, and the answers say that they are partial: for so long that
// steps are sealed of them, or less.
func TestReplayStoreDown(t *testing.T) {
	for name, test := range map[string]struct {
		lost string
		down int64
	}{"half of the events": {"b", hour}, "one of 5,000": {"c", hour}, "for long": {"b", 150 * 60}} {
		t.Run(name, func(t *testing.T) {
			stage(t, func(t *testing.T, s story) {
				r := s.start(t, test.down+4*hour, onTime)
				r.until(struck)
				r.faulty, r.feed.without = true, instance(test.lost)
				r.until(struck + test.down)
				r.wantNotice(storeDown, struck)
				r.feed.without = nil
				r.until(struck + test.down + hour)
				r.wantNoNotice(storeDown)
				if test.down > 2*hour {
					r.wantNotice("because an earlier answer was partial", struck+test.down)
				}
				r.found()
				r.until(struck + test.down + 2*hour)
			})
		})
	}
}

// Half of the events are missing at the very first query.
func TestReplayPartialFirstFill(t *testing.T) {
	stage(t, func(t *testing.T, s story) {
		r := s.start(t, 4*hour, onTime)
		r.faulty, r.feed.without = true, instance("b")
		r.until(begins + 20*60)
		r.wantNotice(storeDown, begins)
		r.feed.without = nil
		r.until(begins + 50*60)
		r.wantNoNotice(storeDown)
		r.found()
		r.until(struck + 2*hour)
	})
}

// Samples come a quarter of an hour late for three hours, and then on time.
func TestReplayLateIngestion(t *testing.T) {
	stage(t, func(t *testing.T, s story) {
		r := s.start(t, 7*hour, func(s sample) int64 {
			if s.seconds >= struck && s.seconds < struck+3*hour {
				return s.seconds + 15*60
			}
			return s.seconds
		})
		r.until(struck)
		r.faulty, r.lost = true, struck+3*hour-15*60
		r.until(struck + 3*hour + 15*60)
		r.until(struck + 3*hour + 30*60)
		r.found()
		r.until(struck + 5*hour)
	})
}

// Nothing is sent for a while, and then all that has waited.
func TestReplayRemoteWriteDown(t *testing.T) {
	inOrder := func(back, t int64) int64 { return max(t, back+(t-struck)/20) }
	newestFirst := func(back, t int64) int64 { return max(t, back+max(0, back-t)/6) }
	for name, test := range map[string]struct {
		arrives func(back, t int64) int64
		down    int64
	}{
		"in order": {inOrder, hour}, "newest first": {newestFirst, hour},
		"in order, for long": {inOrder, 3 * hour}, "newest first, for long": {newestFirst, 3 * hour},
	} {
		t.Run(name, func(t *testing.T) {
			stage(t, func(t *testing.T, s story) {
				back := struck + test.down
				r := s.start(t, test.down+5*hour, func(s sample) int64 {
					if s.seconds < struck {
						return s.seconds
					}
					return test.arrives(back, s.seconds)
				})
				r.until(struck)
				r.faulty, r.lost = true, struck-60
				r.until(back + test.down/2 + 10*60)
				if test.down > 2*hour {
					r.wantNotice(corrected, back)
				}
				r.found()
				r.until(back + 3*hour)
			})
		})
	}
}

// An hour is filled in that was missing when the ledger was filled first.
func TestReplayBackfill(t *testing.T) {
	for _, test := range []struct {
		name string
		// ago is how long ago the hour was, found how long it takes to find.
		ago, found int64
	}{{"of today", 5 * hour, 10 * 60}, {"of three days ago", window - 26*hour, 24 * hour}} {
		t.Run(test.name, func(t *testing.T) {
			stage(t, func(t *testing.T, s story) {
				first := struck - test.ago
				r := s.start(t, 4*hour+test.found, func(s sample) int64 {
					if s.seconds >= first && s.seconds < first+hour {
						return struck
					}
					return s.seconds
				})
				r.faulty, r.lost = true, first
				r.until(struck + test.found)
				r.wantNotice(corrected, struck)
				r.found()
				r.until(struck + test.found + 2*hour)
			})
		})
	}
}

// A server answers with nothing for a while, then as before.
func TestReplayEmptyServer(t *testing.T) {
	for name, down := range map[string]int64{"for a while": 40 * 60, "for long": 3 * hour} {
		t.Run(name, func(t *testing.T) {
			stage(t, func(t *testing.T, s story) {
				r := s.start(t, down+4*hour, onTime)
				r.until(struck)
				r.faulty, r.lost, r.feed.empty = true, struck-20*60, true
				r.until(struck + down)
				r.feed.empty = false
				r.until(struck + down + 20*60)
				r.found()
				r.until(struck + down + hour)
			})
		})
	}
}

// The first queries go to the wrong tenant.
func TestReplayWrongTenant(t *testing.T) {
	stage(t, func(t *testing.T, s story) {
		r := s.start(t, 6*hour, onTime)
		r.faulty, r.feed.empty = true, true
		r.until(begins + 25*60)
		r.feed.empty = false
		r.until(begins + 50*60)
		r.found()
		r.until(struck + 3*hour)
	})
}

// A server starts over without its data, and gets them back an hour later.
func TestReplayRestoredServer(t *testing.T) {
	for _, first := range []bool{false, true} {
		t.Run(map[bool]string{false: "in use", true: "at first"}[first], func(t *testing.T) {
			stage(t, func(t *testing.T, s story) {
				r := s.start(t, 6*hour, onTime)
				if !first {
					r.until(struck)
				}
				r.faulty, r.feed.since, r.lost = true, after(struck-60), struck-20*60
				if first {
					r.feed.since = after(begins - 60)
				}
				r.until(struck + hour)
				r.feed.since = time.Time{}
				r.until(struck + 2*hour)
				r.found()
				r.until(struck + 3*hour)
			})
		})
	}
}

// The server answers with errors.
func TestReplayServerDown(t *testing.T) {
	stage(t, func(t *testing.T, s story) {
		r := s.start(t, 6*hour, onTime)
		r.until(struck)
		r.faulty, r.feed.down = true, true
		r.until(struck + 40*60)
		r.feed.down = false
		r.minute()
		r.found()
		r.until(struck + 3*hour)
	})
}

// The clock of the ledger's machine goes wrong.
func TestReplayClockSkew(t *testing.T) {
	for _, test := range []struct {
		name  string
		ahead func(minute int64) time.Duration
	}{
		{"ahead", func(int64) time.Duration { return 2 * time.Hour }},
		{"behind", func(int64) time.Duration { return -2 * time.Hour }},
		{"jumping", func(minute int64) time.Duration { return time.Duration(minute*7%11-5) * 47 * time.Minute }},
	} {
		t.Run(test.name, func(t *testing.T) {
			stage(t, func(t *testing.T, s story) {
				r := s.start(t, 6*hour, onTime)
				r.until(struck + 20*60)
				for i := range int64(5) {
					r.feed.ahead = test.ahead(i)
					r.until(r.now + 60)
				}
				r.wantNotice("clock", struck)
				r.feed.ahead = 0
				r.until(struck + 30*60)
				r.wantNoNotice("clock")
				r.found()
				r.until(struck + 2*hour)
			})
		})
	}
}

// One sample cannot be a count.
func TestReplayInvalidSample(t *testing.T) {
	const wrong = struck + 40*60
	for name, value := range map[string]float64{"2^64-1": math.MaxUint64, "+Inf": math.Inf(1), "NaN": math.NaN(), "negative": -5} {
		t.Run(name, func(t *testing.T) {
			stage(t, func(t *testing.T, s story) {
				if name == "negative" && s.name == "gauge" {
					t.Skip("sum_over_time does not show that a sample among others is negative")
				}
				r := s.start(t, 6*hour, onTime, func(series map[string][]sample) {
					for _, name := range []string{`r{instance="a",job="j",code="500"}`, `g_up{instance="a",job="j"}`} {
						if samples, ok := series[name]; ok {
							samples[wrong/scrapes].value = value
						}
					}
				})
				r.wrong = wrong
				r.until(wrong + hour)
				r.wantNotice("cannot be a count", wrong)
				r.found()
				r.until(struck + 3*hour)
			})
		})
	}
}

// The server keeps less than the window.
func TestReplayRetention(t *testing.T) {
	for _, withCut := range []bool{false, true} {
		t.Run(map[bool]string{false: "in silence", true: "with a cut"}[withCut], func(t *testing.T) {
			stage(t, func(t *testing.T, s story) {
				r := s.start(t, 8*hour, onTime)
				r.faulty = true
				if withCut {
					r.feed.limit = 24 * time.Hour
				} else {
					r.feed.retention = 24 * time.Hour
				}
				r.until(struck + 6*hour)
				if withCut {
					r.wantNotice("no longer has data before", struck)
				}
				first := after(begins - 24*hour).Add(ledger.DefaultStep).Truncate(ledger.DefaultStep)
				to := after(r.now - hour).Truncate(ledger.DefaultStep)
				got, want := r.last.Groups[0].Curve.Reading(first, to), r.truth.Reading(first, to)
				if !within(got.Bad, want.Bad, want.Bad) || !within(got.Total, want.Total, want.Total) || got.Coverage < 0.999 {
					t.Errorf("what the server has dropped since reads %+v, want %+v", got, want)
				}
			})
		})
	}
}

// What the server warned of is forgotten when it does not any more.
func TestReplayWarnings(t *testing.T) {
	stage(t, func(t *testing.T, s story) {
		const warning = "PromQL warning: metric might not be a counter"
		r := s.start(t, 4*hour, onTime)
		r.until(struck)
		r.feed.warning = warning
		r.until(struck + 20*60)
		r.wantNotice(warning, struck+15*60)
		r.feed.warning = ""
		r.until(struck + 40*60)
		r.wantNoNotice(warning)
	})
}

// Remote write is down for an hour and catches up while the ledger of a 0/1 gauge
// is in use: of the last day 10 probes of 1,439 failed, and the newest is on its
// way.
func TestLateGauge(t *testing.T) {
	const down, end = 40 * hour, 44 * hour
	failed := func(at int64) bool { return at >= down+20*60 && at < down+30*60 }
	probe := every(60, 20, end, func(at int64) float64 {
		if failed(at) {
			return 0
		}
		return 1
	})
	f := newFeed(t, map[string][]sample{`g_up{job="g"}`: probe}, func(s sample) int64 {
		if at := s.seconds + 45; s.seconds < down {
			return at
		}
		return max(s.seconds+45, down+hour+(s.seconds-down)/10)
	})
	plan := compile(t, slo.BoolGauge{Query: slo.Query{Expr: `g_up{job="g"}`}})
	l := ledger.New(f, plan, ledger.Options{Now: f.now})
	for at := down - 2*hour; at <= end; at += 60 {
		f.arrive(after(at))
		mustFill(t, l, f.at.Add(-24*time.Hour), f.at)
		if err := l.Maintain(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for name, l := range map[string]*ledger.Ledger{"in use": l, "new": ledger.New(f, plan, ledger.Options{Now: f.now})} {
		r := mustFill(t, l, f.at.Add(-24*time.Hour), f.at).Groups[0].Curve.Reading(f.at.Add(-24*time.Hour), f.at)
		if r.Bad != 10 || r.Total != 1439 || r.Coverage != 1 {
			t.Errorf("a ledger that is %s reads %+v, want 10 of 1,439", name, r)
		}
	}
}

// A target is scraped for days, with an event a minute, before its series of code
// 500 appears at 40 and stays there: of the last week 40 of 10,120 events are bad.
func TestNewCounterAt40(t *testing.T) {
	const born, end = 6 * 24 * hour, 9 * 24 * hour
	f := newFeed(t, map[string][]sample{
		`born40_total{instance="a",job="j",code="200"}`: every(60, 0, end, func(at int64) float64 { return float64(at / 60) }),
		`born40_total{instance="a",job="j",code="500"}`: every(60, born, end, func(int64) float64 { return 40 }),
	}, onTime)
	plan := compile(t, ratio(`born40_total{code="500"}`, "born40_total"))
	l := ledger.New(f, plan, ledger.Options{Now: f.now})
	for at := born - hour; at <= born+hour; at += 60 {
		f.arrive(after(at))
		mustFill(t, l, f.at.Add(-7*24*time.Hour), f.at)
		if err := l.Maintain(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	f.arrive(after(end))
	for name, l := range map[string]*ledger.Ledger{"in use": l, "new": ledger.New(f, plan, ledger.Options{Now: f.now})} {
		r := mustFill(t, l, f.at.Add(-7*24*time.Hour), f.at).Groups[0].Curve.Reading(f.at.Add(-7*24*time.Hour), f.at)
		if r.Bad != 40 || r.Total != 10_120 || r.Coverage != 1 {
			t.Errorf("a ledger that is %s reads %+v, want 40 of 10,120", name, r)
		}
		if b := budget.Allowance(r.Total, 0.999); math.Abs(1-r.Bad/b.Or(0)+2.95) > 0.005 {
			t.Errorf("the budget is %v", 1-r.Bad/b.Or(0))
		}
	}
}

// deployed are the counters of two processes that are restarted every 100 minutes, and
// of pods that follow one another every 50 minutes.
func deployed(to int64) map[string][]sample {
	all := map[string][]sample{}
	grown := func(t, from, every int64) float64 { return math.Floor(float64(t-from) / float64(every)) }
	const life = 100 * 60
	restarted := func(every int64) func(t int64) float64 {
		return func(t int64) float64 { return grown(t, t/life*life, every) }
	}
	failed := restarted(300)
	for _, instance := range []string{"a", "b"} {
		all[`r{instance="`+instance+`",job="j",code="200"}`] = every(scrapes, 0, to, restarted(1))
		all[`r{instance="`+instance+`",job="j",code="500"}`] = every(scrapes, 0, to, func(t int64) float64 {
			return failed(t) + math.Floor(outage(t)/10) - math.Floor(outage(max(0, t/life*life))/10)
		})
	}
	for n := int64(0); n*life/2 < to; n++ {
		from, end := n*life/2, min(to, (n+1)*life/2+120)
		name := fmt.Sprintf(`instance="10.0.0.%d",pod="p%d",job="j"`, n%7, n)
		all[`r{`+name+`,code="200"}`] = append(every(scrapes, from+30, end, func(t int64) float64 { return grown(t, from, 2) }), sample{end + scrapes, gone})
		all[`r{`+name+`,code="500"}`] = append(every(scrapes, from+630, end, func(t int64) float64 { return grown(t, from, 600) }), sample{end + scrapes, gone})
	}
	return all
}
