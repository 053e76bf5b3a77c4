package definition

import (
	"errors"
	"fmt"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// binding says how an objective of a draft comes to its indicator.
type binding struct {
	link      link
	judgement judgement
	op        *slo.Op
	value     *float64
	// opFailed and valueFailed say that they are there but not valid.
	opFailed, valueFailed bool
	opAt, valueAt         place
}

// bind gives the objective of a draft its indicator. What is wrong is added to
// the report.
func (b binding) bind(x *index, o *slo.Objective, r *report) {
	found := x.find(b.link, r)
	if found == nil {
		return
	}
	for _, ref := range found.sources {
		x.checkSource(ref, r)
	}
	if threshold, ok := found.indicator.(slo.Threshold); ok {
		b.bindThreshold(threshold, o, r)
		return
	}
	o.Indicator = found.indicator
	b.bindRatio(o, r)
}

// find is the indicator that a link leads to; nil if there is none.
func (x *index) find(l link, r *report) *sli {
	if l.failed || l.ref == "" {
		return l.inline
	}
	found := x.slis[l.ref]
	x.used[l.ref] = true
	switch {
	case len(found) == 0:
		r.fail(l.at, fmt.Sprintf("there is no SLI named %s", quoted(l.ref)), x.suggest(l.ref, x.sliNames, "add a document of the kind SLI with this name, or write indicator instead"))
	case len(found) > 1:
		r.fail(l.at, fmt.Sprintf("there are %d SLIs named %s", len(found), quoted(l.ref)), "give each a name of its own")
	case found[0].failed:
		r.fail(l.at, fmt.Sprintf("the SLI %s (%s) is not valid", quoted(l.ref), found[0].at.position), "fix the errors there")
	default:
		return &found[0]
	}
	return nil
}

// bindThreshold completes a threshold with the objective's own bound.
func (b binding) bindThreshold(t slo.Threshold, o *slo.Objective, r *report) {
	if b.op == nil && !b.opFailed {
		r.fail(b.opAt, "is missing", "write lte, lt, gte or gt: a value of the thresholdMetric is good when it compares so with value")
	}
	if b.value == nil && !b.valueFailed {
		r.fail(b.valueAt, "is missing", "write the number to compare the thresholdMetric with")
	}
	if b.op != nil && b.value != nil {
		t.Op, t.Value = *b.op, *b.value
		o.Indicator = t
	}
}

// bindRatio takes op as the comparison of a slice's share of good events with
// timeSliceTarget, which is all that it can mean for a ratio.
func (b binding) bindRatio(o *slo.Objective, r *report) {
	m := b.judgement.method
	if b.value != nil {
		r.warn(b.valueAt, "has no effect with a ratioMetric", "remove it, or write a thresholdMetric")
	}
	switch {
	case b.op == nil || !b.judgement.known:
	case m != slo.Timeslices:
		r.warn(b.opAt, "has no effect with a ratioMetric and the budgeting method "+m.String(), "remove it")
	default:
		judged := *o.Slices
		judged.Op = *b.op
		o.Slices = &judged
		// What is wrong with the other fields was reported with them.
		var invalid *slo.Invalid
		if err := judged.Validate(m); errors.As(err, &invalid) && invalid.Field == "Op" {
			r.invalid(b.opAt, err)
		}
	}
}

// checkSource reports a reference to a DataSource that is not ours to ask.
func (x *index) checkSource(ref sourceRef, r *report) {
	found := x.sources[ref.name]
	if len(found) == 0 && !ref.typed {
		r.warn(ref.at, fmt.Sprintf("there is no DataSource named %s", quoted(ref.name)), "the query goes to the data source that is set up in Grafana; write type: Prometheus to say so")
	}
	for _, source := range found {
		if source.kind != "" && !isPromQL(source.kind) {
			r.fail(ref.at, fmt.Sprintf("the DataSource %s (%s) is of the type %s, which does not speak PromQL", quoted(ref.name), source.at.position, quoted(source.kind)), writeSourceType)
		}
	}
}
