package definition

import (
	"fmt"
	"slices"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// openSLOAlpha is the version of OpenSLO before v1, as specified in
// https://github.com/OpenSLO/oslo (pkg/manifest/v1alpha).
const openSLOAlpha = "openslo/v1alpha"

func (c *contents) readAlpha(root value, kind string) {
	o := root.schema("apiVersion", "kind", "metadata", "spec")
	switch kind {
	case "SLO":
		c.readAlphaSLO(o)
	case "Service":
		c.readService(o)
	default:
		o.get("kind").fail(quoted(kind)+" is not a kind of "+openSLOAlpha, oneOf(kind, []string{"SLO", "Service"}))
	}
}

func (c *contents) readAlphaSLO(o object) {
	m := needMetadata(o, commonSettings()...)
	spec := needSpec(o, "description", "service", "indicator", "timeWindows", "budgetingMethod", "objectives")
	j := readMethod(spec)
	j.empty = m.emptySlice(j)
	d := draft{name: m.at, service: spec.get("service").at, slo: slo.SLO{
		Name: m.name, DisplayName: m.displayName, Labels: m.labels, Annotations: m.annotations,
		Description: readDescription(spec),
		Service:     spec.needText("service", "write the name of the service that makes the promise"),
		Window:      readAlphaWindow(spec),
		Method:      j.method,
		GroupBy:     m.groups(),
		Source:      o.at.position,
	}}
	readAlphaObjectives(&d, spec, j)
	d.failed = o.failed
	o.about(m.name)
	c.drafts = append(c.drafts, d)
}

// alphaUnits are the units of time windows.
var alphaUnits = []string{"Minute", "Hour", "Day", "Week", "Month", "Quarter", "Year"}

func readAlphaWindow(spec object) slo.Window {
	const hint = `write exactly one item, such as "- unit: Day" with "count: 28" and "isRolling: true" below it`
	list := spec.need("timeWindows", hint)
	items := list.list()
	if list.isList() && len(items) != 1 {
		list.fail(fmt.Sprintf("has %d items", len(items)), hint)
	}
	if len(items) != 1 {
		return slo.Window{}
	}
	o := items[0].schema("unit", "count", "isRolling", "calendar")
	w := slo.Window{Period: readAlphaPeriod(o), Calendar: isCalendar(o)}
	if w.Calendar {
		w.Anchor = readAnchor(o.get("calendar"))
	}
	if err := w.Validate(); err != nil && !o.failed {
		o.get("count").invalid(err)
	}
	return w
}

func readAlphaPeriod(o object) slo.Period {
	unit := o.need("unit", "write "+strings.Join(alphaUnits, ", or "))
	i := slices.IndexFunc(alphaUnits, func(name string) bool { return strings.EqualFold(name, unit.text()) })
	if i < 0 && unit.isText() {
		unit.choice(alphaUnits...)
	}
	count := o.need("count", "write the number of units, such as 28")
	n, ok := count.number()
	if ok && (n < 1 || n > 1e9 || n != float64(int(n))) {
		count.fail(count.node.Value+" is not a whole number of at least 1", "write the number of units, such as 28")
	}
	units := []slo.Unit{slo.Minute, slo.Hour, slo.Day, slo.Week, slo.Month, slo.Quarter, slo.Year}
	return slo.Period{Count: int(max(1, min(n, 1e9))), Unit: units[max(i, 0)]}
}
