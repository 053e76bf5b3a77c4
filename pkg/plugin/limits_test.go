package plugin

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/promise-slo/promise-slo-datasource/pkg/budget"
	"github.com/promise-slo/promise-slo-datasource/pkg/frame"
)

// limited returns the settings of a data source with limits.
func limited(t testing.TB, address string, limits map[string]any) backend.DataSourceInstanceSettings {
	s := source(t, address, inline(definitions))
	s.JSONData = written(t, map[string]any{"definitions": DefinitionSettings{Source: sourceInline, Inline: definitions}, "limits": limits})
	return s
}

// asking returns a query over the last hour with a change to it.
func asking(t testing.TB, query map[string]any, change func(*backend.DataQuery)) backend.DataQuery {
	q := twoDays(t, "A", query)
	q.TimeRange.From = now.Add(-time.Hour)
	if change != nil {
		change(&q)
	}
	return q
}

func during(from, to time.Time) func(*backend.DataQuery) {
	return func(q *backend.DataQuery) { q.TimeRange = backend.TimeRange{From: from, To: to} }
}

// lookbacks returns so many lookbacks, from an hour on.
func lookbacks(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprintf("%dh", i+1))
	}
	return all
}

// shares returns so many targets.
func shares(n int) (all []float64) {
	for i := range n {
		all = append(all, 0.5+float64(i)/100)
	}
	return all
}

// labelNames returns so many names of labels.
func labelNames(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprintf("label%d", i))
	}
	return all
}

func filtered(n int, operator, value string) (all []map[string]string) {
	for range n {
		all = append(all, map[string]string{"key": "slo", "operator": operator, "value": value})
	}
	return all
}

