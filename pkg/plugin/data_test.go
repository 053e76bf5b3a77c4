package plugin

import (
	"encoding/json"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

func TestQueries(t *testing.T) {
	server := startShop(t)
	d := open(t, source(t, server.URL, inline(definitions+brokenDefinition)))
	tests := []struct {
		name  string
		query map[string]any
		check func(t *testing.T, frames data.Frames)
	}{
		{"status", map[string]any{"queryType": "status"}, checkStatus},
		{"sli", map[string]any{"queryType": "sli", "slos": "availability"}, checkSLI},
		{"events", map[string]any{"queryType": "events", "slos": "availability"}, checkEvents},
		{"burnRate", map[string]any{"queryType": "burnRate", "slos": `{team="payments"}`, "lookbacks": []string{"1h", "6h"}}, checkBurnRate},
		{"budget", map[string]any{"queryType": "budget", "slos": "availability"}, checkBudget},
		{"projection", map[string]any{"queryType": "projection", "slos": "availability"}, checkProjection},
		{"incidents", map[string]any{"queryType": "incidents", "slos": "availability"}, checkIncidents},
		{"contributors", map[string]any{"queryType": "contributors", "slos": "availability", "label": "route"}, checkContributors},
		{"contributors of groups", map[string]any{"queryType": "contributors", "slos": "by-route", "label": "code"}, checkPartsOfGroups},
		{"contributors of groups by their own label", map[string]any{"queryType": "contributors", "slos": "by-route", "label": "route"},
			func(t *testing.T, frames data.Frames) {
				expectStrings(t, frames[0], "contributor", "/pay", "/cart", "(all others)", "(all others)")
			}},
		{"windows", map[string]any{"queryType": "windows", "slos": "by-route"}, checkWindows},
		{"burnAlert", map[string]any{"queryType": "burnAlert"}, checkBurnAlert},
		{"exhaustionAlert", map[string]any{"queryType": "exhaustionAlert"}, checkNumbers(map[string]float64{"availability": math.Inf(1), "by-route": math.Inf(1)})},
		{"budgetAlert", map[string]any{"queryType": "budgetAlert"}, checkNumbers(map[string]float64{"availability": shopBad / (shopTotal * 0.01), "by-route": 0})},
		{"windowAlert", map[string]any{"queryType": "windowAlert", "slos": "{slo!=\"by-route\"}"}, checkNumbers(map[string]float64{"availability": 0})},
		{"windowAlert of days", map[string]any{"queryType": "windowAlert", "slos": "by-route"}, checkMissedDay},
		{"noDataAlert", map[string]any{"queryType": "noDataAlert"}, checkNumbers(map[string]float64{
			"availability": 0, "by-route": 0, "silent": math.Inf(1), "impossible": math.Inf(1),
		})},
		{"slos", map[string]any{"queryType": "slos"}, checkSLOs},
		{"filtered events", map[string]any{
			"queryType": "status", "slos": "availability",
			"adhocFilters": []map[string]string{{"key": "route", "operator": "=", "value": "/cart"}},
		}, checkFiltered},
		{"filtered SLOs", map[string]any{
			"queryType": "slos", "filters": []map[string]string{{"key": "team", "operator": "=", "value": "web"}, {"key": "slo", "operator": "!=", "value": "impossible"}},
		}, func(t *testing.T, frames data.Frames) { expectStrings(t, frames[0], "slo", "by-route") }},
		{"grouped", map[string]any{"queryType": "status", "slos": "availability", "groupBy": []string{"route"}},
			func(t *testing.T, frames data.Frames) { expectStrings(t, frames[0], "route", "/pay", "/cart") }},
		{"no match", map[string]any{"queryType": "budget", "slos": `{slo="by-route",team="payments"}`}, checkNoMatch},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			response := ask(t.Context(), t, d, test.query, nil)
			if response.Error != nil {
				t.Fatal(response.Error)
			}
			for _, f := range response.Frames {
				if f.Meta == nil || f.Meta.Type == "" || f.Meta.TypeVersion.IsZero() {
					t.Errorf("frame without a type: %+v", f.Meta)
				}
				if _, err := f.RowLen(); err != nil {
					t.Error(err)
				}
			}
			test.check(t, response.Frames)
		})
	}
}

