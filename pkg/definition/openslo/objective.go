package openslo

import (
	"fmt"
	"slices"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// bind gives objectives their indicators, as the Bind of a format.Draft.
type bind = func(*format.Index, *slo.SLO, *yamldoc.Report)

// readObjectives reads the objectives of an SLO and what binds each to its
// indicator, which may be the SLO's or, in a composite SLO, its own. The name is that
// of the document.
func readObjectives(spec yamldoc.Object, m method, name string) ([]slo.Objective, bind) {
	list, items := needObjectives(spec)
	shared := readIndicator(spec, name)
	composite := false
	var objectives []slo.Objective
	var bindings []binding
	for _, item := range items {
		o := item.Fields("displayName", "op", "value", "target", "targetPercent", "timeSliceTarget", "timeSliceWindow", "indicator", "indicatorRef", "compositeWeight", misplacedWindow)
		if !o.Present() {
			continue
		}
		if v := o.Get(misplacedWindow); v.Present() {
			v.Fail("belongs to spec, not to an objective", "move it below spec")
		}
		own := readIndicator(o, name)
		composite = composite || own.given()
		checkWeight(o.Get("compositeWeight"))
		objectives = append(objectives, readObjective(o, m))
		bindings = append(bindings, readBinding(o, chooseIndicator(own, shared, o), m))
	}
	if composite {
		list.Warn("the combined budget of a composite SLO is not computed", "each objective has a budget of its own")
	}
	format.NameObjectives(objectives)
	return objectives, bindAll(bindings)
}

// misplacedWindow names the field of spec that people write in objectives.
const misplacedWindow = "timeWindow"

// hasMisplacedWindow reports whether an objective has the window.
func hasMisplacedWindow(spec yamldoc.Object) bool {
	aside := &yamldoc.Report{}
	return slices.ContainsFunc(spec.Get("objectives").WithReport(aside).List(), func(item yamldoc.Value) bool {
		return item.Object().Get(misplacedWindow).Present()
	})
}

// needObjectives returns the list of objectives, which must not be empty, and its
// items.
func needObjectives(spec yamldoc.Object) (list yamldoc.Value, items []yamldoc.Value) {
	const hint = `write at least one item, such as "- target: 0.999"`
	list = spec.Need("objectives", hint)
	items = list.List()
	if list.IsList() && len(items) == 0 {
		list.Fail("is empty", hint)
	}
	return list, items
}

// readObjective returns what both versions spell alike.
func readObjective(o yamldoc.Object, m method) slo.Objective {
	return slo.Objective{DisplayName: o.Get("displayName").Text(), Target: readTarget(o), Slices: m.readSlices(o)}
}

func chooseIndicator(own, shared link, objective yamldoc.Object) link {
	switch {
	case own.given() && shared.given():
		objective.Fail("has an indicator, and so has spec", "in a composite SLO write every indicator in its objective, and none in spec")
		return own
	case own.given():
		return own
	case !shared.given():
		objective.Need("indicator", "write indicator or indicatorRef in spec, or in every objective for a composite SLO")
	}
	return shared
}

func checkWeight(v yamldoc.Value) {
	weight, ok := v.Number()
	if !ok {
		return
	}
	if weight <= 0 {
		v.Fail("is not more than 0", "write a positive number, or remove it")
		return
	}
	v.WarnLeftOut("has no effect", "the combined budget of a composite SLO is not computed; remove it")
}

// readTarget returns the target, as a share, from either of its fields.
func readTarget(o yamldoc.Object) float64 {
	target, percent := o.Get("target"), o.Get("targetPercent")
	switch {
	case target.Present() && percent.Present():
		percent.Fail("is given as well as target", "write only one of them")
		return 0
	case percent.Present():
		share, ok := format.ShareOfPercent(percent)
		if !ok {
			return 0
		}
		return format.CheckTarget(percent, share, "write a percentage of at least 0 and below 100, such as 99.9")
	}
	share, ok := o.Need("target", "write the least share of good events, such as 0.999").Number()
	if !ok {
		return 0
	}
	hint := "write a share of at least 0 and below 1, such as 0.999"
	if share > 1 && share < 100 {
		hint += fmt.Sprintf(", or targetPercent: %s", target.Written())
	}
	return format.CheckTarget(target, share, hint)
}
