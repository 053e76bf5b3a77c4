package promise_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

func TestReadPromise(t *testing.T) {
	want := &slo.Promise{
		Name:  "checkout-promise",
		Owner: slo.Owner{Team: "payments", Contact: "#payments"},
		Agreed: map[string]slo.Agreement{
			slo.Engineering: {Name: "Ada Lovelace", Date: deftest.Day(2026, 1, 10)},
			slo.OnCall:      {Name: "Grace Hopper", Date: deftest.Day(2026, 1, 12).Add(7*time.Hour + 30*time.Minute)},
			slo.Product:     {Name: "Mary Jackson", Date: deftest.Day(2026, 1, 15)},
		},
		Reason: "People abandon a cart after the second failure.",
		Links: slo.Links{
			Runbook: "https://example.com/runbook", Repository: "https://example.com/shop.git", Channel: "https://chat.example.com/payments",
			Dashboards: []string{"https://example.com/d/1", "https://example.com/d/2"},
		},
		DependsOn: []string{"warehouse"},
		History: []slo.Commitment{
			{Target: 0.99, From: deftest.Day(2025, 1, 1), Reason: "A start.", AgreedBy: []string{"Ada Lovelace", "Grace Hopper"}},
			{Target: 0.999, From: deftest.Day(2026, 1, 15)},
		},
		Considered: &slo.TargetRange{Lowest: 0.99, Highest: 0.9995},
		Policy: []slo.Consequence{
			{RemainingBelow: 0.25, Action: "Only fixes are released.", Until: slo.Until{Text: "half of it is back"}},
			{RemainingBelow: 0, Action: "Nothing is released."},
		},
		Source: slo.Position{File: "b.yaml", Line: 1, Column: 1},
	}
	for _, files := range [][]definition.File{
		{deftest.File("a.yaml", deftest.Ratio), deftest.File("b.yaml", deftest.Promise)},
		{deftest.File("b.yaml", deftest.Promise), deftest.File("c.yaml", deftest.Ratio)},
	} {
		set := definition.Read(files...)
		if len(set.Problems) > 0 || len(set.SLOs) != 1 {
			t.Fatalf("%d SLOs, %v", len(set.SLOs), set.Problems)
		}
		if got := set.SLOs[0].Promise; !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
		if !set.SLOs[0].Promise.Signed() {
			t.Error("it is not signed")
		}
	}
}

