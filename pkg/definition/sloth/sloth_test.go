package sloth_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/deftest"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

var month = slo.Window{Period: slo.Period{Count: 30, Unit: slo.Day}}

func TestReadFile(t *testing.T) {
	bad := slo.Query{Expr: `sum(rate(http_requests_total{code=~"5.."}[{{.window}}]))`, Source: deftest.Position(15, 22)}
	want := []slo.SLO{{
		Name: "shop-availability", DisplayName: "availability", Description: "People can pay.", Service: "shop",
		Labels: map[string]string{"team": "payments", "tier": "1", "generated": "true"},
		Window: month,
		Objectives: []slo.Objective{{Name: "99.95", Target: 0.9995, Indicator: slo.Ratio{
			Bad: &bad, Counter: true,
			Total: slo.Query{Expr: `sum(rate(http_requests_total[{{ .window }}]))`, Source: deftest.Position(17, 11)},
		}}},
		Alerting: slo.Alerting{
			Name: "ShopErrors", Labels: map[string]string{"category": "availability"}, Annotations: map[string]string{"summary": "The shop fails"},
			Page: slo.Alert{
				Labels:      map[string]string{"severity": "page"},
				Annotations: map[string]string{"runbook": "https://example.com/shop"},
			},
			Ticket: slo.Alert{Disabled: true},
		},
		Source: deftest.Position(7, 5),
	}, {
		Name: "shop-freshness", DisplayName: "freshness", Service: "shop",
		Labels: map[string]string{"team": "payments", "tier": "2"},
		Window: month,
		Objectives: []slo.Objective{{Name: "99", Target: 0.99, Indicator: slo.RawRatio{
			Query:   slo.Query{Expr: "1 - avg_over_time(fresh[{{.window}}])", Source: deftest.Position(35, 28)},
			Failure: true,
		}}},
		Source: deftest.Position(31, 5),
	}}
	set := definition.Read(deftest.File("a.yaml", deftest.SlothFile))
	if !reflect.DeepEqual(set.SLOs, want) || len(set.Problems) > 0 {
		t.Errorf("got  %+v\nwant %+v\nproblems %v", set.SLOs, want, set.Problems)
	}
}

func TestReadResource(t *testing.T) {
	s := deftest.One(t, deftest.SlothResource)
	want := slo.SLO{
		Name: "shop-availability", Identity: "sales/resource=shop", DisplayName: "availability", Service: "shop",
		Labels: map[string]string{"team": "payments", "app": "shop", "namespace": "sales"},
		Window: month, GroupBy: []string{"handler"},
		Objectives: s.Objectives,
		Alerting:   slo.Alerting{Page: slo.Alert{Disabled: true}, Ticket: slo.Alert{Labels: map[string]string{"severity": "ticket"}}},
		Source:     deftest.Position(19, 7),
	}
	if !reflect.DeepEqual(s, want) {
		t.Errorf("got  %+v\nwant %+v", s, want)
	}
	if got := s.Objectives[0].Indicator.(slo.Ratio).Bad.Expr; !strings.HasPrefix(got, "sum by (handler)") {
		t.Errorf("bad events are %s", got)
	}
	if got := deftest.Problems(deftest.SlothResource); got != "" {
		t.Error(got)
	}
}

const alertWindows = `apiVersion: sloth.slok.dev/v1
kind: AlertWindows
spec:
  sloPeriod: 28d
  page:
    quick: {errorBudgetPercent: 8, shortWindow: 5m, longWindow: 1h}
    slow: {errorBudgetPercent: 12.5, shortWindow: 30m, longWindow: 6h}
`