// TestRefusedQueries checks that a query which cannot be counted is told by
// all alerts, also where it is the only one.
func TestRefusedQueries(t *testing.T) {
	refused := strings.ReplaceAll(definitions, "sum(missing_total", "avg(missing_total")
	d := open(t, source(t, startShop(t).URL, inline(refused)))
	for _, kind := range []string{"burnAlert", "exhaustionAlert", "budgetAlert", "windowAlert"} {
		if r := ask(t.Context(), t, d, map[string]any{"queryType": kind, "slos": "silent"}, nil); r.Error == nil {
			t.Errorf("%s has no error", kind)
		}
	}
	r := ask(t.Context(), t, d, map[string]any{"queryType": "noDataAlert", "slos": "silent"}, nil)
	if r.Error != nil {
		t.Fatal(r.Error)
	}
	checkNumbers(map[string]float64{"silent": math.Inf(1)})(t, r.Frames)
}

func checkStatus(t *testing.T, frames data.Frames) {
	f := frames[0]
	expectStrings(t, f, "slo", "impossible", "silent", "availability", "by-route", "by-route")
	expectStrings(t, f, "state", "no_data", "no_data", "ok", "ok", "ok")
	expectStrings(t, f, "service", "", "nothing", "shop", "shop", "shop")
	near(t, "bad", number(t, f, "bad", 2), shopBad, 1)
	near(t, "total", number(t, f, "total", 2), shopTotal, 100)
	near(t, "consumed", number(t, f, "budgetConsumed", 2), shopBad/(shopTotal*0.01), 0.001)
	for _, name := range []string{"sli", "budgetRemaining", "burnRate1h"} {
		if value, ok := field(t, f, name).ConcreteAt(1); ok {
			t.Errorf("%s of an SLO without data is %v, want null", name, value)
		}
	}
	reason, _ := field(t, f, "error").ConcreteAt(0)
	if text, _ := reason.(string); !strings.Contains(text, "target") {
		t.Errorf("error of the broken definition is %q", text)
	}
	expectNotice(t, f, "impossible", data.NoticeSeverityError)
}

func checkSLI(t *testing.T, frames data.Frames) {
	f := only(t, frames)
	ls := f.Fields[1].Labels
	if ls["slo"] != "availability" || ls["service"] != "shop" || ls["team"] != "payments" || ls["objective"] == "" {
		t.Errorf("labels are %v", ls)
	}
	lowest := 1.
	for i := range f.Rows() {
		if v, ok := f.Fields[1].ConcreteAt(i); ok {
			lowest = min(lowest, v.(float64))
		}
	}
	near(t, "lowest SLI", lowest, 120./150, 0.01)
}

// The events of the series are those of the status, since every event is in one
// point.
func checkEvents(t *testing.T, frames data.Frames) {
	if len(frames) != 2 {
		t.Fatalf("%d series, want good and bad", len(frames))
	}
	var bad float64
	f := frames[1]
	for i := 1; i < f.Rows(); i++ {
		if v, ok := f.Fields[1].ConcreteAt(i); ok {
			bad += v.(float64) * f.Fields[0].At(i).(time.Time).Sub(f.Fields[0].At(i-1).(time.Time)).Seconds()
		}
	}
	near(t, "bad", bad, shopBad, shopBad/50)
}

func checkBurnRate(t *testing.T, frames data.Frames) {
	if len(frames) != 4 {
		t.Fatalf("%d series, want two lookbacks of two SLOs", len(frames))
	}
	if l := frames[1].Fields[1].Labels["lookback"]; l != "6h" {
		t.Errorf("second lookback is %q", l)
	}
	for i := range frames[2].Rows() {
		if v, ok := frames[2].Fields[1].ConcreteAt(i); ok {
			t.Fatalf("burn rate of an SLO without data is %v", v)
		}
	}
}