// TestLimitsOfQueries checks of each limit what is just within it, and what is just
// beyond it and is the asker's mistake.
func TestLimitsOfQueries(t *testing.T) {
	type query = map[string]any
	status := query{"queryType": "status"}
	sli := query{"queryType": "sli"}
	tests := []struct {
		name           string
		within, beyond backend.DataQuery
		want           string
	}{
		{"range", asking(t, sli, during(now.Add(-400*day), now)), asking(t, sli, during(now.Add(-400*day-time.Second), now)),
			"the time range is 401d long, more than the 400d of a query; choose a shorter one, or have limits.range raised"},
		{"range of charts in the past", asking(t, sli, during(now.Add(-800*day), now.Add(-700*day))), asking(t, sli, during(now.Add(-801*day), now.Add(-700*day))),
			"the time range goes back 801d from now, more than 800d; choose a later one, or have limits.history raised"},
		{"the past", asking(t, status, during(now.Add(-900*day), now.Add(-800*day))), asking(t, status, during(now.Add(-900*day), now.Add(-801*day))),
			"the time range goes back 801d from now, more than 800d"},
		{"an hour of 1970", asking(t, status, nil), asking(t, status, during(time.Unix(0, 0), time.Unix(3600, 0))), "the time range goes back"},
		{"the time before", asking(t, status, nil), asking(t, status, during(time.Unix(-7200, 0), time.Unix(-3600, 0))), "the time range is not between the years 1970 and 2100"},
		{"the time after", asking(t, sli, nil), asking(t, sli, during(now, time.Date(2101, 1, 1, 0, 0, 0, 0, time.UTC))), "the time range is not between the years 1970 and 2100"},
		{"times that overflow", asking(t, status, nil), asking(t, status, during(time.Unix(0, math.MaxInt64), time.Unix(0, math.MinInt64))),
			"the time range is not between the years 1970 and 2100"},
		{"the future", asking(t, query{"queryType": "projection"}, during(now, now.Add(400*day))), asking(t, query{"queryType": "projection"}, during(now.Add(399*day), now.Add(401*day))),
			"the time range ends 401d from now, more than 400d; choose an earlier end, or have limits.range raised"},
		{"no range", asking(t, status, during(time.Time{}, time.Time{})), asking(t, sli, during(time.Time{}, time.Time{})), "the time range is missing"},
		{"no range of Grafana's", asking(t, status, during(time.Unix(0, 0), time.Unix(0, 0))), asking(t, sli, during(time.Unix(0, 0), time.Unix(0, 0))), "the time range is missing"},
		{"a moment", asking(t, status, during(now, now)), asking(t, sli, during(now, now)), "the time range ends before it begins"},
		{"backwards", asking(t, status, nil), asking(t, status, during(now, now.Add(-time.Second))), "the time range ends before it begins"},
		{"interval", asking(t, sli, func(q *backend.DataQuery) { q.Interval = 400 * day }), asking(t, sli, func(q *backend.DataQuery) { q.Interval = 401 * day }),
			"intervalMs: an interval of 401d is not between 0 and 400d; write milliseconds, such as 60000"},
		{"interval of 292 years", asking(t, sli, func(q *backend.DataQuery) { q.Interval = 0 }), asking(t, sli, func(q *backend.DataQuery) { q.Interval = math.MaxInt64 }), "intervalMs: an interval of 106752d"},
		{"interval that overflows", asking(t, sli, func(q *backend.DataQuery) { q.MaxDataPoints = math.MaxInt64 }), asking(t, sli, func(q *backend.DataQuery) { q.Interval = math.MinInt64 }), "intervalMs: an interval of -106751d"},
		{"lookbacks", asking(t, query{"queryType": "status", "lookbacks": lookbacks(12)}, nil), asking(t, query{"queryType": "status", "lookbacks": lookbacks(13)}, nil),
			"lookbacks: 13 are more than the 12 of a query; write fewer, or have limits.lookbacks raised in the settings of the data source"},
		{"lookbacks told again", asking(t, query{"queryType": "status", "lookbacks": slices.Repeat([]string{"1h", "60m"}, 150)}, nil), asking(t, query{"queryType": "status", "lookbacks": lookbacks(301)}, nil),
			"lookbacks: 301 are more than"},
		{"a lookback's length", asking(t, query{"queryType": "sli", "lookbacks": []string{"400d"}}, nil), asking(t, query{"queryType": "sli", "lookbacks": []string{"401d"}}, nil),
			"lookbacks: 401d is longer than 400d; write a shorter one, such as 1h, or have limits.range raised"},
		{"a lookback of 292 years", asking(t, query{"queryType": "sli", "lookbacks": []string{"1ms"}}, nil), asking(t, query{"queryType": "sli", "lookbacks": []string{"290y"}}, nil), "lookbacks: 105850d is longer than"},
		{"a lookback of nothing", asking(t, query{"queryType": "sli", "lookbacks": []string{"1s"}}, nil), asking(t, query{"queryType": "sli", "lookbacks": []string{"0s"}}, nil), "lookbacks: 0s is not a positive duration"},
		{"targets", asking(t, query{"queryType": "targets", "targets": shares(10)}, nil), asking(t, query{"queryType": "targets", "targets": shares(11)}, nil),
			"targets: 11 are more than the 10 of a query; write fewer, or have limits.targets raised"},
		{"a target in percent", asking(t, query{"queryType": "targets", "targets": []float64{0}}, nil), asking(t, query{"queryType": "targets", "targets": []float64{99.7}}, nil),
			"targets: 99.7 is not a share of good events; write at least 0 and below 1, such as 0.997 for 99.7 %"},
		{"a target of all", asking(t, query{"queryType": "targets"}, nil), asking(t, query{"queryType": "targets", "targets": []float64{1}}, nil), "targets: 1 is not a share of good events"},
		{"how far back targets go", asking(t, query{"queryType": "targets", "since": "800d"}, nil), asking(t, query{"queryType": "targets", "since": "801d"}, nil),
			"since: 801d is longer than 800d; write a shorter one, such as 90d, or have limits.history raised"},
		{"labels", asking(t, query{"queryType": "status", "groupBy": labelNames(5)}, nil), asking(t, query{"queryType": "status", "groupBy": labelNames(6)}, nil),
			"groupBy: 6 labels are more than the 5 of a query; write fewer, or have limits.groupBy raised"},
		{"labels told again", asking(t, query{"queryType": "status", "groupBy": slices.Repeat([]string{"a", ""}, 100)}, nil), asking(t, query{"queryType": "status", "groupBy": labelNames(100)}, nil), "groupBy: 100 labels"},
		{"grouping by the metric", asking(t, query{"queryType": "status", "groupBy": []string{"name"}}, nil), asking(t, query{"queryType": "status", "groupBy": []string{"__name__"}}, nil),
			"groupBy: events cannot be grouped or filtered by __name__, on which the queries of the SLO depend; use another label"},
		{"contributors by buckets", asking(t, query{"queryType": "contributors", "label": "leg"}, nil), asking(t, query{"queryType": "contributors", "label": "le"}, nil),
			"label: events cannot be grouped or filtered by le"},
		{"filters by the metric", asking(t, status, nil), asking(t, query{"queryType": "status", "filters": []map[string]string{{"key": "__name__", "operator": "=", "value": "up"}}}, nil),
			"filters: events cannot be grouped or filtered by __name__"},
		{"filters", asking(t, query{"queryType": "slos", "filters": filtered(10, "=", "silent"), "adhocFilters": filtered(9, "=", "silent"), "slos": "{slo=\"silent\"}"}, nil),
			asking(t, query{"queryType": "slos", "filters": filtered(10, "=", "silent"), "adhocFilters": filtered(10, "=", "silent"), "slos": "{slo=\"silent\"}"}, nil),
			"filters: 21 filters and label matchers are more than the 20 of a query; write fewer, or one with several values, or have limits.filters raised"},
		{"a long name", asking(t, query{"queryType": "slos", "slos": "{slo!=\"" + strings.Repeat("x", 1000) + "\"}"}, nil), asking(t, query{"queryType": "slos", "slos": strings.Repeat("x", 16<<10+1)}, nil),
			"slos: a text of 16385 bytes is longer than 16384; write a shorter one, or have limits.textBytes raised"},
		{"a long label", asking(t, query{"queryType": "status", "groupBy": []string{strings.Repeat("x", 16<<10)}}, nil), asking(t, query{"queryType": "status", "groupBy": []string{strings.Repeat("x", 16<<10+1)}}, nil), "groupBy: a text of 16385 bytes"},
		{"a long value", asking(t, query{"queryType": "slos", "filters": filtered(1, "!=", strings.Repeat("x", 16<<10))}, nil), asking(t, query{"queryType": "slos", "filters": filtered(1, "!=", strings.Repeat("x", 16<<10+1))}, nil),
			"filters: a text of 16385 bytes"},
		{"an expression that is repeated", asking(t, query{"queryType": "slos", "filters": filtered(1, "!~", "x{1000}")}, nil), asking(t, query{"queryType": "slos", "filters": filtered(1, "!~", strings.Repeat("x{1000}", 11))}, nil),
			"filters: the regular expression"},
		{"a selection that is repeated", asking(t, query{"queryType": "slos", "slos": `{slo!~"x{1000}"}`}, nil), asking(t, query{"queryType": "slos", "slos": `{slo!~"` + strings.Repeat(`x\x7b1000}`, 11) + `"}`}, nil),
			"slos: label matchers"},
		{"a query's length", asking(t, status, func(q *backend.DataQuery) { q.JSON = append(q.JSON, slices.Repeat([]byte(" "), 64<<10-len(q.JSON))...) }),
			asking(t, status, func(q *backend.DataQuery) {
				q.JSON = append(q.JSON, slices.Repeat([]byte(" "), 64<<10+1-len(q.JSON))...)
			}),
			"the query has 65537 bytes, more than the 65536 of a query; write fewer or shorter filters, or have limits.queryBytes raised"},
		{"a slip of the pen", asking(t, query{"queryType": "status", "refId": "A", "datasource": query{"uid": "promise"}, "scopes": []string{}, "queryCachingTTL": 1}, nil),
			asking(t, query{"queryType": "status", "lookback": []string{"1h"}}, nil), "lookback: a query has no such field; write lookbacks"},
		{"a wrong type", asking(t, query{"queryType": "status", "Lookbacks": []string{"1h"}}, nil), asking(t, query{"queryType": "status", "lookbacks": "1h"}, nil),
			"lookbacks: this is a JSON string; write a list"},
	}
	d := open(t, source(t, "http://localhost:1", inline(definitions)))
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if r := d.respond(t.Context(), test.within, false); r.Error != nil && !strings.Contains(r.Error.Error(), "cannot connect") {
				t.Errorf("what is within the limit: %v", r.Error)
			}
			expectRefusal(t, d.respond(t.Context(), test.beyond, false), test.want)
		})
	}
}

