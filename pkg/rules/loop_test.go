package rules_test

import (
	"context"
	"math"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"

	"github.com/promise-slo/promise-slo-datasource/internal/events"
	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/rules"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// looped is an SLO over a week and the events behind it.
type looped struct {
	name   string
	events *events.Events
	slo    slo.SLO
	// interrupted says that there are gaps, which rules do not record.
	interrupted bool
}

// loops are SLOs about some of the cases that are hard to count: plain, grouped,
// and of time slices. One burns as it is looked at.
func loops(t *testing.T) (all []looped) {
	t.Helper()
	for _, c := range events.Truths(end) {
		p := c.Profile
		p.Start = end.Add(-8 * day)
		s := promised(events.Case{Name: c.Name, Profile: p})
		switch c.Name {
		case "restarts with 4 min down", "an error an hour, restarts every 3 h", "server down for 40 min":
		case "dense, every 30 s":
			p.Bursts = []events.Burst{{From: end.Add(-50 * time.Minute), To: end, Bad: 1}}
		case "dense, every 15 s":
			s.GroupBy = []string{"instance", "job"}
		case "old counters":
			s = sliced(s)
			p.Bursts = outages()
		default:
			continue
		}
		s.Window.Period = slo.Period{Count: 7, Unit: slo.Day}
		e, err := events.Generate(p)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, looped{c.Name, e, s, len(p.Gaps) > 0})
	}
	return all
}

// outages are of 17 minutes and 20 % errors, twelve and a half hours apart; the
// last is under way.
func outages() (all []events.Burst) {
	for from := end.Add(-10*time.Minute - 37*time.Second); from.After(end.Add(-7 * day)); from = from.Add(-12*time.Hour - 31*time.Minute) {
		all = append(all, events.Burst{From: from, To: from.Add(17 * time.Minute), Bad: 0.5})
	}
	return all
}

// TestLoop records a week as the rules say and has accounts find that beside the
// counters. What they make of it is compared with the events, and with accounts
// that read the counters alone, at the moment of the last evaluation. With -v it
// prints how far they are apart.
func TestLoop(t *testing.T) {
	all := loops(t)
	var slos []slo.SLO
	write := func(w *prometheus.Writer) {
		for _, l := range all {
			l.events.Write(w)
		}
	}
	for _, l := range all {
		slos = append(slos, l.slo)
	}
	now := end.Add(-44*time.Second - 300*time.Millisecond) // at some second of the minute
	client := ask(t, recordedBeside(t, write, slos, now))
	for _, l := range all {
		t.Run(l.name, func(t *testing.T) {
			fromRecords, asked := l.entries(t, client, now, true)
			fromCounters, _ := l.entries(t, client, now, false)
			if !l.interrupted && asked.ranges.Load() > 0 {
				t.Errorf("counters are asked for %d times", asked.ranges.Load())
			}
			if len(fromRecords) != len(fromCounters) {
				t.Fatalf("%d groups, want %d", len(fromRecords), len(fromCounters))
			}
			if l.slo.Method == slo.Occurrences {
				l.compareWithEvents(t, fromRecords, now)
			} else {
				l.compareSlices(t, fromRecords[0].Account, fromCounters[0].Account, now)
			}
			for i, e := range fromRecords {
				if !labels.Equal(e.Labels, fromCounters[i].Labels) {
					t.Fatalf("the group %s, want %s", e.Labels, fromCounters[i].Labels)
				}
				compareStatus(t, statusOf(e, now), statusOf(fromCounters[i], now))
			}
		})
	}
}

// recordedBeside is a server that has a history and, beside it, what the rules of
// SLOs record of it every minute up to a time, with the labels that a ruler gives
// it.
func recordedBeside(t *testing.T, history func(*prometheus.Writer), slos []slo.SLO, to time.Time) *prometheus.Server {
	t.Helper()
	groups, refused := rules.Generate(slos, rules.Options{})
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	source := ask(t, promtest.Start(t, history))
	return promtest.Start(t, func(w *prometheus.Writer) {
		history(w)
		for _, g := range groups {
			for _, r := range g.Rules {
				if r.Record != "" {
					record(t, w, source, r, to)
				}
			}
		}
	})
}

