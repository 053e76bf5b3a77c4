package plugin

import (
	"errors"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
	"github.com/promise-slo/promise-slo-datasource/pkg/promql"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// refusal is the problem of an indicator whose query cannot be rewritten.
func refusal(s slo.SLO, o slo.Objective, err error) definition.Problem {
	p := definition.Problem{Severity: definition.Error, Position: s.Source, Field: "objective " + o.Name, Message: err.Error(), SLO: s.Name}
	if e, ok := errors.AsType[*promql.Error](err); ok {
		p.Position, p.Message, p.Hint = e.Position(), e.Reason, e.Hint
		if fragment := e.Fragment(); fragment != "" {
			p.Message = "`" + fragment + "`: " + e.Reason
		}
	}
	return p
}
