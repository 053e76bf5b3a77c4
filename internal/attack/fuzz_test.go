package attack_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/prometheus/common/model"

	"github.com/promise-slo/promise-slo-datasource/pkg/plugin"
)

// promised are SLOs of two teams that depend on each other, with promises, one of
// which is broken.
func promised() string {
	text := sloOf("s000", "1", "requests_total", `service="s000"`) + sloOf("s001", "2", "requests_total", `service="s001"`) +
		strings.Replace(sloOf("by-code", "1", "requests_total", ""), "sum(", "sum by (code) (", 2)
	for name, needs := range map[string]string{"s000": "[shop, bank]", "s001": "[shop, s000, \"\"]", "by-code": "{a: b}", "nobody": "[shop]"} {
		text += fmt.Sprintf(`---
apiVersion: promise.slo/v1
kind: Promise
metadata: {name: %[1]s}
spec:
  slo: %[1]s
  owner: {team: team-%[1]s, contact: "#%[1]s"}
  agreed:
    engineering: {name: Ada Lovelace, date: 2026-01-10}
  reason: It is asked for.
  dependsOn: %[2]s
  history:
    - {target: 0.95, from: 2026-01-01, reason: A start, agreedBy: [Ada Lovelace]}
  policy:
    - {remainingBelow: 50%%, action: Look at it}
    - {remainingBelow: 0, action: Stop, until: there is some again}
`, name, needs)
	}
	return text
}

// FuzzProcess asks any query, of any range, as Grafana does, of SLOs with promises
// on a server with data, and any resource. Nothing panics, nothing takes long, and
// nothing is the plugin's own fault.
func FuzzProcess(f *testing.F) {
	at := now.UnixMilli()
	const hour = 3_600_000
	for _, kind := range append(kinds, "slos", "none") {
		for _, rest := range []string{
			`"slos":"{neededBy=\"team-s000\"}"`, `"slos":"{neededBy!~\"team-.*|\",team=\"team-s001\"}"`, `"slos":"by-code","groupBy":["code","service"],"label":"code"`,
			`"adhocFilters":[{"key":"neededBy","operator":"=|","values":["a","team-s000"]},{"key":"code","operator":"!=","value":"500"}]`,
			`"lookbacks":["1m","1d"],"threshold":0.5,"top":1,"severity":"page","objective":"answers"`,
		} {
			f.Add([]byte(`{"queryType":"`+kind+`",`+rest+`}`), at-2*hour, at, int64(60_000), int64(100), "slos?slos={neededBy=\"team-s000\"}")
		}
	}
	for _, text := range []string{``, `null`, `[]`, `{"filters":[null]}`, `{"queryType":"sli","adhocFilters":[{"key":"a","operator":"=~","value":"("}]}`} {
		f.Add([]byte(text), int64(0), int64(math.MaxInt64), int64(math.MinInt64), int64(math.MaxInt64), "labels/neededBy/values?slos=%7B")
		f.Add([]byte(text), at, at-hour, int64(-1), int64(-1), "preview?slo=s000&window=1h")
	}
	server := httptest.NewServer(http.HandlerFunc(imitate))
	f.Cleanup(server.Close)
	settings, err := json.Marshal(map[string]any{"definitions": map[string]string{"inline": promised()}})
	if err != nil {
		f.Fatal(err)
	}
	instance, err := plugin.Factory()(f.Context(), backend.DataSourceInstanceSettings{URL: server.URL, JSONData: settings})
	if err != nil {
		f.Fatal(err)
	}
	d := instance.(*plugin.Datasource)
	f.Cleanup(d.Dispose)
	status := query("status", nil)
	status.RefID = "A"
	answer, err := d.QueryData(f.Context(), &backend.QueryDataRequest{Queries: []backend.DataQuery{status}})
	if err != nil || numbers(answer.Responses["A"].Frames) < 20 {
		f.Fatalf("there is nothing to fuzz: %+v, %v", answer, err)
	}
	f.Fuzz(func(t *testing.T, text []byte, from, to, interval, points int64, resource string) {
		began := time.Now()
		fuzzQuery(t, d, backend.DataQuery{
			RefID: "A", JSON: text, Interval: time.Duration(interval) * time.Millisecond, MaxDataPoints: points,
			TimeRange: backend.TimeRange{From: time.UnixMilli(from), To: time.UnixMilli(to)},
		})
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			fuzzResource(t, d, method, resource, text)
		}
		if took := time.Since(began); took > patience {
			t.Errorf("%s and %s took %s", text, resource, took)
		}
	})
}

