package rules

import (
	"fmt"
	"time"

	"github.com/prometheus/prometheus/model/rulefmt"

	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// checkRange returns an error for an expression with a selector that reads more than
// a server allows.
func checkRange(expr string, most time.Duration) error {
	if most == 0 {
		return nil
	}
	tree, err := newParser().ParseExpr(expr)
	if err != nil {
		return err
	}
	if longest := promql.LongestRange(tree); longest > most {
		return &slo.Invalid{
			What: fmt.Sprintf("its rule reads %s at a time, and the longest range is %s", duration(longest), duration(most)),
			Hint: "raise the tenant's limit, and --max-range",
		}
	}
	return nil
}

// short returns the alerts without those that read more than a server allows, and
// adds these to what is refused.
func (r *ruleset) short(s subject, alerts []rulefmt.Rule) (rules []rulefmt.Rule) {
	for _, alert := range alerts {
		if err := checkRange(alert.Expr, s.opts.MaxRange); err != nil {
			r.refused = append(r.refused, &Refusal{SLO: s.slo, Alert: alert.Alert, Err: err})
			continue
		}
		rules = append(rules, alert)
	}
	return rules
}
