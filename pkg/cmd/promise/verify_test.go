package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/promise-slo/promise-slo-datasource/internal/events"
	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
)

// auditAnswer contains a row of the JSON as a script would read it.
type auditAnswer struct {
	SLO, Objective string
	Agrees         *bool
	Days           []struct {
		From, To   time.Time
		Verdict    string
		Bad, Total struct{ Ledger, Unseen, Increase, Difference float64 }
	}
	Notices []string
	Error   *string
}

// twice starts a server with a service that restarts and has an error now and then,
// and one that two servers scraped, which were merged: see replicas.
func twice(t *testing.T) (server *prometheus.Server, service *events.Events, end time.Time) {
	t.Helper()
	end = time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)
	service, err := events.Generate(events.Profile{
		Seed: 7, Metric: "requests_total", Job: "shop",
		Start: end.Add(-9 * day), End: end.Add(time.Hour),
		Instances: 6, Good: 1, Bad: 0.0006, Interval: 30 * time.Second, Uptime: 4 * time.Hour,
	})
	if err != nil {
		t.Fatal(err)
	}
	server = promtest.Start(t, func(w *prometheus.Writer) {
		service.Write(w)
		replicas(w, "merged", end, func(one time.Time) bool { return one.Equal(end.Add(-2 * day)) })
		replicas(w, "daily", end, func(time.Time) bool { return true })
	})
	return server, service, end
}

// replicas writes a counter that grows by one a scrape. For ten minutes of some
// days, every other sample is of a server that lags behind by 400 of 200,000
// requests. increase() takes each of them for a reset.
func replicas(w *prometheus.Writer, job string, end time.Time, merged func(day time.Time) bool) {
	var samples []prometheus.Sample
	for i, at := 0, end.Add(-9*day); at.Before(end.Add(time.Hour)); i, at = i+1, at.Add(30*time.Second) {
		v := 200_000 + float64(i)
		midnight := at.Truncate(day)
		if clock := at.Sub(midnight); merged(midnight) && clock >= 6*time.Hour && clock < 6*time.Hour+10*time.Minute && i%2 == 1 {
			v -= 400
		}
		samples = append(samples, prometheus.Float(at, v))
	}
	w.Append(labels.FromStrings("__name__", "requests_total", "job", job, "instance", "a", "code", "200"), samples...)
}

const mergedDefinition = `apiVersion: openslo/v1
kind: SLO
metadata: {name: merged}
spec:
  service: merged
  indicator:
    metadata: {name: merged-errors}
    spec:
      ratioMetric:
        counter: true
        bad:
          metricSource:
            type: Prometheus
            spec: {query: 'requests_total{job="merged",code="500"}'}
        total:
          metricSource:
            type: Prometheus
            spec: {query: 'requests_total{job="merged"}'}
  timeWindow: [{duration: 7d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives:
    - {displayName: Merged, target: 0.99}
`

