package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
)

// now ends the test's data. The hour of a day before lies within yesterday,
// as the outage does.
var now = time.Date(2026, 6, 17, 13, 35, 0, 0, time.UTC)

const day = 24 * time.Hour

// shop has two routes with 60 good requests a minute each, for nine days. A
// day ago /pay had 30 bad ones a minute as well, for an hour.
func shop(w *prometheus.Writer) {
	outage := now.Add(-day)
	for _, route := range []string{"/pay", "/cart"} {
		var good, bad []prometheus.Sample
		failed := 0.
		for minute := range int(9 * day / time.Minute) {
			at := now.Add(-9*day + time.Duration(minute+1)*time.Minute)
			if route == "/pay" && at.After(outage) && !at.After(outage.Add(time.Hour)) {
				failed += 30
			}
			good = append(good, prometheus.Float(at, float64(60*minute)))
			bad = append(bad, prometheus.Float(at, failed))
		}
		w.Append(requests(route, "200"), good...)
		w.Append(requests(route, "500"), bad...)
	}
}

func requests(route, code string) labels.Labels {
	return labels.FromStrings("__name__", "requests_total", "job", "shop", "route", route, "code", code)
}

// The truth about a window of seven days.
const (
	shopBad   = 60 * 30.
	shopTotal = 2*60*7*24*60 + shopBad
)

const (
	definitions      = deftest.Shop
	brokenDefinition = deftest.Impossible
)

// source returns the settings of a data source.
func source(t testing.TB, address string, settings Settings) backend.DataSourceInstanceSettings {
	t.Helper()
	return backend.DataSourceInstanceSettings{
		ID: 1, UID: "slo", Type: "promise-slo-datasource", Name: "SLOs", URL: address, JSONData: written(t, settings),
	}
}

func written(t testing.TB, value any) json.RawMessage {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// inline returns settings that contain definitions.
func inline(text string) Settings {
	return Settings{Definitions: DefinitionSettings{Source: sourceInline, Inline: text}}
}

// open returns a data source at the end of the test's data.
func open(t testing.TB, settings backend.DataSourceInstanceSettings) *Datasource {
	t.Helper()
	instance, err := factory(func() time.Time { return now })(t.Context(), settings)
	if err != nil {
		t.Fatal(err)
	}
	d := instance.(*Datasource)
	t.Cleanup(d.Dispose)
	return d
}

// ask asks one query over the last two days.
func ask(ctx context.Context, t testing.TB, d *Datasource, query map[string]any, headers map[string]string) backend.DataResponse {
	t.Helper()
	answer, err := d.QueryData(ctx, &backend.QueryDataRequest{Headers: headers, Queries: []backend.DataQuery{twoDays(t, "A", query)}})
	if err != nil {
		t.Fatal(err)
	}
	return answer.Responses["A"]
}

func twoDays(t testing.TB, refID string, query map[string]any) backend.DataQuery {
	return backend.DataQuery{
		RefID: refID, JSON: written(t, query), MaxDataPoints: 100, Interval: time.Minute,
		TimeRange: backend.TimeRange{From: now.Add(-2 * day), To: now},
	}
}

// counter counts the requests that reach a server.
type counter struct {
	*httptest.Server
	mu       sync.Mutex
	requests []string
	failing  bool
	// check says whether a request is let through, if set.
	check func(r *http.Request, body string) bool
}

// countRequests starts a proxy before a server.
func countRequests(t testing.TB, address string) *counter {
	t.Helper()
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	c := &counter{}
	proxy := httputil.NewSingleHostReverseProxy(target)
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if c.seen(r) || err != nil || c.check != nil && !c.check(r, string(body)) {
			http.Error(w, "down", http.StatusForbidden)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *counter) seen(r *http.Request) (failing bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests = append(c.requests, r.URL.Path)
	return c.failing
}

func (c *counter) fail(failing bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failing = failing
}

func (c *counter) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.requests)
}

func startShop(t testing.TB) *prometheus.Server {
	t.Helper()
	return promtest.Start(t, shop)
}