func TestProblems(t *testing.T) {
	tests := []struct {
		name  string
		pairs []string
		want  string
	}{
		{"valid", nil, ""},
		{"only what it must have", []string{deftest.Promise[strings.Index(deftest.Promise, "  owner:"):], ""}, ""},
		{"two of three agreed", []string{"    product: {name: Mary Jackson, date: \"2026-01-15\"}\n", ""}, ""},
		{"share as a number", []string{"25%", "0.25"}, ""},
		{"kind", []string{"kind: Promise", "kind: Promis"}, `2: kind: "Promis" is not one of Promise, Review, Override; did you mean Promise?`},
		{"version", []string{"slo/v1", "slo/v2"}, `1: apiVersion: "promise.slo/v2" is not read; write promise.slo/v1`},
		{"no metadata", []string{"metadata:\n  name: checkout-promise\n", ""}, `1: metadata: is missing; write metadata with a name below it`},
		{"no name", []string{"  name: checkout-promise\n", ""}, `3: metadata: is missing; write metadata with a name below it`},
		{"bad name", []string{"checkout-promise", "-x-"}, `4: metadata.name: "-x-" is not a name; write letters, digits, dashes, underscores and dots, with a letter or digit first and last, such as checkout-availability`},
		{"no SLO", []string{"  slo: checkout\n", ""}, `6: spec.slo: is missing; write the name of the SLO that is promised`},
		{"null SLO", []string{"slo: checkout\n", "slo:\n"}, `6: spec.slo: is missing; write the name of the SLO that is promised`},
		{"empty SLO", []string{"slo: checkout\n", "slo: ' '\n"}, `6: spec.slo: is empty; write the name of the SLO that is promised`},
		{"unknown SLO", []string{"slo: checkout\n", "slo: chekout\n"}, `6: spec.slo: there is no SLO named "chekout"; did you mean checkout?`},
		{"another SLO", []string{"slo: checkout\n", "slo: warehouse\n"}, `6: spec.slo: there is no SLO named "warehouse"; write the name of an SLO, or remove the promise`},
		{"unknown objective", []string{"  owner:", "  objective: avaliability\n  owner:"}, `7: spec.objective: the SLO "checkout" has no objective named "avaliability"; did you mean availability?`},
		{"number as an objective", []string{"  owner:", "  objective: 99.9\n  owner:"}, `7: spec.objective: the SLO "checkout" has no objective named "99.9"; write availability`},
		{"unknown field", []string{"reason: People", "resaon: People"}, `14: spec.resaon: is not a known field; did you mean reason?`},
		{"unknown field without a value", []string{"  reason: People", "  resaon:\n  reason: People"}, `14: spec.resaon: is not a known field; did you mean reason?`},
		{"field without a value", []string{"  reason: People abandon a cart after the second failure.", "  reason:"}, ""},
		{"unknown signatory", []string{"onCall:", "legal:"}, `12: spec.agreed.legal: is not a known field; remove it; known fields are engineering, onCall, product`},
		{"owner is text", []string{"owner:\n    team: payments\n    contact: \"#payments\"", "owner: payments"}, `7: spec.owner: is text, not a mapping; write fields as key: value, indented below`},
		{"team is a number", []string{"team: payments", "team: 7"}, `8: spec.owner.team: is a number, not text; write the name of the team`},
		{"contact is a comment", []string{`"#payments"`, "#payments"}, ""},
		{"agreed without a name", []string{"{name: Ada Lovelace, date: 2026-01-10}", "{date: 2026-01-10}"}, `11: spec.agreed.engineering.name: is missing; write the name of the person who agreed`},
		{"agreed with an empty name", []string{"name: Ada Lovelace, date: 2026-01-10", "name: '', date: 2026-01-10"}, `11: spec.agreed.engineering.name: is empty; write the name of the person who agreed`},
		{"agreed without a date", []string{"name: Ada Lovelace, date: 2026-01-10", "name: Ada Lovelace"}, `11: spec.agreed.engineering.date: is missing; write when they agreed, such as 2026-01-15`},
		{"agreed by text", []string{"{name: Ada Lovelace, date: 2026-01-10}", "Ada Lovelace"}, `11: spec.agreed.engineering: is text, not a mapping; write the name and the date, such as {name: Ada Lovelace, date: 2026-01-15}`},
		{"not a date", []string{"2026-01-10", "January"}, `11: spec.agreed.engineering.date: "January" is not a date; write it as 2026-01-15 or 2026-01-15T09:00:00Z`},
		{"a year", []string{"2026-01-10", "2026"}, `11: spec.agreed.engineering.date: is a number, not text; write it as 2026-01-15 or 2026-01-15T09:00:00Z`},
		{"a day that is not", []string{"2026-01-10", "2026-02-30"}, `11: spec.agreed.engineering.date: "2026-02-30" is not a date; write a day that the calendar has, such as 2026-01-15 or 2026-01-15T09:00:00Z`},
		{"a time without a zone", []string{"2026-01-10", "2026-01-10 09:00:00"}, `11: spec.agreed.engineering.date: "2026-01-10 09:00:00" is not a date; write it as 2026-01-15 or 2026-01-15T09:00:00Z`},
		{"agreed in the future", []string{"2026-01-10", "2999-01-10"}, `11: spec.agreed.engineering.date: lies in the future; write when they agreed; remove the agreement until they have (warning)`},
		{"script as a link", []string{"https://example.com/runbook", "javascript:alert(1)"}, `16: spec.links.runbook: "javascript:alert(1)" is not a web address; write one that begins with https:// or http://`},
		{"dashboard twice", []string{"example.com/d/2", "example.com/d/1"}, `21: spec.links.dashboards[1]: is given twice; write it once`},
		{"dependency is empty", []string{"[warehouse]", "\n    -\n"}, `23: spec.dependsOn[0]: is empty; write something after the dash, or remove it`},
		{"one dependency", []string{"[warehouse]", "warehouse"}, `22: spec.dependsOn: is text, not a list; write each item after a dash`},
		{"target of 1", []string{"target: 0.99\n", "target: 1\n"}, `24: spec.history[0].target: 1 is out of range; write a share of at least 0 and below 1, such as 0.999`},
		{"infinite target", []string{"target: 0.99\n", "target: .inf\n"}, `24: spec.history[0].target: .inf is not a finite number; write a plain number`},
		{"target as text", []string{"target: 0.99\n", "target: 99%\n"}, `24: spec.history[0].target: is text, not a number; write a share of at least 0 and below 1, such as 0.999`},
		{"percentage of 100", []string{"targetPercent: 99.9", "targetPercent: 100"}, `28: spec.history[1].targetPercent: 100 is out of range; write a percentage of at least 0 and below 100, such as 99.9`},
		{"both targets", []string{"targetPercent: 99.9", "targetPercent: 99.9\n      target: 0.999"}, `29: spec.history[1].target: is given as well as targetPercent; write only one of them`},
		{"no target", []string{"target: 0.99\n      from: 2025", "from: 2025"}, `24: spec.history[0].target: is missing; write the least share of good events, such as 0.999, or targetPercent`},
		{"no date", []string{"      from: 2025-01-01\n", ""}, `24: spec.history[0].from: is missing; write from when the target was promised, such as 2026-01-15`},
		{"out of order", []string{"from: 2025-01-01", "from: 2026-02-01"}, `29: spec.history[1].from: is not later than that of the item before; write the history in order, the newest target last`},
		{"the same day", []string{"from: 2025-01-01", "from: 2026-01-15T00:00:00Z"}, `29: spec.history[1].from: is not later than that of the item before; write the history in order, the newest target last`},
		{"history in the future", []string{"from: 2026-01-15", "from: 2999-01-15"}, `29: spec.history[1].from: lies in the future; windows that open before it are evaluated against the previous target; correct the date if that is not what you meant (warning)`},
		{"drift", []string{"targetPercent: 99.9", "targetPercent: 99.5"}, `28: spec.history[1].targetPercent: 99.5 % was promised last, but the target of the SLO (a.yaml:1) is 99.9 %; agree on the new target and add it to the history, or put the SLO's target back (warning)`},
		{"share over 1", []string{"25%", "25"}, `31: spec.policy[0].remainingBelow: 25 is out of range; write a number of at least 0 and at most 1, or a percentage, such as 0.25 or 25%`},
		{"share over 100 %", []string{"25%", "250%"}, `31: spec.policy[0].remainingBelow: "250%" is not a share of the budget; write a number of at least 0 and at most 1, or a percentage, such as 0.25 or 25%`},
		{"share twice", []string{"25%", "0%"}, `32: spec.policy[1].remainingBelow: is given twice; write one action for it`},
		{"no action", []string{", action: Nothing is released.", ""}, `32: spec.policy[1].action: is missing; write what happens then`},
		{"considered without an end", []string{"lowest: 99%, ", ""}, `33: spec.considered.lowest: is missing; write a target of at least 0 and below 1, or a percentage, such as 0.999 or 99.9%`},
		{"considered as one target", []string{"{lowest: 99%, highest: 0.9995}", "99%"}, `33: spec.considered: is text, not a mapping; write the lowest and the highest target that you weighed, such as {lowest: 99%, highest: 99.95%}`},
		{"considered all of them", []string{"0.9995", "100%"}, `33: spec.considered.highest: "100%" is not a target; write a target of at least 0 and below 1, or a percentage, such as 0.999 or 99.9%`},
		{"considered in percent without a sign", []string{"0.9995", "99.95"}, `33: spec.considered.highest: 99.95 is out of range; write a target of at least 0 and below 1, or a percentage, such as 0.999 or 99.9%`},
		{"considered the wrong way", []string{"99%", "99.99%"}, `33: spec.considered.highest: is less than lowest; write the lowest and the highest target that you weighed`},
		{"considered one target", []string{"99%", "0.9995"}, ""},
		{"spec is a list", []string{deftest.Promise[strings.Index(deftest.Promise, "  slo:"):], "  - slo: checkout\n"}, `6: spec: is a list, not a mapping; write spec with its fields below it`},
		{"field twice", []string{"  reason: People", "  slo: checkout\n  reason: People"}, `14: spec.slo: is given twice, first on line 6; remove one of them`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			set := definition.Read(deftest.File("a.yaml", deftest.Ratio), deftest.File("p.yaml", deftest.Change(t, deftest.Promise, test.pairs...)))
			failed, refused := false, false
			var lines []string
			for _, p := range set.Problems {
				line := p.Error()
				if strings.HasPrefix(line, "a.yaml:1: the conditions of its alerts and the history of its target are not known: its promise at p.yaml:") {
					refused = true
					continue
				}
				if failed = failed || p.Severity == definition.Error; p.Severity == definition.Warning {
					line += " (warning)"
				}
				lines = append(lines, strings.TrimPrefix(line, "p.yaml:"))
			}
			if got := strings.Join(lines, "\n"); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			undecided := failed && (strings.Contains(test.want, "spec.history[") || strings.Contains(test.want, "spec.objective:") || strings.Contains(test.want, "is not read"))
			if refused != undecided || len(set.SLOs)+len(set.Refused) != 1 || refused != (len(set.Refused) == 1) {
				t.Fatalf("%d SLOs, %d refused; problems %v", len(set.SLOs), len(set.Refused), set.Problems)
			}
			if !refused {
				checkPromise(t, set.SLOs[0], failed, !strings.Contains(test.want, "spec.slo: is missing") && !strings.Contains(test.want, "spec.slo: is empty") &&
					!strings.Contains(test.want, "there is no SLO") && !strings.Contains(test.want, "is a list"))
			}
		})
	}
}

