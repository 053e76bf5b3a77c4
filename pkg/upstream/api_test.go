package upstream

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"
)

func TestBuildinfo(t *testing.T) {
	for name, test := range map[string]struct {
		data string
		want Build
	}{
		"Prometheus":      {`{"version":"3.5.0","revision":"abc","goVersion":"go1.24"}`, Build{Prometheus, "3.5.0", "abc"}},
		"Mimir":           {`{"application":"Grafana Mimir","version":"2.17.0","revision":"abc","goVersion":"go1.24","features":{"ruler_config_api":"true"}}`, Build{Mimir, "2.17.0", "abc"}},
		"Cortex":          {`{"application":"Cortex","version":"1.19.0","revision":"abc","goVersion":"go1.24"}`, Build{Cortex, "1.19.0", "abc"}},
		"Thanos":          {`{"version":"0.39.2","revision":"abc","goVersion":"go1.24"}`, Build{Thanos, "0.39.2", "abc"}},
		"VictoriaMetrics": {`{"version":"2.24.0"}`, Build{VictoriaMetrics, "2.24.0", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			address, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if got := r.Method + " " + r.URL.Path; got != "GET /api/v1/status/buildinfo" {
					t.Errorf("asked for %s", got)
				}
				say(200, "application/json", `{"status":"success","data":`+test.data+`}`)(w, r)
			})
			got, err := impatient(t, Options{URL: address}).Buildinfo(t.Context())
			if err != nil || got != test.want {
				t.Errorf("got %+v, %v, want %+v", got, err, test.want)
			}
		})
	}
}

func TestBuildinfoUnknown(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"no such page": say(404, "text/plain", "404 page not found"),
		"no version":   say(200, "application/json", `{"status":"success","data":{}}`),
		"null":         say(200, "application/json", `{"status":"success","data":null}`),
		"no object":    say(200, "application/json", `{"status":"success","data":7}`),
	} {
		address, _ := serve(t, handler)
		got, err := impatient(t, Options{URL: address}).Buildinfo(t.Context())
		if kind, _ := KindOf(err); err == nil || kind != NotPrometheus || got != (Build{}) {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

func TestLabelValues(t *testing.T) {
	address, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		if r.Method != http.MethodGet || r.URL.Path != "/api/v1/label/job/values" {
			t.Errorf("asked for %s %s", r.Method, r.URL.Path)
		}
		if !slices.Equal(query["match[]"], []string{`{a="b"}`, `up`}) || query.Get("start") != "1700000100" || query.Get("end") != "1700003700" {
			t.Errorf("asked with %v", query)
		}
		say(200, "application/json", `{"status":"success","data":["a","b"]}`)(w, r)
	})
	got, err := impatient(t, Options{URL: address}).LabelValues(t.Context(), "job", []string{`{a="b"}`, `up`}, epoch, epoch.Add(time.Hour))
	if err != nil || !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("got %v, %v", got, err)
	}
}

// TestLabelNames asks about more matchers than fit into a URL.
func TestLabelNames(t *testing.T) {
	matchers := make([]string, 500)
	for i := range matchers {
		matchers[i] = fmt.Sprintf(`requests_total{job="%03d"}`, i)
	}
	var mu sync.Mutex
	var asked []string
	address, requests := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v1/labels" || len(r.URL.RawQuery) > 8000 {
			t.Errorf("asked for %s with %d bytes", r.URL.Path, len(r.URL.RawQuery))
		}
		some := r.URL.Query()["match[]"]
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, some...)
		say(200, "application/json", fmt.Sprintf(`{"status":"success","data":["job","of_%d"]}`, len(asked)-len(some)))(w, r)
	})
	got, err := impatient(t, Options{URL: address}).LabelNames(t.Context(), matchers, epoch, epoch.Add(time.Hour))
	if err != nil || len(got) != 1+int(requests.Load()) || !slices.IsSorted(got) || got[0] != "job" {
		t.Errorf("got %v, %v of %d requests", got, err, requests.Load())
	}
	slices.Sort(asked)
	if !slices.Equal(asked, matchers) {
		t.Errorf("asked about %d matchers, want each of %d once", len(asked), len(matchers))
	}
}

