package ledger_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/events"
	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/internal/tables"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

const day = 24 * time.Hour

// lastMeasured ends the data of measurements, so that they give the same numbers
// at any time.
var lastMeasured = time.Date(2026, time.March, 2, 18, 0, 0, 0, time.UTC)

// lengths are the windows that are compared.
var lengths = []time.Duration{time.Hour, day, 7 * day, 30 * day}

// TestTruth compares what the ledger makes of counters with a count of the
// events behind them, and plain increase(x[30d]) on the same data.
// docs/accuracy.md has the table of errors.
func TestTruth(t *testing.T) {
	end := lastMeasured
	cases := events.Truths(end)
	client, counted := serve(t, cases)
	table := tables.New("bad, total", "ledger, 7 d", "ledger, 30 d", "`increase(x[30d])`")
	for i, c := range cases {
		for n, shape := range shapes(c.Profile.Metric) {
			t.Run(c.Name+", "+shape.name, func(t *testing.T) {
				found := compare(t, client, shape.ratio, counted[i], end)
				if n == 0 {
					plain := increases(t, client, c.Profile.Metric, counted[i], end)
					table.Add(c.Name, found[7*day].String(), found[30*day].String(), plain.String())
				}
			})
		}
		plan := compile(t, shapes(c.Profile.Metric)[0].ratio)
		t.Run(c.Name+", recorded", func(t *testing.T) { compareRecorded(t, client, plan, counted[i], end) })
		if strings.HasPrefix(c.Name, "dense") {
			t.Run(c.Name+", the last five minutes", func(t *testing.T) { compareShort(t, client, plan, counted[i], end) })
		}
	}
	table.Publish(t, "../../docs/accuracy.md", "truth")
	table.Check(t, "../../docs/accuracy.md", "truth")
}

// serve has a server scrape the events and, for the first shape, record them.
func serve(t *testing.T, cases []events.Case) (*upstream.Client, []*events.Events) {
	counted := make([]*events.Events, len(cases))
	server := promtest.Start(t, func(w *prometheus.Writer) {
		for i, c := range cases {
			e, err := events.Generate(c.Profile)
			if err != nil {
				t.Fatal(err)
			}
			counted[i] = e
			e.Write(w)
			recordsOf(c.Profile).record(w, compile(t, shapes(c.Profile.Metric)[0].ratio), e)
		}
	})
	client, err := upstream.New(upstream.Options{URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	return client, counted
}

// A window that begins and ends within steps is as exact.
func TestTruthBetweenSteps(t *testing.T) {
	whole := lastMeasured
	var sparse []events.Case
	for _, c := range events.Truths(whole) {
		if c.Profile.Bad < 0.001 {
			sparse = append(sparse, c)
		}
	}
	client, counted := serve(t, sparse)
	for i, c := range sparse {
		for _, before := range []time.Duration{17 * time.Second, 137 * time.Second, 31*time.Hour + 222*time.Second} {
			t.Run(fmt.Sprint(c.Name, " ", before), func(t *testing.T) {
				end := whole.Add(-before)
				good, bad := counted[i].Count(end.Add(-7*day), end)
				curve := fill(t, client, shapes(c.Profile.Metric)[0].ratio, end.Add(-7*day), end)
				checkWindow(t, curve, 7*day, end, float64(good), float64(bad))
			})
		}
	}
}

// deviation is a relative error of bad and total events.
type deviation struct{ bad, total float64 }

func (d deviation) String() string { return fmt.Sprintf("%+.3f %%, %+.3f %%", 100*d.bad, 100*d.total) }

// increases is how far plain PromQL is off.
func increases(t *testing.T, client *upstream.Client, metric string, e *events.Events, end time.Time) deviation {
	value := func(selector string) float64 {
		series, _, err := client.Instant(t.Context(), "sum(increase("+selector+"[30d]))", end)
		if err != nil {
			t.Fatal(err)
		}
		if len(series) == 0 {
			return 0
		}
		return series[0].Samples[0].V
	}
	good, bad := e.Count(end.Add(-30*day), end)
	return deviation{
		relative(value(metric+`{code="500"}`), float64(bad)),
		relative(value(metric), float64(good+bad)),
	}
}

// shape is a way to write an indicator.
type shape struct {
	name  string
	ratio slo.Ratio
}

// shapes are ways to write the same indicator. Where bad is not part of total,
// two queries are made upstream, and what happens to the one counter must be
// learned from the other.
func shapes(metric string) []shape {
	query := func(format string) slo.Query { return slo.Query{Expr: fmt.Sprintf(format, metric)} }
	bad, good := query(`%s{code="500"}`), query(`sum(rate(%s{code="200"}[{{.window}}]))`)
	return []shape{
		{"bad is part of total", slo.Ratio{Bad: &bad, Total: query("%s"), Counter: true}},
		{"bad is apart from total", slo.Ratio{Bad: &bad, Total: query(`sum(increase(%s{code=~"200|500"}[5m]))`), Counter: true}},
		{"good and total", slo.Ratio{Good: &good, Total: query(`sum(rate(%s[5m]))`), Counter: true}},
	}
}

func compare(t *testing.T, client *upstream.Client, ratio slo.Ratio, e *events.Events, end time.Time) map[time.Duration]deviation {
	curve := fill(t, client, ratio, end.Add(-30*day), end)
	found := map[time.Duration]deviation{}
	for _, length := range lengths {
		good, bad := e.Count(end.Add(-length), end)
		found[length] = checkWindow(t, curve, length, end, float64(good), float64(bad))
	}
	return found
}

// checkWindow compares an evaluation over a rolling window of that length.
func checkWindow(t *testing.T, curve *ledger.Curve, length time.Duration, end time.Time, good, bad float64) deviation {
	const target = 0.99
	window := slo.Window{Period: slo.Period{Count: int(length.Hours()), Unit: slo.Hour}}
	s := budget.At(curve, budget.Terms{Target: target, Window: window}, end, budget.Options{}).Status()
	d := deviation{relative(s.Bad, bad), relative(s.Total, good+bad)}
	t.Logf("%4.0f h: bad %8.1f of %6.0f, total %10.1f of %8.0f: %s; coverage %.4f",
		length.Hours(), s.Bad, bad, s.Total, good+bad, d, s.Coverage)
	if length < 7*day {
		return d
	}
	if math.Abs(d.bad) > 0.001 || math.Abs(d.total) > 0.001 {
		t.Errorf("over %s more than 0.1 %% off: %s", length, d)
	}
	sli := good / (good + bad)
	if math.Abs(s.SLI.Or(0)-sli) > 0.001*(1-sli) {
		t.Errorf("over %s the SLI is %v, want %v", length, s.SLI, sli)
	}
	remaining := 1 - bad/((good+bad)*(1-target))
	if math.Abs(s.Budget.Remaining.Or(0)-remaining) > 0.002*(1-remaining) {
		t.Errorf("over %s %v remains, want %v", length, s.Budget.Remaining, remaining)
	}
	return d
}

func relative(got, want float64) float64 {
	if want == 0 {
		return got
	}
	return got/want - 1
}

func fill(t testing.TB, client *upstream.Client, ratio slo.Ratio, from, to time.Time) *ledger.Curve {
	t.Helper()
	snapshot := mustFill(t, ledger.New(client, compile(t, ratio), ledger.Options{}), from, to)
	if len(snapshot.Groups) != 1 {
		t.Fatalf("%d groups, want one", len(snapshot.Groups))
	}
	return snapshot.Groups[0].Curve
}
