package grafana

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestBoard(t *testing.T) {
	const team, source = `Search "&" Find`, `own "uid"`
	b, err := newBoard(team, source)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "DS_PROMISE") || strings.Contains(string(text), "__inputs") {
		t.Error("the data source is still to be chosen")
	}
	if b["title"] != team || b["uid"] != DashboardUID(team) {
		t.Errorf("%v has the uid %v", b["title"], b["uid"])
	}
	variables := b["templating"].(map[string]any)["list"].([]any)
	fixed := slices.ContainsFunc(variables, func(v any) bool {
		variable := v.(map[string]any)
		return variable["name"] == "team" && variable["type"] == "constant" && variable["query"] == team
	})
	if !fixed {
		t.Errorf("variables %v", variables)
	}
	sources := 0
	for _, panel := range b["panels"].([]any) {
		for _, target := range panel.(map[string]any)["targets"].([]any) {
			if got := target.(map[string]any)["datasource"].(map[string]any)["uid"]; got != source {
				t.Errorf("a query asks %v", got)
			}
			sources++
		}
	}
	if sources == 0 {
		t.Error("no panel asks anything")
	}
}

func TestBoardsDiffer(t *testing.T) {
	made := func() board {
		b, err := newBoard("search", "promise")
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for name, test := range map[string]struct {
		change func(board)
		same   bool
	}{
		"nothing":           {func(board) {}, true},
		"Grafana's numbers": {func(b board) { b["id"], b["version"] = 3., 4. }, true},
		"title":             {func(b board) { b["title"] = "Ours" }, false},
		"a setting more":    {func(b board) { b["liveNow"] = true }, false},
		"a setting less":    {func(b board) { delete(b, "refresh") }, false},
	} {
		b := made()
		test.change(b)
		if got := b.equals(made()); got != test.same {
			t.Errorf("%s: the same is %v", name, got)
		}
	}
}
