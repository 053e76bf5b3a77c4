package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/pkg/plugin"
)

// quarterlyShop promises 99.9 % in each quarter. Its policy blocks migrations once half
// of the budget is consumed, and deploys once all is.
const quarterlyShop = `
apiVersion: openslo/v1
kind: SLO
metadata: {name: shop, displayName: The shop answers}
spec:
  service: shop
  indicator: {metadata: {name: errors}, spec: {ratioMetric: {counter: true,
    bad: {metricSource: {type: Prometheus, spec: {query: 'quarterly_total{code="500"}'}}},
    total: {metricSource: {type: Prometheus, spec: {query: quarterly_total}}}}}}
  timeWindow: [{duration: 1Q, isRolling: false, calendar: {startTime: "2025-01-01 00:00:00", timeZone: UTC}}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.999}]
---
apiVersion: promise.slo/v1
kind: Promise
metadata: {name: shop}
spec:
  slo: shop
  owner: {team: payments}
  policy:
    - {remainingBelow: 50%, action: No migrations., blocks: [migration], until: {remaining: 75%}}
    - {remainingBelow: 0, action: Only fixes., blocks: [deploy], until: window}
---
apiVersion: promise.slo/v1
kind: Override
metadata: {name: fix}
spec: {slo: shop, actions: [deploy], from: 2025-10-25, to: 2025-10-26, reason: The fix, approvedBy: [Ada, Grace]}
`

// quarterReview reviews the fourth quarter of 2025.
const quarterReview = `
---
apiVersion: promise.slo/v1
kind: Review
metadata: {name: shop-2025-q4}
spec:
  slo: shop
  window: {start: 2025-10-01, end: 2026-01-01}
  held: 2026-01-21
  answers:
    target: {verdict: no, note: It was kept before.}
    dependencies: {verdict: no, note: None failed.}
    cadence: {verdict: yes, note: Two deploys at once.}
    detection: {verdict: no, note: It paged at once.}
  learned: Two deploys at once cannot be told apart.
  change: {kind: gate, what: One deploy at a time., owner: payments, due: 2026-01-30%s}
`

const changeDone = ", done: 2026-02-05, evidence: a pull request"

// quarterlyRequests has a request a second in two quarters. On 21 October all fail for
// three hours, which is 1.36 budgets.
func quarterlyRequests(w *prometheus.Writer) {
	outage := time.Date(2025, 10, 21, 0, 0, 0, 0, time.UTC)
	var good, bad []prometheus.Sample
	var ok, failed float64
	for at := time.Date(2025, 9, 20, 0, 0, 0, 0, time.UTC); at.Before(time.Date(2026, 4, 20, 0, 0, 0, 0, time.UTC)); at = at.Add(2 * time.Minute) {
		if at.After(outage) && !at.After(outage.Add(3*time.Hour)) {
			failed += 120
		} else {
			ok += 120
		}
		good, bad = append(good, prometheus.Float(at, ok)), append(bad, prometheus.Float(at, failed))
	}
	for code, samples := range map[string][]prometheus.Sample{"200": good, "500": bad} {
		w.Append(labels.FromStrings("__name__", "quarterly_total", "job", "shop", "instance", "a", "code", code), samples...)
	}
}

// turn describes what is true at a time of the story.
type turn struct {
	name, at, review string
	// deploy and migration are exit statuses of promise gate.
	deploy, migration int
	// misses is the state of the miss, empty before it is known.
	miss    string
	overdue float64
	// unwritten counts the documents that promise review writes.
	unwritten int
	// report contains what the report of the first quarter says by then.
	report string
}

