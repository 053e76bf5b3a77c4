package catalog

import (
	"strings"
	"testing"
)

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

func TestSelect(t *testing.T) {
	c := read(promised)
	for _, test := range []struct {
		criteria Criteria
		want     string
	}{
		{Criteria{}, "checkout/strict checkout/lax bank-answers/99"},
		{Criteria{SLOs: " checkout "}, "checkout/strict checkout/lax"},
		{Criteria{SLOs: "checkout", Objective: "lax"}, "checkout/lax"},
		{Criteria{Objective: "99"}, "bank-answers/99"},
		{Criteria{SLOs: "{}"}, "checkout/strict checkout/lax bank-answers/99"},
		{Criteria{SLOs: `{name="checkout",objective!="lax"}`}, "checkout/strict"},
		{Criteria{SLOs: `{team=~"fin.*"}`}, "bank-answers/99"},
		{Criteria{SLOs: `{service="shop",tier="1"}`}, "checkout/strict checkout/lax"},
		{Criteria{SLOs: `{tier=""}`}, "bank-answers/99"},
		{Criteria{NeededBy: "payments"}, "bank-answers/99"},
		{Criteria{SLOs: `{neededBy="payments"}`}, "bank-answers/99"},
		{Criteria{SLOs: `{neededBy!="payments"}`}, "checkout/strict checkout/lax"},
		{Criteria{SLOs: `{neededBy=""}`}, "checkout/strict checkout/lax"},
		{Criteria{SLOs: "checkout", NeededBy: "payments"}, ""},
		{Criteria{Objective: "another"}, ""},
	} {
		var got []string
		for _, s := range c.Select(parse(t, test.criteria)) {
			for _, o := range s.Objectives {
				got = append(got, s.Name+"/"+o.Name)
			}
		}
		if got := strings.Join(got, " "); got != test.want {
			t.Errorf("%+v selects %q, want %q", test.criteria, got, test.want)
		}
	}
	if _, err := ParseSelector(Criteria{SLOs: "{team="}); err == nil {
		t.Error("matchers that cannot be read are no error")
	}
}

func TestNoMatch(t *testing.T) {
	for _, test := range []struct {
		catalog  *Catalog
		criteria Criteria
		want     string
	}{
		{read(promised), Criteria{SLOs: "chekout"}, `there is no SLO named "chekout"; write one of checkout, bank-answers, or label matchers such as {team="payments"}`},
		{read(promised), Criteria{SLOs: "checkout", Objective: "another"}, `no objective of the SLO "checkout" matches {slo="checkout",objective="another"}`},
		{read(promised), Criteria{NeededBy: "nobody"}, `no SLO matches {neededBy="nobody"} (2 defined)`},
		{read(promised), Criteria{SLOs: `{teams="x"}`}, `no SLO matches {teams="x"} (2 defined); no SLO has the label teams; did you mean team?`},
		{read(promised), Criteria{SLOs: `{galaxy="x"}`}, `no SLO matches {galaxy="x"} (2 defined); no SLO has the label galaxy; write one of `},
		{read(brokenDefinition), Criteria{SLOs: "shop"}, `there is no SLO named "shop"; no SLO is defined. Definitions that cannot be read: inline:17: spec.objectives[0].target: 99 is out of range`},
	} {
		if got := test.catalog.NoMatch(parse(t, test.criteria)); !strings.HasPrefix(got, test.want) {
			t.Errorf("%+v: got %s, want %s", test.criteria, got, test.want)
		}
	}
}

func TestMissing(t *testing.T) {
	c := read(promised)
	for text, want := range map[string]string{
		`{neededBy="payments"}`: "No SLO is defined of warehouse (needed by payments): nobody has promised how reliable that is",
		`{neededBy="finance"}`:  "",
		`{team="payments"}`:     "",
		"":                      "",
	} {
		if got := c.Missing(parse(t, Criteria{SLOs: text})); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestAttributes(t *testing.T) {
	c := read(promised)
	if got := strings.Join(c.Attributes(), " "); got != "neededBy objective service slo team tier" {
		t.Errorf("got %s", got)
	}
	selected := c.Select(parse(t, Criteria{SLOs: "checkout"}))
	for name, want := range map[string]string{
		"slo": "checkout", "objective": "lax strict", "team": "payments", "tier": "1", "neededBy": "payments", "unknown": "",
	} {
		if got := strings.Join(c.Values(name, selected), " "); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestRefusalCountsErrors(t *testing.T) {
	text := strings.Replace(brokenDefinition, "duration: 7d", "duration: 7x", 1)
	refusals := read(text).Refusals(Selector{})
	if len(refusals) != 1 || refusals[0].SLO != "impossible" || !strings.HasSuffix(refusals[0].Problem, "(and 1 more error)") {
		t.Errorf("got %+v", refusals)
	}
}

func TestCheck(t *testing.T) {
	c := read(shopOf("absent(a[{{.window}}])") + "---" + brokenDefinition)
	report, err := c.Check(t.Context(), Unlimited)
	if err != nil || len(report.Problems) != 2 || len(report.Checked) != 1 || report.Uncountable != 1 {
		t.Fatalf("%+v, %v", report, err)
	}
	if p := report.Problems[0]; p.Field != "query" || p.SLO != "shop-s0" || Count(report.Problems, p.Severity) != 2 {
		t.Errorf("got %+v", p)
	}
	if report, err = read(promised).Check(t.Context(), 1); err != nil || len(report.Checked) != 0 || len(report.Problems) != 1 {
		t.Errorf("%+v, %v", report, err)
	}
}

// SLOs that share a name are all selected by it, and each by its ID or its labels.
func TestSelectOfOneName(t *testing.T) {
	site := func(name string) string {
		return "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata: {name: cache, labels: {site: " + name + "}}\n" +
			"spec: {target: '99', window: 4w, indicator: {ratio: {errors: {metric: bad}, total: {metric: all}}}}\n---\n"
	}
	c := read(site("a") + site("b"))
	for selector, want := range map[string]string{
		"cache":                     "cache/a cache/b",
		"cache/b":                   "cache/b",
		`{slo="cache"}`:             "cache/a cache/b",
		`{slo="cache/a"}`:           "cache/a",
		`{slo="cache",site="b"}`:    "cache/b",
		`{slo!="cache/a"}`:          "cache/b",
		`{slo!="cache"}`:            "",
		"cache/site=a":              "cache/a",
		`{slo!="cache/site=a"}`:     "cache/b",
		`{slo=~"cache/site=(a|c)"}`: "cache/a",
		`{slo!~"cache/site=a|x"}`:   "cache/b",
		`{slo=~".*site.*"}`:         "",
		`{slo!~".*site.*"}`:         "cache/a cache/b",
		`{name=~"cache/(a|b)"}`:     "cache/a cache/b",
		`{slo=~"cach.*",site!="b"}`: "cache/a",
	} {
		var ids []string
		for _, s := range c.Select(parse(t, Criteria{SLOs: selector})) {
			ids = append(ids, s.ID())
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%s selects %q, want %q", selector, got, want)
		}
	}
	if got := read(site("a")).Select(parse(t, Criteria{SLOs: "cache/site=a"})); len(got) != 1 {
		t.Errorf("the long ID selects %d SLOs where there is one", len(got))
	}
	if got := strings.Join(c.Values("slo", c.SLOs), " "); got != "cache/a cache/b" {
		t.Errorf("names are %s", got)
	}
}