// Documents of Sloth have the period that Sloth is run with.
func TestPeriods(t *testing.T) {
	conditions := []slo.BurnCondition{
		{Severity: slo.Page, Share: 0.08, Short: 5 * time.Minute, Long: time.Hour},
		{Severity: slo.Page, Share: 0.125, Short: 30 * time.Minute, Long: 6 * time.Hour},
	}
	bare := "apiVersion: sloth.slok.dev/v1\nkind: AlertWindows\nspec: {sloPeriod: 7d}\n"
	const window, rates = "its window is not known: the AlertWindows at ", "the burn rates of its alerts are not known: "
	own := deftest.Change(t, deftest.SlothFile, "    objective: 99.95\n", "    objective: 99.95\n    period: 28d\n")
	tests := []struct {
		name       string
		period     string
		documents  []string
		want       string
		conditions []slo.BurnCondition
		// refused contains what is wrong with the first SLO.
		refused string
	}{
		{"nothing said", "", []string{deftest.SlothFile}, "30d", nil, ""},
		{"setting", "28d", []string{deftest.SlothFile}, "28d", nil, ""},
		{"setting in hours", "672h", []string{deftest.SlothFile}, "672h", nil, ""},
		{"alert windows", "", []string{deftest.SlothFile, alertWindows}, "28d", conditions, ""},
		{"alert windows before", "", []string{alertWindows, deftest.SlothResource}, "28d", conditions, ""},
		{"alert windows of another period than is set", "30d", []string{deftest.SlothFile, alertWindows}, "30d", nil, ""},
		{"setting among several", "28d", []string{deftest.SlothFile, alertWindows, bare}, "28d", conditions, ""},
		{"several", "", []string{deftest.SlothFile, alertWindows, bare}, "30d", nil, ""},
		{"one period in two units", "", []string{deftest.SlothFile, bare, strings.Replace(bare, "7d", "168h", 1)}, "7d", nil, ""},
		{"one period in hours", "", []string{deftest.SlothFile, strings.Replace(alertWindows, "28d", "672h", 1)}, "28d", conditions, ""},
		{"the period that is set in weeks", "4w", []string{deftest.SlothFile, alertWindows}, "4w", conditions, ""},
		{"one period with different windows", "", []string{deftest.SlothFile, alertWindows, strings.Replace(alertWindows, "12.5", "12", 1)}, "", nil, rates + "the AlertWindows at b:4 and c:4 have different ones"},
		{"windows with a fault", "", []string{deftest.SlothFile, strings.Replace(alertWindows, "longWindow: 1h", "longWindow: 1x", 1)}, "", nil, rates + "the AlertWindows at b:4 have an error"},
		{"windows with a fault, of another period", "30d", []string{deftest.SlothFile, strings.Replace(alertWindows, "longWindow: 1h", "longWindow: 1x", 1)}, "30d", nil, ""},
		{"a period with a fault", "", []string{deftest.SlothFile, strings.Replace(alertWindows, "28d", "28", 1)}, "", nil, window + "b:4 have"},
		{"a period with a fault, beside another", "", []string{deftest.SlothFile, strings.Replace(alertWindows, "28d", "28", 1), bare}, "", nil, window + "b:4 have"},
		{"a period with a fault, which may have windows of the one that is set", "28d", []string{deftest.SlothFile, strings.Replace(alertWindows, "28d", "28", 1)}, "", nil, rates},
		{"a period that is empty", "", []string{deftest.SlothFile, strings.Replace(alertWindows, "28d", "", 1)}, "", nil, window + "b:4 have"},
		{"windows that are no YAML", "", []string{deftest.SlothFile, strings.Replace(alertWindows, "{", "[", 1)}, "", nil, window + "b:6 have"},
		{"windows in a template", "", []string{deftest.SlothFile, strings.Replace(alertWindows, "28d", "{{ .Values.period }}", 1)}, "", nil, window + "b:4 have"},
		{"windows of another version", "", []string{deftest.SlothFile, strings.Replace(alertWindows, "dev/v1", "dev/v2", 1)}, "", nil, window + "b:1 have"},
		{"windows of a kind with a slip", "", []string{deftest.SlothFile, strings.Replace(alertWindows, "kind: AlertWindows", "kind: AlertWindow", 1)}, "", nil, window + "b:2 have"},
		{"windows without a version", "", []string{deftest.SlothFile, strings.Replace(alertWindows, "apiVersion: sloth.slok.dev/v1\n", "", 1)}, "", nil, window + "b:1 have"},
		{"windows in JSON that is not complete", "", []string{deftest.SlothFile, `{"apiVersion":"sloth.slok.dev/v1","kind":"AlertWindows","spec":{`}, "", nil, window + "b:1 have"},
		{"another document that is not complete", "", []string{deftest.SlothFile, `{"apiVersion":"v1","kind":"Pod","spec":{`}, "30d", nil, ""},
		{"windows without a spec", "", []string{deftest.SlothFile, alertWindows[:strings.Index(alertWindows, "spec")]}, "", nil, window + "b:1 have"},
		{"period of its own", "7d", []string{own, alertWindows}, "28d", conditions, ""},
		{"period of its own, with a fault", "7d", []string{strings.Replace(own, "period: 28d", "period: 28", 1), alertWindows}, "", nil, "slos[0].period: has no unit"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			period, err := definition.ParsePeriod(test.period)
			if err != nil {
				t.Fatal(err)
			}
			r := definition.Reader{SlothPeriod: period}
			var files []definition.File
			for i, text := range test.documents {
				files = append(files, deftest.File(string(rune('a'+i)), text))
			}
			set := r.Read(files...)
			if test.refused != "" {
				if got := fmt.Sprint(set.Problems); !strings.Contains(got, test.refused) || slices.Contains(deftest.Names(set), "shop-availability") {
					t.Errorf("SLOs %v, problems %s", deftest.Names(set), got)
				}
				return
			}
			if len(set.SLOs) == 0 {
				t.Fatal(set.Problems)
			}
			s := set.SLOs[0]
			if got := s.Window.Period.String(); got != test.want || !reflect.DeepEqual(s.Alerting.BurnConditions, test.conditions) {
				t.Errorf("period %s, conditions %v; problems %v", got, s.Alerting.BurnConditions, set.Problems)
			}
		})
	}
}

