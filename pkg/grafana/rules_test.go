package grafana

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"

	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
)

func readRules(t rapid.TB, teams []string, sourceUID string) []fileGroup {
	t.Helper()
	text, err := RulesFile(teams, sourceUID, "a test")
	if err != nil {
		t.Fatal(err)
	}
	var content any
	if err := yaml.Unmarshal(text, &content); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	encoded, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	var file ruleFile
	if err := json.Unmarshal(encoded, &file); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if file.APIVersion != 1 {
		t.Errorf("the version is %d", file.APIVersion)
	}
	return file.Groups
}

// selectorOf returns the SLOs that a query of a rule selects, nil for all.
func selectorOf(q ruleQuery) any { return q.Model.(map[string]any)["slos"] }

// expand returns what Grafana makes of a text in a file: without a variable that is
// set, a name after a dollar sign is lost.
func expand(text string) string {
	parts := strings.Split(text, "$$")
	for i, part := range parts {
		parts[i], _, _ = strings.Cut(part, "$")
	}
	return strings.Join(parts, "$")
}

func TestRulesOfTeams(t *testing.T) {
	groups := readRules(t, []string{"search", `R&D: "$HOME", Bob's`, "search"}, "slo")
	want := []struct{ folder, slos, uid, state string }{
		{`Promises of R&D: "$$HOME", Bob's`, `{team="R&D: \"\x24HOME\", Bob's"}`, "slo-page-r-d-home-bob-s-566c", "Alerting"},
		{"Promises of search", `{team="search"}`, "slo-page-search", "Alerting"},
		{"Promises", `{team!~"R&D: \"\\\x24HOME\", Bob's|search"}`, "promise-page", "OK"},
	}
	if len(groups) != len(want) {
		t.Fatalf("%d groups", len(groups))
	}
	for i, w := range want {
		g := groups[i]
		noData := g.Rules[5]
		if g.OrgID != 1 || g.Name != "Promises" || g.Interval != "1m" || g.Folder != w.folder {
			t.Errorf("group %+v", g)
		}
		if len(g.Rules) != 8 || !strings.HasPrefix(g.Rules[0].UID, w.uid) || noData.NoDataState != w.state {
			t.Errorf("%s: %d rules, the first is %s, without SLOs it is %s", g.Folder, len(g.Rules), g.Rules[0].UID, noData.NoDataState)
		}
		for _, r := range g.Rules {
			for _, q := range r.Data {
				switch {
				case q.DataSourceUID == "__expr__":
				case q.DataSourceUID != "slo" || selectorOf(q) != w.slos:
					t.Errorf("%s of %s asks %s about %v, want %s", q.RefID, r.UID, q.DataSourceUID, selectorOf(q), w.slos)
				}
			}
		}
	}
}

func TestRulesOfAll(t *testing.T) {
	groups := readRules(t, nil, "promise")
	if len(groups) != 1 || groups[0].Folder != "Promises" {
		t.Fatalf("%+v", groups)
	}
	for _, r := range groups[0].Rules {
		if selectorOf(r.Data[0]) != nil || r.Labels["team"] != "" {
			t.Errorf("%s is not about all SLOs", r.UID)
		}
	}
	if state := groups[0].Rules[5].NoDataState; state != "Alerting" {
		t.Errorf("without SLOs it is %s", state)
	}
}

// TestEveryTeamHasOneGroup holds what rules select against all teams that there
// can be, and what Grafana reads against what was meant.
func TestEveryTeamHasOneGroup(t *testing.T) {
	name := rapid.OneOf(rapid.StringMatching(`[abAB|.*$/\\"'{}: ]{1,6}`), rapid.StringN(1, 40, -1))
	rapid.Check(t, func(t *rapid.T) {
		teams := rapid.SliceOfN(name, 0, 5).Draw(t, "teams")
		groups := readRules(t, teams, "promise")
		seen := map[string]bool{}
		for _, g := range groups {
			titles := map[string]bool{}
			for _, r := range g.Rules {
				if seen[r.UID] || len(r.UID) > longestUID || titles[r.Title] {
					t.Errorf("the uid %s or the title %s is there twice, or too long", r.UID, r.Title)
				}
				seen[r.UID], titles[r.Title] = true, true
				if text := fmt.Sprint(r.Annotations, r.Data); strings.Contains(text, "$") {
					t.Errorf("Grafana might expand %s", text)
				}
			}
		}
		for i, g := range groups[:len(groups)-1] {
			team := unescapeTemplate(expand(g.Rules[0].Labels["team"]))
			if want := newRuleGroups(teams, "")[i].team; team != want {
				t.Errorf("the label of %q tells %q", want, team)
			}
			if title := strings.ReplaceAll(expand(g.Folder), `\/`, "/"); title != "Promises of "+team {
				t.Errorf("the folder of %q is %q", team, title)
			}
		}
		for _, team := range append([]string{"", "another", name.Draw(t, "other")}, teams...) {
			selecting := slices.DeleteFunc(slices.Clone(groups), func(g fileGroup) bool { return !selects(t, g, team) })
			own := slices.Contains(teams, team)
			if len(selecting) != 1 || own == (selecting[0].Folder == "Promises") {
				t.Errorf("%q is in %d groups", team, len(selecting))
			}
		}
	})
}

// selects reports whether the rules of the group are about SLOs of that team.
func selects(t rapid.TB, g fileGroup, team string) bool {
	text, _ := selectorOf(g.Rules[0].Data[0]).(string)
	matchers, err := promql.ParseMatchers(text)
	if err != nil {
		t.Fatal(err)
	}
	return !slices.ContainsFunc(matchers, func(m *labels.Matcher) bool { return m.Name != "team" || !m.Matches(team) })
}