func checkBudget(t *testing.T, frames data.Frames) {
	f := only(t, frames)
	last := f.Rows() - 1
	near(t, "remaining", number(t, f, "remaining", last), 1-shopBad/(shopTotal*0.01), 0.001)
	near(t, "remaining before the outage", number(t, f, "remaining", 0), 1, 1e-9)
	if at := f.Fields[0].At(last).(time.Time); !at.Equal(now) {
		t.Errorf("the last point is at %s, want now", at)
	}
	if f.Rows() > 102 {
		t.Errorf("%d points, want at most 100 and the present", f.Rows())
	}
}

func checkProjection(t *testing.T, frames data.Frames) {
	names := []string{"remaining", "p10", "p50", "p90"}
	if len(frames) != len(names) {
		t.Fatalf("%d series, want past and future", len(frames))
	}
	past := frames[0]
	joint := past.Fields[0].At(past.Rows() - 1).(time.Time)
	for i, name := range names {
		if frames[i].Fields[1].Name != name {
			t.Fatalf("series %d is %s, want %s", i, frames[i].Fields[1].Name, name)
		}
	}
	for _, future := range frames[1:] {
		if start := future.Fields[0].At(0).(time.Time); !start.Equal(joint) || !joint.Equal(now) {
			t.Errorf("past ends at %s and future starts at %s, want both now", joint, start)
		}
		if end := future.Fields[0].At(future.Rows() - 1).(time.Time); end.Before(now.Add(3 * day)) {
			t.Errorf("projection ends at %s, want half a window ahead", end)
		}
	}
	for i := range frames[1].Rows() {
		low, middle, high := number(t, frames[1], "p10", i), number(t, frames[2], "p50", i), number(t, frames[3], "p90", i)
		if low > middle || middle > high {
			t.Fatalf("the bands are %v, %v, %v", low, middle, high)
		}
	}
}

func checkIncidents(t *testing.T, frames data.Frames) {
	f := only(t, frames)
	if f.Rows() != 1 {
		t.Fatalf("%d incidents, want the outage", f.Rows())
	}
	if start := field(t, f, "time").At(0).(time.Time); !start.Equal(now.Add(-day)) {
		t.Errorf("the outage starts at %s", start)
	}
	if end := cellOf[time.Time](t, f, "timeEnd", 0); !end.Equal(now.Add(-day + time.Hour)) {
		t.Errorf("the outage ends at %s", end)
	}
	expectStrings(t, f, "title", "Shop answers")
	expectStrings(t, f, "tags", "slo:availability,service:shop,team:payments")
	near(t, "bad", number(t, f, "bad", 0), shopBad, 1)
}

func checkContributors(t *testing.T, frames data.Frames) {
	f := only(t, frames)
	expectStrings(t, f, "contributor", "/pay", "/cart", "(all others)")
	near(t, "bad of /pay", number(t, f, "bad", 0), shopBad, 1)
	near(t, "bad of /cart", number(t, f, "bad", 1), 0, 1e-9)
	near(t, "budgetShare", number(t, f, "budgetShare", 0), shopBad/(shopTotal*0.01), 0.001)
}

func checkPartsOfGroups(t *testing.T, frames data.Frames) {
	f := only(t, frames)
	bad := map[string]float64{}
	for i := range f.Rows() {
		route, _ := field(t, f, "route").ConcreteAt(i)
		contributor, _ := field(t, f, "contributor").ConcreteAt(i)
		bad[route.(string)+" "+contributor.(string)] = number(t, f, "bad", i)
	}
	near(t, "bad of /pay with code 500", bad["/pay 500"], shopBad, 1)
	near(t, "bad of /cart with code 500", bad["/cart 500"], 0, 1e-9)
	near(t, "bad of /pay with code 200", bad["/pay 200"], 0, 1e-9)
	if len(bad) != 6 {
		t.Errorf("%d parts, want those of both routes: %v", len(bad), bad)
	}
}

