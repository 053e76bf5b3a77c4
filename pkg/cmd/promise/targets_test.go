package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/events"
	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
)

// TestTargets compares targets over the events of a server.
func TestTargets(t *testing.T) {
	end := now.Add(-time.Minute)
	service, err := events.Generate(shop(end))
	if err != nil {
		t.Fatal(err)
	}
	server := promtest.Start(t, func(w *prometheus.Writer) { service.Write(w) })
	targets := func(t *testing.T, args ...string) outcome {
		return call(t.Context(), t, nil, append([]string{"targets", "--prometheus", server.URL, "--at", end.Format(time.RFC3339)}, args...)...)
	}

	t.Run("JSON", func(t *testing.T) {
		got := targets(t, "--definitions=testdata/shop.yaml", "--slo=shop-by-week", "--target=99.7", "--since=30d", "--format=json")
		rows := studyRows(t, got)
		if got.code != exitFine || len(rows) != 1 || len(rows[0].Targets) != 8 || rows[0].Unit != "window" {
			t.Fatalf("got %d, %+v, %s", got.code, rows, got.stderr)
		}
		// Two weeks have closed of which at least half is covered.
		sli := func(from time.Time) float64 {
			good, bad := service.Count(from, from.Add(7*day))
			return float64(good) / float64(good+bad)
		}
		first, second := sli(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)), sli(time.Date(2026, 6, 8, 0, 0, 0, 0, time.UTC))
		near(t, "kept in all", rows[0].KeptInAll, min(first, second), 1e-5)
		for _, c := range rows[0].Targets {
			if want := kept(first, c.Target) + kept(second, c.Target); c.Kept != want || c.Kept+c.Missed != 2 {
				t.Errorf("at %v %d are kept and %d missed, want %d kept of %v and %v", c.Target, c.Kept, c.Missed, want, first, second)
			}
			if worst := (1 - min(first, second)) / (1 - c.Target); math.Abs(c.WorstConsumed-worst) > 0.01*worst {
				t.Errorf("at %v the worst consumed %v, want %v", c.Target, c.WorstConsumed, worst)
			}
			if c.Asked != (c.Target == 0.997) || c.InForce != (c.Target == 0.99) {
				t.Errorf("got %+v", c)
			}
		}
	})
	t.Run("keys", func(t *testing.T) {
		var rows []map[string]any
		if err := json.Unmarshal([]byte(targets(t, "--definitions=testdata/shop.yaml", "--slo=shop", "--format=json").stdout), &rows); err != nil {
			t.Fatal(err)
		}
		expectKeys(t, rows[0], "slo objective service labels window unit history keptInAll keptInMost considered targets notices error")
		expectKeys(t, rows[0]["targets"].([]any)[0].(map[string]any), "target inForce promised asked considered kept missed unknown keptShare worstConsumed medianConsumed "+
			"pages tickets incidents allowedEvents allowedMinutes chanceKept")
	})
	t.Run("text", func(t *testing.T) {
		got := targets(t, "--definitions=testdata/shop.yaml", "--slo=shop", "--target=99.7%")
		for _, want := range []string{"shop / strict, 7d rolling, from 2026-05-30 to 2026-06-17\n", "99.7 %  Asked for", "99.9 %  In force", " days, ", "on nine of ten.\n", "10 min"} {
			if got.code != exitFine || !strings.Contains(got.stdout, want) {
				t.Errorf("%q is missing in\n%s%s", want, got.stdout, got.stderr)
			}
		}
	})
	t.Run("Markdown", func(t *testing.T) {
		got := targets(t, "--definitions=testdata/shop.yaml", "--slo=shop", "--format=markdown")
		for _, want := range []string{"### `shop / strict`, 7d rolling", "\n\n| Target |  | Kept |", "| ---:| --- | ---:|", "| 99.9 % | In force | "} {
			if got.code != exitFine || !strings.Contains(got.stdout, want) {
				t.Errorf("%q is missing in\n%s%s", want, got.stdout, got.stderr)
			}
		}
	})
	t.Run("drift", func(t *testing.T) { testDrift(t, targets) })
}

func kept(sli, target float64) int {
	if sli >= target {
		return 1
	}
	return 0
}

// study contains a row of the JSON as a script would read it.
type study struct {
	Unit      string
	KeptInAll float64
	Targets   []struct {
		Target         float64
		Kept, Missed   int
		WorstConsumed  float64
		Asked, InForce bool
	}
}

func studyRows(t *testing.T, o outcome) (rows []study) {
	t.Helper()
	if err := json.Unmarshal([]byte(o.stdout), &rows); err != nil {
		t.Fatalf("%v in\n%s%s", err, o.stdout, o.stderr)
	}
	return rows
}

func expectKeys(t *testing.T, row map[string]any, keys string) {
	t.Helper()
	for _, key := range strings.Fields(keys) {
		if _, ok := row[key]; !ok {
			t.Errorf("%s is missing in %v", key, row)
		}
	}
}

