package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
)

func TestReport(t *testing.T) {
	server := promtest.Start(t, missedRequests)
	file := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(file, []byte(missedShop()), 0o600); err != nil {
		t.Fatal(err)
	}
	report := func(args ...string) outcome {
		return call(t.Context(), t, nil, append([]string{"report", "--prometheus=" + server.URL, "--definitions=" + file}, args...)...)
	}
	got := report("--period=2026-06", "--slo=shop")
	for _, want := range []string{
		"# Promises of 2026-06\n", "1 June 2026 to 17 June 2026, so far. 1 window kept, 1 window missed, 0 windows not known.", "## shop\n",
		"Promised: 99.95 % good, in each week.", "### 8 June 2026 to 14 June 2026", "**Missed.** ", "- 9 June 2026, 05:00 to 05:15 UTC (15 min)", "This has not been reviewed yet.",
		"people opened a gate",
	} {
		if !strings.Contains(got.stdout, want) {
			t.Errorf("%q is missing in\n%s\n%s", want, got.stdout, got.stderr)
		}
	}
	if got.code != exitFine || strings.Contains(got.stdout, "Grace") {
		t.Errorf("exit status %d\n%s", got.code, got.stdout)
	}
	if got := report("--period=2026-Q2", "--internal", "--title=Ours", "--format=html"); got.code != exitFine ||
		!strings.HasPrefix(got.stdout, "<!doctype html>") || !strings.Contains(got.stdout, "<title>Ours</title>") || !strings.Contains(got.stdout, "Grace") {
		t.Errorf("got %+v", got)
	}
	for args, want := range map[string]string{
		"--period=2026": "is not a month or a quarter", "--period=2026-13": "is not a month", "--period=2026-Q4": "lies in the future", "--period=1960-Q1": "before 1971", "": "--period 2026-06",
		"--miss=June": "is not the start of a miss", "--miss=2031-06-08": "is not the start of a miss", "--period=2026-06 --miss=2026-06-08": "can't be used together", "--period=2026-06 --team=shp": "no selected SLO is of this team",
	} {
		if got := report(strings.Fields(args)...); got.code != exitUsage || !strings.Contains(got.stderr, want) {
			t.Errorf("%s: got %+v", args, got)
		}
	}
	if got := report("--miss=2026-06-08", "--slo=shop"); got.code != exitFine || !strings.Contains(got.stdout, "# The miss of 8 June 2026") || strings.Contains(got.stdout, "**Kept") {
		t.Errorf("one miss: %+v", got)
	}
	if got := report("--miss=2026-06-01", "--slo=shop"); got.code != exitFailed || !strings.Contains(got.stderr, "no selected promise was missed then") {
		t.Errorf("a window that was kept: %+v", got)
	}
	away := call(t.Context(), t, nil, "report", "--prometheus=http://127.0.0.1:1", "--definitions="+file, "--period=2026-06")
	if away.code != exitFailed || !strings.Contains(away.stdout, "It is not known how this went") || !strings.Contains(away.stderr, "connect") {
		t.Errorf("without a server: %+v", away)
	}
}
