package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
)

// missedShop is the shop of the gate, which promises more, depends on a bank that
// counts the same requests, and names its deploys.
func missedShop() string {
	shop := strings.ReplaceAll(gatedShop, "0.998", "0.9995")
	shop = strings.Replace(shop, "spec: {slo: shop, policy", `spec: {slo: shop, owner: {team: payments}, dependsOn: [bank], changes: 'version{job="shop"}', policy`, 1)
	bank, _, _ := strings.Cut(gatedShop, "---")
	return shop + "---" + strings.NewReplacer("{name: shop}", "{name: bank-answers}", "service: shop", "service: bank").Replace(bank)
}

// missedRequests has the requests of the gate, and a version that changes twice.
func missedRequests(w *prometheus.Writer) {
	gatedRequests(w)
	first := time.Date(2026, 6, 8, 0, 0, 0, 0, time.UTC)
	for version, hours := range map[string][2]int{"1": {0, 10}, "2": {10, 28}, "3": {28, 200}} {
		var samples []prometheus.Sample
		for at := first.Add(time.Duration(hours[0]) * time.Hour); at.Before(first.Add(time.Duration(hours[1])*time.Hour)) && !at.After(now); at = at.Add(time.Minute) {
			samples = append(samples, prometheus.Float(at, 1))
		}
		w.Append(labels.FromStrings("__name__", "version", "job", "shop", "version", version), samples...)
	}
}

func TestReview(t *testing.T) {
	server := promtest.Start(t, missedRequests)
	folder := t.TempDir()
	file, out := filepath.Join(folder, "shop.yaml"), filepath.Join(folder, "reviews")
	if err := os.WriteFile(file, []byte(missedShop()), 0o600); err != nil {
		t.Fatal(err)
	}
	review := func(args ...string) outcome {
		return call(t.Context(), t, nil, append([]string{"review", "--prometheus=" + server.URL, "--definitions=" + folder, "--out=" + out}, args...)...)
	}
	if got := review("--at=2026-06-14T23:00:00Z"); got.code != exitFine || !strings.Contains(got.stderr, "0 misses without a review\n") {
		t.Fatalf("before the window closes: %+v", got)
	}
	if got := review(); got.code != exitFine || !strings.Contains(got.stderr, "1 miss without a review\n") {
		t.Fatalf("got %+v", got)
	}
	path := filepath.Join(out, "shop-2026-06-08.yaml")
	written, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, fact := range []string{
		"# shop missed the window from 2026-06-08 00:00 UTC to 2026-06-15 00:00 UTC.",
		"were good where 99.95 % were promised: ",
		"#   page: 2026-06-09 05:",
		"#   bank-answers: 74.",
		`#   2026-06-09 04:00 UTC {__name__="version", instance="", job="shop", version="3"} 1`,
		`owner: "payments"`, "due: 2026-06-21",
	} {
		if !strings.Contains(strings.ReplaceAll(string(written), `"version", job`, `"version", instance="", job`), fact) {
			t.Errorf("%q is missing in\n%s", fact, written)
		}
	}
	if strings.Contains(string(written), `version="2"`) {
		t.Errorf("a change long before the incident is listed in\n%s", written)
	}
	if got := review(); got.code != exitFine || !strings.Contains(got.stderr, "shop-2026-06-08.yaml is there already") {
		t.Errorf("again, with a document that is not filled in: %+v", got)
	}
	if got := call(t.Context(), t, nil, "gate", "--prometheus="+server.URL, "--definitions="+folder, "--action=deploy"); strings.Count(got.stderr, "shop-2026-06-08.yaml") != 1 ||
		!strings.Contains(got.stderr, "promise: 11 more errors in the definitions; promise validate prints them") {
		t.Errorf("of a review that is to be filled in other commands say %s", got.stderr)
	}
	if got := call(t.Context(), t, nil, "validate", folder); got.code != exitFailed || !strings.Contains(got.stdout, "spec.learned: is missing") {
		t.Errorf("validate says %+v", got)
	}
	filled := strings.NewReplacer("verdict:", "verdict: no", "note:", "note: As ever.", "learned:", "learned: Much.", "kind: # test", "kind: test # test", "what:", "what: A test.", "held: #", "held: 2026-06-16 #").Replace(string(written))
	if err := os.WriteFile(path, []byte(filled), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := review(); got.code != exitFine || !strings.Contains(got.stderr, "0 misses without a review\n") {
		t.Errorf("reviewed: %+v", got)
	}
	kept := strings.NewReplacer("2026-06-08T", "2026-06-01T", "2026-06-15T", "2026-06-08T").Replace(filled)
	if err := os.WriteFile(path, []byte(kept), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := review(); got.code != exitFailed || !strings.Contains(got.stderr, "the review is about a time that was kept, from 2026-06-01 00:00 UTC") {
		t.Errorf("a review of what was kept: %+v", got)
	}
	if got := call(t.Context(), t, nil, "review", "--prometheus=http://127.0.0.1:1", "--definitions="+file); got.code != exitFailed || !strings.Contains(got.stderr, "connect") {
		t.Errorf("without a server: %+v", got)
	}
}