func written(t *testing.T, name, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func audits(t *testing.T, o outcome) []auditAnswer {
	t.Helper()
	var all []auditAnswer
	if err := json.Unmarshal([]byte(o.stdout), &all); err != nil {
		t.Fatalf("%v in\n%s\nstderr: %s", err, o.stdout, o.stderr)
	}
	return all
}

func TestVerify(t *testing.T) {
	server, service, end := twice(t)
	merged := "--definitions=" + written(t, "merged.yaml", mergedDefinition)
	days := []string{"--from", end.Add(-3 * day).Format(time.RFC3339), "--to", end.Format(time.RFC3339)}
	verify := func(t *testing.T, args ...string) outcome {
		args = append([]string{"ledger", "verify", "--prometheus", server.URL}, args...)
		return call(t.Context(), t, nil, append(args, days...)...)
	}

	t.Run("agrees with the server and with the events", func(t *testing.T) {
		got := verify(t, "--definitions=testdata/shop.yaml", merged, "--selector=shop", "--format=json")
		if got.code != exitFine || got.stderr != "" {
			t.Fatalf("got code %d, %s", got.code, got.stderr)
		}
		rows := audits(t, got)
		if len(rows) != 2 || rows[0].Objective == rows[1].Objective || !*rows[0].Agrees || len(rows[0].Days) != 3 {
			t.Fatalf("got %+v", rows)
		}
		for _, d := range rows[0].Days {
			good, bad := service.Count(d.From, d.To)
			near(t, "bad", d.Bad.Ledger, float64(bad), 0.01)
			near(t, "total", d.Total.Ledger, float64(good+bad), 0.001)
			if d.Verdict != "explained" || d.Bad.Unseen < 10 {
				t.Errorf("got %+v", d)
			}
			if off := d.Bad.Ledger - d.Bad.Unseen - d.Bad.Increase - d.Bad.Difference; math.Abs(off) > 1e-9 {
				t.Errorf("the parts do not add up: %+v", d)
			}
		}
	})

	t.Run("differs without a reason", func(t *testing.T) {
		got := verify(t, "--definitions=testdata/shop.yaml", merged, "--selector=merged", "--format=json")
		rows := audits(t, got)
		if got.code != exitFailed || got.stderr != "" || *rows[0].Agrees {
			t.Fatalf("got code %d, %s, %+v", got.code, got.stderr, rows)
		}
		for i, want := range []string{"agrees", "differs", "agrees"} {
			if d := rows[0].Days[i]; d.Verdict != want || math.Abs(d.Total.Ledger-2880) > 1 {
				t.Errorf("day %d is %+v, want %s", i, d, want)
			}
		}
	})

	t.Run("table", func(t *testing.T) {
		got := verify(t, "--definitions=testdata/shop.yaml", merged, `--selector={slo=~"shop|merged"}`)
		if got.code != exitFailed || got.stderr != "" {
			t.Errorf("got code %d, %s", got.code, got.stderr)
		}
		golden(t, "verify.txt", got.stdout)
		page, err := os.ReadFile("../../../docs/verify.md")
		if err != nil || !strings.Contains(string(page), got.stdout) {
			t.Errorf("docs/verify.md does not have the table (%v)", err)
		}
	})

	t.Run("keys", func(t *testing.T) {
		var rows []map[string]any
		got := verify(t, "--definitions=testdata/shop.yaml", "--selector=shop", "--format=json")
		if err := json.Unmarshal([]byte(got.stdout), &rows); err != nil {
			t.Fatal(err)
		}
		date := rows[0]["days"].([]any)[0].(map[string]any)
		for of, keys := range map[string][]string{
			"row": slices.Sorted(maps.Keys(rows[0])), "day": slices.Sorted(maps.Keys(date)), "count": slices.Sorted(maps.Keys(date["bad"].(map[string]any))),
		} {
			want := map[string]string{"row": "agrees days error notices objective service slo", "day": "bad from to total verdict", "count": "difference increase ledger unseen"}
			if got := strings.Join(keys, " "); got != want[of] {
				t.Errorf("a %s has %s, want %s", of, got, want[of])
			}
		}
	})

	t.Run("without data", func(t *testing.T) {
		got := call(t.Context(), t, nil, "ledger", "verify", "--prometheus", server.URL, "--definitions=testdata/shop.yaml", "--selector=shop",
			"--from=2020-01-01T06:00:00Z", "--to=2020-01-02T06:00:00Z")
		if got.code != exitFine || !strings.Contains(got.stdout, "2020-01-01 06:00–00:00") || !strings.Contains(got.stdout, "4 without data") {
			t.Errorf("got %+v", got)
		}
	})

	t.Run("what cannot be computed", func(t *testing.T) {
		got := verify(t, "--definitions=testdata")
		for _, want := range []string{"uncountable", "too-good", "3 objectives could not be computed"} {
			if !strings.Contains(got.stdout, want) {
				t.Errorf("%s is missing in\n%s", want, got.stdout)
			}
		}
		if got.code != exitFailed || !strings.Contains(got.stderr, "results could not be computed") {
			t.Errorf("got code %d, %s", got.code, got.stderr)
		}
	})

	t.Run("no request is longer than allowed", func(t *testing.T) {
		proxy := limiting(t, server.URL, 12*time.Hour)
		limit := []string{"--prometheus", proxy.URL, "--definitions=testdata/shop.yaml", merged, `--selector={slo=~"shop|merged"}`, "--max-range=12h"}
		for name, args := range map[string][]string{
			"verify": append([]string{"ledger", "verify"}, days...),
			"status": {"status", "--at", end.Format(time.RFC3339)},
		} {
			proxy.increases.Store(0)
			got := call(t.Context(), t, nil, append(args, limit...)...)
			if strings.Contains(got.stdout+got.stderr, "too long") {
				t.Errorf("%s: got %+v", name, got)
			}
			if len(proxy.tooLong()) > 0 || proxy.increases.Load() == 0 {
				t.Errorf("%s: %d increase(), these are longer than allowed: %q", name, proxy.increases.Load(), proxy.tooLong())
			}
		}
	})
}

// Status checks a day of each account, and says nothing if it is not to.
func TestStatusChecks(t *testing.T) {
	server, _, end := twice(t)
	proxy := limiting(t, server.URL, 30*day)
	daily := written(t, "daily.yaml", strings.ReplaceAll(mergedDefinition, "merged", "daily"))
	args := []string{"status", "--prometheus", proxy.URL, "--definitions", daily, "--format=json", "--at", end.Format(time.RFC3339)}
	for name, tt := range map[string]struct {
		args []string
		told bool
		most int
	}{
		"checked":     {args, true, 4}, // a day that differs is asked about once more
		"not checked": {append(args, "--no-check"), false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			proxy.increases.Store(0)
			got := call(t.Context(), t, nil, tt.args...)
			var rows []struct {
				Notices     []string
				Provisional *float64
			}
			if err := json.Unmarshal([]byte(got.stdout), &rows); err != nil || got.code != exitFine || len(rows) != 1 {
				t.Fatalf("%v: got %+v", err, got)
			}
			if told := strings.Contains(strings.Join(rows[0].Notices, "\n"), "the ledger counts 0 bad of 2880 events"); told != tt.told {
				t.Errorf("the notices are %q", rows[0].Notices)
			}
			if rows[0].Provisional == nil || *rows[0].Provisional != 0 {
				t.Errorf("provisional is %v", rows[0].Provisional)
			}
			if n := int(proxy.increases.Load()); n > tt.most || (n > 0) != tt.told {
				t.Errorf("%d increase(), want at most %d", n, tt.most)
			}
		})
	}
}

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// limited starts a proxy that refuses requests about more time than it allows, with
// what their expressions look back at.
type limited struct {
	*httptest.Server
	mu        sync.Mutex
	refused   []string
	increases atomic.Int64
}

