package plugin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/pkg/gate"
)

// gateOverride opens the gate of the SLO with calendar weeks, whose first outage
// consumes 1.5 budgets.
const gateOverride = `
---
apiVersion: promise.slo/v1
kind: Override
metadata: {name: fix}
spec: {slo: weekly, actions: [deploy], from: 2026-05-13T08:00:00Z, to: 2026-05-13T12:00:00Z, reason: The fix, approvedBy: [Ada, Grace]}
`

// gatedDefinitions are the SLOs of the weeks, one of which has a policy that blocks.
func gatedDefinitions() string {
	const promise = "spec: {slo: weekly, "
	return strings.Replace(weeklyDefinitions, promise, promise+`policy: [
  {remainingBelow: 60%, action: Only fixes., blocks: [deploy], until: window},
  {remainingBelow: 0, action: Nothing., blocks: [migration], until: {remaining: 30%}}], `, 1) + gateOverride
}

func openAt(t *testing.T, address string, at time.Time) *Datasource {
	t.Helper()
	instance, err := factory(func() time.Time { return at })(t.Context(), source(t, address, inline(gatedDefinitions())))
	if err != nil {
		t.Fatal(err)
	}
	d := instance.(*Datasource)
	t.Cleanup(d.Dispose)
	return d
}

// askAt asks a query about the time since the Monday of the first outage.
func askAt(t *testing.T, d *Datasource, at time.Time, queryType string) backend.DataResponse {
	t.Helper()
	q := backend.DataQuery{RefID: "A", JSON: written(t, map[string]any{"queryType": queryType}), TimeRange: backend.TimeRange{From: firstWeek.AddDate(0, 0, 7), To: at}}
	answer, err := d.QueryData(t.Context(), &backend.QueryDataRequest{Queries: []backend.DataQuery{q}})
	if err != nil {
		t.Fatal(err)
	}
	return answer.Responses["A"]
}

