package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/pkg/gate"
)

// gatedShop has weeks of which 1209.6 requests may fail, and a policy that blocks
// deploys once half of that is consumed.
const gatedShop = `
apiVersion: openslo/v1
kind: SLO
metadata: {name: shop}
spec:
  service: shop
  indicator: {metadata: {name: errors}, spec: {ratioMetric: {counter: true,
    bad: {metricSource: {type: Prometheus, spec: {query: 'gated_total{code="500"}'}}},
    total: {metricSource: {type: Prometheus, spec: {query: gated_total}}}}}}
  timeWindow: [{duration: 1w, isRolling: false, calendar: {startTime: "2026-01-05 00:00:00", timeZone: UTC}}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.998}]
---
apiVersion: promise.slo/v1
kind: Promise
metadata: {name: shop}
spec: {slo: shop, policy: [{remainingBelow: 50%, action: Only fixes., blocks: [deploy], until: window}]}
---
apiVersion: promise.slo/v1
kind: Override
metadata: {name: fix}
spec: {slo: shop, actions: [deploy], from: 2026-06-10T08:00:00Z, to: 2026-06-10T12:00:00Z, reason: The fix, approvedBy: [Ada, Grace]}
`

// gatedRequests has 60 requests a minute, which all fail on 9 June from 5:00 for a
// quarter of an hour.
func gatedRequests(w *prometheus.Writer) {
	outage := time.Date(2026, 6, 9, 5, 0, 0, 0, time.UTC)
	var good, bad []prometheus.Sample
	var ok, failed float64
	for at := outage.AddDate(0, 0, -10).Truncate(time.Minute); !at.After(now); at = at.Add(time.Minute) {
		if at.After(outage) && !at.After(outage.Add(15*time.Minute)) {
			failed += 60
		} else {
			ok += 60
		}
		good, bad = append(good, prometheus.Float(at, ok)), append(bad, prometheus.Float(at, failed))
	}
	for code, samples := range map[string][]prometheus.Sample{"200": good, "500": bad} {
		w.Append(labels.FromStrings("__name__", "gated_total", "job", "shop", "instance", "a", "code", code), samples...)
	}
}

func TestGate(t *testing.T) {
	server := promtest.Start(t, gatedRequests)
	file := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(file, []byte(gatedShop), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(t.TempDir(), "broken.yaml")
	if err := os.WriteFile(broken, []byte(strings.Replace(gatedShop, "target: 0.998", "target: 998", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	away := []string{"--prometheus=http://127.0.0.1:1"}
	tests := []struct {
		name, at string
		args     []string
		code     int
		want     string
	}{
		{"open", "2026-06-09T05:00:00Z", nil, exitFine, "deploy is allowed: shop: 100.0 % of the budget remains\n"},
		{"closed", "2026-06-09T06:00:00Z", nil, exitClosed, "deploy is blocked: shop: 25.5 % of the budget remains (less than 50.0 %); it opens at 2026-06-15 00:00 UTC, unless more burns\n"},
		{"closed, whatever unknown means", "2026-06-09T06:00:00Z", []string{"--on-unknown=open"}, exitClosed, "deploy is blocked: "},
		{"opened by people", "2026-06-10T08:00:00Z", nil, exitFine, "deploy is allowed: shop: Opened by Ada, Grace until 2026-06-10 12:00 UTC: The fix. By the policy: 25.5 %"},
		{"the override is over", "2026-06-10T12:00:00Z", nil, exitClosed, "deploy is blocked: "},
		{"the next window", "2026-06-15T00:05:00Z", nil, exitFine, "deploy is allowed: shop: The window has only just begun\n"},
		{"another action", "2026-06-09T05:00:00Z", []string{"--action=deplo"}, exitUnknown, `no policy of the selected SLOs blocks "deplo"; did you mean deploy?`},
		{"another action, if need be", "2026-06-09T05:00:00Z", []string{"--action=deplo", "--on-unknown=open"}, exitFine, "deplo is neither known to be allowed nor blocked"},
		{"another action, else not", "2026-06-09T05:00:00Z", []string{"--action=deplo", "--on-unknown=closed"}, exitClosed, "deplo is neither known to be allowed nor blocked"},
		{"no server", "2026-06-09T05:00:00Z", away, exitUnknown, "It is not known how much of the budget remains (cannot connect to http://127.0.0.1:1"},
		{"no server, if need be", "2026-06-09T05:00:00Z", append(away, "--on-unknown=open"), exitFine, "It is not known how much of the budget remains"},
		{"a broken definition", "2026-06-09T05:00:00Z", []string{"--definitions=" + broken, "--slo="}, exitUnknown, "998"},
		{"an unknown SLO", "2026-06-09T05:00:00Z", []string{"--slo=other"}, exitUsage, ""},
		{"what is to come", "2027-01-01T00:00:00Z", nil, exitUsage, ""},
		{"no such answer", "2026-06-09T05:00:00Z", []string{"--on-unknown=perhaps"}, exitUsage, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			definitions := []string{"--definitions=" + file}
			if strings.Contains(strings.Join(test.args, " "), "--definitions") {
				definitions = nil
			}
			args := append([]string{"gate", "--prometheus=" + server.URL, "--slo=shop", "--action=deploy", "--at=" + test.at}, append(definitions, test.args...)...)
			got := call(t.Context(), t, nil, args...)
			if got.code != test.code || !strings.Contains(got.stdout, test.want) {
				t.Errorf("exit status %d, want %d; %s%s", got.code, test.code, got.stdout, got.stderr)
			}
		})
	}
	t.Run("an override that is none", func(t *testing.T) {
		alone := filepath.Join(t.TempDir(), "shop.yaml")
		if err := os.WriteFile(alone, []byte(strings.Replace(gatedShop, "[Ada, Grace]", "[Ada, ada]", 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		got := call(t.Context(), t, nil, "gate", "--prometheus="+server.URL, "--definitions="+alone, "--action=deploy", "--at=2026-06-10T09:00:00Z")
		if got.code != exitClosed || !strings.Contains(got.stderr, "spec.approvedBy: has 1 of the two names") {
			t.Errorf("%+v", got)
		}
	})
	t.Run("JSON", func(t *testing.T) {
		got := call(t.Context(), t, nil, "gate", "--prometheus="+server.URL, "--definitions="+file, "--action=deploy", "--at=2026-06-10T09:00:00Z", "--format=json")
		var a gate.Answer
		if err := json.Unmarshal([]byte(got.stdout), &a); err != nil || got.code != exitFine {
			t.Fatalf("%v, %+v", err, got)
		}
		if len(a.Gates) != 1 || a.Gates[0].Rule != "closed" || a.Gates[0].Override == nil || a.Gates[0].OpensBy == nil || !a.Gates[0].OpensBy.Equal(time.Date(2026, 6, 15, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("got %s", got.stdout)
		}
	})
}
