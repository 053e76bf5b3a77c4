package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/events"
	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
)

const day = 24 * time.Hour

// answer contains a row of the JSON as a script would read it.
type answer struct {
	SLO, Objective, State string
	Labels, SLOLabels     map[string]string
	Window                struct {
		Kind       string
		Start, End time.Time
	}
	SLI, YesterdaySLI *float64
	Events            struct{ Good, Bad, Total *float64 }
	Budget            struct{ Total, Consumed, Remaining *float64 }
	BurnRates         map[string]*float64
	Coverage          *float64
	Incidents         []struct{ Start, End time.Time }
	Error             *string
	Target            *float64
	BackgroundShare   *float64
	ExhaustsAt        *time.Time
}

func answers(t *testing.T, o outcome) []answer {
	t.Helper()
	var all []answer
	if err := json.Unmarshal([]byte(o.stdout), &all); err != nil {
		t.Fatalf("%v in\n%s\nstderr: %s", err, o.stdout, o.stderr)
	}
	return all
}

// shop returns a service with a burst of errors right after a moment that is not
// aligned with anything.
func shop(end time.Time) events.Profile {
	before := unaligned(end)
	return events.Profile{
		Seed: 7, Metric: "requests_total", Job: "shop",
		Start: end.Add(-18 * day), End: end,
		Instances: 3, Good: 4, Bad: 0.04, Daily: 0.5,
		Interval: 15 * time.Second, Uptime: 30 * time.Hour,
		Bursts: []events.Burst{
			{From: before, To: before.Add(30 * time.Minute), Bad: 20},
			{From: end.Add(-5 * day), To: end.Add(-5*day + time.Hour), Bad: 2},
		},
	}
}

func unaligned(end time.Time) time.Time { return end.Add(-2*day - 77*time.Minute - 13*time.Second) }

func TestStatusMatchesEvents(t *testing.T) {
	end := now.Add(-time.Minute)
	service, err := events.Generate(shop(end))
	if err != nil {
		t.Fatal(err)
	}
	server := promtest.Start(t, func(w *prometheus.Writer) { service.Write(w) })
	status := func(t *testing.T, args ...string) outcome {
		args = append([]string{"status", "--prometheus", server.URL, "--format=json"}, args...)
		return call(t.Context(), t, nil, args...)
	}

	for name, at := range map[string]time.Time{"the present": end, "before a burst": unaligned(end), "aligned": end.Add(-day).Truncate(time.Hour)} {
		t.Run(name, func(t *testing.T) {
			got := status(t, "--definitions=testdata/shop.yaml", "--at="+at.Format(time.RFC3339))
			if got.code != exitFine || got.stderr != "" {
				t.Fatalf("got code %d, %s", got.code, got.stderr)
			}
			rows := answers(t, got)
			if len(rows) != 2+3+1 {
				t.Fatalf("%d rows, want two objectives, three instances and a week", len(rows))
			}
			good, bad := service.Count(at.Add(-7*day), at)
			for i, target := range []float64{0.999, 0.9} {
				compareWithEvents(t, rows[i], good, bad, target)
				if w := rows[i].Window; w.Kind != "rolling" || !w.End.Equal(at) || !w.Start.Equal(at.Add(-7*day)) {
					t.Errorf("the window is %+v", w)
				}
			}
			sumOfInstances(t, rows[2:5], good, bad)
			week := rows[5]
			good, bad = service.Count(week.Window.Start, at)
			if week.Window.Kind != "calendar" || week.Window.End.Sub(week.Window.Start).Round(day) != 7*day {
				t.Errorf("the window is %+v", week.Window)
			}
			// A week that has just begun has few events, of which those of a scrape may lie on either side of an edge.
			near(t, "total of the week", *week.Events.Total, float64(good+bad), max(0.005, 2*15*2/float64(good+bad)))
		})
	}

	t.Run("selected", func(t *testing.T) {
		for selector, want := range map[string]int{"shop": 2, `{team="payments"}`: 3, `{team!="payments",service="shop"}`: 3, `{slo=~"shop-by.*"}`: 4} {
			if rows := answers(t, status(t, "--definitions=testdata", "--selector="+selector)); len(rows) < want {
				t.Errorf("%s: %d rows, want %d", selector, len(rows), want)
			}
		}
	})

	t.Run("mixed folder", func(t *testing.T) {
		got := status(t, "--definitions=testdata")
		rows := answers(t, got)
		if got.code != exitFailed || !strings.Contains(got.stderr, "testdata/broken.yaml:23: ") || !strings.Contains(got.stderr, "testdata/uncountable.yaml:15: ") {
			t.Errorf("got code %d, %s", got.code, got.stderr)
		}
		if len(rows) != 6+2+1 {
			t.Fatalf("%d rows", len(rows))
		}
		for i, r := range rows {
			if failed := i >= 6; failed != (r.Error != nil) {
				t.Errorf("%s: the error is %v", r.SLO, r.Error)
			} else if failed {
				withoutNumbers(t, r)
			}
		}
		if last := rows[8]; last.SLO != "too-good" || !strings.Contains(*last.Error, "leaves no budget") {
			t.Errorf("the last row is %+v", last)
		}
	})

	t.Run("before there was anything", func(t *testing.T) {
		got := status(t, "--definitions=testdata/shop.yaml", "--selector=shop", "--at=2020-01-01T00:00:00Z")
		r := answers(t, got)[0]
		if got.code != exitFine || r.State != "no_data" || r.SLI != nil || r.Budget.Remaining != nil || *r.Coverage != 0 || r.Incidents == nil {
			t.Errorf("got code %d, %+v", got.code, r)
		}
	})

	t.Run("table", func(t *testing.T) {
		env := map[string]string{urlVariable: server.URL}
		got := call(t.Context(), t, env, "status", "--definitions=testdata/shop.yaml", "--at="+end.Format(time.RFC3339))
		if got.code != exitFine || !strings.Contains(got.stdout, "shop / strict") || !strings.Contains(got.stdout, `{instance="shop-2"}`) || strings.Contains(got.stdout, "\x1b") {
			t.Errorf("got %+v", got)
		}
	})
}

