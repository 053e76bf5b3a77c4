package rules_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/rulefmt"

	"github.com/promise-slo/promise-slo-datasource/pkg/rules"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// plainSLO counts the errors of a shop over 30 days.
func plainSLO(change func(*slo.SLO)) slo.SLO {
	bad := slo.Query{Expr: `errors_total`}
	s := slo.SLO{
		Name: "shop", Service: "shop", Window: slo.Window{Period: slo.Period{Count: 30, Unit: slo.Day}},
		Objectives: []slo.Objective{{Name: "99", Target: 0.99, Indicator: slo.Ratio{Bad: &bad, Total: slo.Query{Expr: `all_total`}, Counter: true}}},
	}
	change(&s)
	return s
}

// alerts are the alerts of one SLO.
func alerts(t *testing.T, s slo.SLO) []rulefmt.Rule {
	t.Helper()
	groups, refused := rules.Generate([]slo.SLO{s}, rules.Options{})
	if len(refused) > 0 {
		t.Fatal(refused[0])
	}
	var all []rulefmt.Rule
	for _, g := range groups {
		all = append(all, g.Rules...)
	}
	return slices.DeleteFunc(all, func(r rulefmt.Rule) bool { return r.Alert == "" })
}

func TestWhichAlertsThereAre(t *testing.T) {
	conditions := func(all ...slo.BurnCondition) *slo.Promise { return &slo.Promise{BurnConditions: all} }
	month := func(s *slo.SLO) {
		s.Window = slo.Window{Period: slo.Period{Count: 1, Unit: slo.Month}, Calendar: true, Anchor: time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)}
	}
	tests := []struct {
		name   string
		change func(*slo.SLO)
		// want are the alerts' names, severities, long lookbacks and burn rates.
		want []string
	}{
		{"all", func(*slo.SLO) {}, []string{
			"ErrorBudgetBurn page 1h 14.4", "ErrorBudgetBurn page 6h 6", "ErrorBudgetBurn ticket 1d 3", "ErrorBudgetBurn ticket 3d 1",
			"ErrorBudgetNoData ticket", "ErrorBudgetExhausted ticket"}},
		{"no pages", func(s *slo.SLO) { s.Alerting.Page.Disabled = true }, []string{
			"ErrorBudgetBurn ticket 1d 3", "ErrorBudgetBurn ticket 3d 1", "ErrorBudgetNoData ticket", "ErrorBudgetExhausted ticket"}},
		{"no tickets", func(s *slo.SLO) { s.Alerting.Ticket.Disabled = true }, []string{
			"ErrorBudgetBurn page 1h 14.4", "ErrorBudgetBurn page 6h 6", "ErrorBudgetNoData page"}},
		{"nothing", func(s *slo.SLO) { s.Alerting.Page.Disabled, s.Alerting.Ticket.Disabled = true, true }, nil},
		{"months of at least 28 days", month, []string{
			"ErrorBudgetBurn page 1h 13.44", "ErrorBudgetBurn page 6h 5.6", "ErrorBudgetBurn ticket 1d 2.8", "ErrorBudgetBurn ticket 3d 1",
			"ErrorBudgetNoData ticket"}},
		{"a day, the shortest of which has 23 hours", func(s *slo.SLO) {
			paris, err := time.LoadLocation("Europe/Paris")
			if err != nil {
				t.Fatal(err)
			}
			s.Window = slo.Window{Period: slo.Period{Count: 1, Unit: slo.Day}, Calendar: true, Anchor: time.Date(2026, time.May, 1, 0, 0, 0, 0, paris)}
			s.Promise = conditions(slo.BurnCondition{Severity: slo.Page, Share: 0.5, Long: time.Hour, Short: time.Minute})
		}, []string{"ErrorBudgetBurn page 1h 11.5", "ErrorBudgetNoData ticket"}},
		{"conditions of its own", func(s *slo.SLO) {
			s.Promise = conditions(slo.BurnCondition{Severity: slo.Page, BurnRate: 10, Long: 2 * time.Hour, Short: 10 * time.Minute, MinBadEvents: 7})
			s.Alerting.Name = "Mine"
		}, []string{"Mine page 2h 10", "Mine ticket 1d 3", "Mine ticket 3d 1", "ErrorBudgetNoData ticket", "ErrorBudgetExhausted ticket"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, r := range alerts(t, plainSLO(tt.change)) {
				words := []string{r.Alert, r.Labels["severity"]}
				if long := r.Labels["long"]; long != "" {
					words = append(words, long, burnRate(r.Expr))
				}
				got = append(got, strings.Join(words, " "))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// burnRate is the one that an expression compares with first.
func burnRate(expr string) string {
	fields := strings.Fields(expr)
	i := slices.Index(fields, "and")
	return fields[i-1]
}

func TestTexts(t *testing.T) {
	all := alerts(t, plainSLO(func(s *slo.SLO) {
		s.DisplayName = "The {{shop}}"
		s.GroupBy = []string{"region", "team"}
		s.Labels = map[string]string{"team": "a{{b"}
		s.Objectives[0].Indicator = slo.RawRatio{Query: slo.Query{Expr: "slo:errors:ratio"}, Failure: true}
		s.Alerting.Annotations = map[string]string{"runbook_url": "https://wiki.example.com"}
		s.Alerting.Labels = map[string]string{"slo": "another", "team": "another", "tier": "1"}
	}))
	first := all[0]
	if want := `The {{"{{"}}shop}} · {{ index $labels "region" }} · {{ index $labels "group_team" }} is burning its error budget at {{ $value | printf "%.1f" }} times the sustainable rate`; first.Annotations["summary"] != want {
		t.Errorf("the summary is %s", first.Annotations["summary"])
	}
	if !strings.Contains(first.Annotations["description"], " Events are minutes weighted by the recorded ratio") {
		t.Errorf("the description does not say that it is an estimate: %s", first.Annotations["description"])
	}
	if first.Annotations["runbook_url"] != "https://wiki.example.com" || first.Annotations["dashboard_url"] != "" {
		t.Errorf("the annotations are %v", first.Annotations)
	}
	if l := first.Labels; l["slo"] != "shop" || l["team"] != `a{{"{{"}}b` || l["tier"] != "1" || l["plan"] != "" {
		t.Errorf("the labels are %v", l)
	}
}

func TestRefusals(t *testing.T) {
	tests := []struct {
		name, want string
		change     func(*slo.SLO)
	}{
		{"a query", "leave the offset out", func(s *slo.SLO) { s.Objectives[0].Indicator = slo.BoolGauge{Query: slo.Query{Expr: "up offset 1h"}} }},
		{"half a minute", "slos.yaml:7: shop: alerting: the lookbacks 1h and 30s are not whole minutes, and rules record minutes; write whole minutes", func(s *slo.SLO) {
			s.Promise = &slo.Promise{BurnConditions: []slo.BurnCondition{{Severity: slo.Page, BurnRate: 1, Long: time.Hour, Short: 30 * time.Second}}}
		}},
		{"a template", "alerting: Prometheus does not accept its alerts: ", func(s *slo.SLO) { s.Alerting.Labels = map[string]string{"x": "{{ if }}"} }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bad := plainSLO(tt.change)
			bad.Source = slo.Position{File: "slos.yaml", Line: 7}
			groups, refused := rules.Generate([]slo.SLO{bad, plainSLO(func(s *slo.SLO) { s.Name = "fine" })}, rules.Options{})
			if len(refused) != 1 || !strings.Contains(refused[0].Error(), tt.want) {
				t.Errorf("refused are %v", refused)
			}
			if len(groups) != 2 || groups[0].Name != "promise:fine" {
				t.Errorf("the others have the groups %v", groups)
			}
		})
	}
}
