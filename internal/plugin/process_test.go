package plugin_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/promise-slo/promise-slo-datasource/internal/plugin"
	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
)

const definition = `
apiVersion: openslo/v1
kind: SLO
metadata: {name: availability, labels: {team: payments}}
spec:
  service: shop
  indicator:
    metadata: {name: availability}
    spec:
      ratioMetric:
        counter: true
        bad: {metricSource: {type: Prometheus, spec: {query: 'sum(requests_total{code="500"})'}}}
        total: {metricSource: {type: Prometheus, spec: {query: 'sum(requests_total)'}}}
  timeWindow: [{duration: 1d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{displayName: Answers, target: 0.99}]
`

// The plugin's process has no clock but the machine's.
var now = time.Now().Truncate(time.Minute)

// traffic is two days of 10 good requests and a bad one every minute.
func traffic(w *prometheus.Writer) {
	for code, rate := range map[string]int{"200": 10, "500": 1} {
		var samples []prometheus.Sample
		for minute := range 2 * 24 * 60 {
			at := now.Add(time.Duration(minute+1-2*24*60) * time.Minute)
			samples = append(samples, prometheus.Float(at, float64(rate*minute)))
		}
		w.Append(labels.FromStrings("__name__", "requests_total", "code", code), samples...)
	}
}

// build builds the plugin's executable.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "gpx_promise_slo")
	command := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "../../pkg")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	return binary
}

func start(t *testing.T, env ...string) *plugin.Process {
	t.Helper()
	p, err := plugin.Start(t.Context(), build(t), env...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Stop)
	return p
}

// about is the context of requests about a data source whose settings changed
// at a time.
func about(t *testing.T, url string, settings map[string]any, changed time.Time) backend.PluginContext {
	t.Helper()
	text, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	return backend.PluginContext{
		PluginID: "promise-slo-datasource",
		DataSourceInstanceSettings: &backend.DataSourceInstanceSettings{
			ID: 1, UID: "slo", Type: "promise-slo-datasource", Name: "SLOs", URL: url, JSONData: text, Updated: changed,
		},
	}
}

func TestPlugin(t *testing.T) {
	server := promtest.Start(t, traffic)
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "shop.yaml"), []byte(definition), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, "GF_PLUGIN_DEFINITIONS_ROOT="+root)
	folder := about(t, server.URL, map[string]any{"definitions": map[string]string{"source": "folder"}}, now)
	empty := about(t, server.URL, map[string]any{}, now.Add(time.Second))

	t.Run("health", func(t *testing.T) {
		result, err := p.CheckHealth(t.Context(), &backend.CheckHealthRequest{PluginContext: folder})
		if err != nil || result.Status != backend.HealthStatusOk || !strings.Contains(result.Message, "1 SLO of 1 service") {
			t.Errorf("%+v, %v", result, err)
		}
	})
	t.Run("query", func(t *testing.T) { checkQuery(t, p, folder) })
	t.Run("resource", func(t *testing.T) {
		answer, err := p.CallResource(t.Context(), &backend.CallResourceRequest{PluginContext: folder, Method: "GET", Path: "teams", URL: "teams"})
		if err != nil || answer.Status != 200 || strings.TrimSpace(string(answer.Body)) != `["payments"]` {
			t.Errorf("%+v, %v", answer, err)
		}
	})
	t.Run("attacks", func(t *testing.T) { checkAttacks(t, p, folder) })
	t.Run("settings change without a restart", func(t *testing.T) {
		result, err := p.CheckHealth(t.Context(), &backend.CheckHealthRequest{PluginContext: empty})
		if err != nil || result.Status != backend.HealthStatusError || !strings.Contains(result.Message, "no SLO is defined") {
			t.Errorf("%+v, %v", result, err)
		}
	})
	t.Run("metrics", func(t *testing.T) {
		text, err := p.CollectMetrics(t.Context())
		if err != nil || !strings.Contains(string(text), "go_memstats_heap_alloc_bytes") {
			t.Errorf("%s, %v", text, err)
		}
	})
	awaitLog(t, p, "not healthy")
	t.Run("it lives until it is stopped", func(t *testing.T) {
		if p.Exited() || p.PID() == 0 {
			t.Errorf("exited: %t, PID %d", p.Exited(), p.PID())
		}
		if p.Stop(); !p.Exited() {
			t.Error("it is still there")
		}
	})
}

