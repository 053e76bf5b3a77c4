package samples_test

import (
	"math"
	"path/filepath"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/grouplabel"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// TestRecords compares what rules record of every SLO of every file in a day,
// in which all counters are reset once, with what the ledger counts.
func TestRecords(t *testing.T) {
	const restarts = 11 * 24 * time.Hour
	to := end.Add(-history).Add(2 * restarts).Add(9 * time.Hour)
	from := to.Add(-24 * time.Hour)
	_, client := start(t, write)
	store := storeAt(client, end)
	span := func(budget.Terms) (time.Time, time.Time) { return from, to }
	for _, file := range files(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			for _, entry := range entries(t, store, file, span) {
				plan, err := promql.PlanOf(entry.SLO, entry.Objective, promql.Scope{})
				if err != nil {
					t.Fatal(err)
				}
				bad, total, err := plan.Recording()
				if err != nil {
					t.Fatal(err)
				}
				want := entry.Account.Reading(from, to)
				checkRecords(t, name(entry)+", bad", sumOfRecords(t, client, bad, entry.Labels, from, to), want.Bad)
				checkRecords(t, name(entry)+", total", sumOfRecords(t, client, total, entry.Labels, from, to), want.Total)
			}
		})
	}
}

// sumOfRecords returns the sum of what rules record of a group.
func sumOfRecords(t *testing.T, client *upstream.Client, expr string, group labels.Labels, from, to time.Time) (sum float64) {
	t.Helper()
	series, _, err := client.Range(t.Context(), expr, from.Add(time.Minute), to, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	builder := labels.NewBuilder(labels.EmptyLabels())
	group.Range(func(l labels.Label) { builder.Set(grouplabel.Name(l.Name), l.Value) })
	for _, s := range series {
		if !labels.Equal(s.Labels, builder.Labels()) {
			continue
		}
		for _, sample := range s.Samples {
			sum += sample.V
		}
	}
	return sum
}

// checkRecords reports a sum of records that differs from the ledger's count.
func checkRecords(t *testing.T, what string, got, want float64) {
	t.Helper()
	off := got/want - 1
	t.Logf("%s: %.1f recorded, %.1f by the ledger, off by %+.4f %%", what, got, want, 100*off)
	if !(want > 0) || !(math.Abs(off) <= tolerance) {
		t.Errorf("%s: %v recorded, %v by the ledger", what, got, want)
	}
}