func checkWindows(t *testing.T, frames data.Frames) {
	f := only(t, frames)
	expectMet := func(route string, want bool) {
		all := true
		for i := range f.Rows() {
			if r, _ := field(t, f, "route").ConcreteAt(i); r == route {
				met, _ := field(t, f, "met").ConcreteAt(i)
				all = all && met == true
			}
		}
		if all != want {
			t.Errorf("%s met all windows: %v, want %v", route, all, want)
		}
	}
	if f.Rows() != 4 && f.Rows() != 6 {
		t.Errorf("%d windows, want those that closed in two days", f.Rows())
	}
	expectMet("/cart", true)
	expectMet("/pay", false)
}

func checkBurnAlert(t *testing.T, frames data.Frames) {
	if len(frames) != 10 {
		t.Fatalf("%d values, want two severities of five", len(frames))
	}
	for _, f := range frames {
		value := f.Fields[0]
		_, ok := value.ConcreteAt(0)
		if want := value.Labels["slo"] == "availability" || value.Labels["slo"] == "by-route"; ok != want && value.Labels["slo"] != "by-route" {
			t.Errorf("%v has a value: %v, want %v", value.Labels, ok, want)
		}
	}
}

// checkNumbers checks the numbers of SLOs by name; all others are null.
func checkNumbers(want map[string]float64) func(*testing.T, data.Frames) {
	return func(t *testing.T, frames data.Frames) {
		found := map[string]bool{}
		for _, f := range frames {
			name := f.Fields[0].Labels["slo"]
			found[name] = true
			got, ok := f.Fields[0].ConcreteAt(0)
			wanted, known := want[name]
			if ok != known || known && got != wanted && math.Abs(got.(float64)-wanted) > 0.001 {
				t.Errorf("%v is %v, %v, want %v, %v", f.Fields[0].Labels, got, ok, wanted, known)
			}
		}
		for name := range want {
			if !found[name] {
				t.Errorf("there is no number of %s", name)
			}
		}
	}
}

// checkMissedDay checks that yesterday's outage of /pay made its day miss the
// target.
func checkMissedDay(t *testing.T, frames data.Frames) {
	for _, f := range frames {
		route := f.Fields[0].Labels["route"]
		if got := number(t, f, "windowAlert", 0); (got > 1) != (route == "/pay") {
			t.Errorf("%s: the share is %v", route, got)
		}
	}
}

func checkSLOs(t *testing.T, frames data.Frames) {
	f := only(t, frames)
	expectStrings(t, f, "slo", "availability", "by-route", "silent", "impossible")
	expectStrings(t, f, "labels", `{team="payments", tier="1"}`, `{team="web"}`, `{team="payments"}`, "{}")
}

func checkFiltered(t *testing.T, frames data.Frames) {
	near(t, "bad", number(t, frames[0], "bad", 0), 0, 1e-9)
	near(t, "total", number(t, frames[0], "total", 0), (shopTotal-shopBad)/2, 100)
}

func checkNoMatch(t *testing.T, frames data.Frames) {
	f := only(t, frames)
	if f.Meta.Type != data.FrameTypeTimeSeriesMulti || len(f.Fields) != 0 {
		t.Errorf("an empty answer is %+v", f)
	}
	expectNotice(t, f, "No SLO matches {", data.NoticeSeverityInfo)
}

