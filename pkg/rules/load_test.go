package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"go.yaml.in/yaml/v3"

	"github.com/promise-slo/promise-slo-datasource/internal/prometheus"
	"github.com/promise-slo/promise-slo-datasource/internal/promtest"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/rules"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// mimirtool reads a file by yaml.v3 and sends it on as yaml.v3 writes it, and so does
// Mimir: text of several lines that begins with a space does not survive that.
func TestRulesSurviveAnotherYAML(t *testing.T) {
	for _, path := range samples {
		slos := countable(t, path)
		slos[0].Alerting.Annotations = map[string]string{"description": "  several\nlines", "empty": ""}
		content := []byte(written(t, slos, rules.Options{Delay: time.Minute}))
		var first, again rulefmt.RuleGroups
		if err := yaml.Unmarshal(content, &first); err != nil {
			t.Fatal(err)
		}
		rewritten, err := yaml.Marshal(first)
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.Unmarshal(rewritten, &again); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if diff := cmp.Diff(first, again); diff != "" {
			t.Errorf("%s:\n%s", path, diff)
		}
	}
}

// hundredSLOs are about a shop each, over 30 days: every tenth by instance, every
// tenth of time slices.
func hundredSLOs() (all []slo.SLO) {
	for n := range 100 {
		name := fmt.Sprintf("shop-%02d", n)
		bad := slo.Query{Expr: fmt.Sprintf(`requests_total{shop=%q,code="500"}`, name)}
		s := slo.SLO{
			Name: name, Service: name, Window: slo.Window{Period: slo.Period{Count: 30, Unit: slo.Day}},
			Objectives: []slo.Objective{{Name: "99", Target: 0.99, Indicator: slo.Ratio{
				Bad: &bad, Total: slo.Query{Expr: fmt.Sprintf(`requests_total{shop=%q}`, name)}, Counter: true,
			}}},
		}
		switch n % 10 {
		case 1:
			s.GroupBy = []string{"instance"}
		case 2:
			s = sliced(s)
			s.Name = name
		}
		all = append(all, s)
	}
	return all
}

// The rules of 100 SLOs are within Mimir's default limits, with those of an objective
// in one group, and none is lost.
func TestPacking(t *testing.T) {
	slos := hundredSLOs()
	whole, _ := rules.Generate(slos, rules.Options{})
	for _, tt := range []struct{ limit, groups int }{{20, 55}, {7, 115}, {100, 9}, {3, 268}} {
		t.Run(fmt.Sprint(tt.limit), func(t *testing.T) {
			groups, refused := rules.Generate(slos, rules.Options{RulesPerGroup: tt.limit})
			if len(refused) > 0 || len(groups) != tt.groups {
				t.Errorf("%d groups, want %d; refused are %v", len(groups), tt.groups, refused)
			}
			names, at := map[string]bool{}, map[string]map[string]bool{}
			for _, g := range groups {
				if names[g.Name] || len(g.Rules) > tt.limit || len(g.Rules) == 0 {
					t.Errorf("%s has %d rules, or is there twice", g.Name, len(g.Rules))
				}
				names[g.Name] = true
				for _, r := range g.Rules {
					of := strings.Split(g.Name, ":")[0] + r.Labels["slo"]
					if at[of] == nil {
						at[of] = map[string]bool{}
					}
					at[of][g.Name] = true
				}
			}
			for of, in := range at {
				if tt.limit >= 7 && len(in) > 1 {
					t.Errorf("the rules of %s are in %v", of, in)
				}
			}
			if diff := cmp.Diff(sortedRules(whole), sortedRules(groups)); diff != "" {
				t.Errorf("the rules differ:\n%s", diff)
			}
		})
	}
	if err := rules.Mimir.CheckGroups(55); err != nil {
		t.Error(err)
	}
	if err := rules.Mimir.CheckGroups(71); err == nil || !strings.Contains(err.Error(), "these are 71 groups, and Mimir accepts 70") {
		t.Error(err)
	}
	if err := rules.Prometheus.CheckGroups(1000); err != nil {
		t.Error(err)
	}
}

// sortedRules are the names, labels and expressions of all rules.
func sortedRules(groups []rulefmt.RuleGroup) (all []string) {
	for _, g := range groups {
		for _, r := range g.Rules {
			all = append(all, fmt.Sprint(r.Record, r.Alert, r.Labels, r.Expr))
		}
	}
	slices.Sort(all)
	return all
}

