package openslo

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// alphaVersion is the version of OpenSLO before v1, as specified in
// https://github.com/OpenSLO/oslo (pkg/manifest/v1alpha).
const alphaVersion = "openslo/v1alpha"

func readAlpha(c *format.Contents, root yamldoc.Value, kind string) {
	o := root.Fields("apiVersion", "kind", "metadata", "spec")
	switch kind {
	case "SLO":
		readAlphaSLO(c, o)
	case "Service":
		readService(c, o)
	default:
		o.Get("kind").Fail(fmt.Sprintf("%q is not a kind of %s", kind, alphaVersion), yamldoc.SuggestOneOf(kind, []string{"SLO", "Service"}))
	}
}

func readAlphaSLO(c *format.Contents, o yamldoc.Object) {
	m := needMetadata(o, format.CommonSettings()...)
	spec := format.Spec(o, "description", "service", "indicator", "timeWindows", "budgetingMethod", "objectives")
	method := readMethod(spec, m.Settings)
	d := newDraft(o, spec, m, method)
	objectives, bindings := readAlphaObjectives(spec, method)
	d.SLO.Objectives, d.Bind = objectives, bindAll(bindings)
	if spec.Get("timeWindows").Present() || !slices.ContainsFunc(bindings, isOfSloth) {
		d.SLO.Window = readAlphaWindow(spec)
	} else {
		spec.Get("timeWindows").Warn("is missing; the period of Sloth is assumed, whose template {{.window}} the queries have", alphaWindowHint)
		d.Bind = withSlothPeriod(d.Bind)
	}
	addDraft(c, o, d)
}

// alphaUnits are the units of time windows.
var alphaUnits = []string{"Minute", "Hour", "Day", "Week", "Month", "Quarter", "Year"}

const alphaWindowHint = `write exactly one item, such as "- unit: Day" with "count: 30" and "isRolling: true" below it`

// slothTemplate matches what Sloth replaces by a length of time.
var slothTemplate = regexp.MustCompile(`{{ *\.window *}}`)

// isOfSloth reports whether an indicator is written for Sloth, which reads these
// documents too.
func isOfSloth(b binding) bool {
	if b.link.inline == nil {
		return false
	}
	r, ok := b.link.inline.indicator.(slo.Ratio)
	return ok && slothTemplate.MatchString(r.Total.Expr)
}

// withSlothPeriod returns a bind that gives the SLO the period of Sloth, too.
func withSlothPeriod(first bind) bind {
	return func(x *format.Index, s *slo.SLO, r *yamldoc.Report) {
		x.BindPeriod(s, r)
		first(x, s, r)
	}
}

func readAlphaWindow(spec yamldoc.Object) slo.Window {
	item, ok := needOneItem(spec.Need("timeWindows", alphaWindowHint), alphaWindowHint)
	if !ok {
		return slo.Window{}
	}
	o := item.Fields("unit", "count", "isRolling", "calendar")
	w := slo.Window{Period: readAlphaPeriod(o), Calendar: readCalendar(o)}
	if w.Calendar {
		w.Anchor = readAnchor(o.Get("calendar"))
	}
	if err := w.Validate(); err != nil && !o.Report().Failed() {
		format.Refuse(o.Report(), o.Get("count").Place(), err)
	}
	return w
}

func readAlphaPeriod(o yamldoc.Object) slo.Period {
	unit := o.Need("unit", "write "+strings.Join(alphaUnits, ", or "))
	i := slices.IndexFunc(alphaUnits, func(name string) bool { return strings.EqualFold(name, unit.Text()) })
	if i < 0 && unit.IsText() {
		unit.Choice(alphaUnits...)
	}
	count := o.Need("count", "write the number of units, such as 28")
	n, ok := count.Number()
	if ok && (n < 1 || n > 1e9 || n != float64(int(n))) {
		count.Fail(count.Written()+" is not a whole number of at least 1", "write the number of units, such as 28")
	}
	units := []slo.Unit{slo.Minute, slo.Hour, slo.Day, slo.Week, slo.Month, slo.Quarter, slo.Year}
	return slo.Period{Count: int(max(1, min(n, 1e9))), Unit: units[max(i, 0)]}
}