func fuzzQuery(t *testing.T, d *plugin.Datasource, q backend.DataQuery) {
	for _, alert := range []string{"true", "false"} {
		answer, err := d.QueryData(t.Context(), &backend.QueryDataRequest{
			Headers: map[string]string{backend.FromAlertHeaderName: alert}, Queries: []backend.DataQuery{q},
		})
		if err != nil {
			t.Fatalf("%s: %v", q.JSON, err)
		}
		response := answer.Responses[q.RefID]
		if response.Error != nil && response.ErrorSource != backend.ErrorSourceDownstream {
			t.Errorf("%s: %d: %v", q.JSON, response.Status, response.Error)
		}
		if _, err := response.Frames.MarshalArrow(); err != nil {
			t.Errorf("%s: %v", q.JSON, err)
		}
	}
}

func fuzzResource(t *testing.T, d *plugin.Datasource, method, resource string, body []byte) {
	path, _, _ := strings.Cut(resource, "?")
	err := d.CallResource(t.Context(), &backend.CallResourceRequest{Method: method, Path: path, URL: resource, Body: body},
		backend.CallResourceResponseSenderFunc(func(answer *backend.CallResourceResponse) error {
			if answer.Status == http.StatusInternalServerError && !malformedURL(resource) {
				t.Errorf("%s: %d: %s", resource, answer.Status, answer.Body)
			}
			return nil
		}))
	if err != nil && !malformedURL(resource) {
		t.Errorf("%s: %v", resource, err)
	}
}

// malformedURL reports whether an address is none that Grafana asks for.
func malformedURL(resource string) bool {
	_, err := url.Parse(resource)
	return err != nil
}

var rangeSelector = regexp.MustCompile(`\[(\d\w*)\]`)

// imitate answers as a server with two counters that grow, whatever is asked.
func imitate(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	expr := r.FormValue("query")
	seconds := func(name string) float64 { s, _ := strconv.ParseFloat(r.FormValue(name), 64); return s }
	switch selector := rangeSelector.FindStringSubmatch(expr); {
	case strings.HasSuffix(r.URL.Path, "/query_range"):
		matrix(w, seconds("start"), seconds("end"), max(seconds("step"), 0.001))
	case strings.HasSuffix(r.URL.Path, "/query") && selector != nil && strings.HasSuffix(expr, "]"):
		length, err := model.ParseDuration(selector[1])
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		end := seconds("time")
		matrix(w, math.Ceil((end-time.Duration(length).Seconds())/60)*60, end, 60)
	case strings.HasSuffix(r.URL.Path, "/query"):
		fmt.Fprintf(w, `{"status":"success","data":{"resultType":"vector","result":[{"metric":{"code":"200"},"value":[%f,"7"]}]}}`, seconds("time"))
	case strings.Contains(r.URL.Path, "/label"):
		fmt.Fprint(w, `{"status":"success","data":["code","service"]}`)
	default:
		fmt.Fprint(w, `{"status":"success","data":[]}`)
	}
}

// matrix writes two counters.
func matrix(w http.ResponseWriter, start, end, step float64) {
	fmt.Fprint(w, `{"status":"success","data":{"resultType":"matrix","result":[`)
	for i, code := range []string{"200", "500"} {
		if i > 0 {
			fmt.Fprint(w, ",")
		}
		fmt.Fprintf(w, `{"metric":{"__name__":"requests_total","code":%q,"service":"s000"},"values":[`, code)
		for n, at := 0, start; at <= end && n < 11_000; n, at = n+1, at+step {
			if n > 0 {
				fmt.Fprint(w, ",")
			}
			fmt.Fprintf(w, `[%f,"%d"]`, at, int64(at)/60)
		}
		fmt.Fprint(w, `]}`)
	}
	fmt.Fprint(w, `]}}`)
}
