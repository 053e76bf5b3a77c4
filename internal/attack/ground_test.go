package attack_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
)

// ground is where the attacks take place: a server, a proxy before it and the
// plugin.
type ground struct {
	server *prometheus.Server
	proxy  *proxy
	// shop is the data source that is attacked.
	shop         backend.PluginContext
	binary, root string
	target       *target
	// sources is how many data sources there are.
	sources atomic.Int64
}

func newGround(t *testing.T) *ground {
	t.Helper()
	server := promtest.Start(t, history)
	g := &ground{server: server, proxy: newProxy(t, server.URL), binary: build(t), root: t.TempDir()}
	g.shop = g.source(t, g.proxy.URL, map[string]any{"definitions": map[string]string{"inline": definitions()}})
	t.Cleanup(func() {
		if g.target != nil {
			g.target.Stop()
		}
	})
	return g
}

// source returns a data source of its own.
func (g *ground) source(t *testing.T, url string, settings map[string]any) backend.PluginContext {
	t.Helper()
	text, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	id := g.sources.Add(1)
	return backend.PluginContext{
		PluginID: "promise-slo-datasource",
		DataSourceInstanceSettings: &backend.DataSourceInstanceSettings{
			ID: id, UID: fmt.Sprint("slo", id), Type: "promise-slo-datasource", Name: "SLOs", URL: url, JSONData: text, Updated: time.Now(),
		},
	}
}

// alive returns the process. If there is none, or the last attack ended it, it
// starts one whose SLOs are known.
func (g *ground) alive(t *testing.T) *target {
	t.Helper()
	if g.target != nil && !g.target.ended() {
		return g.target
	}
	g.target = launch(t, g.binary, g.root)
	for range 2 {
		if _, err := evaluate(t.Context(), g.target, g.shop, known); err != nil {
			t.Fatalf("before the attack: %v", err)
		}
	}
	return g.target
}

const (
	services = 100
	// first is how many of them are of the first tier.
	first = 20
	users = 5000
	// known is the SLO whose alerts are watched.
	known = "s000"
)

var now = time.Now().Truncate(time.Minute)

// history is a day of the shop's requests, four days of its visits, which begin
// long before the window, and eight hours of the logins of thousands of users.
func history(w *prometheus.Writer) {
	for service := range services {
		name := fmt.Sprintf("s%03d", service)
		w.Append(labels.FromStrings("__name__", "requests_total", "code", "200", "service", name), growing(26*time.Hour, time.Minute, 60)...)
		w.Append(labels.FromStrings("__name__", "requests_total", "code", "500", "service", name), growing(26*time.Hour, time.Minute, 1)...)
		for code, rate := range map[string]float64{"200": 120, "500": 1} {
			w.Append(labels.FromStrings("__name__", "visits_total", "code", code, "region", fmt.Sprintf("r%d", service%5), "service", name), growing(100*time.Hour, 2*time.Minute, rate)...)
		}
	}
	for user := range users {
		name, region := fmt.Sprintf("u%04d", user), fmt.Sprintf("r%02d", user%50)
		for code, rate := range map[string]float64{"200": 5, "500": 1} {
			w.Append(labels.FromStrings("__name__", "logins_total", "code", code, "region", region, "user", name), growing(8*time.Hour, 4*time.Minute, rate)...)
		}
	}
}

// growing is a counter until some minutes from now, so that the attacks have fresh
// data.
func growing(age, every time.Duration, rate float64) []prometheus.Sample {
	var samples []prometheus.Sample
	for at, value := now.Add(-age), 0.; at.Before(now.Add(20 * time.Minute)); at, value = at.Add(every), value+rate {
		samples = append(samples, prometheus.Float(at, value))
	}
	return samples
}

// definitions are an SLO for each service, and one for the logins. Services of the first
// tier have a policy, and change all the time.
func definitions() string {
	text := ofServices("requests_total") + sloOf("logins", "3", "logins_total", "")
	for service := range first {
		text += promiseOf(fmt.Sprintf("s%03d", service))
	}
	return text
}

func promiseOf(name string) string {
	return fmt.Sprintf(`---
apiVersion: promise.slo/v1
kind: Promise
metadata: {name: %[1]s}
spec:
  slo: %[1]s
  changes: requests_total{service="%[1]s"}
  policy:
    - {remainingBelow: 90%%, action: Only fixes., blocks: [deploy], until: {remaining: 95%%}}
    - {remainingBelow: 0, action: Nothing., blocks: [deploy, migration], until: window}
`, name)
}

// visits are an SLO for each service, which is cheap to fill.
func visits() string { return ofServices("visits_total") }

// ofServices returns an SLO for each service.
func ofServices(metric string) string {
	var all strings.Builder
	for service := range services {
		name, tier := fmt.Sprintf("s%03d", service), "2"
		if service < first {
			tier = "1"
		}
		all.WriteString(sloOf(name, tier, metric, fmt.Sprintf("service=%q", name)))
	}
	return all.String()
}

func sloOf(name, tier, metric, matchers string) string {
	return fmt.Sprintf(`---
apiVersion: openslo/v1
kind: SLO
metadata: {name: %[1]s, labels: {tier: "%[2]s"}}
spec:
  service: shop
  indicator:
    metadata: {name: %[1]s}
    spec:
      ratioMetric:
        counter: true
        bad: {metricSource: {type: Prometheus, spec: {query: 'sum(%[3]s{code="500",%[4]s})'}}}
        total: {metricSource: {type: Prometheus, spec: {query: 'sum(%[3]s{%[4]s})'}}}
  timeWindow: [{duration: 1d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{displayName: Answers, target: 0.95}]
`, name, tier, metric, matchers)
}