func TestGate(t *testing.T) {
	server := promtest.Start(t, weeks)
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 5, day, hour, minute, 0, 0, time.UTC) }
	tests := []struct {
		name              string
		at                time.Time
		deploy, migration string
		// number is that of the alert about deploys.
		number float64
	}{
		{"a new window", at(11, 0, 10), "open open null", "open open null", 0},
		{"during the outage", at(12, 5, 19), "open open null", "open open null", 0},
		{"some is left", at(12, 5, 20), "closed closed 12 05:20", "open open null", 1},
		{"nothing is left", at(12, 6, 0), "closed closed 12 05:20", "closed closed 12 05:35", 1},
		{"opened by people", at(13, 9, 0), "open closed 12 05:20", "closed closed 12 05:35", 0},
		{"the override is over", at(13, 12, 0), "closed closed 12 05:20", "closed closed 12 05:35", 1},
		{"the end of the window", at(18, 0, 0), "closed closed 12 05:20", "closed closed 12 05:35", 1},
		{"the next window", at(18, 0, 1), "open open null", "open open null", 0},
	}
	long := openAt(t, server.URL, now)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := openAt(t, server.URL, test.at)
			for _, one := range []*Datasource{d, long} { // one has just begun to ask, one has asked for more and later times
				rows := gateRows(t, askAt(t, one, test.at, "gate"))
				if rows["deploy"] != test.deploy || rows["migration"] != test.migration {
					t.Errorf("deploy: %s, migration: %s, want %s and %s", rows["deploy"], rows["migration"], test.deploy, test.migration)
				}
				checkGateNumber(t, askAt(t, one, test.at, "gateAlert"), test.number)
			}
			checkGateResource(t, d, strings.Fields(test.deploy)[0])
		})
	}
	t.Run("history", func(t *testing.T) {
		const want = "11 00:00 open open, 12 05:20 closed open, 12 05:35 closed closed, 13 08:00 override closed, 13 12:00 closed closed, 18 00:00 open open"
		if got := gateTimeline(t, askAt(t, long, at(25, 0, 0), "gateHistory")); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
	t.Run("no gate", func(t *testing.T) {
		r := ask(t.Context(), t, long, map[string]any{"queryType": "gate", "slos": "rolling"}, nil)
		if r.Error != nil || len(r.Frames) != 1 || r.Frames[0].Rows() != 0 || !strings.Contains(fmt.Sprint(r.Frames[0].Meta.Notices), "No policy of the selected SLOs blocks an action") {
			t.Errorf("got %v, %+v", r.Error, r.Frames[0].Meta)
		}
	})
}

// gateRows returns the gate, the rule and since when, by action.
func gateRows(t *testing.T, r backend.DataResponse) map[string]string {
	t.Helper()
	if r.Error != nil {
		t.Fatal(r.Error)
	}
	rows := map[string]string{}
	f := r.Frames[0]
	cell := func(name string, i int) any {
		field, _ := f.FieldByName(name)
		v, _ := field.ConcreteAt(i)
		return v
	}
	for i := range f.Rows() {
		since := "null"
		if at, ok := cell("since", i).(time.Time); ok && !at.IsZero() {
			since = at.UTC().Format("2 15:04")
		}
		rows[cell("action", i).(string)] = fmt.Sprintf("%s %s %s", cell("gate", i), cell("rule", i), since)
	}
	return rows
}

func checkGateNumber(t *testing.T, r backend.DataResponse, want float64) {
	t.Helper()
	if r.Error != nil {
		t.Fatal(r.Error)
	}
	for _, f := range r.Frames {
		if v, ok := f.Fields[0].ConcreteAt(0); f.Fields[0].Labels["action"] == "deploy" && (!ok || v != want) {
			t.Errorf("the number is %v, want %v", v, want)
		}
	}
	if len(r.Frames) != 2 {
		t.Errorf("%d numbers", len(r.Frames))
	}
}

func checkGateResource(t *testing.T, d *Datasource, want string) {
	t.Helper()
	answer := call(t, d, "GET", "gate?action=deploy", "")
	var a gate.Answer
	if err := json.Unmarshal(answer.Body, &a); err != nil || answer.Status != http.StatusOK || string(a.State) != want || len(a.Gates) != 1 {
		t.Errorf("%v, %d: %s", err, answer.Status, answer.Body)
	}
}

// gateTimeline returns the rows of the table, deploys before migrations.
func gateTimeline(t *testing.T, r backend.DataResponse) string {
	t.Helper()
	if r.Error != nil || len(r.Frames) != 1 || len(r.Frames[0].Fields) != 3 {
		t.Fatalf("%v, %v", r.Error, r.Frames)
	}
	var rows []string
	fields := r.Frames[0].Fields
	text := func(f *data.Field, i int) any { v, _ := f.ConcreteAt(i); return v }
	for i := range r.Frames[0].Rows() {
		rows = append(rows, fmt.Sprintf("%s %s %s", fields[0].At(i).(time.Time).UTC().Format("2 15:04"), text(fields[1], i), text(fields[2], i)))
	}
	return strings.Join(rows, ", ")
}

func TestGateResource(t *testing.T) {
	server := promtest.Start(t, weeks)
	d := openAt(t, server.URL, now)
	for name, tt := range map[string]struct {
		url    string
		status int
		want   string
	}{
		"open":             {"gate?slos=weekly&action=deploy", 200, `"state":"open"`},
		"a misspelling":    {"gate?action=deply", 200, `did you mean deploy?`},
		"is unknown":       {"gate?action=deply", 200, `"state":"unknown"`},
		"without a policy": {"gate?slos=rolling&action=deploy", 200, `"state":"unknown"`},
		"no action":        {"gate?slos=weekly", 400, `write /gate?slos=NAME\u0026action=deploy`},
		"no such SLO":      {"gate?slos=other&action=deploy", 400, `there is no SLO named \"other\"`},
		"a very long one":  {"gate?action=" + strings.Repeat("a", 20_000), 400, "textBytes"},
		"bad matchers":     {"gate?slos=%7Bteam&action=deploy", 400, "slos: label matchers"},
		"with its gates":   {"gate?action=deploy", 200, `"gates":[{"slo":"weekly","objective":"99.8"`},
	} {
		t.Run(name, func(t *testing.T) {
			answer := call(t, d, "GET", tt.url, "")
			if answer.Status != tt.status || !strings.Contains(string(answer.Body), tt.want) {
				t.Errorf("%d: %.500s, want %d: %s", answer.Status, answer.Body, tt.status, tt.want)
			}
		})
	}
}
