package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
)

// TestChangesBeforeIncidents checks the change before an incident in the command line's
// JSON and in the plugin's table, and that a query that shows nothing is no news.
func TestChangesBeforeIncidents(t *testing.T) {
	server := promtest.Start(t, missedRequests)
	const at = "2026-06-10T00:00:00Z"
	for name, test := range map[string]struct{ query, change, unknown string }{
		"a version":   {`version{job="shop"}`, `version="3"`, ""},
		"no series":   {`versoin{job="shop"}`, "", "versoin{job=\"shop\"} has no series"},
		"a bad query": {`version / on (job) version`, "", "duplicate series"},
	} {
		t.Run(name, func(t *testing.T) {
			definitions := strings.Replace(missedShop(), `'version{job="shop"}'`, "'"+test.query+"'", 1)
			file := filepath.Join(t.TempDir(), "shop.yaml")
			if err := os.WriteFile(file, []byte(definitions), 0o600); err != nil {
				t.Fatal(err)
			}
			got := call(t.Context(), t, nil, "status", "--prometheus="+server.URL, "--definitions="+file, "--slo=shop", "--no-check", "--format=json", "--at="+at)
			var rows []struct {
				Incidents []struct {
					Change        *struct{ What string }
					ChangeUnknown string
				}
			}
			if err := json.Unmarshal([]byte(got.stdout), &rows); err != nil || len(rows) != 1 || len(rows[0].Incidents) == 0 {
				t.Fatalf("%v in %+v", err, got)
			}
			what := ""
			if c := rows[0].Incidents[0].Change; c != nil {
				what = c.What
			}
			if !strings.Contains(what, test.change) || (test.change == "") != (what == "") {
				t.Errorf("the change is %q", what)
			}
			if unknown := rows[0].Incidents[0].ChangeUnknown; !strings.Contains(unknown, test.unknown) || (test.unknown == "") != (unknown == "") {
				t.Errorf("it is not known because %q", unknown)
			}
			text := shownChange(t, server.URL, definitions, at)
			if !strings.Contains(text, test.change) || strings.HasPrefix(text, "Not known (") != (test.unknown != "") || !strings.Contains(text, test.unknown) {
				t.Errorf("the table says %q", text)
			}
		})
	}
}

// shownChange returns the change before the worst incident in the plugin's table.
func shownChange(t *testing.T, address, definitions, at string) string {
	t.Helper()
	to, err := time.Parse(time.RFC3339, at)
	if err != nil {
		t.Fatal(err)
	}
	d := pluginOf(t, address, definitions)
	q := backend.DataQuery{RefID: "A", JSON: []byte(`{"queryType": "incidents", "slos": "shop"}`), TimeRange: backend.TimeRange{From: to.AddDate(0, 0, -2), To: to}}
	answer, err := d.QueryData(t.Context(), &backend.QueryDataRequest{Queries: []backend.DataQuery{q}})
	if err != nil || answer.Responses["A"].Error != nil || answer.Responses["A"].Frames[0].Rows() == 0 {
		t.Fatal(err, answer.Responses["A"])
	}
	field, _ := answer.Responses["A"].Frames[0].FieldByName("change")
	text, _ := field.ConcreteAt(0)
	return text.(string)
}
