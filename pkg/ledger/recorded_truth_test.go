package ledger_test

import (
	"math"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/events"
	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
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

// recordsOf are those of a service whose recording began ten days before its end
// and failed for half an hour, so that a window of 30 days has both.
func recordsOf(p events.Profile) ruler {
	return ruler{p.End.Add(-10*day + phase), p.End, p.End.Add(-50 * time.Hour)}
}

// phase is where in the minute it records.
const phase = 23 * time.Second

// compareRecorded compares what the ledger makes of records, and of counters
// where there are none, with a count of the events.
func compareRecorded(t *testing.T, client *upstream.Client, plan *promql.Plan, e *events.Events, end time.Time) {
	now := &clock{at: end}
	l, _ := reading(client, plan, now, ledger.Options{})
	curve := mustFill(t, l, end.Add(-30*day), end).Groups[0].Curve
	for _, length := range lengths {
		good, bad := e.Count(end.Add(-length), end)
		checkWindow(t, curve, length, end, float64(good), float64(bad))
	}
}

// compareShort compares what a ledger that is kept warm says of the last five
// minutes of which it knows. With -v it prints how far it is off, from records
// and from counters.
func compareShort(t *testing.T, client *upstream.Client, plan *promql.Plan, e *events.Events, end time.Time) {
	now := &clock{}
	recorded := lately{t: t, e: e, opts: ledger.Options{Now: now.now, Records: ledger.NewRecords(client, now.now)}}
	raw := lately{t: t, e: e, opts: ledger.Options{Now: now.now}}
	t.Logf("the last five minutes are off by %.2f %% from records, %.2f %% from counters",
		100*recorded.off(client, plan, now, end), 100*raw.off(client, plan, now, end))
}

// lately reads the last five minutes.
type lately struct {
	t    *testing.T
	e    *events.Events
	opts ledger.Options
}

// off is how much their events differ from the truth in the mean of two hours.
func (l lately) off(client *upstream.Client, plan *promql.Plan, now *clock, end time.Time) float64 {
	sum, times := 0.0, 0.0
	own := ledger.New(client, plan, l.opts)
	for now.at = end.Add(-2 * time.Hour); !now.at.After(end); now.at = now.at.Add(47 * time.Second) {
		s := mustFill(l.t, own, end.Add(-3*time.Hour), now.at)
		r := s.Groups[0].Curve.Reading(s.AsOf.Add(-5*time.Minute), s.AsOf)
		good, bad := l.e.Count(s.AsOf.Add(-5*time.Minute), s.AsOf)
		sum, times = sum+math.Abs(relative(r.Total, float64(good+bad))), times+1
		if l.opts.Records != nil {
			l.expect(r, s.AsOf, now.at)
		}
	}
	return sum / times
}

// expect compares with the five minutes up to the last evaluation, give or take
// what the seconds hold between cells in which they begin.
func (l lately) expect(r budget.Reading, asOf, now time.Time) {
	l.t.Helper()
	last := now.Add(-phase).Truncate(time.Minute).Add(phase)
	good, bad := l.e.Count(last.Add(-5*time.Minute), last)
	if !asOf.Equal(last) || math.Abs(r.Bad-float64(bad)) > 0.5 || math.Abs(relative(r.Total, float64(good+bad))) > 0.01 || r.Coverage < 0.999 {
		l.t.Errorf("at %s %v as of %s, want %d bad of %d", now, r, asOf, bad, good+bad)
	}
}
