package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/common/promslog"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

// groups returns the names of the groups in a file of rules, which must be valid.
func groups(t *testing.T, content string) []string {
	t.Helper()
	read, errs := rulefmt.Parse([]byte(content), false, model.UTF8Validation, parser.NewParser(parser.Options{}), promslog.NewNopLogger())
	if len(errs) > 0 {
		t.Fatalf("%v in\n%s", errs, content)
	}
	var names []string
	for _, g := range read.Groups {
		names = append(names, g.Name)
	}
	return names
}

func TestRules(t *testing.T) {
	got := call(t.Context(), t, nil, "rules", "--definitions=testdata/shop.yaml", "--grafana-url=https://g.example.com/grafana", "--label=cluster=eu", "--delay=45s")
	want := []string{"promise:shop", "promise-budget:shop", "promise:shop-by-code", "promise-budget:shop-by-code", "promise:shop-by-week"}
	if names := groups(t, got.stdout); got.code != exitFine || got.stderr != "" || !slices.Equal(names, want) {
		t.Fatalf("got %v and %+v", names, got)
	}
	for _, part := range []string{"cluster: eu\n", "query_offset: 45s\n", "dashboard_url: https://g.example.com/grafana/d/promise-slo?from=now-1d&to=now&var-slo=shop-by-week\n"} {
		if !strings.Contains(got.stdout, part) {
			t.Errorf("%q is not in\n%s", part, got.stdout)
		}
	}
	if again := call(t.Context(), t, nil, "rules", "--definitions=testdata/shop.yaml", "--label=cluster=eu", "--grafana-url=https://g.example.com/grafana/", "--delay=45s"); again.stdout != got.stdout {
		t.Error("the same definitions give other rules")
	}
	if old := call(t.Context(), t, nil, "rules", "--definitions=testdata/shop.yaml", "--delay=0s", "--selector=shop"); strings.Contains(old.stdout, "query_offset") || len(groups(t, old.stdout)) != 2 {
		t.Errorf("got %+v", old)
	}
}

func TestRulesForEachRuler(t *testing.T) {
	tests := []struct {
		args                []string
		groups              int
		part, stderr, never string
	}{
		{args: []string{"--for=thanos"}, groups: 5, part: "query_offset: 30s\n"},
		{args: []string{"--for=mimir"}, groups: 3, part: "- name: promise:1\n  interval: 1m\n  query_offset: 1m\n"},
		{args: []string{"--for=mimir", "--delay=0s"}, groups: 3, never: "query_offset"},
		{args: []string{"--rules-per-group=8"}, groups: 5, part: "- name: promise-budget:1\n"},
		{args: []string{"--for=vmalert"}, part: "eval_delay: 30s\n", never: "query_offset"},
		{args: []string{"--max-range=1d"}, groups: 5, part: "offset 1d", stderr: "promise: ErrorBudgetExhausted of shop reads 1w in all, the most of these rules: if the ruler asks a query-frontend, " +
			"max_total_query_length must be at least that; if it is not, write it as --max-total-range, and the alerts that it would break are left out and named (warning)\n"},
		{args: []string{"--max-range=1d", "--max-total-range=7d"}, groups: 5, part: "offset 1d"},
		{args: []string{"--for=mimir", "--rules-per-group=2"}, groups: 16},
	}
	for _, tt := range tests {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			got := call(t.Context(), t, nil, append([]string{"rules", "--definitions=testdata/shop.yaml"}, tt.args...)...)
			if got.code != exitFine || got.stderr != tt.stderr || !strings.Contains(got.stdout, tt.part) || tt.never != "" && strings.Contains(got.stdout, tt.never) {
				t.Errorf("got %+v", got)
			}
			if tt.groups > 0 && len(groups(t, got.stdout)) != tt.groups {
				t.Errorf("the groups are %q, want %d", groups(t, got.stdout), tt.groups)
			}
		})
	}
}

func TestRulesNameWhatMimirRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "slos.yaml")
	text := "version: prometheus/v1\nservice: shop\nslos:\n"
	for n := range 130 {
		text += fmt.Sprintf("  - name: s%d\n    objective: 99\n    sli: {events: {error_query: 'sum(rate(slow_total[{{.window}}]))', total_query: 'sum(rate(all_total[{{.window}}]))'}}\n    alerting: {}\n", n)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got := call(t.Context(), t, nil, "rules", "--definitions", file, "--for=mimir")
	if got.code != exitFine || !strings.Contains(got.stderr, "promise: these are 72 groups, and Mimir accepts 70 of a tenant by default: raise ruler_max_rule_groups_per_tenant") {
		t.Errorf("got %d, %s", got.code, got.stderr)
	}
	if got := call(t.Context(), t, nil, "rules", "--definitions", file, "--for=mimir", "--rules-per-group=40"); got.stderr != "" {
		t.Errorf("got %s", got.stderr)
	}
}