func TestAlertWindowsProblems(t *testing.T) {
	golden := deftest.ReadGolden(t)
	tests := []struct {
		name  string
		pairs []string
	}{
		{"no period", []string{"  sloPeriod: 28d\n", ""}},
		{"period without a unit", []string{"28d", "28"}},
		{"no slow alert", []string{"    slow: {errorBudgetPercent: 12.5, shortWindow: 30m, longWindow: 6h}\n", ""}},
		{"percentage", []string{"12.5", "120"}},
		{"windows swapped", []string{"shortWindow: 5m, longWindow: 1h", "shortWindow: 1h, longWindow: 5m"}},
		{"kind in another case", []string{"kind: AlertWindows", "kind: Alertwindows"}},
		{"unknown field", []string{"kind: AlertWindows", "kind: AlertWindows\nname: a"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { golden.Check(t, deftest.Problems(deftest.Change(t, alertWindows, test.pairs...))) })
	}
	t.Run("several periods", func(t *testing.T) {
		golden.Check(t, deftest.Problems(alertWindows, strings.Replace(alertWindows, "28d", "7d", 1), strings.Replace(alertWindows, "28d", "7d", 1)))
	})
}

func TestLabelsOfSlothAreFilled(t *testing.T) {
	for text, want := range map[string]string{
		"{{ $labels.sloth_service }}/{{$labels.sloth_slo}}":         "shop/availability",
		"{{- .Labels.sloth_id -}}":                                  "shop-availability",
		"{{ $labels.sloth_id | toUpper }}":                          `{{ "shop-availability" | toUpper }}`,
		`{{ index $labels "sloth_slo" }}`:                           `{{ "availability" }}`,
		"{{ $labels.sloth_window }}, {{ $labels.pod }}, {{$value}}": "{{ $labels.sloth_window }}, {{ $labels.pod }}, {{$value}}",
	} {
		s := definition.Read(deftest.File("a.yaml", deftest.Change(t, deftest.SlothFile, "The shop fails", "'"+text+"'"))).SLOs[0]
		if got := s.Alerting.Annotations["summary"]; got != want {
			t.Errorf("%s became %s, want %s", text, got, want)
		}
	}
}

// What names the severity of an alert is written out for each.
func TestTheSeverityOfSlothIsFilled(t *testing.T) {
	document := deftest.Change(t, deftest.SlothFile, "The shop fails", `'{{ if eq $labels.sloth_severity "page" }}Now{{ end }}, {{ $labels.sloth_slo }}'`)
	a := definition.Read(deftest.File("a.yaml", document)).SLOs[0].Alerting
	if got, want := a.Page.Annotations["summary"], `{{ if eq "page" "page" }}Now{{ end }}, availability`; got != want {
		t.Errorf("of pages it is %s, want %s", got, want)
	}
	if got, want := a.Ticket.Annotations["summary"], `{{ if eq "ticket" "page" }}Now{{ end }}, availability`; got != want {
		t.Errorf("of tickets it is %s, want %s", got, want)
	}
	if _, found := a.Annotations["summary"]; found || a.Page.Annotations["runbook"] == "" {
		t.Errorf("the alerts are %+v", a)
	}
}

func TestAnErrorInOneSLODoesNotRefuseTheOthers(t *testing.T) {
	set := definition.Read(deftest.File("a.yaml", deftest.Change(t, deftest.SlothFile, "objective: 99.95", "objective: 101")))
	if len(set.SLOs) != 1 || set.SLOs[0].Name != "shop-freshness" {
		t.Errorf("SLOs %v", set.SLOs)
	}
	if len(set.Problems) != 1 || set.Problems[0].SLO != "shop-availability" {
		t.Errorf("problems %+v", set.Problems)
	}
}

func TestSLOsAreLimitedLikeDocuments(t *testing.T) {
	other := deftest.Change(t, deftest.SlothFile, "service: shop", "service: mall")
	set := deftest.ReadWithin(t, definition.Limits{Documents: 3}, deftest.SlothFile+"---\n"+other)
	if len(set.SLOs) != 3 || len(set.Problems) != 1 || set.Problems[0].Position.Line != 67 {
		t.Errorf("%d SLOs, problems %v", len(set.SLOs), set.Problems)
	}
}

// fields returns a mapping in braces with as many fields.
func fields(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("l%d: a", i))
	}
	return "{" + strings.Join(all, ", ") + "}"
}