func TestBatchTexts(t *testing.T) {
	for name, test := range map[string]struct {
		texts []string
		want  [][]string
	}{
		"nothing":             {nil, [][]string{nil}},
		"all in one":          {[]string{"ab", "cd", "e"}, [][]string{{"ab", "cd", "e"}}},
		"more than fits":      {[]string{"abc", "def", "g"}, [][]string{{"abc"}, {"def", "g"}}},
		"one that is longer":  {[]string{"abcdefgh", "i"}, [][]string{{"abcdefgh"}, {"i"}}},
		"escaped in the URL":  {[]string{"{}", "a"}, [][]string{{"{}"}, {"a"}}},
		"the longest is last": {[]string{"a", "bcdefghi"}, [][]string{{"a"}, {"bcdefghi"}}},
	} {
		if got := batchTexts(test.texts, 5); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestServesAddress(t *testing.T) {
	for _, test := range []struct {
		ours, other string
		want        bool
	}{
		{"http://localhost:9090", "http://localhost:9090/", true},
		{"http://me:secret@mimir/prometheus?dedup=true", "http://MIMIR:80/prometheus", true},
		{"https://mimir/prometheus/", "https://mimir:443/prometheus", true},
		{"http://[::1]:9090", "http://[::1]:9090", true},
		{"http://mimir", "https://mimir", false},
		{"http://mimir/prometheus", "http://mimir", false},
		{"http://mimir", "http://mimir:8080", false},
		{"http://mimir", "mimir", false},
		{"http://mimir", "", false},
	} {
		if got := impatient(t, Options{URL: test.ours}).ServesAddress(test.other); got != test.want {
			t.Errorf("%s is at %s: %v", test.ours, test.other, got)
		}
	}
}

func TestCheck(t *testing.T) {
	fine, _ := serve(t, say(200, "application/json", `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"1"]}]}}`))
	if err := impatient(t, Options{URL: fine}).Check(t.Context()); err != nil {
		t.Error(err)
	}
	wrong, _ := serve(t, say(200, "application/json", okBody))
	wantError(t, impatient(t, Options{URL: wrong}).Check(t.Context()), NotPrometheus, "vector(1)")
}

func TestResolution(t *testing.T) {
	for name, test := range map[string]struct {
		params url.Values
		asked  time.Duration
		want   string
	}{
		"raw samples by default":   {nil, 0, "0s"},
		"downsampled for a call":   {nil, time.Hour, "3600s"},
		"not the user's own":       {url.Values{"max_source_resolution": {"5m"}}, 0, "0s"},
		"a call's over the user's": {url.Values{"max_source_resolution": {"5m"}}, time.Hour, "3600s"},
	} {
		t.Run(name, func(t *testing.T) {
			address, requests := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if got := r.FormValue("max_source_resolution"); got != test.want {
					t.Errorf("asked for %q, want %q", got, test.want)
				}
				say(200, "application/json", `{"status":"success","data":{"resultType":"matrix","result":[]}}`)(w, r)
			})
			c := impatient(t, Options{URL: address, Params: test.params})
			q := Query{Expr: "up", Resolution: test.asked}
			if _, _, err := c.InstantQuery(t.Context(), q, epoch); err != nil {
				t.Error(err)
			}
			if _, _, err := c.RangeQuery(t.Context(), q, epoch, epoch, time.Minute); err != nil {
				t.Error(err)
			}
			if n := requests.Load(); n != 2 {
				t.Errorf("%d requests, want 2", n)
			}
		})
	}
}

func TestUserParamsTakePrecedence(t *testing.T) {
	address, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		for name, want := range map[string]string{"partial_response": "true", "deny_partial_response": "0", "nocache": "0"} {
			if got := r.FormValue(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		say(200, "application/json", okBody)(w, r)
	})
	c := impatient(t, Options{URL: address + "?nocache=0", Params: url.Values{"partial_response": {"true"}, "deny_partial_response": {"0"}}})
	if _, _, err := c.Instant(t.Context(), "up", epoch); err != nil {
		t.Error(err)
	}
}
