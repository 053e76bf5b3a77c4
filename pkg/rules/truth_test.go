package rules_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/events"
	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

const day = 24 * time.Hour

func TestTruth(t *testing.T) {
	end := time.Now().Add(-time.Hour).Truncate(5 * time.Minute)
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
	client, err := upstream.New(upstream.Options{URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	at := end.Add(-53 * time.Second)
	sum := func(expr string) (v float64) {
		series, _, err := client.Range(t.Context(), expr, at.Add(-7*day+time.Minute), at, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range series {
			for _, x := range s.Samples {
				v += x.V
			}
		}
		return v
	}
	for i, c := range cases {
		metric := c.Profile.Metric
		q := slo.Query{Expr: metric + `{code="500"}`}
		good := slo.Query{Expr: metric + `{code="200"}`}
		for _, r := range []slo.Ratio{{Bad: &q, Total: slo.Query{Expr: metric}, Counter: true}, {Good: &good, Total: slo.Query{Expr: metric}, Counter: true}} {
			plan, err := promql.Compile(r)
			if err != nil {
				t.Fatal(err)
			}
			bad, total, err := plan.Recording()
			g, b := counted[i].Count(at.Add(-7*day), at)
			began := time.Now()
			gb, gt := sum(bad), sum(total)
			took := time.Since(began)
			sb, st := sum(`sum(increase(`+metric+`{code="500"}[5m])) / 5`), sum(`sum(increase(`+metric+`[5m])) / 5`)
			rel := func(a float64, b int) string { return fmt.Sprintf("%+.3f %%", 100*(a/float64(b)-1)) }
			fmt.Fprintf(&table, "| %s | %d %g | %s, %s | %s, %s | %s\n", c.Name, b, gb, rel(gb, b), rel(gt, g+b), rel(sb, b), rel(st, g+b), took)
		}
	}
	t.Logf("\n%s", &table)
}
