package rules

import (
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// Ruler names a server that evaluates rules. They differ in what they let a file of
// rules say.
type Ruler string

// The rulers for which rules are written.
const (
	Prometheus Ruler = "prometheus"
	Mimir      Ruler = "mimir"
	Thanos     Ruler = "thanos"
	VMAlert    Ruler = "vmalert"
)

// The limits of a tenant in Mimir, unless its operator sets others:
// ruler_max_rules_per_rule_group and ruler_max_rule_groups_per_tenant.
const (
	mimirRules  = 20
	mimirGroups = 70
)

// Delay returns how long the ruler waits for late samples if nobody says otherwise.
// Mimir's own ruler_evaluation_delay_duration is a minute, which a delay in the rules
// overrides.
func (r Ruler) Delay() time.Duration {
	if r == Mimir {
		return time.Minute
	}
	return 30 * time.Second
}

// RulesPerGroup returns how many rules the ruler accepts in a group by default; 0
// means any number.
func (r Ruler) RulesPerGroup() int {
	if r == Mimir {
		return mimirRules
	}
	return 0
}

// CheckGroups returns an error if the ruler does not accept so many groups by
// default.
func (r Ruler) CheckGroups(n int) error {
	if r != Mimir || n <= mimirGroups {
		return nil
	}
	return fmt.Errorf("these are %d groups, and Mimir accepts %d of a tenant by default: "+
		"raise ruler_max_rule_groups_per_tenant, or raise ruler_max_rules_per_rule_group and write more rules to a group with --rules-per-group", n, mimirGroups)
}

// onlyPromQL lists functions that MetricsQL, which vmalert checks expressions by, does
// not have.
var onlyPromQL = []string{
	"double_exponential_smoothing", "info", "ts_of_first_over_time", "ts_of_last_over_time", "ts_of_max_over_time", "ts_of_min_over_time",
	"histogram_avg", "histogram_count", "histogram_fraction", "histogram_quantiles", "histogram_stddev", "histogram_stdvar", "histogram_sum",
}

// check returns an error for an expression that the ruler does not know: it refuses
// the whole file.
func (r Ruler) check(expr string) error {
	if r != VMAlert {
		return nil
	}
	tree, err := newParser().ParseExpr(expr)
	if err != nil {
		return err
	}
	var unknown error
	parser.Inspect(tree, func(node parser.Node, _ []parser.Node) error {
		if call, ok := node.(*parser.Call); ok && slices.Contains(onlyPromQL, call.Func.Name) {
			unknown = &slo.Invalid{
				What: "vmalert refuses " + call.Func.Name + ", which MetricsQL does not have",
				Hint: "count by the buckets of a classic histogram, or evaluate the rules of this SLO in Prometheus",
			}
		}
		return nil
	})
	return unknown
}
