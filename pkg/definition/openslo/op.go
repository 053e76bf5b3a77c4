package openslo

import (
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// ops returns the names of comparisons, in the order of slo.Op.
func ops() []string { return []string{"lte", "lt", "gte", "gt"} }

func opName(o slo.Op) string { return ops()[o] }

// readOp returns a comparison; nil if there is none.
func readOp(v yamldoc.Value) *slo.Op {
	i := v.Choice(ops()...)
	if i < 0 {
		return nil
	}
	op, err := slo.ParseOp(ops()[i])
	if err != nil {
		format.Refuse(v.Report(), v.Place(), err)
		return nil
	}
	return &op
}