func TestFileProblems(t *testing.T) {
	golden := deftest.ReadGolden(t)
	const list = "slos:\n"
	events := deftest.SlothFile[strings.Index(deftest.SlothFile, "      events:"):strings.Index(deftest.SlothFile, "    alerting:")]
	slos := deftest.SlothFile[strings.Index(deftest.SlothFile, list):]
	tests := []struct {
		name  string
		pairs []string
	}{
		{"version unknown", []string{"prometheus/v1", "prometheus/v2"}},
		{"version missing", []string{"version: \"prometheus/v1\"\n", ""}},
		{"no service", []string{"service: shop\n", ""}},
		{"service with spaces", []string{"service: shop", "service: the shop"}},
		{"no SLOs", []string{slos, ""}},
		{"SLOs empty", []string{slos, "slos: []\n"}},
		{"SLO null", []string{slos, "slos:\n  -\n"}},
		{"SLO text", []string{slos, "slos: [availability]\n"}},
		{"no name", []string{"  - name: availability\n    objective", "  - objective"}},
		{"the same name", []string{"name: freshness", "name: availability"}},
		{"unknown fields", []string{"    objective: 99.95\n", "    objectve: 99.95\n    time_window: 7d\n"}},
		{"Kubernetes spelling", []string{"error_query:", "errorQuery:"}},
		{"Kubernetes spelling of alerts", []string{"page_alert:", "pageAlert:"}},
		{"both spellings", []string{"      ticket_alert:\n        disable: true\n", "      ticket_alert: {disable: true}\n      ticketAlert: {disable: false}\n"}},
		{"objective 100", []string{"99.95", "100"}},
		{"objective 0", []string{"99.95", "0"}},
		{"objective a share", []string{"99.95", "0.9995"}},
		{"objective with a sign", []string{"99.95", "99.95%"}},
		{"objective NaN", []string{"99.95", ".nan"}},
		{"objective NaN in quotes", []string{"99.95", "'NaN'"}},
		{"no sli", []string{"    sli:\n" + events, ""}},
		{"sli empty", []string{"    sli:\n" + events, "    sli: {}\n"}},
		{"two indicators", []string{"      events:\n", "      raw: {error_ratio_query: 'a[{{.window}}]'}\n      events:\n"}},
		{"query missing", []string{"        error_query: sum(rate(http_requests_total{code=~\"5..\"}[{{.window}}]))\n", ""}},
		{"query empty", []string{"sum(rate(http_requests_total{code=~\"5..\"}[{{.window}}]))", "''"}},
		{"query without a window", []string{"1 - avg_over_time(fresh[{{.window}}])", "slo:ratio"}},
		{"SLI plugin", []string{events, "      plugin:\n        id: getting_started\n        options: {job: a}\n"}},
		{"SLI plugin without an id", []string{events, "      plugin: {options: {job: a}}\n"}},
		{"SLO plugins", []string{list, "slo_plugins: {overridePrevious: true, chain: [{id: a/b}, {id: c/d, priority: 1, config: {a: b}}, {id: a/b}]}\nslos:\n"}},
		{"SLO plugins of one", []string{"    objective: 99.95\n", "    objective: 99.95\n    plugins: {chain: [{id: a/b}]}\n"}},
		{"SLO plugins empty", []string{list, "slo_plugins: {chain: []}\nslos:\n"}},
		{"label without a value", []string{"  team: payments\n", "  team:\n"}},
		{"label's name", []string{"  team: payments\n", "  the team: payments\n"}},
		{"labels without end", []string{"  team: payments\n  tier: 2\n", "  " + fields(101) + "\n"}},
		{"many SLO plugins", []string{list, "slo_plugins: {chain: [" + strings.Repeat("{id: a}, ", 20) + "{id: b}, {id: c}, {id: d}, {id: e}, {id: f}, {id: g}, {id: h}, {id: i}, {id: j}, {id: k}, {id: l}]}\nslos:\n"}},
		{"label a list", []string{"  team: payments\n", "  team: [a]\n"}},
		{"disable as text", []string{"disable: true", "disable: 'yes'"}},
		{"query with a fixed range", []string{"http_requests_total[{{ .window }}]", "http_requests_total[5m]"}},
		{"query of gauges", []string{"sum(rate(http_requests_total[{{ .window }}]))", "count(up == 0) or vector(0)"}},
		{"ratio of gauges", []string{"1 - avg_over_time(fresh[{{.window}}])", "1 - min(up)"}},
		{"query of a bare counter", []string{"sum(rate(http_requests_total[{{ .window }}]))", "http_requests_total{a=\"b\"}"}},
		{"unknown fields of alerts", []string{"        disable: true\n", "        disabled: true\n        for: 5m\n"}},
		{"unknown field of a query", []string{"    sli:\n      raw:\n", "    sli:\n      raw:\n        total_query: a\n"}},
		{"anchors", []string{"service: shop\n", "x-note: later\n.common: &common {team: payments}\n.all: [&a 1, &b 2]\nservice: shop\n"}},
		{"an anchor at a slip", []string{"    objective: 99.95\n", "    objectve: &o 99.95\n"}},
		{"a period of its own", []string{"    objective: 99.95\n", "    objective: 99.95\n    period: 7d\n"}},
		{"a tab", []string{"service: shop", "\tservice: shop"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			golden.Check(t, deftest.Problems(deftest.Change(t, deftest.SlothFile, test.pairs...)))
		})
	}
}