func TestStatusOfLateData(t *testing.T) {
	end := now.Add(-time.Minute)
	profile := shop(end)
	step := end.Add(-3 * time.Hour).Truncate(5 * time.Minute)
	profile.Start, profile.Bursts = step.Add(time.Minute), nil
	service, err := events.Generate(profile)
	if err != nil {
		t.Fatal(err)
	}
	server := promtest.Start(t, func(w *prometheus.Writer) { service.Write(w) })
	got := call(t.Context(), t, nil, "status", "--prometheus", server.URL, "--definitions=testdata/shop.yaml", "--selector=shop", "--at", end.Format(time.RFC3339))
	want := "Data only since " + step.UTC().Format("2006-01-02 15:04 MST") + ", for 3 h"
	if got.code != exitFine || !strings.Contains(got.stdout, want) || !strings.Contains(got.stdout, "of the window's 7 d\n") {
		t.Errorf("%s is missing: got %+v", want, got)
	}
}

func compareWithEvents(t *testing.T, r answer, good, bad int, target float64) {
	t.Helper()
	const tolerance = 0.001
	g, b := float64(good), float64(bad)
	near(t, "good", *r.Events.Good, g, tolerance)
	near(t, "bad", *r.Events.Bad, b, tolerance)
	near(t, "total", *r.Events.Total, g+b, tolerance)
	near(t, "SLI", *r.SLI, g/(g+b), tolerance*b/(g+b))
	consumed := b / ((1 - target) * (g + b))
	near(t, "consumed", *r.Budget.Consumed, consumed, 2*tolerance)
	if math.Abs(*r.Budget.Remaining-(1-consumed)) > 2*tolerance*consumed {
		t.Errorf("remaining is %v, want %v", *r.Budget.Remaining, 1-consumed)
	}
	if *r.Coverage < 0.999 || *r.Target != target || len(r.BurnRates) != 7 || r.Error != nil {
		t.Errorf("got %+v", r)
	}
}

