package grafana

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSync(t *testing.T) {
	p, _ := imagined(t)
	story(t, p)
}

func TestSyncInGrafana(t *testing.T) {
	story(t, actual(t))
}

func TestWhoMayWhatInGrafana(t *testing.T) {
	p := actual(t)
	payments, search := p.team("payments"), p.team("search")
	p.sync(t, Options{Teams: []string{payments, search}})
	for name, test := range map[string]struct {
		role, team  string
		sees, edits bool
	}{
		"member who is a viewer":          {"Viewer", payments, true, true},
		"member who is an editor":         {"Editor", payments, true, true},
		"viewer":                          {"Viewer", "", true, false},
		"editor":                          {"Editor", "", true, false},
		"viewer of another team":          {"Viewer", search, true, false},
		"editor of another team":          {"Editor", search, true, false},
		"nobody in this organization":     {"None", "", false, false},
		"administrator in no team at all": {"Admin", "", true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			person := p.person(t, test.role, test.team)
			own := board{"title": name, "uid": fmt.Sprintf("own-%d", time.Now().UnixNano())}
			var sees, edits bool
			for begun := time.Now(); time.Since(begun) < noticed; time.Sleep(time.Second) {
				_, _, err := person.findBoard(t.Context(), DashboardUID(payments))
				sees = allowed(t, err)
				edits = allowed(t, person.saveBoard(t.Context(), own, folder{UID: FolderUID(payments)}))
				if sees == test.sees && edits == test.edits {
					return
				}
			}
			t.Errorf("sees the dashboard: %v, may add one: %v", sees, edits)
		})
	}
}

// noticed is after how long Grafana must have noticed new permissions; it
// remembers those of basic roles and teams for a minute.
const noticed = 75 * time.Second

// allowed says whether Grafana did what was asked for; it may only refuse it.
func allowed(t *testing.T, err error) bool {
	t.Helper()
	var refused *Error
	if err != nil && !(errors.As(err, &refused) && refused.Status == http.StatusForbidden) {
		t.Fatal(err)
	}
	return err == nil
}