func expectRefusal(t *testing.T, r backend.DataResponse, want string) {
	t.Helper()
	if r.Error == nil || !strings.Contains(r.Error.Error(), want) {
		t.Fatalf("error is %.300v, want %q", r.Error, want)
	}
	if r.Status != backend.StatusBadRequest || r.ErrorSource != backend.ErrorSourceDownstream || len(r.Frames) > 0 {
		t.Errorf("status is %d from %s, with %d frames", r.Status, r.ErrorSource, len(r.Frames))
	}
}

// TestLimitsOfAnswers checks of each limit what is just within it and just beyond it.
func TestLimitsOfAnswers(t *testing.T) {
	server := startShop(t)
	type query = map[string]any
	tests := []struct {
		name, limit string
		within      int
		query       query
		want        string
	}{
		{"groups", "groups", 2, query{"queryType": "status", "slos": "availability", "groupBy": []string{"route"}},
			"groupBy: the events have 2 groups, where at most 1 are counted; of availability, the label route has most values: 2; " +
				"group by labels with fewer values, or narrow the query with filters, or have limits.groups raised"},
		{"contributors", "groups", 2, query{"queryType": "contributors", "slos": "availability", "label": "route"}, "label: the events have 2 groups, where at most 1"},
		{"series", "series", 12, query{"queryType": "burnRate", "lookbacks": []string{"1h", "6h", "1d"}}, "the answer has 12 series, more than the 11 of a query"},
		{"points", "allPoints", 4 * 98, query{"queryType": "sli"}, "the answer has 392 points in 4 series, more than the 391 of a query"},
		{"steps", "steps", 10 * 288, query{"queryType": "targets", "slos": "availability", "since": "10d"}, "the history of the selected SLOs has 2880 steps, more than the 2879 of a query"},
		{"rows of status", "rows", 4, query{"queryType": "status"}, "the answer has 4 rows, more than the 3 of a query"},
		{"numbers", "rows", 4, query{"queryType": "budgetAlert"}, "the answer has 4 rows, more than the 3 of a query"},
		{"rows of definitions", "rows", 3, query{"queryType": "slos"}, "the answer has more than the 2 rows of a query"},
		{"rows of contributors", "rows", 3, query{"queryType": "contributors", "slos": "availability", "label": "route"}, "the answer has more than the 2 rows of a query"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if r := ask(t.Context(), t, open(t, limited(t, server.URL, query{test.limit: test.within})), test.query, nil); r.Error != nil {
				t.Errorf("what is within the limit: %v", r.Error)
			}
			r := ask(t.Context(), t, open(t, limited(t, server.URL, query{test.limit: test.within - 1})), test.query, nil)
			expectRefusal(t, r, test.want)
		})
	}
	t.Run("points of a series", func(t *testing.T) {
		r := ask(t.Context(), t, open(t, limited(t, server.URL, query{"points": 10})), query{"queryType": "sli", "slos": "availability"}, nil)
		if r.Error != nil || r.Frames[0].Rows() > 12 {
			t.Errorf("%d points, %v", r.Frames[0].Rows(), r.Error)
		}
	})
	t.Run("SLOs of a chart", func(t *testing.T) {
		r := ask(t.Context(), t, open(t, limited(t, server.URL, query{"slos": 1})), query{"queryType": "budget"}, nil)
		if r.Error != nil {
			t.Fatal(r.Error)
		}
		if ls := only(t, r.Frames).Fields[1].Labels; ls["slo"] != "availability" {
			t.Errorf("the series is %v, want that of the least budget", ls)
		}
		expectNotice(t, r.Frames[0], "Showing 1 of 3 SLOs, those with the least budget remaining; select fewer, or have limits.slos raised", data.NoticeSeverityInfo)
	})
	t.Run("queries", func(t *testing.T) {
		d := open(t, limited(t, server.URL, query{"queries": 2}))
		for n, want := range map[int]string{2: "", 3: "3 queries are more than the 2 of a request; ask in several requests"} {
			req := &backend.QueryDataRequest{}
			for i := range n {
				req.Queries = append(req.Queries, twoDays(t, fmt.Sprint(i), query{"queryType": "slos"}))
			}
			answer, err := d.QueryData(t.Context(), req)
			if err != nil || len(answer.Responses) != n {
				t.Fatalf("%d responses, %v", len(answer.Responses), err)
			}
			if r := answer.Responses["0"]; want != "" {
				expectRefusal(t, r, want)
			} else if r.Error != nil {
				t.Error(r.Error)
			}
		}
	})
}

