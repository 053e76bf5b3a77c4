package openslo

import (
	"errors"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// binding describes how an objective gets its indicator.
type binding struct {
	link   link
	method method
	op     *slo.Op
	value  *float64
	// opField and valueField are there but not valid where op and value are nil.
	opField, valueField yamldoc.Value
}

// readBinding reads what compares a measured value with a bound.
func readBinding(o yamldoc.Object, l link, m method) binding {
	b := binding{link: l, method: m, opField: o.Get("op"), valueField: o.Get("value")}
	b.op = readOp(b.opField)
	if n, ok := b.valueField.Number(); ok {
		b.value = &n
	}
	return b
}

// bindAll returns a function that binds objectives, in their order.
func bindAll(bindings []binding) func(*format.Index, *slo.SLO, *yamldoc.Report) {
	return func(x *format.Index, s *slo.SLO, r *yamldoc.Report) {
		for i, b := range bindings {
			b.bind(x, &s.Objectives[i], r)
		}
	}
}

// bind gives an objective its indicator, and reports what is wrong.
func (b binding) bind(x *format.Index, o *slo.Objective, r *yamldoc.Report) {
	found := b.link.find(x, r)
	if found == nil {
		return
	}
	for _, ref := range found.sources {
		checkSource(x, ref, r)
	}
	if threshold, ok := found.indicator.(slo.Threshold); ok {
		b.bindThreshold(threshold, o, r)
		return
	}
	o.Indicator = found.indicator
	b.bindRatio(o, r)
}

// bindThreshold completes a threshold with the objective's own bound.
func (b binding) bindThreshold(t slo.Threshold, o *slo.Objective, r *yamldoc.Report) {
	if !b.opField.Present() {
		r.Fail(b.opField.Place(), "is missing", "write lte, lt, gte or gt: a value of the thresholdMetric is good when it compares so with value")
	}
	if !b.valueField.Present() {
		r.Fail(b.valueField.Place(), "is missing", "write the number to compare the thresholdMetric with")
	}
	if b.op != nil && b.value != nil {
		t.Op, t.Value = *b.op, *b.value
		o.Indicator = t
	}
}

// bindRatio takes op as the comparison of a slice's share of good events with
// timeSliceTarget, which is all that it can mean for a ratio.
func (b binding) bindRatio(o *slo.Objective, r *yamldoc.Report) {
	if b.value != nil {
		r.Warn(b.valueField.Place(), "has no effect with a ratioMetric", "remove it, or write a thresholdMetric")
		b.valueField.LeaveOut()
	}
	m := b.method.method
	switch {
	case b.op == nil || !b.method.known:
	case m != slo.Timeslices:
		r.Warn(b.opField.Place(), "has no effect with a ratioMetric and the budgeting method "+m.String(), "remove it")
		b.opField.LeaveOut()
	default:
		sliced := *o.Slices
		sliced.Op = *b.op
		o.Slices = &sliced
		// What is wrong with the other fields was reported with them.
		var invalid *slo.Invalid
		if err := sliced.Validate(m); errors.As(err, &invalid) && invalid.Field == "Op" {
			format.Refuse(r, b.opField.Place(), err)
		}
	}
}