// record evaluates a rule as a ruler does, every minute of a week and some hours.
func record(t *testing.T, w *prometheus.Writer, source *upstream.Client, r rulefmt.Rule, to time.Time) {
	t.Helper()
	series, _, err := source.Range(t.Context(), r.Expr, to.Add(-7*day-4*time.Hour), to, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range series {
		named := labels.NewBuilder(s.Labels).Set(model.MetricNameLabel, r.Record)
		for name, value := range r.Labels {
			named.Set(name, value)
		}
		samples := make([]prometheus.Sample, len(s.Samples))
		for i, sample := range s.Samples {
			samples[i] = prometheus.Float(time.UnixMilli(sample.T), sample.V)
		}
		w.Append(named.Labels(), samples...)
	}
}

// asks counts the range queries of a client, of which there are none for records.
type asks struct {
	*upstream.Client
	ranges atomic.Int64
}

func (a *asks) Range(ctx context.Context, expr string, start, end time.Time, step time.Duration) ([]upstream.Series, upstream.Meta, error) {
	a.ranges.Add(1)
	return a.Client.Range(ctx, expr, start, end, step)
}

// unrecorded is a server that says that it has no records.
type unrecorded struct{ ledger.Querier }

func (unrecorded) Instant(context.Context, string, time.Time) ([]upstream.Series, upstream.Meta, error) {
	return nil, upstream.Meta{}, nil
}

// entries are the accounts of the SLO's groups at a time.
func (l looped) entries(t *testing.T, client *upstream.Client, now time.Time, fromRecords bool) ([]budget.Entry, *asks) {
	t.Helper()
	a := &asks{Client: client}
	opts := ledger.Options{Now: func() time.Time { return now }}
	if !fromRecords {
		opts.Records = ledger.NewRecords(unrecorded{client}, opts.Now)
	}
	store := ledger.NewStore(a, opts)
	span := func(budget.Terms) (from, to time.Time) { return now.Add(-7 * day), now }
	entries := store.Entries(t.Context(), []slo.SLO{l.slo}, promql.Scope{}, span)
	for _, e := range entries {
		if e.Err != nil {
			t.Fatal(e.Err)
		}
	}
	if recorded := store.RecordedCount(t.Context(), []slo.SLO{l.slo}) == 1; recorded != fromRecords {
		t.Fatalf("it is read from records: %v, want %v", recorded, fromRecords)
	}
	return entries, a
}

func statusOf(e budget.Entry, now time.Time) budget.Status {
	return e.At(now, budget.Options{}).Status()
}

// compareWithEvents wants the events of the week, of all groups.
func (l looped) compareWithEvents(t *testing.T, entries []budget.Entry, now time.Time) {
	t.Helper()
	var found sums
	for _, e := range entries {
		r := e.Account.Reading(now.Add(-7*day), now)
		found.bad, found.total = found.bad+r.Bad, found.total+r.Total
	}
	good, bad := l.events.Count(now.Add(-7*day), now)
	off := found.off(bad, good+bad)
	t.Logf("of the week's events %d are bad of %d: off by %s, %s", bad, good+bad, share(off.bad), share(off.total))
	if math.Abs(found.bad-float64(bad)) > max(1, weekly*float64(bad)) || math.Abs(off.total) > weekly {
		t.Errorf("%v bad events of %v, want %d of %d", found.bad, found.total, bad, good+bad)
	}
}

// weekly is how far a week's events may be off.
const weekly = 0.001

// compareStatus wants what is read from records to be evaluated as what is read from
// counters.
func compareStatus(t *testing.T, got, want budget.Status) {
	t.Helper()
	t.Logf("consumed is %v, by counters %v; %s", got.Budget.Consumed, want.Budget.Consumed, got.State)
	near := func(what string, got, want budget.Value, by float64) {
		t.Helper()
		if got.OK() != want.OK() || math.Abs(got.Or(0)-want.Or(0)) > by {
			t.Errorf("%s is %v, by counters %v", what, got, want)
		}
	}
	near("consumed", got.Budget.Consumed, want.Budget.Consumed, weekly*want.Budget.Consumed.Or(0))
	for i, rate := range got.BurnRates {
		near("the burn rate over "+rate.Lookback.String(), rate.Rate, want.BurnRates[i].Rate, max(fewEvents, undecided*want.BurnRates[i].Rate.Or(0)))
	}
	for i, alert := range got.Alerts {
		if alert.Firing() != want.Alerts[i].Firing() {
			t.Errorf("the alert over %s is at %v, by counters %v", alert.Long, alert.Value, want.Alerts[i].Value)
		}
	}
	if got.State != want.State || math.Abs(got.Coverage-want.Coverage) > 1e-4 {
		t.Errorf("it is %s and covered %v, by counters %s and %v", got.State, got.Coverage, want.State, want.Coverage)
	}
}

// fewEvents is what two bad events more or less make of a burn rate over a short
// lookback: they may be on either side of where it begins.
const fewEvents = 0.2

// compareSlices counts the slices that are evaluated otherwise than by the events,
// which can only be those in which an outage begins or ends.
func (l looped) compareSlices(t *testing.T, fromRecords, fromCounters budget.Account, now time.Time) {
	t.Helper()
	rule := l.slo.Objectives[0].Slices
	var all, bad, wrong, byCounters int
	for to := now.Truncate(rule.Length); now.Sub(to) < 7*day-rule.Length; to = to.Add(-rule.Length) {
		from := to.Add(-rule.Length)
		g, b := l.events.Count(from, to)
		isBad := !rule.Op.Holds(float64(g)/float64(g+b), rule.Target)
		r, c := fromRecords.Reading(from, to), fromCounters.Reading(from, to)
		if r.Total != 1 || c.Total != 1 {
			t.Fatalf("the slice up to %s is %v, by counters %v", to, r, c)
		}
		all++
		for count, is := range map[*int]bool{&bad: isBad, &wrong: isBad != (r.Bad > 0), &byCounters: isBad != (c.Bad > 0)} {
			if is {
				*count++
			}
		}
	}
	t.Logf("%d of %d slices are bad; evaluated otherwise are %d, by counters %d", bad, all, wrong, byCounters)
	if bad < 40 || wrong > 1 {
		t.Errorf("%d of %d slices are bad; %d are evaluated otherwise", bad, all, wrong)
	}
}
