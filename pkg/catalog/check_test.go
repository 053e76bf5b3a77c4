package catalog

import (
	"strings"
	"testing"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
)

// check returns what is wrong with a text.
func check(t *testing.T, text string) *Report {
	t.Helper()
	c, err := Load(t.Context(), Inline(text))
	if err != nil {
		t.Fatal(err)
	}
	report, err := c.Check(t.Context(), Unlimited)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// Whoever relies on an estimate was warned of it, with its place and what to
// write to get counts.
func TestCheckWarnsOfEstimates(t *testing.T) {
	tests := []struct{ name, sli, want string }{
		{"a recorded ratio", `raw: {error_ratio_query: 'avg_over_time(job:errors:ratio[{{.window}}])'}`,
			"`avg_over_time(job:errors:ratio[{{.window}}])`: events are minutes weighted by this ratio, busy or idle, as it cannot be split into counts: this is not a quotient of counts; write it as sum(rate(…)) / sum(rate(…))"},
		{"a part of a ratio", `raw: {error_ratio_query: 'sum(rate(a[{{.window}}])) / max(rate(b[{{.window}}]))'}`,
			"`max(rate(b[{{.window}}]))`: events are minutes weighted by this ratio, busy or idle, as it cannot be split into counts: max over"},
		{"a condition", `events: {error_query: 'sum(rate(a[{{.window}}])) unless on () (down == 1)', total_query: 'sum(rate(b[{{.window}}]))'}`,
			"`sum(rate(a[{{.window}}])) unless on () (down == 1)`: this is evaluated every minute"},
		{"fast requests as errors", `events: {error_query: 'sum(rate(h_bucket{le="1"}[{{.window}}]))', total_query: 'sum(rate(h_count[{{.window}}]))'}`,
			"`sum(rate(h_bucket{le=\"1\"}[{{.window}}]))`: the bad events are those within the bound, the fast ones; write (sum(rate(h_count[{{.window}}]))) - (sum(rate(h_bucket{le=\"1\"}[{{.window}}])))"},
		{"guards", `raw: {error_ratio_query: '(sum(rate(a[{{.window}}])) / (sum(rate(b[{{.window}}])) > 0)) or vector(0)'}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := "version: prometheus/v1\nservice: s\nslos:\n  - name: a\n    objective: 99\n    alerting: {page_alert: {}, ticket_alert: {}}\n    sli:\n      " + tt.sli + "\n"
			report := check(t, text)
			if report.Uncountable != 0 {
				t.Errorf("%d SLOs cannot be counted", report.Uncountable)
			}
			if tt.want == "" {
				if len(report.Problems) > 0 {
					t.Errorf("problems %v", report.Problems)
				}
				return
			}
			if len(report.Problems) != 1 {
				t.Fatalf("problems %v", report.Problems)
			}
			p := report.Problems[0]
			if text := p.Message + "; " + p.Hint; p.Severity != definition.Warning || p.Position.Line != 8 || !strings.HasPrefix(text, tt.want) {
				t.Errorf("line %d: %s", p.Position.Line, text)
			}
		})
	}
}

// What is wrong with a query is reported with what is wrong with its document.
func TestCheckReportsQueriesOfRefusedSLOs(t *testing.T) {
	const text = "version: prometheus/v1\nservice: s\nslos:\n  - name: a\n    objective: 101\n    alerting: {}\n    sli:\n      events:\n        error_query: sum(rate(a[{{.window}}])\n"
	report := check(t, text)
	var fields []string
	for _, p := range report.Problems {
		fields = append(fields, p.Field)
	}
	if got, want := strings.Join(fields, " "), "slos[0].objective slos[0].sli.events.total_query query"; got != want || len(report.Checked) != 0 {
		t.Errorf("problems of %s, want %s; checked %v", got, want, report.Checked)
	}
}