// TestTwoQuarters plays the story of a miss: missed, reviewed, the change late and then
// in place; the gate closed and opened by rule, and opened by people for a day; and the
// next window kept.
func TestTwoQuarters(t *testing.T) {
	server := promtest.Start(t, quarterlyRequests)
	open, late := fmt.Sprintf(quarterReview, ""), fmt.Sprintf(quarterReview, changeDone)
	inTime := strings.Replace(late, ", due: 2026-01-30", "", 1)
	turns := []turn{
		{"all is well", "2025-10-15T12:00:00Z", "", exitFine, exitFine, "", 0, 0, "No window closed."},
		{"half is consumed", "2025-10-21T01:30:00Z", "", exitFine, exitClosed, "", 0, 0, "No window closed."},
		{"all is consumed", "2025-10-21T06:00:00Z", "", exitClosed, exitClosed, "", 0, 0, "No window closed."},
		{"opened by people", "2025-10-25T12:00:00Z", "", exitFine, exitClosed, "", 0, 0, "people opened a gate"},
		{"the override is over", "2025-10-26T00:00:00Z", "", exitClosed, exitClosed, "", 0, 0, "No window closed."},
		{"the budget starts anew", "2026-01-01T01:00:00Z", "", exitFine, exitFine, "unreviewed", 0, 1, "This has not been reviewed yet."},
		{"nobody reviewed it", "2026-01-20T00:00:00Z", "", exitFine, exitFine, "unreviewed", 5, 1, "This has not been reviewed yet."},
		{"reviewed", "2026-01-21T12:00:00Z", open, exitFine, exitFine, "change_open", 0, 0, "What is changing: A gate: One deploy at a time. By 30 January 2026."},
		{"the change is late", "2026-02-03T00:00:00Z", open, exitFine, exitFine, "late", 3, 0, "This was to be in place by 30 January 2026, and is late."},
		{"the change came late", "2026-02-06T00:00:00Z", late, exitFine, exitFine, "late", 0, 0, "In place since 5 February 2026, later than meant."},
		{"the change in time", "2026-02-06T00:00:00Z", inTime, exitFine, exitFine, "in_place", 0, 0, "In place since 5 February 2026."},
		{"the next window was kept", "2026-04-02T00:00:00Z", inTime, exitFine, exitFine, "in_place", 0, 0, "**Missed.** 99.864 % good of 99.9 % promised; 135.9 % of the error budget was consumed: "},
	}
	for _, turn := range turns {
		t.Run(turn.name, func(t *testing.T) { turn.check(t, server.URL) })
	}
	t.Run("through the plugin's process", func(t *testing.T) {
		process := startPlugin(t)
		for i, turn := range turns {
			t.Run(turn.name, func(t *testing.T) {
				turn.checkPlugin(t, processOf(t, process, server.URL, quarterlyShop+turn.review, i))
			})
		}
	})
}

// TestDatesInTheFuture checks that what lies in the future is decided by the command's
// clock.
func TestDatesInTheFuture(t *testing.T) {
	file := filepath.Join(t.TempDir(), "shop.yaml")
	for held, want := range map[string]int{"2026-06-16": exitFine, "2026-06-18": exitFailed} {
		text := quarterlyShop + strings.Replace(fmt.Sprintf(quarterReview, ""), "held: 2026-01-21", "held: "+held, 1)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := call(t.Context(), t, nil, "validate", file); got.code != want || (want == exitFailed) != strings.Contains(got.stdout, "spec.held: lies in the future") {
			t.Errorf("held on %s: %+v", held, got)
		}
	}
}

func (s turn) check(t *testing.T, address string) {
	definitions := quarterlyShop + s.review
	file := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(file, []byte(definitions), 0o600); err != nil {
		t.Fatal(err)
	}
	common := []string{"--prometheus=" + address, "--definitions=" + file}
	for action, want := range map[string]int{"deploy": s.deploy, "migration": s.migration} {
		if got := call(t.Context(), t, nil, slices.Concat([]string{"gate", "--slo=shop", "--action=" + action, "--at=" + s.at}, common)...); got.code != want {
			t.Errorf("%s: exit status %d, want %d: %s%s", action, got.code, want, got.stdout, got.stderr)
		}
	}
	if got := call(t.Context(), t, nil, slices.Concat([]string{"review", "--at=" + s.at}, common)...); got.code != exitFine || strings.Count(got.stdout, "kind: Review") != s.unwritten {
		t.Errorf("promise review: %+v", got)
	}
	if got := call(t.Context(), t, nil, slices.Concat([]string{"report", "--period=2025-Q4", "--at=" + s.at}, common)...); got.code != exitFine || !strings.Contains(got.stdout, s.report) {
		t.Errorf("promise report: %q is missing in %+v", s.report, got)
	}
	s.checkPlugin(t, pluginOf(t, address, definitions))
}

// checkPlugin checks what the plugin answers.
func (s turn) checkPlugin(t *testing.T, d asker) {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s.at)
	if err != nil {
		t.Fatal(err)
	}
	s.checkNumbers(t, d, at)
	s.checkTables(t, d, at)
}