// TestUngroupedNumbers checks that alert rules are not held to limits of charts.
func TestUngroupedNumbers(t *testing.T) {
	d := open(t, limited(t, startShop(t).URL, map[string]any{"series": 1, "allPoints": 1, "slos": 1, "groups": 1}))
	for _, kind := range append(alertTypes, "status") {
		if r := ask(t.Context(), t, d, map[string]any{"queryType": kind}, nil); r.Error != nil {
			t.Errorf("%s: %v", kind, r.Error)
		}
	}
}

func TestLimitsOfResources(t *testing.T) {
	d := open(t, limited(t, "http://localhost:1", map[string]any{"bodyBytes": 10, "queryBytes": 100, "filters": 2, "textBytes": 20, "resources": 1}))
	long := strings.Repeat("x", 21)
	tests := []struct {
		name, method, url, body string
		status                  int
		want                    string
	}{
		{"body", "POST", "validate", strings.Repeat("#", 10), 200, "problems"},
		{"a longer body", "POST", "validate", strings.Repeat("#", 11), 400, "the text has more than 10 bytes; check it in several parts, or have limits.bodyBytes raised"},
		{"parameters", "GET", "slos?a=" + strings.Repeat("x", 98), "", 200, "["},
		{"longer parameters", "GET", "slos?a=" + strings.Repeat("x", 99), "", 400, "the parameters have 101 bytes, more than 100"},
		{"a long name", "GET", "slos?slos=" + long, "", 400, "slos: a text of 21 bytes is longer than 20"},
		{"a long name to preview", "GET", "preview?slo=" + long, "", 400, "slo: a text of 21 bytes is longer than 20"},
		{"selectors", "GET", "labels/x/values?match[]=a&match[]=b&match[]=c", "", 400, "match[]: 3 selectors are more than the 2"},
		{"a long selector", "GET", "labels/x/values?match[]=" + long, "", 400, "match[]: a text of 21 bytes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if answer := call(t, d, test.method, test.url, test.body); answer.Status != test.status || !strings.Contains(string(answer.Body), test.want) {
				t.Errorf("%d: %s, want %d: %s", answer.Status, answer.Body, test.status, test.want)
			}
		})
	}
	t.Run("at a time", func(t *testing.T) {
		d.queueWait = 10 * time.Millisecond
		d.slots <- struct{}{}
		answer := call(t, d, "GET", "slos", "")
		if answer.Status != http.StatusTooManyRequests || !strings.Contains(string(answer.Body), "1 resources are being answered already") {
			t.Errorf("%d: %s", answer.Status, answer.Body)
		}
		<-d.slots
		d.validationSlots <- struct{}{}
		answer = call(t, d, "POST", "validate", "#")
		if answer.Status != http.StatusTooManyRequests || !strings.Contains(string(answer.Body), "1 texts are being checked already") {
			t.Errorf("%d: %s", answer.Status, answer.Body)
		}
		<-d.validationSlots
		if answer := call(t, d, "GET", "slos", ""); answer.Status != http.StatusOK {
			t.Errorf("%d: %s", answer.Status, answer.Body)
		}
	})
}

