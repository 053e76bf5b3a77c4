package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/internal/grafanatest"
)

// stories names the folder with definitions of three teams.
const stories = "../../../internal/story/definitions"

func TestGrafanaSync(t *testing.T) {
	server := grafanatest.New(t)
	env := map[string]string{"GRAFANA_URL": server.URL, "GRAFANA_TOKEN": grafanatest.Token}
	const links = "promise: 2 warnings in the definitions; promise validate prints them\n" +
		"promise: dashboards link to dashboards that are not in Grafana: promise-incidents, promise-promises, promise-slo, promise-team\n"
	documented, err := os.ReadFile("../../../docs/grafana.md")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name           string
		args           []string
		stdout, stderr string
	}{
		{
			"dry run", []string{"--dry-run"},
			`would create team "catalog"
would create folder "Promises of catalog"
would change permissions of folder "Promises of catalog": role Editor View (was Edit), team catalog Edit (was nothing)
would create dashboard "catalog" in folder "Promises of catalog"
`, "3 teams: 9 would be created, 3 would be changed, 0 failed\n",
		},
		{
			"first", nil,
			`created team "catalog"
created folder "Promises of catalog"
changed permissions of folder "Promises of catalog": role Editor View (was Edit), team catalog Edit (was nothing)
created dashboard "catalog" in folder "Promises of catalog"
`, "3 teams: 9 created, 3 changed, 0 failed\n",
		},
		{
			"again", []string{"--keep-permissions", "--no-teams", "--datasource=Promise", "--url", server.URL, "--token", grafanatest.Token},
			"unchanged team \"catalog\"\nunchanged team \"payments\"\nunchanged team \"platform\"\n",
			"3 teams: 0 created, 0 changed, 0 failed\n",
		},
		{
			"dry run again", []string{"--dry-run"},
			"unchanged team \"catalog\"\nunchanged team \"payments\"\nunchanged team \"platform\"\n",
			"3 teams: 0 would be created, 0 would be changed, 0 failed\n",
		},
		{
			"alert rules", []string{"--alert-rules"},
			"unchanged team \"catalog\"\nunchanged team \"payments\"\nunchanged team \"platform\"\n" +
				`created alert rules in folder "Promises of catalog"
created alert rules in folder "Promises of payments"
created alert rules in folder "Promises of platform"
created folder "Promises"
created alert rules in folder "Promises"
`, "3 teams: 5 created, 0 changed, 0 failed\n",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := call(t.Context(), t, env, append([]string{"grafana", "sync", "--definitions", stories}, test.args...)...)
			if got.code != exitFine || !strings.HasPrefix(got.stdout, test.stdout) || got.stderr != links+test.stderr {
				t.Errorf("got %d\n%s%s\nwant\n%s%s", got.code, got.stdout, got.stderr, test.stdout, test.stderr)
			}
			if (test.name == "first" || test.name == "alert rules") && !strings.Contains(string(documented), got.stdout+test.stderr) {
				t.Errorf("docs/grafana.md shows something else than\n%s%s", got.stdout, test.stderr)
			}
		})
	}

	folder := t.TempDir()
	content, err := os.ReadFile(filepath.Join(stories, "search.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	one := filepath.Join(folder, "search.yaml")
	if err := os.WriteFile(one, []byte(strings.ReplaceAll(string(content), "team: catalog", "squad: catalog")), 0o600); err != nil {
		t.Fatal(err)
	}
	const gone = `kept dashboard "catalog" in folder "Promises of catalog": the definitions have no valid SLO of its team`
	server.ProvisionRules()
	if got := call(t.Context(), t, env, "grafana", "sync", "--definitions", stories, "--alert-rules"); !strings.Contains(got.stdout, `unchanged alert rules in folder "Promises": they come from a provisioning file`) {
		t.Errorf("got %+v", got)
	}
	got := call(t.Context(), t, env, "grafana", "sync", "--definitions", one)
	if got.code != exitFine || !strings.Contains(got.stdout, gone) || !strings.Contains(got.stderr, "without a team: ") {
		t.Errorf("got %+v", got)
	}
}

func TestGrafanaSyncFails(t *testing.T) {
	sync := func(t *testing.T, prepare func(*grafanatest.Server), args ...string) outcome {
		server := grafanatest.New(t)
		prepare(server)
		env := map[string]string{"GRAFANA_URL": server.URL, "GRAFANA_TOKEN": grafanatest.Token}
		return call(t.Context(), t, env, append([]string{"grafana", "sync", "--definitions", stories}, args...)...)
	}
	nothing := func(*grafanatest.Server) {}
	for name, test := range map[string]struct {
		prepare func(*grafanatest.Server)
		args    []string
		want    string
	}{
		"wrong token":     {nothing, []string{"--token=glsa_old"}, "promise: signing in: Grafana says 401 Unauthorized: Invalid API key; sign in with the token of a service account that has the role Admin\n"},
		"several sources": {func(s *grafanatest.Server) { s.SetDataSources("a", "b") }, nil, "promise: there are 2 data sources of SLO Promise: choose one of the uids a, b\n"},
		"unknown source":  {nothing, []string{"--datasource=metrics"}, `promise: there is no data source of SLO Promise with the uid or name "metrics"` + "\n"},
		"rules refused": {func(s *grafanatest.Server) {
			s.Refuse("GET /api/v1/provisioning/alert-rules", http.StatusForbidden, "")
		}, []string{"--alert-rules"}, "promise: alert rules failed: looking for alert rules: Grafana says 403 Forbidden; the service account needs the role Admin, or the permission alert.provisioning:read\n"},
		"unknown teams":       {nothing, []string{"--no-teams"}, "3 teams: 0 created, 0 changed, 3 failed\n"},
		"no permission":       {func(s *grafanatest.Server) { s.Refuse("POST /api/folders", http.StatusForbidden, "") }, nil, `promise: team "platform" failed: creating folder "Promises of platform": Grafana says 403 Forbidden; the service account needs the role Admin, or the permission folders:create`},
		"invalid definitions": {nothing, []string{"--definitions=testdata/broken.yaml"}, "testdata/broken.yaml:23: spec.objectives[0].target: a target of 100 % leaves no budget"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := sync(t, test.prepare, test.args...); got.code != exitFailed || !strings.Contains(got.stderr, test.want) {
				t.Errorf("got %+v, want code 1 and %q", got, test.want)
			}
		})
	}
}