// testDrift tightens and loosens targets of which the truth is known.
func testDrift(t *testing.T, targets func(*testing.T, ...string) outcome) {
	main := "--against=testdata/shop.yaml"
	tests := []struct {
		name  string
		args  []string
		pairs []string
		code  int
		want  []string
	}{
		{"nothing", nil, nil, exitFine, []string{"No SLO has changed.\n"}},
		{"looser", nil, []string{"target: 0.9}", "target: 0.8}"}, exitFine, []string{"shop / lax  target  90 % → 80 %", "69.4 % → 84.7 %"}},
		// A hundredth of the events is bad, and more in bursts.
		{"tighter", nil, []string{"target: 0.9}", "target: 0.9999}"}, exitExhausts,
			[]string{"shop / lax  target  90 % → 99.99 %", "of 16 days → 0 of 16 days", "shop / lax: The change takes the budget of the present window: -", " would be left, where 69.4 % is now"}},
		{"tighter in Markdown", []string{"--format=markdown"}, []string{"target: 0.9}", "target: 0.9999}"}, exitExhausts,
			[]string{"| `shop / lax` | target | 90 % → 99.99 % |", "- `shop / lax`: The change takes the budget"}},
		{"renamed", nil, []string{"name: shop-by-week", "name: by-week"}, exitExhausts, []string{"by-week       new", "shop-by-week  removed", "by-week: The present window would have no budget left (-"}},
		{"without events", nil, []string{`requests_total{job="shop",code="500"}`, "gone_bad", `requests_total{job="shop"}`, "gone_total"}, exitExhausts,
			[]string{"69.4 % → –", "shop / lax: The change makes the budget unknown: no events of the present window are found."}},
		{"another SLO", []string{"--slo=shop-by-week"}, []string{"target: 0.9}", "target: 0.9999}"}, exitFine, []string{"No SLO has changed.\n"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := targets(t, append([]string{"--definitions", changed(t, test.pairs...), main}, test.args...)...)
			if got.code != test.code {
				t.Errorf("got code %d, want %d: %s", got.code, test.code, got.stderr)
			}
			for _, want := range test.want {
				if !strings.Contains(got.stdout, want) {
					t.Errorf("%q is missing in\n%s", want, got.stdout)
				}
			}
		})
	}
	t.Run("JSON", func(t *testing.T) {
		var rows []effectRow
		got := targets(t, "--definitions", changed(t, "target: 0.9}", "target: 0.9999}"), main, "--format=json")
		if err := json.Unmarshal([]byte(got.stdout), &rows); err != nil || len(rows) != 1 {
			t.Fatalf("%v in %s", err, got.stdout)
		}
		r := rows[0]
		if !*r.Exhausts || *r.Before.Exhausted || !*r.After.Exhausted || *r.After.Kept != 0 || *r.Before.Missed != 0 || r.Kind != "changed" || len(r.Changed) != 1 {
			t.Errorf("got %s", got.stdout)
		}
	})
}

// changed writes the definitions of the shop with changes.
func changed(t *testing.T, pairs ...string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	result := string(text)
	for i := 0; i+1 < len(pairs); i += 2 {
		if !strings.Contains(result, pairs[i]) {
			t.Fatalf("the definitions do not have %q", pairs[i])
		}
		result = strings.Replace(result, pairs[i], pairs[i+1], 1)
	}
	file := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(file, []byte(result), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// What a change is about is told without a server, or with one that does not answer.
func TestDriftWithoutServer(t *testing.T) {
	args := []string{"targets", "--definitions", changed(t, "target: 0.9}", "target: 0.95}"), "--against=testdata/shop.yaml"}
	alone := call(t.Context(), t, nil, args...)
	if alone.code != exitFine || !strings.Contains(alone.stdout, "90 % → 95 %") || !strings.Contains(alone.stdout, "No server was asked") {
		t.Errorf("got %+v", alone)
	}
	down := call(t.Context(), t, nil, append(args, "--prometheus=http://127.0.0.1:1")...)
	if down.code != exitFailed || !strings.Contains(down.stdout, "90 % → 95 %") || !strings.Contains(down.stdout, "Not computed: cannot connect") {
		t.Errorf("got %+v", down)
	}
	first := call(t.Context(), t, nil, "targets", "--definitions=testdata/shop.yaml", "--against="+t.TempDir())
	if first.code != exitFine || strings.Count(first.stdout, "new") != 4 {
		t.Errorf("got %+v", first)
	}
	repaired := call(t.Context(), t, nil, "targets", "--definitions=testdata/shop.yaml", "--against=testdata")
	if repaired.code != exitFine || !strings.Contains(repaired.stderr, "errors in the definitions before the change") {
		t.Errorf("got %+v", repaired)
	}
	broken := call(t.Context(), t, nil, "targets", "--definitions=testdata", "--against=testdata/shop.yaml")
	if broken.code != exitFailed || !strings.Contains(broken.stderr, "testdata/broken.yaml:23: ") {
		t.Errorf("got %+v", broken)
	}
}