func TestLimitsInSettings(t *testing.T) {
	usual := defaultLimits()
	for _, l := range usual.numbers() {
		t.Run(l.name, func(t *testing.T) {
			if *l.value != l.defaultValue {
				t.Errorf("the default is %d, want %d", *l.value, l.defaultValue)
			}
			for value, good := range map[int]bool{-1: false, 0: true, 1: true, l.maximum: true, l.maximum + 1: false} {
				checkSetting(t, l.name, fmt.Sprint(value), good, fmt.Sprintf("the setting limits.%s is %d; write a number from 1 to %d, such as %d", l.name, value, l.maximum, l.defaultValue))
			}
		})
	}
	for _, l := range usual.durations() {
		t.Run(l.name, func(t *testing.T) {
			for value, good := range map[string]bool{"": true, "1h": true, "59m": false, fmt.Sprintf("%dd", l.maximum): true, fmt.Sprintf("%dd", l.maximum+1): false} {
				checkSetting(t, l.name, fmt.Sprintf("%q", value), good, "the setting limits."+l.name+" is ")
			}
		})
	}
	for value, good := range map[string]bool{"0d": true, "30d": true, "400d": true, "401d": false, "90": false} {
		checkSetting(t, "forecastHistory", fmt.Sprintf("%q", value), good, "a duration")
	}
	checkSetting(t, "serie", "5", false, `limits has no field "serie"; write one of range, history, forecastHistory, points,`)
	checkSetting(t, "series", `"many"`, false, "limits: series: this is a JSON string; write a whole number")
}