func sumOfInstances(t *testing.T, rows []answer, good, bad int) {
	t.Helper()
	var g, b float64
	for i, r := range rows {
		if want := fmt.Sprintf("shop-%d", i); r.Labels["instance"] != want || r.SLOLabels["team"] != "catalogue" {
			t.Errorf("labels %v, %v", r.Labels, r.SLOLabels)
		}
		g += *r.Events.Good
		b += *r.Events.Bad
	}
	near(t, "good of all instances", g, float64(good), 0.001)
	near(t, "bad of all instances", b, float64(bad), 0.001)
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got-want) > tolerance*want {
		t.Errorf("%s is %v, want %v (%+.4f %%)", what, got, want, 100*(got/want-1))
	}
}

func withoutNumbers(t *testing.T, r answer) {
	t.Helper()
	for _, v := range []*float64{r.SLI, r.YesterdaySLI, r.Events.Good, r.Events.Bad, r.Events.Total, r.Budget.Total, r.Budget.Consumed, r.Budget.Remaining, r.Coverage, r.BackgroundShare} {
		if v != nil {
			t.Errorf("%s has an error and the number %v", r.SLO, *v)
		}
	}
	if r.State != "no_data" || r.Incidents != nil || len(r.BurnRates) != 7 || *r.Error == "" {
		t.Errorf("got %+v", r)
	}
}

// TestStatusKeys checks the contract with scripts.
func TestStatusKeys(t *testing.T) {
	got := call(t.Context(), t, nil, "status", "--prometheus=http://127.0.0.1:1", "--definitions=testdata", "--format=json")
	var rows []map[string]any
	if err := json.Unmarshal([]byte(got.stdout), &rows); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		for _, key := range strings.Fields("slo objective service labels target window sli yesterdaySli events budget burnRates exhaustsAt exhaustsAtRate exhaustsByForecast forecast state firing coverage provisional incidents backgroundShare error") {
			if _, ok := r[key]; !ok {
				t.Errorf("%s is missing in %v", key, r)
			}
		}
		for key, inner := range map[string]string{"window": "kind start end timeZone", "events": "good bad total", "budget": "total consumed remaining remainingEvents remainingMinutes estimated", "burnRates": "5m 30m 1h 2h 6h 1d 3d"} {
			for _, name := range strings.Fields(inner) {
				if _, ok := r[key].(map[string]any)[name]; !ok {
					t.Errorf("%s.%s is missing in %v", key, name, r)
				}
			}
		}
	}
}

func TestBrokenServers(t *testing.T) {
	serve := func(status int, contentType, body string) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		}))
		t.Cleanup(server.Close)
		return server.URL
	}
	for name, url := range map[string]string{
		"down":         "http://127.0.0.1:1",
		"HTML":         serve(200, "text/html", "<html>Welcome</html>"),
		"unauthorized": serve(401, "text/plain", "who are you?"),
		"not found":    serve(404, "text/plain", "404 page not found"),
		"cut off":      serve(200, "application/json", `{"status":"success","data":{"resultType":"matrix","result":[{`),
	} {
		t.Run(name, func(t *testing.T) {
			got := call(t.Context(), t, nil, "status", "--prometheus", url, "--definitions=testdata/shop.yaml", "--format=json")
			if got.code != exitFailed || !strings.Contains(got.stderr, "could not be computed") {
				t.Errorf("got code %d, %s", got.code, got.stderr)
			}
			rows := answers(t, got)
			if len(rows) != 4 {
				t.Fatalf("%d rows, want one for each objective", len(rows))
			}
			for _, r := range rows {
				if r.Error == nil {
					t.Fatalf("%s has no error", r.SLO)
				}
				withoutNumbers(t, r)
			}
		})
	}
}

func TestCredentialsAreSent(t *testing.T) {
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("opensesame\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, header, want string
		args               []string
	}{
		{"password in the flag", "Authorization", "Basic bmFtZTpvcGVuc2VzYW1l", []string{"--user=name:opensesame"}},
		{"password in the environment", "Authorization", "Basic bmFtZTpvcGVuc2VzYW1l", []string{"--user=name"}},
		{"bearer token", "Authorization", "Bearer opensesame", []string{"--bearer-token-file", token}},
		{"header", "X-Scope-OrgID", "a, b: c", []string{"--header=X-Scope-OrgID: a, b: c"}},
		{"two headers", "X-Second", "2", []string{"--header=X-First: 1", "--header=X-Second: 2"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var wrong atomic.Pointer[string]
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if got := r.Header.Get(test.header); got != test.want {
					wrong.Store(&got)
				}
				http.Error(w, "no", http.StatusForbidden)
			}))
			defer server.Close()
			env := map[string]string{passwordVariable: "opensesame", urlVariable: server.URL}
			got := call(t.Context(), t, env, append([]string{"status", "--definitions=testdata/shop.yaml"}, test.args...)...)
			if !strings.Contains(got.stdout, "403") {
				t.Errorf("the server was not asked: %+v", got)
			}
			if value := wrong.Load(); value != nil {
				t.Errorf("%s was %q, want %q", test.header, *value, test.want)
			}
			if strings.Contains(got.stdout+got.stderr, "opensesame") {
				t.Errorf("the secret is printed: %+v", got)
			}
		})
	}
}

