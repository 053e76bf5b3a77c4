package definition

import (
	"fmt"
	"strconv"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// readObjectives reads the objectives of an SLO and what binds each to its
// indicator, which may be the SLO's or, in a composite SLO, its own.
func readObjectives(d *draft, spec object, j judgement) {
	const hint = `write at least one item, such as "- target: 0.999"`
	list := spec.need("objectives", hint)
	items := list.list()
	if list.isList() && len(items) == 0 {
		list.fail("is empty", hint)
	}
	shared := readIndicator(spec)
	composite := false
	for _, item := range items {
		o := item.schema("displayName", "op", "value", "target", "targetPercent", "timeSliceTarget", "timeSliceWindow", "indicator", "indicatorRef", "compositeWeight")
		if !o.valid() {
			continue
		}
		own := readIndicator(o)
		composite = composite || own.given()
		checkWeight(o.get("compositeWeight"))
		d.slo.Objectives = append(d.slo.Objectives, slo.Objective{
			DisplayName: o.get("displayName").text(),
			Target:      readTarget(o),
			Slices:      j.readSlices(o),
		})
		d.bindings = append(d.bindings, readBinding(o, chooseIndicator(own, shared, o), j))
	}
	if composite {
		list.warn("the combined budget of a composite SLO is not computed", "each objective has a budget of its own")
	}
	nameObjectives(d.slo.Objectives)
}

func chooseIndicator(own, shared link, objective object) link {
	switch {
	case own.given() && shared.given():
		objective.fail("has an indicator, and so has spec", "in a composite SLO write every indicator in its objective, and none in spec")
		return own
	case own.given():
		return own
	case !shared.given():
		objective.need("indicator", "write indicator or indicatorRef in spec, or in every objective for a composite SLO")
	}
	return shared
}

func checkWeight(v value) {
	weight, ok := v.number()
	if !ok {
		return
	}
	if weight <= 0 {
		v.fail("is not more than 0", "write a positive number, or remove it")
		return
	}
	v.warn("has no effect", "the combined budget of a composite SLO is not computed; remove it")
}

// readTarget is the target, as a share, from either of its fields.
func readTarget(o object) float64 {
	target, percent := o.get("target"), o.get("targetPercent")
	switch {
	case target.present() && percent.present():
		percent.fail("is given as well as target", "write only one of them")
		return 0
	case percent.present():
		share, ok := percent.percent()
		return checkTarget(percent, share, ok, "write a percentage of at least 0 and below 100, such as 99.9")
	}
	share, ok := o.need("target", "write the least share of good events, such as 0.999").number()
	hint := "write a share of at least 0 and below 1, such as 0.999"
	if share > 1 && share < 100 {
		hint += fmt.Sprintf(", or targetPercent: %s", target.node.Value)
	}
	return checkTarget(target, share, ok, hint)
}

func checkTarget(v value, share float64, ok bool, hint string) float64 {
	if !ok || slo.ValidateTarget(share) == nil {
		return share
	}
	if share == 1 {
		v.fail("a target of 100 % leaves no budget: a single bad event would break it for good", hint)
	} else {
		v.fail(v.node.Value+" is out of range", hint)
	}
	return 0
}

// percentage writes a share as a percentage, such as 99.9 for 0.999. The point
// is moved in decimal, so that no digits are made up.
func percentage(share float64) string {
	percent, err := strconv.ParseFloat(strconv.FormatFloat(share, 'f', -1, 64)+"e2", 64)
	if err != nil {
		percent = share * 100
	}
	return strconv.FormatFloat(percent, 'f', -1, 64)
}

// readBinding reads what compares a measured value with a bound.
func readBinding(o object, l link, j judgement) binding {
	op, bound := o.get("op"), o.get("value")
	b := binding{link: l, judgement: j, op: readOp(op), opAt: op.at, valueAt: bound.at}
	if n, ok := bound.number(); ok {
		b.value = &n
	}
	b.opFailed = b.op == nil && op.present()
	b.valueFailed = b.value == nil && bound.present()
	return b
}

// ops are the names of comparisons, in their order.
func ops() []string { return []string{"lte", "lt", "gte", "gt"} }

// readOp is a comparison; nil if there is none.
func readOp(v value) *slo.Op {
	i := v.choice(ops()...)
	if i < 0 {
		return nil
	}
	op, err := slo.ParseOp(ops()[i])
	if err != nil {
		v.invalid(err)
		return nil
	}
	return &op
}