// checkPromise reports an SLO that does not have the promise of a document: all of
// it, or only its history if it failed.
func checkPromise(t *testing.T, s slo.SLO, failed, subjectKnown bool) {
	t.Helper()
	p := s.Promise
	switch {
	case !failed || !subjectKnown:
		if (p == nil) != failed {
			t.Errorf("the promise is %+v", p)
		}
	case p == nil || p.Signed() || p.Owner != (slo.Owner{}) || len(p.Policy) > 0:
		t.Errorf("the promise is %+v", p)
	}
}

// An error in a promise leaves its SLO the conditions of alerts and the targets that
// it has, or refuses it where they are not known.
func TestAPromiseWithAnErrorChangesNoNumbers(t *testing.T) {
	const alerting = "  alerting: {page: [{budget: 5%, long: 2h, short: 10m}]}\n"
	const history = "  history: [{target: 0.99, from: 2025-01-01}, {target: 0.999, from: 2026-01-15}]\n"
	bare := deftest.Promise[:strings.Index(deftest.Promise, "  owner:")]
	tests := []struct {
		name, spec string
		refused    bool
		// conditions and targets are how many the SLO has of its promise.
		conditions, targets int
	}{
		{"no error", alerting + history, false, 1, 2},
		{"elsewhere", alerting + history + "  links: {runbook: none}\n", false, 1, 2},
		{"an unknown field", alerting + history + "  resaon: a\n", false, 1, 2},
		{"elsewhere, without either", "  links: {runbook: none}\n", false, 0, 0},
		{"in a condition", strings.Replace(alerting, "5%", "500%", 1) + history, true, 0, 0},
		{"in the name of the conditions", strings.Replace(alerting, "alerting", "alertng", 1), true, 0, 0},
		{"in the history", alerting + strings.Replace(history, "0.99,", "99,", 1), true, 0, 0},
		{"in the order of the history", alerting + strings.Replace(history, "2025", "2027", 1), true, 0, 0},
		{"in the objective", "  objective: nothing\n" + alerting, true, 0, 0},
		{"in the syntax", "  a: [\n" + alerting, true, 0, 0},
		{"in the syntax, without either", "  a: [\n", false, 0, 0},
		{"in the syntax of a flow", "  spec: {slo: checkout, a: [\n" + alerting, true, 0, 0},
		{"a template", alerting + "  reason: {{ .Values.reason }}\n", true, 0, 0},
		{"in the objective, without either", "  objective: nothing\n", false, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			set := definition.Read(deftest.File("a.yaml", deftest.Ratio), deftest.File("p.yaml", bare+test.spec), deftest.File("q.yaml", "a: [\n"))
			if (len(set.SLOs) == 0) != test.refused {
				t.Fatalf("%d SLOs, problems %v", len(set.SLOs), set.Problems)
			}
			if test.refused {
				return
			}
			var p slo.Promise
			if set.SLOs[0].Promise != nil {
				p = *set.SLOs[0].Promise
			}
			if len(p.BurnConditions) != test.conditions || len(p.History) != test.targets {
				t.Errorf("the promise is %+v; problems %v", p, set.Problems)
			}
		})
	}
}

