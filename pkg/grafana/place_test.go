package grafana

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/grafanatest"
	"github.com/promise-slo/promise-slo-datasource/pkg/grafana/dashboards"
	"github.com/promise-slo/promise-slo-datasource/pkg/upstream"
)

// place is a Grafana in which tests work, with a data source of its own.
type place struct {
	*Client
	source string
	// team makes the name of a team that nothing else in this Grafana has.
	team func(string) string
	// writes are the requests since the last call that were no reads; nil
	// where that is not known.
	writes func() []string
}

func clientOf(t testing.TB, address string, o upstream.TransportOptions) *Client {
	t.Helper()
	client, err := upstream.NewHTTPClient(o)
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(address, client, 30*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// imagined is a place in a Grafana of the tests' own.
func imagined(t testing.TB) (place, *grafanatest.Server) {
	server := grafanatest.New(t)
	client := clientOf(t, server.URL, upstream.TransportOptions{BearerToken: grafanatest.Token})
	same := func(name string) string { return name }
	return place{Client: client, source: "promise", team: same, writes: server.Writes}, server
}

// actual is a place in the Grafana that the environment names, which is left as
// it was. Its credentials are those of an administrator.
func actual(t testing.TB) place {
	t.Helper()
	address := os.Getenv("GRAFANA_URL")
	if address == "" {
		t.Skip("GRAFANA_URL names no Grafana; set GRAFANA_USER and GRAFANA_PASSWORD, or GRAFANA_TOKEN, too")
	}
	o := upstream.TransportOptions{User: os.Getenv("GRAFANA_USER"), Password: os.Getenv("GRAFANA_PASSWORD")}
	if o.User == "" {
		o.BearerToken = os.Getenv("GRAFANA_TOKEN")
	}
	unique := fmt.Sprintf("test-%d", time.Now().UnixNano())
	p := place{Client: clientOf(t, address, o), source: unique, writes: func() []string { return nil }}
	p.team = func(name string) string {
		name = unique + " " + name
		t.Cleanup(func() { p.forget(t, name) })
		return name
	}
	p.must(t, http.MethodPost, "/api/datasources", map[string]any{
		"uid": unique, "name": unique, "type": dashboards.PluginID, "access": "proxy", "url": "http://127.0.0.1:9",
	}, nil)
	t.Cleanup(func() { p.must(t, http.MethodDelete, "/api/datasources/uid/"+unique, nil, nil) })
	return p
}

// forget deletes all that a team has.
func (p place) forget(t testing.TB, name string) {
	found, err := p.findTeam(context.Background(), name)
	if err != nil || found == nil {
		t.Logf("the team was not made: %v", err)
		return
	}
	p.must(t, http.MethodDelete, "/api/folders/"+FolderUID(name)+"?forceDeleteRules=true", nil, nil)
	p.must(t, http.MethodDelete, fmt.Sprintf("/api/teams/%d", found.ID), nil, nil)
}

// person makes a user with a basic role, who may be member of a team, and is a
// client of theirs. Only a user who is administrator of the server may do that.
func (p place) person(t testing.TB, role, team string) *Client {
	t.Helper()
	if os.Getenv("GRAFANA_USER") == "" {
		t.Skip("GRAFANA_USER names no administrator of Grafana, who can make users")
	}
	login := fmt.Sprintf("%s-%d", p.source, time.Now().UnixNano())
	var made struct{ ID int64 }
	p.must(t, http.MethodPost, "/api/admin/users", map[string]any{"login": login, "password": login}, &made)
	t.Cleanup(func() { p.must(t, http.MethodDelete, fmt.Sprintf("/api/admin/users/%d", made.ID), nil, nil) })
	p.must(t, http.MethodPatch, fmt.Sprintf("/api/org/users/%d", made.ID), map[string]any{"role": role}, nil)
	if team != "" {
		of := fmt.Sprintf("/api/teams/%d/members", teamSubject(t, p, team).TeamID)
		p.must(t, http.MethodPost, of, map[string]any{"userId": made.ID}, nil)
	}
	return clientOf(t, p.base, upstream.TransportOptions{User: login, Password: login})
}

func (p place) must(t testing.TB, method, path string, body, answer any) {
	t.Helper()
	if err := p.call(context.WithoutCancel(t.Context()), request{method: method, path: path, body: body, doing: method + " " + path}, answer); err != nil {
		t.Fatal(err)
	}
}

// sync arranges the teams, and is the steps as lines.
func (p place) sync(t testing.TB, o Options) []string {
	t.Helper()
	o.DataSource = p.source
	var lines []string
	err := p.Sync(t.Context(), o, func(s Step) {
		if s.Action == Missing || s.Action == Gone {
			return // about what else is in this Grafana
		}
		line := fmt.Sprintf("%s %s %s", s.Action, s.Thing, s.Detail)
		if s.Err != nil {
			line += s.Err.Error()
		}
		lines = append(lines, line)
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}
