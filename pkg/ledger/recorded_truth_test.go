package ledger_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/events"
	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// ruler records events every minute in [from, to], but for half an hour.
type ruler struct{ from, to, down time.Time }

func (r ruler) record(w events.Appender, plan *promql.Plan, e *events.Events) {
	var bad, total []prometheus.Sample
	for at := r.from; !at.After(r.to); at = at.Add(time.Minute) {
		if at.After(r.down) && at.Before(r.down.Add(30*time.Minute)) {
			continue
		}
		g, b := e.Count(at.Add(-time.Minute), at)
		bad = append(bad, prometheus.Float(at, float64(b)))
		total = append(total, prometheus.Float(at, float64(g+b)))
	}
	for name, samples := range map[string][]prometheus.Sample{promql.RecordedBad: bad, promql.RecordedTotal: total} {
		w.Append(labels.FromStrings("__name__", name, "slo", "a", "objective", "99", promql.RecordedPlan, plan.Fingerprint()), samples...)
	}
}

// TestTruthOfRecords compares what the ledger makes of records and counters
// with a count of the events behind them: recording began ten days ago, so that
// a window of 30 days has both.
func TestTruthOfRecords(t *testing.T) {
	end := time.Now().Add(-time.Hour).Truncate(5 * time.Minute)
	cases := truths(end)
	counted := make([]*events.Events, len(cases))
	server := promtest.Start(t, func(w *prometheus.Writer) {
		for i, c := range cases {
			e, err := events.Generate(c.Profile)
			if err != nil {
				t.Fatal(err)
			}
			counted[i] = e
			e.Write(w)
			ruler{end.Add(-10*day + 23*time.Second), end, end.Add(-50 * time.Hour)}.
				record(w, compile(t, shapes(c.Profile.Metric)[0].ratio), e)
		}
	})
	client, err := upstream.New(upstream.Options{URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	now := &clock{at: end}
	records := ledger.NewRecords(client, now.now)
	for i, c := range cases {
		plan := compile(t, shapes(c.Profile.Metric)[0].ratio)
		t.Run(c.Name, func(t *testing.T) {
			now.at = end
			l := ledger.New(client, plan, ledger.Options{Now: now.now, Records: records})
			curve := mustFill(t, l, end.Add(-30*day), end).Groups[0].Curve
			for _, length := range lengths {
				good, bad := counted[i].Count(end.Add(-length), end)
				judge(t, curve, length, end, float64(good), float64(bad))
			}
		})
		if !strings.HasPrefix(c.Name, "dense") {
			continue
		}
		t.Run(c.Name+", the last five minutes", func(t *testing.T) {
			recalled := l5m{t: t, e: counted[i], opts: ledger.Options{Now: now.now, Records: records}}
			raw := l5m{t: t, e: counted[i], opts: ledger.Options{Now: now.now}}
			recalled.watch(client, plan, now, end)
			raw.watch(client, plan, now, end)
			t.Logf("the last five minutes are off by %.2f %% from records, %.2f %% from the counters", 100*recalled.off(), 100*raw.off())
		})
	}
}

// l5m is how the events of the last five minutes deviate from the truth.
type l5m struct {
	t     *testing.T
	e     *events.Events
	opts  ledger.Options
	sum   float64
	times int
}

func (d *l5m) watch(client *upstream.Client, plan *promql.Plan, now *clock, end time.Time) {
	now.at = end.Add(-2 * time.Hour)
	l := ledger.New(client, plan, d.opts)
	for ; !now.at.After(end); now.at = now.at.Add(47 * time.Second) {
		r := mustFill(d.t, l, end.Add(-3*time.Hour), now.at).Groups[0].Curve.Reading(now.at.Add(-5*time.Minute), now.at)
		good, bad := d.e.Count(now.at.Add(-5*time.Minute), now.at)
		d.sum += math.Abs(relative(r.Total, float64(good+bad)))
		d.times++
		if d.opts.Records != nil {
			d.expect(r, now.at)
		}
	}
}

// expect compares with the five minutes up to the last evaluation, give or take
// what the minute holds in which they begin.
func (d *l5m) expect(r budget.Reading, now time.Time) {
	d.t.Helper()
	last := now.Add(-23 * time.Second).Truncate(time.Minute).Add(23 * time.Second)
	good, bad := d.e.Count(last.Add(-5*time.Minute), last)
	g, b := d.e.Count(last.Add(-6*time.Minute), last.Add(-4*time.Minute))
	if math.Abs(r.Bad-float64(bad)) > float64(b) || math.Abs(r.Total-float64(good+bad)) > float64(g+b) || r.Coverage < 0.999 {
		d.t.Errorf("at %s %v, want %d bad of %d", now, r, bad, good+bad)
	}
}

func (d *l5m) off() float64 { return d.sum / float64(d.times) }