func (l *limited) tooLong() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.refused
}

func limiting(t *testing.T, target string, longest time.Duration) *limited {
	t.Helper()
	to, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	forward := httputil.NewSingleHostReverseProxy(to)
	l := &limited{}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if expr, length := lengthOf(t, r); length > longest {
			l.mu.Lock()
			l.refused = append(l.refused, expr)
			l.mu.Unlock()
			http.Error(w, `{"status":"error","errorType":"bad_data","error":"the query is too long"}`, http.StatusUnprocessableEntity)
			return
		} else if strings.Contains(expr, "increase(") {
			l.increases.Add(1)
		}
		forward.ServeHTTP(w, r)
	}))
	t.Cleanup(l.Close)
	return l
}

// lengthOf returns the expression of a request, and about how much time it is.
func lengthOf(t *testing.T, r *http.Request) (expr string, length time.Duration) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Error(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	values, err := url.ParseQuery(string(body) + "&" + r.URL.RawQuery)
	if err != nil {
		t.Error(err)
	}
	if expr = values.Get("query"); expr == "" {
		return "", 0
	}
	parsed, err := parser.NewParser(parser.Options{}).ParseExpr(expr)
	if err != nil {
		t.Errorf("%s: %v", expr, err)
		return expr, 0
	}
	parser.Inspect(parsed, func(node parser.Node, _ []parser.Node) error {
		if m, ok := node.(*parser.MatrixSelector); ok {
			length = max(length, m.Range)
		}
		return nil
	})
	start, _ := strconv.ParseFloat(values.Get("start"), 64)
	end, _ := strconv.ParseFloat(values.Get("end"), 64)
	return expr, length + time.Duration((end-start)*float64(time.Second))
}

func TestVerifySpan(t *testing.T) {
	at := func(text string) time.Time {
		parsed, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	for name, tt := range map[string]struct {
		verify verify
		from   string
		to     string
	}{
		"a week":          {verify{}, "2026-03-03T00:00:00Z", "2026-03-10T00:00:00Z"},
		"from":            {verify{From: "2026-03-01T06:00:00Z"}, "2026-03-01T06:00:00Z", "2026-03-10T00:00:00Z"},
		"to":              {verify{To: "2026-03-05T00:00:00+01:00"}, "2026-02-25T23:00:00Z", "2026-03-04T23:00:00Z"},
		"right up to now": {verify{To: "2026-03-10T12:00:00Z"}, "2026-03-03T12:00:00Z", "2026-03-10T12:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			from, to, err := tt.verify.span(at("2026-03-10T12:00:00Z"))
			if err != nil || !from.Equal(at(tt.from)) || !to.Equal(at(tt.to)) {
				t.Errorf("from %s to %s, %v", from, to, err)
			}
		})
	}
	if _, to, _ := (&verify{}).span(at("2026-03-10T00:05:00Z")); !to.Equal(at("2026-03-09T00:00:00Z")) {
		t.Errorf("right after midnight it ends at %s", to)
	}
}