func TestWrongQueries(t *testing.T) {
	d := open(t, source(t, "http://localhost:1", inline(definitions)))
	tests := []struct {
		name  string
		query map[string]any
		want  string
	}{
		{"unknown type", map[string]any{"queryType": "statuss"}, `queryType: "statuss" is not known; write one of`},
		{"no type", map[string]any{}, `queryType: "" is not known`},
		{"bad matcher", map[string]any{"queryType": "status", "slos": "{team=}"}, "slos: label matchers"},
		{"unknown name", map[string]any{"queryType": "status", "slos": "avail"}, `slos: there is no SLO named "avail"; write one of availability`},
		{"bad lookback", map[string]any{"queryType": "burnRate", "lookbacks": []string{"1 hour"}}, `"1 hour" is not a duration`},
		{"lookback of nothing", map[string]any{"queryType": "burnRate", "lookbacks": []string{"0s"}}, "lookbacks: 0s is not a positive duration"},
		{"wrong JSON type", map[string]any{"queryType": "status", "top": "three"}, "top: this is a JSON string; write a whole number"},
		{"unknown severity", map[string]any{"queryType": "burnAlert", "severity": "urgent"}, `severity: "urgent" is not known; write page or ticket`},
		{"negative top", map[string]any{"queryType": "contributors", "label": "route", "top": -1}, "top: -1 is negative"},
		{"no label", map[string]any{"queryType": "contributors"}, "label: contributors needs a label"},
		{"bad operator", map[string]any{"queryType": "status", "filters": []map[string]string{{"key": "a", "operator": "<", "value": "1"}}}, `the operator "<" of a is not known`},
		{"bad expression", map[string]any{"queryType": "status", "filters": []map[string]string{{"key": "a", "operator": "=~", "value": "("}}}, "is not a regular expression"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			response := ask(t.Context(), t, d, test.query, nil)
			if response.Error == nil || !strings.Contains(response.Error.Error(), test.want) {
				t.Fatalf("error is %v, want %q", response.Error, test.want)
			}
			if response.Status != backend.StatusBadRequest || response.ErrorSource != backend.ErrorSourceDownstream {
				t.Errorf("status is %d from %s", response.Status, response.ErrorSource)
			}
		})
	}
}

func TestRanges(t *testing.T) {
	d := open(t, source(t, "http://localhost:1", inline(definitions)))
	tests := []struct {
		name     string
		from, to time.Time
		want     string
	}{
		{"missing", time.Time{}, time.Time{}, "the time range is missing"},
		{"backwards", now, now.Add(-day), "ends before it begins"},
		{"half a century", now.AddDate(-50, 0, 0), now, "d long, more than the 400d of a query; choose a shorter one"},
	}
	for _, test := range tests {
		for _, kind := range []string{"sli", "budget", "projection", "incidents", "windows"} {
			t.Run(test.name+" "+kind, func(t *testing.T) {
				query := twoDays(t, "A", map[string]any{"queryType": kind})
				query.TimeRange = backend.TimeRange{From: test.from, To: test.to}
				answer, err := d.QueryData(t.Context(), &backend.QueryDataRequest{Queries: []backend.DataQuery{query}})
				if err != nil {
					t.Fatal(err)
				}
				if r := answer.Responses["A"]; r.Error == nil || !strings.Contains(r.Error.Error(), test.want) {
					t.Errorf("error is %v, want %q", r.Error, test.want)
				}
			})
		}
	}
}

var alertTypes = []string{"burnAlert", "exhaustionAlert", "budgetAlert", "windowAlert", "noDataAlert"}

func TestServerFails(t *testing.T) {
	server := startShop(t)
	proxy := countRequests(t, server.URL)
	d := open(t, source(t, proxy.URL, inline(definitions)))
	alert := map[string]string{"FromAlert": "true"}
	query := func(kind string) map[string]any { return map[string]any{"queryType": kind, "slos": "availability"} }

	proxy.fail(true)
	for _, kind := range alertTypes {
		if r := ask(t.Context(), t, d, query(kind), alert); r.Error == nil || r.Status != backend.StatusUnauthorized {
			t.Errorf("an alert rule over %s gets %v, %v, want an error", kind, r.Status, r.Error)
		}
	}
	if r := ask(t.Context(), t, d, query("budget"), nil); r.Error == nil {
		t.Error("a panel of series without any answer has no error")
	}
	r := ask(t.Context(), t, d, query("status"), nil)
	if r.Error != nil {
		t.Fatal(r.Error)
	}
	expectStrings(t, r.Frames[0], "state", "no_data")
	expectNotice(t, r.Frames[0], "403", data.NoticeSeverityError)

	proxy.fail(false)
	for _, kind := range alertTypes {
		if r := ask(t.Context(), t, d, query(kind), alert); r.Error != nil {
			t.Errorf("the server works again, but %s: %v", kind, r.Error)
		}
	}

	proxy.fail(true)
	r = ask(t.Context(), t, d, query("windows"), nil)
	if r.Error != nil {
		t.Fatalf("older windows of a server that failed later: %v", r.Error)
	}
	expectNotice(t, r.Frames[0], "Incomplete or out of date", data.NoticeSeverityWarning)
}

