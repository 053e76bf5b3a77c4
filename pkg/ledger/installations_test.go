package ledger_test

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/events"
	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/internal/tables"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

var seed = flag.Uint64("seed", 1, "of the events of installations")

// TestInstallations compares what the ledger makes of what people run with the
// events that the scrapes saw. It must be within 0.1 % of them, or at least as
// near as increase on the same server. docs/accuracy.md has the table of errors.
func TestInstallations(t *testing.T) {
	end := lastMeasured
	all := events.Installations(end, *seed)
	client, seen := install(t, all)
	random := rand.New(rand.NewPCG(*seed, 1))
	table := tables.New("bad, total", "ledger, 7 d", "`increase`, 7 d", "ledger, 30 d", "`increase`, 30 d")
	for n, i := range all {
		to := end.Add(-time.Duration(random.Int64N(int64(12 * time.Hour)))).Truncate(time.Millisecond)
		t.Run(i.Name, func(t *testing.T) {
			row := []string{i.Name}
			for _, length := range []time.Duration{7 * day, 30 * day} {
				r := inWindow{i, client, seen[n], to.Add(-length), to}
				found, plain := r.compare(t, shapes(i.Metric)[0])
				row = append(row, found.String(), plain.String())
				r.compareGroups(t)
			}
			for _, s := range shapes(i.Metric)[1:] {
				inWindow{i, client, seen[n], to.Add(-7 * day), to}.compare(t, s)
			}
			table.Add(row...)
		})
	}
	table.Publish(t, "../../docs/accuracy.md", "installations")
}

// install has a server with the installations' samples.
func install(t *testing.T, all []events.Installation) (*upstream.Client, []events.Seen) {
	seen := make([]events.Seen, len(all))
	server := promtest.Start(t, func(w *prometheus.Writer) {
		for n, i := range all {
			a, err := i.Answer()
			if err != nil {
				t.Fatal(err)
			}
			a.Write(w)
			seen[n] = a.Seen
		}
	})
	client, err := upstream.New(upstream.Options{URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	return client, seen
}

// inWindow is an installation that a server has, in a window.
type inWindow struct {
	events.Installation
	client   ledger.Querier
	seen     events.Seen
	from, to time.Time
}

// compare returns how far the ledger, for one way to write the indicator, and
// increase are off.
func (i inWindow) compare(t *testing.T, s shape) (found, plain deviation) {
	found = i.off(i.ledger(t, compile(t, s.ratio))[""], i.seen)
	plain = i.off(i.increase(t, "")[""], i.seen)
	i.check(t, s.name, found, plain)
	return found, plain
}

// compareGroups compares each group with its own events.
func (i inWindow) compareGroups(t *testing.T) {
	if i.By == "" {
		return
	}
	plan, err := compile(t, shapes(i.Metric)[0].ratio).With([]string{i.By}, nil)
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := i.ledger(t, plan), i.increase(t, i.By)
	for _, value := range i.seen.Values(i.By) {
		part := i.seen.Of(i.By, value)
		i.check(t, value, i.off(ours[value], part), i.off(theirs[value], part))
	}
}

func (i inWindow) check(t *testing.T, group string, found, plain deviation) {
	t.Helper()
	length := i.to.Sub(i.from).Hours()
	t.Logf("%4.0f h, %s: ledger %s, increase %s", length, group, found, plain)
	near := func(ours, theirs float64) bool {
		return math.Abs(ours) <= 0.001 || !i.Exact && !math.IsNaN(ours) && math.Abs(ours) <= math.Abs(theirs)
	}
	if !near(found.bad, plain.bad) || !near(found.total, plain.total) {
		t.Errorf("%.0f h, %s: off by %s, increase by %s", length, group, found, plain)
	}
}

func (i inWindow) off(r budget.Reading, seen events.Seen) deviation {
	good, bad := seen.Count(i.from, i.to)
	return deviation{relative(r.Bad, float64(bad)), relative(r.Total, float64(good+bad))}
}

// ledger returns what a ledger counts, by the value of the label that the plan
// groups by.
func (i inWindow) ledger(t *testing.T, plan *promql.Plan) map[string]budget.Reading {
	counted := map[string]budget.Reading{}
	for _, g := range mustFill(t, ledger.New(i.client, plan, ledger.Options{}), i.from, i.to).Groups {
		counted[g.Labels.Get(strings.Join(plan.GroupBy, ""))] = g.Curve.Reading(i.from, i.to)
	}
	return counted
}

// increase returns what increase counts, by the value of a label.
func (i inWindow) increase(t *testing.T, by string) map[string]budget.Reading {
	counted := map[string]budget.Reading{}
	ask := func(selector string, set func(r *budget.Reading, v float64)) {
		expr := fmt.Sprintf("sum by (%s) (increase(%s[%dm]))", by, selector, int(i.to.Sub(i.from).Minutes()))
		series, _, err := i.client.Instant(t.Context(), expr, i.to)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range series {
			r := counted[s.Labels.Get(by)]
			set(&r, s.Samples[0].V)
			counted[s.Labels.Get(by)] = r
		}
	}
	ask(i.Metric+`{code="500"}`, func(r *budget.Reading, v float64) { r.Bad = v })
	ask(i.Metric, func(r *budget.Reading, v float64) { r.Total = v })
	return counted
}