func TestRulesNameAlertsThatAreTooLong(t *testing.T) {
	file := filepath.Join(t.TempDir(), "slos.yaml")
	const text = `apiVersion: openslo/v1
kind: SLO
metadata: {name: minutes, annotations: {promise.slo/empty-slices: bad}}
spec:
  service: shop
  indicator:
    metadata: {name: errors}
    spec:
      ratioMetric:
        counter: true
        bad: {metricSource: {type: Prometheus, spec: {query: 'slow_total'}}}
        total: {metricSource: {type: Prometheus, spec: {query: 'all_total'}}}
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Timeslices
  objectives: [{target: 0.95, timeSliceTarget: 0.9, timeSliceWindow: 5m}]
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got := call(t.Context(), t, nil, "rules", "--definitions", file, "--max-range=7d")
	const want = ": minutes: ErrorBudgetExhausted is left out: its rule reads 60d at a time, and the longest range is 1w; raise the tenant's limit, and --max-range (warning)\n"
	if got.code != exitFine || !strings.HasSuffix(got.stderr, want) || len(groups(t, got.stdout)) != 1 {
		t.Errorf("got %d, %s", got.code, got.stderr)
	}
}

func TestRulesNameAlertsThatReadTooMuchInAll(t *testing.T) {
	got := call(t.Context(), t, nil, "rules", "--definitions=testdata/shop.yaml", "--max-range=1d", "--max-total-range=5d")
	if got.code != exitFine || strings.Contains(got.stdout, "ErrorBudgetExhausted") || !strings.Contains(got.stdout, "offset 2d") {
		t.Errorf("got %d, %s", got.code, got.stdout)
	}
	const want = ": ErrorBudgetExhausted is left out: its rule reads 1w in all, and the longest total range is 5d; raise the tenant's limit, and --max-total-range (warning)\n"
	if !strings.Contains(got.stderr, want) || strings.Count(got.stderr, "\n") != 2 {
		t.Errorf("got %s", got.stderr)
	}
	if short := call(t.Context(), t, nil, "rules", "--definitions=testdata/shop.yaml", "--max-total-range=1h"); short.code != exitUsage || !strings.Contains(short.stderr, "--max-total-range 1h is too short: rules read 1h1m in all") {
		t.Errorf("got %+v", short)
	}
}

func TestRulesLeaveOutInvalidDefinitions(t *testing.T) {
	got := call(t.Context(), t, nil, "rules", "--definitions=testdata")
	if names := groups(t, got.stdout); got.code != exitFailed || len(names) != 5 {
		t.Errorf("got %v and %+v", names, got)
	}
	for _, problem := range []string{"testdata/broken.yaml:23: spec.objectives[0].target: a target of 100 %", "testdata/uncountable.yaml:15: query: "} {
		if strings.Count(got.stderr, problem) != 1 {
			t.Errorf("%q is not printed once in\n%s", problem, got.stderr)
		}
	}
}

func TestRulesRefuseBrokenTemplate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "slos.yaml")
	const text = `version: prometheus/v1
service: shop
slos:
  - name: speed
    objective: 99
    sli:
      events: {error_query: 'sum(rate(slow_total[{{.window}}]))', total_query: 'sum(rate(all_total[{{.window}}]))'}
    alerting: {annotations: {summary: 'slow: {{ $value'}}
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got := call(t.Context(), t, nil, "rules", "--definitions", file)
	if got.code != exitFailed || len(groups(t, got.stdout)) != 0 || !strings.HasPrefix(got.stderr, file+`:4: alerting: Prometheus does not accept its alerts: annotation "summary": `) {
		t.Errorf("got %+v", got)
	}
}

func TestRulesByTeam(t *testing.T) {
	out := filepath.Join(t.TempDir(), "new")
	for range 2 { // what it wrote it replaces
		if got := call(t.Context(), t, nil, "rules", "--definitions=testdata/shop.yaml", "--out-dir", out); got.code != exitFine || got.stdout != "" {
			t.Fatalf("got %+v", got)
		}
	}
	for file, want := range map[string]int{"payments.yaml": 3, "catalogue.yaml": 2} {
		content, err := os.ReadFile(filepath.Join(out, file))
		if err != nil || len(groups(t, string(content))) != want {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestRulesKeepForeignFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mine.yaml")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := call(t.Context(), t, nil, "rules", "--definitions=testdata/shop.yaml", "--out", file)
	content, err := os.ReadFile(file)
	if err != nil || string(content) != "mine" || got.code != exitFailed || !strings.Contains(got.stderr, file+" was not written by promise rules: choose another place") {
		t.Errorf("%v, %s, %+v", err, content, got)
	}
}