// TestStatusHistory fills more history for the forecast than the window, which changes
// none of the numbers.
func TestStatusHistory(t *testing.T) {
	end := now.Add(-time.Minute)
	service, err := events.Generate(shop(end))
	if err != nil {
		t.Fatal(err)
	}
	server := promtest.Start(t, func(w *prometheus.Writer) { service.Write(w) })
	old := end.Add(-12 * day)
	refuse := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		if start, err := strconv.ParseFloat(r.Form.Get("start"), 64); err == nil && int64(start) < old.Unix() {
			http.Error(w, `{"status":"error","errorType":"bad_data","error":"too long ago"}`, http.StatusBadRequest)
			return
		}
		target, err := url.Parse(server.URL)
		if err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(strings.NewReader(r.PostForm.Encode()))
		r.ContentLength = int64(len(r.PostForm.Encode()))
		httputil.NewSingleHostReverseProxy(target).ServeHTTP(w, r)
	}))
	t.Cleanup(refuse.Close)
	type row struct {
		answer
		Notices  []string
		Forecast struct{ HistoryDays float64 }
	}
	status := func(t *testing.T, address string, args ...string) row {
		t.Helper()
		args = append([]string{"status", "--prometheus", address, "--format=json", "--definitions=testdata/shop.yaml", "--slo=shop", "--at", end.Format(time.RFC3339), "--no-check"}, args...)
		o := call(t.Context(), t, nil, args...)
		var rows []row
		if err := json.Unmarshal([]byte(o.stdout), &rows); err != nil || len(rows) != 2 || o.code != exitFine {
			t.Fatalf("%d, %v: %s%s", o.code, err, o.stdout, o.stderr)
		}
		return rows[0]
	}
	window := status(t, server.URL)
	for name, test := range map[string]struct {
		address, history string
		days             float64
		remark           bool
	}{
		"none":                   {server.URL, "0s", window.Forecast.HistoryDays, false},
		"some more":              {server.URL, "15d", 15, false},
		"more than there is":     {server.URL, "90d", 18, false},
		"what the server denies": {refuse.URL, "90d", window.Forecast.HistoryDays, true},
	} {
		t.Run(name, func(t *testing.T) {
			got := status(t, test.address, "--history", test.history)
			near(t, "days of history", got.Forecast.HistoryDays, test.days, 0.2)
			if remark := strings.Contains(strings.Join(got.Notices, "\n"), "too long ago"); remark != test.remark {
				t.Errorf("notices %q", got.Notices)
			}
			if *got.Events.Bad != *window.Events.Bad || *got.Events.Total != *window.Events.Total || *got.Budget.Remaining != *window.Budget.Remaining || got.Error != nil {
				t.Errorf("the numbers are %+v, without history %+v", got, window)
			}
		})
	}
	o := call(t.Context(), t, nil, "status", "--prometheus", server.URL, "--definitions=testdata/shop.yaml", "--slo=shop", "--at", end.Format(time.RFC3339), "--history=90d")
	if !strings.Contains(o.stdout, "Chances of a miss rest on 18 days of history.") {
		t.Errorf("the board does not say what its chances rest on:\n%s", o.stdout)
	}
	if o := call(t.Context(), t, nil, "status", "--prometheus", server.URL, "--definitions=testdata/shop.yaml", "--history=500d"); o.code == exitFine || !strings.Contains(o.stderr, "write at most 400d") {
		t.Errorf("%d: %s", o.code, o.stderr)
	}
}
