package rules

import (
	"cmp"
	"fmt"
	"time"

	"github.com/prometheus/prometheus/model/rulefmt"

	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// checkRange returns an error for an expression with a selector that reads more than
// a server allows, or that reads more as a whole.
func (o Options) checkRange(expr string) error {
	if o.MaxRange == 0 && o.MaxTotalRange == 0 {
		return nil
	}
	tree, err := newParser().ParseExpr(expr)
	if err != nil {
		return err
	}
	return cmp.Or(
		exceeds(promql.LongestRange(tree), o.MaxRange, "at a time, and the longest range is", "--max-range"),
		exceeds(promql.Reach(tree), o.MaxTotalRange, "in all, and the longest total range is", "--max-total-range"),
	)
}

// exceeds returns an error for a time above a limit; 0 is no limit.
func exceeds(reads, most time.Duration, limit, flag string) error {
	if most == 0 || reads <= most {
		return nil
	}
	return &slo.Invalid{
		What: fmt.Sprintf("its rule reads %s %s %s", duration(reads), limit, duration(most)),
		Hint: "raise the tenant's limit, and " + flag,
	}
}

// short returns the alerts without those that read more than a server allows, and
// adds these to what is refused.
func (r *ruleset) short(s subject, alerts []rulefmt.Rule) (rules []rulefmt.Rule) {
	for _, alert := range alerts {
		if err := s.opts.checkRange(alert.Expr); err != nil {
			r.refused = append(r.refused, &Refusal{SLO: s.slo, Alert: alert.Alert, Err: err})
			continue
		}
		rules = append(rules, alert)
	}
	return rules
}

// FarthestReaching returns the rule that reads furthest back of all, and how far: a
// limit for whole queries below that breaks it.
func FarthestReaching(groups []rulefmt.RuleGroup) (farthest rulefmt.Rule, reach time.Duration) {
	for _, group := range groups {
		for _, rule := range group.Rules {
			tree, err := newParser().ParseExpr(rule.Expr)
			if err != nil {
				continue // no rule is written that cannot be parsed
			}
			if reads := promql.Reach(tree); reads > reach {
				farthest, reach = rule, reads
			}
		}
	}
	return farthest, reach
}
