package plugin

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

func TestHealth(t *testing.T) {
	server := startShop(t)
	locked := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "no", http.StatusUnauthorized)
	}))
	t.Cleanup(locked.Close)
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<html>Log in</html>"))
	}))
	t.Cleanup(page.Close)
	const rewriteRefused = "sum(requests_total{job=\"shop\"})"
	tests := []struct {
		name     string
		settings backend.DataSourceInstanceSettings
		status   backend.HealthStatus
		want     string
	}{
		{"all is well", source(t, server.URL, inline(definitions)), backend.HealthStatusOk, "Found 3 SLOs of 2 services"},
		{"no address", source(t, "", inline(definitions)), backend.HealthStatusError, "the data source has no URL"},
		{"no scheme", source(t, "localhost:9090", inline(definitions)), backend.HealthStatusError, "is not a URL that starts with http"},
		{"nobody there", source(t, "http://localhost:1", inline(definitions)), backend.HealthStatusError, "cannot connect to http://localhost:1"},
		{"wrong password", source(t, locked.URL, inline(definitions)), backend.HealthStatusError, "401"},
		{"a web page", source(t, page.URL, inline(definitions)), backend.HealthStatusError, "Prometheus"},
		{"no definitions", source(t, server.URL, inline("")), backend.HealthStatusError, "no SLO is defined: write definitions in the settings"},
		{"a broken definition", source(t, server.URL, inline(definitions+brokenDefinition)), backend.HealthStatusError,
			"1 error in the definitions: inline:65: spec.objectives[0].target: 99 is out of range"},
		{"a query that cannot be rewritten", source(t, server.URL, inline(strings.Replace(definitions, rewriteRefused, "absent(up)", 1))),
			backend.HealthStatusError, "inline:13: query: `absent(up)`: "},
		{"not YAML", source(t, server.URL, inline("{")), backend.HealthStatusError, "1 error in the definitions: inline"},
		{"folder that is not allowed", source(t, server.URL, Settings{Definitions: DefinitionSettings{Source: sourceFolder}}),
			backend.HealthStatusError, "ask its administrator to set definitions_root"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			result := health(t, open(t, test.settings))
			if result.Status != test.status || !strings.Contains(result.Message, test.want) {
				t.Errorf("%s: %s, want %s: %s", result.Status, result.Message, test.status, test.want)
			}
			if strings.Contains(result.Message, "secret") {
				t.Errorf("the message has the password: %s", result.Message)
			}
		})
	}
}

func TestHealthOfEmptyFolder(t *testing.T) {
	t.Setenv("PROMISE_DEFINITIONS_ROOT", t.TempDir())
	server := startShop(t)
	result := health(t, open(t, source(t, server.URL, Settings{Definitions: DefinitionSettings{Source: sourceFolder}})))
	if result.Status != backend.HealthStatusError || !strings.Contains(result.Message, "put definitions into its folder") {
		t.Errorf("%s: %s", result.Status, result.Message)
	}
}

func TestHealthWithCredentials(t *testing.T) {
	server := startShop(t)
	proxy := countRequests(t, server.URL)
	proxy.check = func(r *http.Request, body string) bool {
		user, password, _ := r.BasicAuth()
		return user == "reader" && password == "secret" && r.Header.Get("X-Scope-OrgID") == "tenant" && strings.Contains(body+r.URL.RawQuery, "dedup=true")
	}
	settings := source(t, proxy.URL, inline(definitions))
	settings.BasicAuthEnabled, settings.BasicAuthUser = true, "reader"
	settings.JSONData = written(t, map[string]any{
		"definitions": map[string]string{"inline": definitions}, "httpHeaderName1": "X-Scope-OrgID", "queryParams": "dedup=true",
	})
	settings.DecryptedSecureJSONData = map[string]string{"basicAuthPassword": "secret", "httpHeaderValue1": "tenant"}
	if result := health(t, open(t, settings)); result.Status != backend.HealthStatusOk {
		t.Errorf("with the right credentials: %s", result.Message)
	}
	settings.DecryptedSecureJSONData["basicAuthPassword"] = "secret-but-wrong"
	result := health(t, open(t, settings))
	if result.Status != backend.HealthStatusError || !strings.Contains(result.Message, "403") || strings.Contains(result.Message, "secret") {
		t.Errorf("with the wrong credentials: %s: %s", result.Status, result.Message)
	}
}

func TestHealthDetails(t *testing.T) {
	server := startShop(t)
	result := health(t, open(t, source(t, server.URL, inline(definitions+brokenDefinition))))
	var details healthDetails
	if err := json.Unmarshal(result.JSONDetails, &details); err != nil {
		t.Fatal(err)
	}
	if details.SLOs != 3 || !slices.Equal(details.Services, []string{"nothing", "shop"}) || len(details.Errors) != 1 {
		t.Errorf("details are %+v", details)
	}
	if !strings.HasPrefix(details.Server, "Prometheus") {
		t.Errorf("the server is %q", details.Server)
	}
}

func health(t *testing.T, d *Datasource) *backend.CheckHealthResult {
	t.Helper()
	result, err := d.CheckHealth(t.Context(), &backend.CheckHealthRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestHealthSummary(t *testing.T) {
	for want, h := range map[string]healthDetails{
		"1 SLO of 2 services": {SLOs: 1, Services: []string{"a", "b"}},
		"8 SLOs of 1 service, 5 of them read from recorded series, 1 warning": {
			SLOs: 8, Services: []string{"a"}, Recorded: 5, Warnings: []string{"w"},
		},
	} {
		if got := h.summary(); got != want {
			t.Errorf("found %q, want %q", got, want)
		}
	}
}
