package rules_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/events"
	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/internal/tables"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

const day = 24 * time.Hour

// end is that of all histories, a certain time so that they are always the same.
var end = time.Date(2026, time.March, 2, 18, 0, 0, 0, time.UTC)

// exact is how far what is recorded in a week may be from the events there
// were: what was counted at the edges of the week.
const exact = 0.0003

// TestTruth compares what the rules record with a count of the events behind
// the counters. A range query evaluates an expression as the ruler does, minute
// by minute, and not at the full minute. docs/rules.md has the table, beside
// what rules of increase(x[5m]) make of the same data.
func TestTruth(t *testing.T) {
	at := end.Add(-53 * time.Second)
	cases := events.Truths(end)
	counted := make([]*events.Events, len(cases))
	server := promtest.Start(t, func(w *prometheus.Writer) {
		for i, c := range cases {
			c.Profile.Start = end.Add(-8 * day)
			e, err := events.Generate(c.Profile)
			if err != nil {
				t.Fatal(err)
			}
			counted[i] = e
			e.Write(w)
		}
	})
	table := tables.New("bad, total", "`promise rules`", "`increase(x[5m])`")
	for i, c := range cases {
		good, bad := counted[i].Count(at.Add(-7*day), at)
		for n, ratio := range shapes(c.Profile.Metric) {
			t.Run(fmt.Sprint(c.Name, ", shape ", n+1), func(t *testing.T) {
				ours := recorded(t, server, ratio, at).off(bad, good+bad)
				if math.Abs(ours.bad) > exact || math.Abs(ours.total) > exact {
					t.Errorf("bad is off by %s, total by %s", share(ours.bad), share(ours.total))
				}
				if n == 0 {
					usual := increases(t, server, c.Profile.Metric, at).off(bad, good+bad)
					table.Add(c.Name, share(ours.bad)+", "+share(ours.total), share(usual.bad)+", "+share(usual.total))
				}
			})
		}
	}
	table.Publish(t, "../../docs/rules.md", "truth")
	table.Check(t, "../../docs/rules.md", "truth")
}

// shapes are ways to write the same indicator.
func shapes(metric string) []slo.Ratio {
	query := func(format string) slo.Query { return slo.Query{Expr: fmt.Sprintf(format, metric)} }
	bad, good := query(`%s{code="500"}`), query(`sum(rate(%s{code="200"}[5m]))`)
	return []slo.Ratio{
		{Bad: &bad, Total: query("%s"), Counter: true},
		{Good: &good, Total: query(`sum(rate(%s[5m]))`), Counter: true},
	}
}

// sums are numbers of bad and of total events, or how far they are off.
type sums struct{ bad, total float64 }

func (s sums) off(bad, total int) sums {
	return sums{s.bad/float64(bad) - 1, s.total/float64(total) - 1}
}

func share(v float64) string { return fmt.Sprintf("%+.3f %%", 100*v) }

func recorded(t *testing.T, server *prometheus.Server, ratio slo.Ratio, at time.Time) sums {
	t.Helper()
	bad, total := recording(t, ratio)
	return sums{summed(t, server, bad, at), summed(t, server, total, at)}
}

func recording(t *testing.T, ratio slo.Ratio) (bad, total string) {
	t.Helper()
	plan, err := promql.Compile(ratio)
	if err != nil {
		t.Fatal(err)
	}
	bad, total, err = plan.Recording()
	if err != nil {
		t.Fatal(err)
	}
	return bad, total
}

// increases is what rules count that take a fifth of the increase in five
// minutes, or its rate, once a minute.
func increases(t *testing.T, server *prometheus.Server, metric string, at time.Time) sums {
	t.Helper()
	fifth := func(selector string) float64 {
		return summed(t, server, "sum(increase("+selector+"[5m])) / 5", at)
	}
	return sums{fifth(metric + `{code="500"}`), fifth(metric)}
}

// summed evaluates an expression every minute of the week before and adds up
// its values.
func summed(t *testing.T, server *prometheus.Server, expr string, at time.Time) (sum float64) {
	t.Helper()
	client, err := upstream.New(upstream.Options{URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	series, _, err := client.Range(t.Context(), expr, at.Add(-7*day+time.Minute), at, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range series {
		for _, sample := range s.Samples {
			sum += sample.V
		}
	}
	return sum
}

// TestCost bounds how many samples an evaluation reads of each series that is
// scraped every 30 s.
func TestCost(t *testing.T) {
	profile := events.Truths(end)[1].Profile
	profile.Start, profile.BadFromZero = end.Add(-2*time.Hour), true
	e, err := events.Generate(profile)
	if err != nil {
		t.Fatal(err)
	}
	server := promtest.Start(t, func(w *prometheus.Writer) { e.Write(w) })
	bad, total := recording(t, shapes(profile.Metric)[0])
	series := 2 * profile.Instances
	for name, query := range map[string]struct {
		expr string
		most int
	}{
		"total":                     {total, 360 * series},
		"bad":                       {bad, 200 * series}, // half of the series, and what is known of all
		"increase over an hour":     {"sum(increase(" + profile.Metric + "[1h]))", 120 * series},
		"increase over three days":  {"sum(increase(" + profile.Metric + "[3d]))", 240 * series}, // there are two hours of it
		"increase over two minutes": {"sum(increase(" + profile.Metric + "[2m]))", 4 * series},
	} {
		read := samplesRead(t, server, query.expr, end)
		t.Logf("%s reads %d samples, %.1f a series", name, read, float64(read)/float64(series))
		if read > query.most {
			t.Errorf("%s reads %d samples of %d series", name, read, series)
		}
	}
}

// samplesRead is how many samples the server says that it read.
func samplesRead(t *testing.T, server *prometheus.Server, expr string, at time.Time) int {
	t.Helper()
	form := url.Values{"query": {expr}, "time": {strconv.FormatInt(at.Unix(), 10)}, "stats": {"all"}}
	response, err := http.Get(server.URL + "/api/v1/query?" + form.Encode())
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Data struct {
			Stats struct {
				Samples struct {
					TotalQueryableSamples int `json:"totalQueryableSamples"`
				} `json:"samples"`
			} `json:"stats"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Data.Stats.Samples.TotalQueryableSamples == 0 {
		t.Fatalf("%s: %v in %s", expr, err, body)
	}
	return answer.Data.Stats.Samples.TotalQueryableSamples
}