func TestGrafanaSyncWrongUsage(t *testing.T) {
	const at, definitions = "--url=http://127.0.0.1:1", "--definitions=testdata/shop.yaml"
	for want, args := range map[string][]string{
		"there is no Grafana: give its address with --url or $GRAFANA_URL": {definitions, "--token=x"},
		"there are no credentials":                                      {definitions, at},
		"--token cannot be combined with --user or --bearer-token-file": {definitions, at, "--token=x", "--user=admin:admin"},
		"there are no definitions":                                      {at, "--token=x"},
		"--timeout must be more than 0":                                 {definitions, at, "--token=x", "--timeout=0s"},
		"is not an address of a Grafana":                                {definitions, "--url=localhost:3000", "--token=x"},
		"nope: no such file":                                            {at, "--token=x", "--definitions=nope"},
		"nope.pem":                                                      {definitions, at, "--token=x", "--tls-ca=nope.pem"},
	} {
		if got := call(t.Context(), t, nil, append([]string{"grafana", "sync"}, args...)...); got.code != exitUsage || got.stdout != "" || !strings.Contains(got.stderr, want) {
			t.Errorf("%v: got %+v", args, got)
		}
	}
}

func TestGrafanaSyncSignsInAsUser(t *testing.T) {
	var user, password string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { user, password, _ = r.BasicAuth() }))
	defer server.Close()
	env := map[string]string{"GRAFANA_TOKEN": "for others", "PROMISE_PASSWORD": "from the environment"}
	call(t.Context(), t, env, "grafana", "sync", "--url", server.URL, "--user=admin", "--definitions", stories)
	if user != "admin" || password != "from the environment" {
		t.Errorf("signed in as %q with %q", user, password)
	}
}

func TestGrafanaSyncHelp(t *testing.T) {
	got := call(t.Context(), t, nil, "grafana", "sync", "--help")
	if got.code != exitFine || !strings.Contains(got.stdout, "promise grafana sync --definitions slos/ --dry-run") {
		t.Errorf("got %+v", got)
	}
}
