package plugin

import (
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
)

func TestWhoIsToldOfBrokenDefinitions(t *testing.T) {
	set := definition.Read(definition.File{Content: []byte(definitions + brokenDefinition)})
	for text, told := range map[string]struct{ onDashboards, byAlerts bool }{
		``:                              {true, true},
		`impossible`:                    {true, true},
		`availability`:                  {false, false},
		`{service="shop"}`:              {true, true},
		`{team="payments"}`:             {true, false},
		`{team!~"payments|platform"}`:   {true, true},
		`{team=""}`:                     {true, true},
		`{team="a",slo="impossible"}`:   {true, false},
		`{team!~"a",slo="impossible"}`:  {true, true},
		`{team!~"a",slo!="impossible"}`: {false, false},
	} {
		s, err := parseSelection(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(s.broken(set, false)) > 0; got != told.onDashboards {
			t.Errorf("%s: on dashboards it is told: %v", text, got)
		}
		if got := len(s.broken(set, true)) > 0; got != told.byAlerts {
			t.Errorf("%s: by alerts it is told: %v", text, got)
		}
	}
}

func TestSLOsOfNobodyAreNotOfTeams(t *testing.T) {
	set := definition.Read(definition.File{Content: []byte(definitions)})
	for i := range set.SLOs {
		set.SLOs[i].Labels = nil
	}
	for text, want := range map[string]int{
		`{team!~"payments|platform"}`: len(set.SLOs), `{team="payments"}`: 0, `{team=~"payments|"}`: len(set.SLOs),
	} {
		s, err := parseSelection(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.of(set.SLOs); len(got) != want {
			t.Errorf("%s selects %d SLOs, want %d", text, len(got), want)
		}
	}
}