// A field that only has anchors for other fields is no problem, at any depth.
func TestFieldsOfAnchors(t *testing.T) {
	for field, accepted := range map[string]bool{
		"templates: [&e a, {x: &t b}]":            true,
		"templates: {e: &e a, o: {x: &t b}}":      true,
		"q: {e: &e a, m: [{t: &t b}], again: *e}": true,
		"q: {e: &e {a: b}, m: {<<: *e}}":          true,
		"q: {e: &e a, m: [{t: b}]}":               false,
		"q: {e: &e a, m: []}":                     false,
		"q: [[], {}]":                             false,
	} {
		problems := deftest.Problems(deftest.Change(t, deftest.SlothFile, "service: shop\n", field+"\nservice: shop\n"))
		if (problems == "") != accepted {
			t.Errorf("%s: problems %q", field, problems)
		}
	}
}

func TestResourceProblems(t *testing.T) {
	golden := deftest.ReadGolden(t)
	tests := []struct {
		name  string
		pairs []string
	}{
		{"version", []string{"slok.dev/v1", "slok.dev/v2"}},
		{"kind misspelt", []string{"kind: PrometheusServiceLevel", "kind: PrometheusServiceLevels"}},
		{"kind of another tool", []string{"kind: PrometheusServiceLevel", "kind: SLO", "  slos:\n", "  objectives:\n"}},
		{"no metadata", []string{deftest.SlothResource[strings.Index(deftest.SlothResource, "metadata:"):strings.Index(deftest.SlothResource, "spec:")], ""}},
		{"name in capitals", []string{"  name: shop\n", "  name: Shop\n"}},
		{"name empty", []string{"  name: shop\n", "  name: ''\n"}},
		{"file's spelling", []string{"totalQuery:", "total_query:"}},
		{"group by nonsense", []string{"group-by: handler", "group-by: my-handler"}},
		{"empty slices", []string{"promise.slo/group-by: handler", "promise.slo/empty-slices: good"}},
		{"no spec", []string{deftest.SlothResource[strings.Index(deftest.SlothResource, "spec:"):], ""}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			golden.Check(t, deftest.Problems(deftest.Change(t, deftest.SlothResource, test.pairs...)))
		})
	}
}
