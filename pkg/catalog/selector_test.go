package catalog

import "testing"

func TestRefusals(t *testing.T) {
	c := read(definitions + brokenDefinition)
	for text, want := range map[string]struct{ onDashboards, byAlerts bool }{
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
		s := parse(t, Criteria{SLOs: text})
		if got := len(c.Refusals(s)) > 0; got != want.onDashboards {
			t.Errorf("%s: refused on dashboards: %v", text, got)
		}
		if got := len(c.RefusalsWithoutTeam(s)) > 0; got != want.byAlerts {
			t.Errorf("%s: refused for alerts: %v", text, got)
		}
	}
}

func TestSelectSLOsWithoutTeam(t *testing.T) {
	c := read(definitions)
	for i := range c.SLOs {
		c.SLOs[i].Labels = nil
	}
	for text, want := range map[string]int{
		`{team!~"payments|platform"}`: len(c.SLOs), `{team="payments"}`: 0, `{team=~"payments|"}`: len(c.SLOs),
	} {
		s := parse(t, Criteria{SLOs: text})
		if got := c.Select(s); len(got) != want {
			t.Errorf("%s selects %d SLOs, want %d", text, len(got), want)
		}
	}
}