func checkSetting(t *testing.T, name, value string, good bool, want string) {
	t.Helper()
	text := fmt.Sprintf(`{"limits":{%q:%s}}`, name, value)
	_, err := readSettings([]byte(text))
	if good != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
		t.Errorf("%s: error is %v, want %q", text, err, want)
	}
}

// TestLimitsPage holds docs/limits.md against the limits.
func TestLimitsPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/limits.md")
	if err != nil {
		t.Fatal(err)
	}
	l := defaultLimits()
	var rows []string
	for _, d := range l.durations() {
		rows = append(rows, fmt.Sprintf("| `%s` | %dd | %dd | ", d.name, d.defaultValue, d.maximum))
	}
	for _, n := range l.numbers() {
		rows = append(rows, fmt.Sprintf("| `%s` | %d | %d | ", n.name, n.defaultValue, n.maximum))
	}
	for _, row := range rows {
		if !strings.Contains(string(page), row) {
			t.Errorf("the page does not have %s", row)
		}
	}
}

// TestLimitsAtSaveAndTest checks that settings beyond the maxima are told by Save
// & test.
func TestLimitsAtSaveAndTest(t *testing.T) {
	result := health(t, open(t, limited(t, "http://localhost:1", map[string]any{"series": 1_000_000})))
	if result.Status != backend.HealthStatusError || !strings.Contains(result.Message, "the setting limits.series is 1000000; write a number from 1 to 10000") {
		t.Errorf("%s: %s", result.Status, result.Message)
	}
}

// TestPanicInQuery checks that a panic is the error of its query alone.
func TestPanicInQuery(t *testing.T) {
	d := open(t, source(t, startShop(t).URL, inline(definitions)))
	d.now = func() time.Time { panic("no time") }
	answer, err := d.QueryData(t.Context(), &backend.QueryDataRequest{Queries: []backend.DataQuery{twoDays(t, "A", map[string]any{"queryType": "status"})}})
	if err != nil {
		t.Fatal(err)
	}
	if r := answer.Responses["A"]; r.Error == nil || r.Status != backend.StatusInternal || r.ErrorSource != backend.ErrorSourcePlugin ||
		!strings.Contains(r.Error.Error(), "the plugin failed: no time; please report this") {
		t.Errorf("%d from %s: %v", r.Status, r.ErrorSource, r.Error)
	}
	if answer := call(t, d, "GET", "preview?slo=availability", ""); answer.Status != http.StatusInternalServerError || !strings.Contains(string(answer.Body), "the plugin failed: no time") {
		t.Errorf("%d: %s", answer.Status, answer.Body)
	}
}

// TestCanceledQuery checks that frames are not computed for nobody, and that
// what there is of them is no answer.
func TestCanceledQuery(t *testing.T) {
	d := open(t, source(t, startShop(t).URL, inline(definitions)))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	how := answers["status"]
	defer func() { answers["status"] = how }()
	leaves := how
	leaves.frames = func(ctx context.Context, entries []budget.Entry, p frame.Params) data.Frames {
		cancel()
		return how.frames(ctx, entries, p)
	}
	answers["status"] = leaves
	r := d.respond(ctx, twoDays(t, "A", map[string]any{"queryType": "status"}), false)
	if r.Error == nil || r.Status != statusCanceled || len(r.Frames) > 0 {
		t.Errorf("%d with %d frames: %v", r.Status, len(r.Frames), r.Error)
	}
}
