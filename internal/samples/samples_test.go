// Package samples_test reads the SLOs that other projects publish and counts
// them on a real Prometheus, against PromQL that is written by hand.
package samples_test

import (
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/ledger"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// tolerance limits the relative difference between the share of bad events and
// the query's. increase() extrapolates to the ends of the window, the ledger does
// not; both lose what a counter counted between its last sample and its reset.
const tolerance = 0.0005

// TestSamples computes the SLI of every SLO of every file over its own window.
// Each SLO, objective and label set must have a query in queries, and each query
// an SLO.
func TestSamples(t *testing.T) {
	server, client := start(t, write)
	store := storeAt(client, end)
	asked := map[string]bool{}
	for _, file := range files(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			for _, entry := range entries(t, store, file, windowsAt(end)) {
				key := name(entry)
				asked[key] = true
				compare(t, server, entry, key)
			}
		})
	}
	for _, key := range slices.Sorted(maps.Keys(queries)) {
		if !asked[key] {
			t.Errorf("no SLO is %s", key)
		}
	}
}

// start returns a server that has what is written, and a client of it.
func start(t *testing.T, write func(*prometheus.Writer)) (*prometheus.Server, *upstream.Client) {
	t.Helper()
	server := promtest.Start(t, write)
	client, err := upstream.New(upstream.Options{URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	return server, client
}

// storeAt returns a store at a time.
func storeAt(client *upstream.Client, now time.Time) *ledger.Store {
	return ledger.NewStore(client, ledger.Options{Now: func() time.Time { return now }})
}

// windowsAt returns all that the windows of SLOs need at a time.
func windowsAt(now time.Time) budget.Span {
	return func(terms budget.Terms) (from, to time.Time) { return terms.Reach(now), now }
}

// files returns the samples that a Prometheus server can answer. victoria-metrics.yml has MetricsQL,
// which no Prometheus understands.
func files(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, project := range []string{"sloth", "pyrra"} {
		found, err := filepath.Glob("../../pkg/definition/testdata/" + project + "/*.y*ml")
		if err != nil || len(found) == 0 {
			t.Fatalf("no samples of %s: %v", project, err)
		}
		all = append(all, found...)
	}
	return slices.DeleteFunc(all, func(file string) bool { return filepath.Base(file) == "victoria-metrics.yml" })
}

// entries returns the accounts of a file's SLOs, filled over a span.
func entries(t *testing.T, store *ledger.Store, file string, span budget.Span) []budget.Entry {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	set := definition.Read(definition.File{Path: file, Content: content})
	return store.Entries(t.Context(), set.SLOs, promql.Scope{}, span)
}

// name returns the SLO, its objective and its label set.
func name(e budget.Entry) string {
	return fmt.Sprintf("%s %s %s", e.SLO.Name, e.Objective.Name, e.Labels)
}

func compare(t *testing.T, server *prometheus.Server, e budget.Entry, key string) {
	t.Helper()
	if e.Err != nil {
		t.Errorf("%s: %v", key, e.Err)
		return
	}
	query, ok := queries[key]
	if !ok {
		t.Errorf("there is no query for %s", key)
		return
	}
	start, _ := e.SLO.Window.At(end)
	reading := e.Account.Reading(start, end)
	sli, ok := reading.SLI()
	if !ok || reading.Coverage < 0.999 {
		t.Errorf("%s: there is no SLI for all of the window: %+v", key, reading)
		return
	}
	want := promtest.Value(t, server, query, end)
	off := (1-sli)/(1-want) - 1
	t.Logf("%s: SLI %.6f, bad events off by %+.4f %%", key, sli, 100*off)
	if !(want > 0 && want < 1) || !(math.Abs(off) <= tolerance) {
		t.Errorf("%s: SLI %v, want %v\n%s", key, sli, want, query)
	}
}