// TestErrorSource checks that an alert rule is an error when a store behind the server is
// down, which Thanos reports as it does an expression that cannot be evaluated.
func TestErrorSource(t *testing.T) {
	for name, test := range map[string]struct {
		says   string
		status backend.Status
	}{
		"a store is down": {"expanding series: proxy Series(): rpc error: code = Aborted desc = fetch series for {} 10.0.0.1:10901", backend.StatusBadGateway},
		"no time is left": {"query timed out in query execution", backend.StatusTimeout},
		"the expression":  {"vector cannot contain metrics with the same labelset", backend.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusUnprocessableEntity)
				_ = json.NewEncoder(w).Encode(map[string]string{"status": "error", "errorType": "execution", "error": test.says})
			}))
			t.Cleanup(server.Close)
			d := open(t, source(t, server.URL, inline(definitions)))
			query := map[string]any{"queryType": "noDataAlert", "slos": "availability"}
			r := ask(t.Context(), t, d, query, map[string]string{"FromAlert": "true"})
			if failed := test.status != backend.StatusOK; (r.Error != nil) != failed || failed && r.Status != test.status {
				t.Errorf("got %v, %v; want %v", r.Status, r.Error, test.status)
			}
		})
	}
}

func TestQueriesShareLedgers(t *testing.T) {
	server := startShop(t)
	alone := countRequests(t, server.URL)
	ask(t.Context(), t, open(t, source(t, alone.URL, inline(definitions))), map[string]any{"queryType": "status", "slos": "availability"}, nil)

	together := countRequests(t, server.URL)
	d := open(t, source(t, together.URL, inline(definitions)))
	queries := []backend.DataQuery{}
	for _, refID := range []string{"A", "B", "C", "D"} {
		queries = append(queries, twoDays(t, refID, map[string]any{"queryType": "status", "slos": "availability"}))
	}
	answer, err := d.QueryData(t.Context(), &backend.QueryDataRequest{Queries: queries})
	if err != nil || len(answer.Responses) != 4 {
		t.Fatalf("%d responses, %v", len(answer.Responses), err)
	}
	if alone.count() == 0 || together.count() > alone.count() {
		t.Errorf("four queries at once make %d requests, one makes %d", together.count(), alone.count())
	}
}

func TestDispose(t *testing.T) {
	d := open(t, source(t, "http://localhost:1", inline(definitions)))
	d.Dispose()
	ctx, done := d.withLifetime(t.Context())
	defer done()
	select {
	case <-ctx.Done():
	case <-time.After(time.Minute):
		t.Error("queries go on after the data source is disposed of")
	}
}

func only(t *testing.T, frames data.Frames) *data.Frame {
	t.Helper()
	if len(frames) != 1 {
		t.Fatalf("%d frames, want 1", len(frames))
	}
	return frames[0]
}

func field(t *testing.T, f *data.Frame, name string) *data.Field {
	t.Helper()
	found, _ := f.FieldByName(name)
	if found == nil {
		t.Fatalf("there is no field %s", name)
	}
	return found
}

func number(t *testing.T, f *data.Frame, name string, row int) float64 {
	t.Helper()
	value, ok := field(t, f, name).ConcreteAt(row)
	if !ok {
		t.Fatalf("%s is null in row %d", name, row)
	}
	return value.(float64)
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got-want) > tolerance {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func expectStrings(t *testing.T, f *data.Frame, name string, want ...string) {
	t.Helper()
	column := field(t, f, name)
	var got []string
	for i := range column.Len() {
		value, _ := column.ConcreteAt(i)
		text, _ := value.(string)
		got = append(got, text)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s is %q, want %q", name, got, want)
	}
}

func expectNotice(t *testing.T, f *data.Frame, part string, severity data.NoticeSeverity) {
	t.Helper()
	if !slices.ContainsFunc(f.Meta.Notices, func(n data.Notice) bool { return n.Severity == severity && strings.Contains(n.Text, part) }) {
		t.Errorf("no %s about %q in %v", severity, part, f.Meta.Notices)
	}
}