func TestPromisesOfSeveralObjectives(t *testing.T) {
	bare := deftest.Promise[:strings.Index(deftest.Promise, "  owner:")]
	of := func(objective, name string) string {
		return deftest.Change(t, bare, "slo: checkout", "slo: checkout\n  objective: "+objective, "checkout-promise", name) +
			"  history: [{target: 0.95, from: 2025-01-01}]\n"
	}
	tests := []struct {
		name      string
		documents []string
		// want are the names of the promises of the SLO and its objectives.
		want, problems string
	}{
		{"none", nil, " / / ", ""},
		{"whole", []string{bare}, "checkout-promise / / ", ""},
		{"one", []string{of("mostly", "m")}, " / / m", ""},
		{"whole and one", []string{bare, of("mostly", "m")}, "checkout-promise / / m", ""},
		{"twice", []string{of("mostly", "m"), of("mostly", "n")}, " / / ",
			`the objective "mostly" of the SLO "checkout" is promised 2 times, also at c.yaml:6
the objective "mostly" of the SLO "checkout" is promised 2 times, also at b.yaml:6`},
		{"whole twice", []string{bare, bare}, " / / ", `the SLO "checkout" is promised 2 times, also at c.yaml:6
the SLO "checkout" is promised 2 times, also at b.yaml:6`},
		{"history of the whole", []string{deftest.Promise}, " / / ", `the SLO "checkout" has 2 objectives, and a target belongs to one`},
		{"range of the whole", []string{bare + "  considered: {lowest: 0.9, highest: 0.99}\n"}, " / / ", `the SLO "checkout" has 2 objectives, and a target belongs to one`},
		{"drift", []string{of("availability", "a")}, " / a/ ", `95 % was promised last, but the target of the SLO (a.yaml:1) is 99.9 %`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files := []definition.File{deftest.File("a.yaml", deftest.TwoObjectives(t))}
			for i, d := range test.documents {
				files = append(files, deftest.File(string(rune('b'+i))+".yaml", d))
			}
			set := definition.Read(files...)
			var messages []string
			for _, p := range set.Problems {
				if p.Position.File != "a.yaml" {
					messages = append(messages, p.Message)
				}
			}
			if got := strings.Join(messages, "\n"); got != test.problems {
				t.Errorf("got  %s\nwant %s", got, test.problems)
			}
			s := slices.Concat(set.SLOs, set.Refused)[0]
			got := promiseName(s.Promise) + " / " + promiseName(s.Objectives[0].Promise) + "/ " + promiseName(s.Objectives[1].Promise)
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func promiseName(p *slo.Promise) string {
	if p == nil {
		return ""
	}
	return p.Name
}

func TestDaysBeginInTheWindowsTimeZone(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	calendar := deftest.Change(t, deftest.Ratio, deftest.RollingWindow, "    - duration: 1M\n      calendar: {startTime: 2026-01-01 00:00:00, timeZone: Europe/Paris}\n")
	set := definition.Read(deftest.File("a.yaml", calendar), deftest.File("b.yaml", deftest.Change(t, deftest.Promise, "from: 2026-01-15", "from: 2026-02-01")))
	s := set.SLOs[0]
	opened := time.Date(2026, 2, 1, 0, 0, 0, 0, paris)
	if got := s.TargetAt(s.Objectives[0], opened); got != 0.999 {
		t.Errorf("the window that opens with the target is held against %v", got)
	}
	if got := s.TargetAt(s.Objectives[0], opened.Add(-1)); got != 0.99 {
		t.Errorf("the window before is held against %v", got)
	}
}

func TestPromisesOfOtherFormats(t *testing.T) {
	for file, name := range map[string]string{"sloth/getting-started.yml": "myservice-requests-availability", "pyrra/nginx.yaml": "nginx-api-errors"} {
		content := deftest.Change(t, deftest.Promise[:strings.Index(deftest.Promise, "  owner:")], "slo: checkout", "slo: "+name)
		set := definition.Read(deftest.Sample(t, "../testdata/"+file), deftest.File("p.yaml", content))
		found := false
		for _, s := range set.SLOs {
			found = found || s.Name == name && s.Promise != nil
		}
		if !found {
			t.Errorf("%s: there is no promise about %s: %v", file, name, set.Problems)
		}
	}
}

func TestPromiseOfARefusedSLO(t *testing.T) {
	set := definition.Read(deftest.File("a.yaml", deftest.Change(t, deftest.Ratio, "target: 0.999", "target: 2")), deftest.File("b.yaml", deftest.Promise))
	if len(set.Problems) != 1 || set.Problems[0].SLO != "checkout" {
		t.Errorf("got %v", set.Problems)
	}
}

func TestDependencies(t *testing.T) {
	service := func(name string) string {
		return "apiVersion: openslo/v1\nkind: Service\nmetadata: {name: " + name + "}\n"
	}
	files := []definition.File{deftest.File("a.yaml", deftest.Ratio), deftest.File("b.yaml", deftest.Promise), deftest.File("s.yaml", service("shop")+"---\n"+service("warehous"))}
	set := definition.Read(files...)
	if len(set.Problems) != 1 || set.Problems[0].Error() != `b.yaml:22: spec.dependsOn[0]: there is no Service named "warehouse"; did you mean warehous?` {
		t.Errorf("got %v", set.Problems)
	}
	files[2].Content = []byte(service("shop") + "---\n" + service("warehouse"))
	if set := definition.Read(files...); len(set.Problems) != 0 {
		t.Errorf("got %v", set.Problems)
	}
}
