package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/events"
	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

const promised = `apiVersion: promise.slo/v1
kind: Promise
metadata: {name: shop}
spec:
  slo: shop
  objective: strict
  owner: {team: checkout, contact: "#checkout"}
  agreed:
    engineering: {name: Ada, date: 2026-01-15}
    onCall: {name: Grace, date: 2026-01-16}
  links: {runbook: https://example.com/runbook}
  history: [{target: 0.99, from: 2026-01-15}]
  policy: [{remainingBelow: 0, action: freeze}]
`

// promiseRows returns the rows as a script would read them.
func promiseRows(t *testing.T, args ...string) []map[string]any {
	t.Helper()
	file := filepath.Join(t.TempDir(), "promise.yaml")
	if err := os.WriteFile(file, []byte(promised), 0o600); err != nil {
		t.Fatal(err)
	}
	args = append([]string{"status", "--definitions=testdata/shop.yaml", "--definitions", file, "--format=json"}, args...)
	got := call(t.Context(), t, nil, args...)
	var rows []map[string]any
	if err := json.Unmarshal([]byte(got.stdout), &rows); err != nil {
		t.Fatalf("%v in %+v", err, got)
	}
	return rows
}

func TestStatusPromise(t *testing.T) {
	rows := promiseRows(t, "--prometheus=http://127.0.0.1:1", "--selector=shop")
	none := map[string]any{"runbook": nil, "repository": nil, "channel": nil, "dashboards": nil}
	for i, want := range []map[string]any{
		{"owner": "checkout", "contact": "#checkout", "signed": false, "missing": []any{"product"}, "drift": true, "promisedTarget": 0.99, "due": nil,
			"agreedBy": []any{map[string]any{"for": "engineering", "name": "Ada", "date": "2026-01-15"}, map[string]any{"for": "onCall", "name": "Grace", "date": "2026-01-16"}},
			"links":    map[string]any{"runbook": "https://example.com/runbook", "repository": nil, "channel": nil, "dashboards": nil}},
		{"contact": nil, "signed": false, "missing": []any{"engineering", "onCall", "product"}, "drift": false, "promisedTarget": nil, "due": nil, "agreedBy": []any{}, "links": none},
	} {
		for key, value := range want {
			if !reflect.DeepEqual(rows[i][key], value) {
				t.Errorf("row %d: %s is %v, want %v", i, key, rows[i][key], value)
			}
		}
	}
}

func TestStatusPromiseOfRefusedDefinition(t *testing.T) {
	r := result{SLO: slo.SLO{Name: "broken"}, err: errors.New("it is broken")}
	if got := r.row(now).promiseFields; !reflect.DeepEqual(got, promiseFields{}) {
		t.Errorf("got %+v", got)
	}
}

func TestStatusDue(t *testing.T) {
	end := now.Add(-time.Minute)
	service, err := events.Generate(shop(end))
	if err != nil {
		t.Fatal(err)
	}
	server := promtest.Start(t, func(w *prometheus.Writer) { service.Write(w) })
	rows := promiseRows(t, "--prometheus", server.URL, "--selector=shop", "--at="+end.Format(time.RFC3339))
	remaining := rows[0]["budget"].(map[string]any)["remaining"].(float64)
	if remaining >= 0 || rows[0]["due"] != "freeze" || rows[1]["due"] != nil {
		t.Errorf("with %v remaining, %v is due; without a promise %v", remaining, rows[0]["due"], rows[1]["due"])
	}
}