// story is what happens to the folder of a team over time.
func story(t *testing.T, p place) {
	payments, search := p.team("payments"), p.team("Search & Find")
	both := Options{Teams: []string{search, payments}}
	folder := FolderUID(payments)
	path := permissionsPath(folderOf(payments))
	saved := func(change func(board), folderUID string) {
		b, _, err := p.findBoard(t.Context(), DashboardUID(payments))
		if err != nil {
			t.Fatal(err)
		}
		change(b)
		p.must(t, http.MethodPost, "/api/dashboards/db", map[string]any{"dashboard": b, "folderUid": folderUID, "overwrite": true}, nil)
	}
	chapters := []struct {
		name string
		// happens before the teams are arranged with the options.
		happens func()
		options Options
		// tells is what is told of payments; everything else is right.
		tells []string
	}{
		{"repeated", func() {}, both, nil},
		{"everyone may edit", func() {
			p.must(t, http.MethodPost, path, allowing(t, p, folder, subject{Role: "Viewer"}, edit), nil)
		}, both, []string{`changed permissions of folder "Promises of %s" role Viewer View (was Edit)`}},
		{"the team may only view", func() {
			p.must(t, http.MethodPost, path, allowing(t, p, folder, teamSubject(t, p, payments), view), nil)
		}, both, []string{`changed permissions of folder "Promises of %s" team %[1]s Edit (was View)`}},
		{"another team may edit", func() {
			p.must(t, http.MethodPost, path, allowing(t, p, folder, teamSubject(t, p, search), edit), nil)
		}, Options{Teams: both.Teams, KeepPermissions: true}, nil},
		{"and no longer", func() {}, both, []string{`changed permissions of folder "Promises of %s" team ` + search + ` nothing (was Edit)`}},
		{"permissions that were taken away come back even if others are kept", func() {
			p.must(t, http.MethodPost, path, allowing(t, p, folder, subject{Role: "Editor"}, none), nil)
		}, Options{Teams: both.Teams, KeepPermissions: true}, []string{`changed permissions of folder "Promises of %s" role Editor View (was nothing)`}},
		{"a panel is gone", func() {
			saved(func(b board) { b["panels"] = b["panels"].([]any)[1:] }, folder)
		}, both, []string{`changed dashboard "%s" in folder "Promises of %[1]s" `}},
		{"a panel has a title of its own", func() {
			saved(func(b board) { b["panels"].([]any)[0].(map[string]any)["title"] = "Ours" }, folder)
		}, both, []string{`changed dashboard "%s" in folder "Promises of %[1]s" `}},
		{"the dashboard was moved", func() {
			saved(func(board) {}, FolderUID(search))
		}, both, []string{`changed dashboard "%s" in folder "Promises of %[1]s" it was in another folder`}},
		{"the folder was renamed", func() {
			p.must(t, http.MethodPut, "/api/folders/"+folder, map[string]any{"title": "Ours", "overwrite": true}, nil)
		}, both, nil},
	}

	first := p.sync(t, Options{Teams: both.Teams, DryRun: true})
	if writes := p.writes(); len(writes) > 0 {
		t.Errorf("a trial writes: %v", writes)
	}
	if got := p.sync(t, both); !slices.Equal(got, first) {
		t.Errorf("a trial tells\n%s\nbut this is done\n%s", strings.Join(first, "\n"), strings.Join(got, "\n"))
	}
	if want := created(search, payments); !slices.Equal(first, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(first, "\n"), strings.Join(want, "\n"))
	}
	for _, chapter := range chapters {
		t.Run(chapter.name, func(t *testing.T) {
			chapter.happens()
			p.writes()
			want := []string{fmt.Sprintf("unchanged team %q ", search)}
			for _, line := range chapter.tells {
				if strings.Contains(line, "%s") {
					line = fmt.Sprintf(line, payments)
				}
				want = append(want, line)
			}
			if chapter.tells == nil {
				want = append(want, fmt.Sprintf("unchanged team %q ", payments))
			}
			trial := chapter.options
			trial.DryRun = true
			for _, o := range []Options{trial, chapter.options} {
				if got := p.sync(t, o); !slices.Equal(got, want) {
					t.Errorf("trial %v: got\n%s\nwant\n%s", o.DryRun, strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
				if writes := p.writes(); o.DryRun && len(writes) > 0 || len(writes) > len(chapter.tells) {
					t.Errorf("trial %v: writes %v", o.DryRun, writes)
				}
			}
			for _, line := range p.sync(t, chapter.options) {
				if !strings.HasPrefix(line, "unchanged ") {
					t.Errorf("when repeated: %s", line)
				}
			}
		})
	}
}

// created are the steps for teams that have nothing.
func created(teams ...string) []string {
	var lines []string
	for _, team := range teams {
		lines = append(lines,
			fmt.Sprintf("created team %q ", team),
			fmt.Sprintf(`created folder "Promises of %s" `, team),
			fmt.Sprintf(`changed permissions of folder "Promises of %s" role Editor View (was Edit), team %[1]s Edit (was nothing)`, team),
			fmt.Sprintf(`created dashboard "%s" in folder "Promises of %[1]s" `, team),
		)
	}
	return lines
}

// allowing is the body that gives somebody another permission.
func allowing(t testing.TB, p place, folderUID string, who subject, what level) any {
	t.Helper()
	all, err := p.permissions(t.Context(), folder{UID: folderUID})
	if err != nil {
		t.Fatal(err)
	}
	all = slices.DeleteFunc(all, func(each permission) bool { return each.subject == who })
	return map[string]any{"permissions": append(all, permission{subject: who, Level: what})}
}

func teamSubject(t testing.TB, p place, name string) subject {
	t.Helper()
	found, err := p.findTeam(t.Context(), name)
	if err != nil || found == nil {
		t.Fatalf("%v, %v", found, err)
	}
	return subject{TeamID: found.ID}
}

func TestATeamThatFailsDoesNotKeepOthers(t *testing.T) {
	p, server := imagined(t)
	server.Refuse("POST /api/access-control/folders/"+FolderUID("payments"), http.StatusForbidden, "")
	got := p.sync(t, Options{Teams: []string{"payments", "search"}})
	want := append([]string{
		`created team "payments" `, `created folder "Promises of payments" `,
		`failed team "payments" changing the permissions of folder "Promises of payments": Grafana says 403 Forbidden; the service account needs the role Admin, or the permission folders.permissions:write`,
	}, created("search")...)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestRefusals(t *testing.T) {
	const needed = "You'll need additional permissions to perform this action. Permissions needed: teams:create"
	for request, test := range map[string]struct {
		status        int
		message, want string
	}{
		"GET /api/teams/search":                             {403, "", `looking for team "payments": Grafana says 403 Forbidden; the service account needs the role Admin, or the permission teams:read`},
		"POST /api/teams":                                   {403, needed, `creating team "payments": Grafana says 403 Forbidden: ` + needed + `; the service account needs the role Admin`},
		"GET /api/folders/promises-payments":                {500, "no such table", `looking for folder "Promises of payments": Grafana says 500 Internal Server Error: no such table`},
		"POST /api/folders":                                 {403, "Quota reached", `creating folder "Promises of payments": Grafana says 403 Forbidden: Quota reached; the service account needs the role Admin, or the permission folders:create`},
		"GET /api/access-control/folders/promises-payments": {404, "", `reading the permissions of folder "Promises of payments": Grafana says 404 Not Found; is it Grafana's address, with the path that it is served from?`},
		"GET /api/dashboards/uid/promise-team-payments":     {401, "Unauthorized", `looking for dashboard promise-team-payments: Grafana says 401 Unauthorized: Unauthorized; sign in with the token of a service account that has the role Admin`},
		"POST /api/dashboards/db":                           {400, "Cannot save provisioned dashboard.", `saving dashboard "payments": Grafana says 400 Bad Request: Cannot save provisioned dashboard`},
	} {
		t.Run(request, func(t *testing.T) {
			p, server := imagined(t)
			server.Refuse(request, test.status, test.message)
			got := p.sync(t, Options{Teams: []string{"payments"}})
			if last := got[len(got)-1]; last != `failed team "payments" `+test.want {
				t.Errorf("got  %s\nwant %s", last, test.want)
			}
		})
	}
}

func TestATeamNameThatIsTaken(t *testing.T) {
	p, server := imagined(t)
	server.Refuse("POST /api/teams", http.StatusConflict, "Team name taken")
	got := p.sync(t, Options{Teams: []string{"payments"}})
	const want = `failed team "payments" creating team "payments": Grafana says 409 Conflict: Team name taken; there is a team that Grafana does not distinguish from it, or that the service account may not see`
	if !slices.Equal(got, []string{want}) {
		t.Errorf("got %v", got)
	}
}

func TestKnownTeams(t *testing.T) {
	p, server := imagined(t)
	if got := p.sync(t, Options{Teams: []string{"payments"}, KnownTeams: true}); len(got) != 1 || !strings.Contains(got[0], "there is no team of that name in Grafana") {
		t.Errorf("got %v", got)
	}
	if writes := server.Writes(); len(writes) > 0 {
		t.Errorf("wrote %v", writes)
	}
	if _, err := p.createTeam(t.Context(), "payments"); err != nil {
		t.Fatal(err)
	}
	if got := p.sync(t, Options{Teams: []string{"payments"}, KnownTeams: true}); !slices.Equal(got, created("payments")[1:]) {
		t.Errorf("got %v", got)
	}
}

func TestWhoeverMakesAFolderKeepsIt(t *testing.T) {
	p, _ := imagined(t)
	p.sync(t, Options{Teams: []string{"payments"}})
	p.must(t, http.MethodPost, permissionsPath(folderOf("payments")), allowing(t, p, FolderUID("payments"), subject{UserID: 9}, "Admin"), nil)
	got := p.sync(t, Options{Teams: []string{"payments"}})
	if want := `changed permissions of folder "Promises of payments" user somebody nothing (was Admin)`; !slices.Equal(got, []string{want}) {
		t.Errorf("got %v", got)
	}
	left, err := p.permissions(t.Context(), folderOf("payments"))
	if err != nil || !slices.ContainsFunc(left, func(p permission) bool { return p.UserID == 2 && p.Level == "Admin" }) {
		t.Errorf("%v, %v", left, err)
	}
}

func TestWhatIsBesides(t *testing.T) {
	p, _ := imagined(t)
	steps := func(teams ...string) map[Action]Step {
		all := map[Action]Step{}
		if err := p.Sync(t.Context(), Options{Teams: teams}, func(s Step) { all[s.Action] = s }); err != nil {
			t.Fatal(err)
		}
		return all
	}
	if got := steps("old")[Missing].Thing; got != "promise-incidents, promise-promises, promise-slo, promise-team" {
		t.Errorf("dashboards that are missing: %q", got)
	}
	for _, uid := range linkedUIDs() {
		p.must(t, http.MethodPost, "/api/dashboards/db", map[string]any{"dashboard": map[string]any{"uid": uid, "tags": []string{"promise"}}, "folderUid": ""}, nil)
	}
	got := steps("new")
	if want := `dashboard "old" in folder "Promises of old"`; got[Gone].Thing != want || got[Missing].Thing != "" {
		t.Errorf("got %+v", got)
	}
	if _, told := steps("new", "old")[Gone]; told {
		t.Error("a team that is there is told as gone")
	}
}

func TestDataSources(t *testing.T) {
	for name, test := range map[string]struct {
		there           []string
		given, uid, err string
	}{
		"the only one":    {[]string{"a"}, "", "a", ""},
		"by uid":          {[]string{"a", "b"}, "b", "b", ""},
		"by name":         {[]string{"a", "b"}, "Name of b", "b", ""},
		"several":         {[]string{"a", "b"}, "", "", "there are 2 data sources of SLO Promise: choose one of the uids a, b"},
		"none":            {nil, "", "", "there is no data source of SLO Promise: add one in Grafana first"},
		"no such":         {[]string{"a"}, "c", "", `there is no data source of SLO Promise with the uid or name "c"`},
		"not of our kind": {nil, "metrics", "", `there is no data source of SLO Promise with the uid or name "metrics"`},
	} {
		t.Run(name, func(t *testing.T) {
			p, server := imagined(t)
			if test.given != "metrics" {
				server.SetDataSources(test.there...)
			}
			uid, err := p.findDataSource(t.Context(), test.given)
			if message := fmt.Sprint(err); uid != test.uid || (err != nil || test.err != "") && message != test.err {
				t.Errorf("got %q, %v", uid, err)
			}
		})
	}
}

func TestSyncEndsWithTheContext(t *testing.T) {
	p, server := imagined(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := p.Sync(ctx, Options{Teams: []string{"payments", "search"}}, func(s Step) {
		if s.Action == Created {
			cancel()
		}
	})
	if writes := server.Writes(); !errors.Is(err, context.Canceled) || !slices.Equal(writes, []string{"POST /api/teams"}) {
		t.Errorf("%v after %v", err, writes)
	}
}
