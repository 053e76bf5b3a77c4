package grafana

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestSyncRules(t *testing.T) {
	p, _ := imagined(t)
	rulesStory(t, p)
}

func TestSyncRulesInGrafana(t *testing.T) {
	p := actual(t)
	stored, err := p.storedRules(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	there, err := p.locate(t.Context(), sharedFolder)
	if err != nil {
		t.Fatal(err)
	}
	if there != nil || (ruleSyncer{syncer: &syncer{}, stored: stored}).find("promise-page") != nil {
		t.Skip("this Grafana has the folder Promises, or alert rules, and is to be left as it was")
	}
	t.Cleanup(func() {
		p.must(t, http.MethodDelete, "/api/folders/"+sharedFolder.UID+"?forceDeleteRules=true", nil, nil)
	})
	rulesStory(t, p)
}

// rulesStory is what happens to alert rules over time.
func rulesStory(t *testing.T, p place) {
	payments, search := p.team("payments"), p.team("Search & Find")
	both := Options{Teams: []string{payments, search}, AlertRules: true}
	at := rulesPath(folderOf(payments))
	rulesOf := func(team string) string { return fmt.Sprintf("alert rules in folder \"Promises of %s\"", team) }
	const rest = `alert rules in folder "Promises"`
	regroup := func(interval int, change func(uid string, r map[string]any)) {
		var rules []map[string]any
		for _, stored := range p.stored(t) {
			if stored.in(folderOf(payments)) {
				var r map[string]any
				if err := json.Unmarshal(stored.whole, &r); err != nil {
					t.Fatal(err)
				}
				change(stored.UID, r)
				rules = append(rules, r)
			}
		}
		p.put(t, at, map[string]any{"title": groupName, "interval": interval, "rules": rules})
	}
	only := func(name string, change func(r map[string]any)) func() {
		return func() {
			regroup(60, func(uid string, r map[string]any) {
				if uid == RuleUID(name, payments) {
					change(r)
				}
			})
		}
	}
	chapters := []struct {
		name    string
		happens func()
		options Options
		// tells is what is told of payments and of the rest; all else is right.
		payments, rest string
	}{
		{"repeated", func() {}, both, "", ""},
		{"a rule is paused", only("exhausted", func(r map[string]any) { r["isPaused"] = true }), both, "", ""},
		{"a rule has another threshold", only("ticket", func(r map[string]any) {
			r["data"].([]any)[3].(map[string]any)["model"].(map[string]any)["conditions"].([]any)[0].(map[string]any)["evaluator"].(map[string]any)["params"] = []any{2.}
		}), both, `"Error budget burns steadily"`, ""},
		{"rules wait and last", only("missed", func(r map[string]any) { r["for"], r["keep_firing_for"] = "1m", "5m" }), both, `"A window was missed"`, ""},
		{"a rule has a label more", only("no-data", func(r map[string]any) { r["labels"].(map[string]any)["own"] = "1" }), both, `"An SLO has no data"`, ""},
		{"a rule is another's", only("page", func(r map[string]any) { r["uid"], r["title"] = p.source, "Ours" }), both, `"Error budget burns fast" (was missing)`, ""},
		{"evaluated seldom", func() { regroup(300, func(string, map[string]any) {}) }, both, "evaluated every 1m (was 5m)", ""},
		{"a rule is in the group of another team", func() {
			var rules []any
			for _, r := range p.stored(t) {
				if r.in(folderOf(search)) || r.UID == RuleUID("ticket", payments) {
					rules = append(rules, r.whole)
				}
			}
			p.put(t, rulesPath(folderOf(search)), map[string]any{"title": groupName, "interval": 60, "rules": rules})
		}, both, `"Error budget burns steadily" (was elsewhere)`, ""},
		{"one team alone", func() {}, Options{Teams: []string{payments}, AlertRules: true}, "", ""},
	}

	first := p.sync(t, Options{Teams: both.Teams, AlertRules: true, DryRun: true})
	if writes := p.writes(); len(writes) > 0 {
		t.Errorf("a trial writes: %v", writes)
	}
	if got := p.sync(t, both); !slices.Equal(got, first) {
		t.Errorf("a trial tells\n%s\nbut this is done\n%s", strings.Join(first, "\n"), strings.Join(got, "\n"))
	}
	want := append(created(payments, search), "created "+rulesOf(payments)+" ", "created "+rulesOf(search)+" ", `created folder "Promises" `, "created "+rest+" ")
	if !slices.Equal(first, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(first, "\n"), strings.Join(want, "\n"))
	}
	for _, chapter := range chapters {
		t.Run(chapter.name, func(t *testing.T) {
			chapter.happens()
			p.writes()
			want := []string{}
			for _, team := range chapter.options.Teams {
				want = append(want, fmt.Sprintf("unchanged team %q ", team))
			}
			want = append(want, told(rulesOf(payments), chapter.payments))
			if slices.Contains(chapter.options.Teams, search) {
				want = append(want, told(rulesOf(search), ""))
			}
			want = append(want, told(rest, chapter.rest))
			if got := p.sync(t, chapter.options); !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if got := p.sync(t, chapter.options); slices.ContainsFunc(got, func(line string) bool { return !strings.HasPrefix(line, "unchanged ") }) {
				t.Errorf("again: %v", got)
			}
		})
	}
	t.Run("what was paused and what others added is left", func(t *testing.T) {
		k := ruleSyncer{syncer: &syncer{}, stored: p.stored(t)}
		if own := k.find(p.source); own == nil || !own.in(folderOf(payments)) || own.Title != "Ours" {
			t.Errorf("the rule that was added is now %+v", own)
		}
		if paused := k.find(RuleUID("exhausted", payments)); paused == nil || !paused.IsPaused || paused.Provenance != "" {
			t.Errorf("the rule that was paused is now %+v", paused)
		}
		if slos := selectorOf(k.find("promise-page").Data[0]); slos != k.rest(nil).selector() || len(k.servedTeams()) < len(both.Teams) {
			t.Errorf("the rest is about %s", slos)
		}
	})
}