// Within a limit for ranges no selector reads more, and the alerts are the same.
func TestMaxRange(t *testing.T) {
	const limit = 3 * day
	grouped := plainSLO(func(s *slo.SLO) { s.GroupBy = []string{"region"} })
	slices5m := sliced(plainSLO(func(*slo.SLO) {}))
	all := []slo.SLO{grouped, slices5m}
	whole, _ := rules.Generate(all, rules.Options{})
	parts, refused := rules.Generate(all, rules.Options{MaxRange: limit})
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	server := promtest.Start(t, func(w *prometheus.Writer) {
		recordAll(w, grouped, map[string]time.Duration{"old": 20 * day, "new": 0, "all": 0})
		recordAll(w, slices5m, map[string]time.Duration{"": 0})
	})
	client, compared := ask(t, server), 0
	for i, g := range whole {
		for j, r := range g.Rules {
			part := parts[i].Rules[j]
			tree, err := parser.NewParser(parser.Options{}).ParseExpr(part.Expr)
			if err != nil {
				t.Fatal(err)
			}
			if longest := promql.LongestRange(tree); longest > limit {
				t.Errorf("%s of %s reads %s", part.Alert, part.Labels["slo"], longest)
			}
			if part.Expr == r.Expr {
				continue
			}
			compared++
			want, _, err := client.Instant(t.Context(), r.Expr, end)
			if err != nil {
				t.Fatal(err)
			}
			got, _, err := client.Instant(t.Context(), part.Expr, end)
			if err != nil {
				t.Fatal(err)
			}
			if len(want) == 0 || len(got) != len(want) {
				t.Fatalf("%s of %s has %d values, want %d", part.Alert, part.Labels["slo"], len(got), len(want))
			}
			for k := range want {
				if !labels.Equal(got[k].Labels, want[k].Labels) || relative(got[k].Samples[0].V, want[k].Samples[0].V) > 1e-9 {
					t.Errorf("%s of %s is %v, want %v", part.Alert, part.Labels["slo"], got[k], want[k])
				}
			}
		}
	}
	if compared != 3 {
		t.Errorf("%d rules have parts, want 3", compared)
	}
}

func relative(got, want float64) float64 { return max(got/want, want/got) - 1 }

// recordAll writes records of 40 days for each region, up to some time before the
// end, with every other event bad.
func recordAll(w *prometheus.Writer, s slo.SLO, regions map[string]time.Duration) {
	groups, _ := rules.Generate([]slo.SLO{s}, rules.Options{})
	for _, r := range groups[0].Rules[:2] {
		for region, before := range regions {
			from := end.Add(-40 * day)
			if region == "new" {
				from = end.Add(-4 * day)
			}
			var samples []prometheus.Sample
			for at := from; !at.After(end.Add(-before)); at = at.Add(time.Minute) {
				n := 2.0
				if r.Record == promql.RecordedBad {
					n = 1
				}
				samples = append(samples, prometheus.Float(at, n*float64(1+at.Unix()/60%7)))
			}
			named := labels.NewBuilder(labels.FromMap(r.Labels)).Set("__name__", r.Record)
			if region != "" {
				named.Set("region", region)
			}
			w.Append(named.Labels(), samples...)
		}
	}
}

// What no parts make short enough is left out, and named.
func TestMaxRangeNamesWhatIsLeftOut(t *testing.T) {
	s := sliced(plainSLO(func(*slo.SLO) {}))
	s.Objectives[0].Slices.Empty = slo.EmptyBad
	groups, refused := rules.Generate([]slo.SLO{s}, rules.Options{MaxRange: 7 * day})
	const want = `ErrorBudgetExhausted is left out: its rule reads 60d at a time, and the longest range is 1w; raise the tenant's limit, and --max-range`
	if len(groups) != 1 || len(groups[0].Rules) != 7 || len(refused) != 1 || !strings.HasSuffix(refused[0].Error(), want) {
		t.Errorf("%v, refused are %v", groups, refused)
	}
}

func TestVMAlertRefusesNativeHistograms(t *testing.T) {
	s := plainSLO(func(s *slo.SLO) {
		bad := slo.Query{Expr: `errors_total`}
		s.Objectives[0].Indicator = slo.Ratio{Bad: &bad, Total: slo.Query{Expr: `histogram_count(rate(seconds[5m]))`}}
	})
	if _, refused := rules.Generate([]slo.SLO{s}, rules.Options{}); len(refused) > 0 {
		t.Fatal(refused[0])
	}
	_, refused := rules.Generate([]slo.SLO{s}, rules.Options{Ruler: rules.VMAlert})
	if len(refused) != 1 || !strings.Contains(refused[0].Error(), "vmalert refuses histogram_count, which MetricsQL does not have; count by") {
		t.Errorf("refused are %v", refused)
	}
}