// awaitLog waits for a line of the plugin's log, which comes by a pipe of its own.
func awaitLog(t *testing.T, p *plugin.Process, text string) {
	t.Helper()
	for range 100 {
		if strings.Contains(p.Log(), text) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("the log does not have %q:\n%s", text, p.Log())
}

func checkQuery(t *testing.T, p *plugin.Process, about backend.PluginContext) {
	request := &backend.QueryDataRequest{PluginContext: about, Queries: []backend.DataQuery{
		{RefID: "A", JSON: []byte(`{"queryType":"status"}`), TimeRange: backend.TimeRange{From: now.Add(-time.Hour), To: now}},
		{RefID: "B", JSON: []byte(`{"queryType":"stratus"}`), TimeRange: backend.TimeRange{From: now.Add(-time.Hour), To: now}},
	}}
	answer, err := p.QueryData(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	if wrong := answer.Responses["B"]; wrong.Error == nil || wrong.Status != backend.StatusBadRequest {
		t.Errorf("a query of an unknown type: %v, %v", wrong.Status, wrong.Error)
	}
	good := answer.Responses["A"]
	if good.Error != nil || len(good.Frames) != 1 {
		t.Fatalf("%d frames, %v", len(good.Frames), good.Error)
	}
	state, _ := good.Frames[0].FieldByName("state")
	sli, _ := good.Frames[0].FieldByName("sli")
	if state == nil || sli == nil || state.Len() != 1 {
		t.Fatalf("the frame is %+v", good.Frames[0])
	}
	value, _ := sli.ConcreteAt(0)
	if got, ok := value.(float64); !ok || got < 0.908 || got > 0.910 || state.At(0) != "exhausted" {
		t.Errorf("SLI is %v and state %v, want 10/11 and exhausted", value, state.At(0))
	}
}

func TestStartOfWhatIsNoPlugin(t *testing.T) {
	for name, binary := range map[string]string{"missing": "/no/such/plugin", "not a plugin": "/bin/true"} {
		t.Run(name, func(t *testing.T) {
			p, err := plugin.Start(t.Context(), binary)
			if err == nil {
				p.Stop()
				t.Fatal("it starts")
			}
			if !strings.Contains(err.Error(), binary) {
				t.Errorf("the error does not name the executable: %v", err)
			}
		})
	}
}

// checkAttacks asks for far too much and checks that all is refused as the asker's
// mistake, soon, and that the plugin goes on.
func checkAttacks(t *testing.T, p *plugin.Process, about backend.PluginContext) {
	hour := backend.TimeRange{From: now.Add(-time.Hour), To: now}
	attacks := map[string]backend.DataQuery{
		"an hour of 1970":    {JSON: []byte(`{"queryType":"status"}`), TimeRange: backend.TimeRange{From: time.Unix(0, 0), To: time.Unix(3600, 0)}},
		"50 years":           {JSON: []byte(`{"queryType":"sli"}`), TimeRange: backend.TimeRange{From: now.AddDate(-50, 0, 0), To: now}},
		"an interval":        {JSON: []byte(`{"queryType":"sli"}`), TimeRange: hour, Interval: 290 * 365 * 24 * time.Hour},
		"many lookbacks":     {JSON: []byte(`{"queryType":"sli","lookbacks":["` + lookbacks(301) + `"]}`), TimeRange: hour},
		"a long query":       {JSON: []byte(`{"queryType":"status","slos":"` + strings.Repeat("x", 1<<20) + `"}`), TimeRange: hour},
		"a deep query":       {JSON: []byte(strings.Repeat("[", 60_000)), TimeRange: hour},
		"the metric's name":  {JSON: []byte(`{"queryType":"status","groupBy":["__name__"]}`), TimeRange: hour},
		"many repetitions":   {JSON: []byte(`{"queryType":"status","slos":"{slo=~\"` + strings.Repeat("x{1000}", 1000) + `\"}"}`), TimeRange: hour},
		"a thousand filters": {JSON: []byte(`{"queryType":"status","filters":[` + strings.Repeat(`{},`, 1000) + `{}]}`), TimeRange: hour},
	}
	request := &backend.QueryDataRequest{PluginContext: about}
	for name, q := range attacks {
		q.RefID = name
		request.Queries = append(request.Queries, q)
	}
	begun := time.Now()
	answer, err := p.QueryData(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	if taken := time.Since(begun); taken > 5*time.Second {
		t.Errorf("all is refused after %s", taken)
	}
	for name := range attacks {
		if r := answer.Responses[name]; r.Error == nil || r.Status != backend.StatusBadRequest || r.ErrorSource != backend.ErrorSourceDownstream {
			t.Errorf("%s: %d from %s: %v", name, r.Status, r.ErrorSource, r.Error)
		}
	}
	checkQuery(t, p, about)
}

// lookbacks are so many, as they stand between quotation marks.
func lookbacks(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("%dm", i+1))
	}
	return strings.Join(all, `","`)
}