// told is the line about rules of which something was wrong, or nothing.
func told(rules, wrong string) string {
	if wrong == "" {
		return "unchanged " + rules + " "
	}
	return "changed " + rules + " " + wrong
}

// put saves a group as people do who may edit it.
func (p place) put(t testing.TB, path string, group map[string]any) {
	t.Helper()
	put := request{method: http.MethodPut, path: path, header: http.Header{"X-Disable-Provenance": {"true"}}, body: group, doing: "saving rules"}
	if err := p.call(t.Context(), put, nil); err != nil {
		t.Fatal(err)
	}
}

func (p place) stored(t testing.TB) []storedRule {
	t.Helper()
	all, err := p.storedRules(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestRulesFromAFile(t *testing.T) {
	p, server := imagined(t)
	two := Options{Teams: []string{"payments", "search"}, AlertRules: true}
	p.sync(t, two)
	server.ProvisionRules()
	got := p.sync(t, two)
	if want := `unchanged alert rules in folder "Promises of payments" they come from a provisioning file`; !slices.Contains(got, want) || len(got) != 5 {
		t.Errorf("got %s", strings.Join(got, "\n"))
	}
	p.writes()
	got = p.sync(t, Options{Teams: []string{"catalog"}, AlertRules: true})
	const want = "promise-ticket come from a provisioning file and are not the rules for these teams."
	if last := got[len(got)-1]; !strings.HasPrefix(last, "failed alert rules ") || !strings.Contains(last, want) {
		t.Errorf("got %s", last)
	}
	if writes := p.writes(); slices.ContainsFunc(writes, func(w string) bool { return strings.Contains(w, "rule-groups") }) {
		t.Errorf("wrote %v", writes)
	}
}

// TestRulesWhereTeamsFail checks that SLOs of a team that gets no rules are left
// to the rest.
func TestRulesWhereTeamsFail(t *testing.T) {
	const put = "PUT /api/v1/provisioning/folder/promises-payments/rule-groups/Promises"
	for request, want := range map[string]string{
		"POST /api/folders": `failed alert rules creating folder "Promises": Grafana says 403 Forbidden`,
		"GET /api/access-control/folders/promises-payments": "",
		put: `failed alert rules in folder "Promises of payments" saving the alert rules in folder "Promises of payments": Grafana says 403 Forbidden; the service account needs the role Admin, or the permission alert.provisioning:write`,
	} {
		t.Run(request, func(t *testing.T) {
			p, server := imagined(t)
			server.Refuse(request, http.StatusForbidden, "")
			got := p.sync(t, Options{Teams: []string{"payments", "search"}, AlertRules: true})
			if !slices.ContainsFunc(got, func(line string) bool { return strings.HasPrefix(line, want) }) {
				t.Errorf("got %s", strings.Join(got, "\n"))
			}
			k := ruleSyncer{syncer: &syncer{}, stored: p.stored(t)}
			if rest := k.find("promise-page"); rest != nil && selectorOf(rest.Data[0]) != k.rest(nil).selector() {
				t.Errorf("the rest is about %s, though only %s have rules", selectorOf(rest.Data[0]), k.servedTeams())
			}
		})
	}
}

func TestRulesThatMayNotBeRead(t *testing.T) {
	p, server := imagined(t)
	server.Refuse("GET /api/v1/provisioning/alert-rules", http.StatusForbidden, "")
	got := p.sync(t, Options{AlertRules: true})
	if want := "failed alert rules looking for alert rules: Grafana says 403 Forbidden; the service account needs the role Admin, or the permission alert.provisioning:read"; !slices.Equal(got, []string{want}) {
		t.Errorf("got %v", got)
	}
}

func TestRulesOfTeamsThatAreGone(t *testing.T) {
	p, _ := imagined(t)
	p.sync(t, Options{Teams: []string{"old {{ .team }}"}, AlertRules: true})
	var gone []string
	err := p.Sync(t.Context(), Options{Teams: []string{"new"}, AlertRules: true}, func(s Step) {
		if s.Action == Gone {
			gone = append(gone, s.Thing)
		}
	})
	want := []string{`alert rules of team "old {{ .team }}"`, `dashboard "old {{ .team }}" in folder "Promises of old {{ .team }}"`}
	if err != nil || !slices.Equal(gone, want) {
		t.Errorf("got %q, %v", gone, err)
	}
}

func TestFoldersOfAnotherUID(t *testing.T) {
	p, _ := imagined(t)
	for uid, title := range map[string]string{"a": "Promises of payments", "b": "Promises"} {
		if err := p.createFolder(t.Context(), folder{UID: uid, Title: title}); err != nil {
			t.Fatal(err)
		}
	}
	p.writes()
	p.sync(t, Options{Teams: []string{"payments"}, AlertRules: true})
	if writes := p.writes(); slices.Contains(writes, "POST /api/folders") {
		t.Errorf("wrote %v", writes)
	}
	k := ruleSyncer{syncer: &syncer{}, stored: p.stored(t)}
	if _, at, err := p.findBoard(t.Context(), DashboardUID("payments")); err != nil || at != "a" || k.find("slo-page-payments").FolderUID != "a" || k.find("promise-page").FolderUID != "b" {
		t.Errorf("the dashboard is in %s (%v), the rules are %+v", at, err, k.stored)
	}
}