// checkNumbers checks the numbers of alerts.
func (s turn) checkNumbers(t *testing.T, d asker, at time.Time) {
	t.Helper()
	numbers := map[string]float64{}
	for _, f := range slices.Concat(framesAt(t, d, at, "gateAlert"), framesAt(t, d, at, "reviewAlert")) {
		v, err := f.Fields[0].NullableFloatAt(0)
		if err != nil || v == nil {
			t.Errorf("%s has no value", f.Fields[0].Name)
			continue
		}
		numbers[f.Fields[0].Name+f.Fields[0].Labels["action"]] = *v
	}
	want := map[string]float64{"gateAlertdeploy": 0, "gateAlertmigration": 0, "reviewAlert": s.overdue}
	if s.deploy == exitClosed {
		want["gateAlertdeploy"] = 1
	}
	if s.migration == exitClosed {
		want["gateAlertmigration"] = 1
	}
	for name, v := range want {
		if got, ok := numbers[name]; !ok || got < v-0.01 || got > v+0.01 {
			t.Errorf("%s is %v, want %v", name, got, v)
		}
	}
}

// checkTables checks the tables of gates, reviews and windows.
func (s turn) checkTables(t *testing.T, d asker, at time.Time) {
	t.Helper()
	if got := framesAt(t, d, at, "gate")[0]; got.Rows() != 2 {
		t.Errorf("%d gates", got.Rows())
	}
	reviews := framesAt(t, d, at, "reviews")[0]
	state := ""
	if reviews.Rows() > 0 {
		field, _ := reviews.FieldByName("review")
		state = field.At(0).(string)
	}
	if state != s.miss || reviews.Rows() > 1 {
		t.Errorf("%d misses, the first is %q, want %q", reviews.Rows(), state, s.miss)
	}
	if s.name != "the next window was kept" {
		return
	}
	windows := framesAt(t, d, at, "windows")[0]
	field, _ := windows.FieldByName("met")
	if met := field.At(0).(*bool); met == nil || !*met {
		t.Error("the next window was not kept")
	}
	timeline := framesAt(t, d, at, "gateHistory")[0]
	var states []string
	for i := range timeline.Rows() {
		v, _ := timeline.Fields[1].ConcreteAt(i)
		states = append(states, fmt.Sprint(v))
	}
	if got := strings.Join(slices.Compact(states), " "); got != "open closed override closed open" {
		t.Errorf("deploys were %s", got)
	}
}

// asker answers queries: the plugin, in this process or in its own.
type asker interface {
	QueryData(context.Context, *backend.QueryDataRequest) (*backend.QueryDataResponse, error)
}

// settingsOf returns the settings of a data source with definitions, which may be asked
// about long ago.
func settingsOf(t *testing.T, address, definitions string) backend.DataSourceInstanceSettings {
	t.Helper()
	settings, err := json.Marshal(map[string]any{"definitions": map[string]string{"inline": definitions}, "limits": map[string]string{"history": "7000d"}})
	if err != nil {
		t.Fatal(err)
	}
	return backend.DataSourceInstanceSettings{ID: 1, UID: "slo", Type: "promise-slo-datasource", Name: "SLOs", URL: address, JSONData: settings}
}

// pluginOf returns the plugin with definitions.
func pluginOf(t *testing.T, address, definitions string) *plugin.Datasource {
	t.Helper()
	instance, err := plugin.Factory()(t.Context(), settingsOf(t, address, definitions))
	if err != nil {
		t.Fatal(err)
	}
	d := instance.(*plugin.Datasource)
	t.Cleanup(d.Dispose)
	return d
}

// framesAt asks the plugin about the time from October to a moment.
func framesAt(t *testing.T, d asker, at time.Time, queryType string) data.Frames {
	t.Helper()
	q := backend.DataQuery{
		RefID: "A", JSON: []byte(`{"queryType": "` + queryType + `"}`), MaxDataPoints: 100, Interval: time.Minute,
		TimeRange: backend.TimeRange{From: time.Date(2025, 10, 2, 0, 0, 0, 0, time.UTC), To: at},
	}
	answer, err := d.QueryData(t.Context(), &backend.QueryDataRequest{Queries: []backend.DataQuery{q}})
	if err != nil || answer.Responses["A"].Error != nil {
		t.Fatal(queryType, err, answer.Responses["A"].Error)
	}
	return answer.Responses["A"].Frames
}
