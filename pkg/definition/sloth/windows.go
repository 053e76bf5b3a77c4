package sloth

import (
	"fmt"
	"regexp"
	"time"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/format"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// readAlertWindows reads a period of SLOs and the windows of their alerts, as
// specified in https://github.com/slok/sloth
// (pkg/prometheus/alertwindows/v1).
func readAlertWindows(c *format.Contents, o yamldoc.Object) {
	spec := format.Spec(o, "sloPeriod", "page", "ticket")
	period := spec.Need("sloPeriod", "write the period of the SLOs, such as 28d")
	var w format.AlertWindows
	if window := format.RollingWindow(period); window.Validate() == nil {
		w.Period = format.InDays(window.Period)
	}
	for _, severity := range slo.Severities() {
		alerts := spec.Get(string(severity)).Fields("quick", "slow")
		for _, name := range []string{"quick", "slow"} {
			if alerts.Present() {
				w.Conditions = append(w.Conditions, readCondition(severity, alerts, name))
			}
		}
	}
	c.Entries = append(c.Entries, format.Entry{
		Kind: format.AlertWindowsKind, Name: w.Name(), At: period.Place(), Value: w, Failed: o.Report().Failed(), Root: o.Value(),
	})
}

func readCondition(severity slo.Severity, alerts yamldoc.Object, name string) slo.BurnCondition {
	const hint = "write a percentage of more than 0 and at most 100, such as 2"
	o := alerts.Need(name, "write errorBudgetPercent, shortWindow and longWindow below it").Fields("errorBudgetPercent", "shortWindow", "longWindow")
	percent := o.Need("errorBudgetPercent", hint)
	share, ok := format.ShareOfPercent(percent)
	if ok && (share <= 0 || share > 1) {
		percent.FailRange(hint)
	}
	c := slo.BurnCondition{Severity: severity, Share: share, Short: readLookback(o, "shortWindow"), Long: readLookback(o, "longWindow")}
	if c.Long > 0 && c.Short > c.Long {
		o.Get("shortWindow").Fail("is longer than longWindow", "write a shorter one, such as a twelfth of longWindow")
	}
	return c
}

func readLookback(o yamldoc.Object, name string) time.Duration {
	v := o.Need(name, "write the length of the window, such as 1h")
	d, ok := format.Duration(v, "1h or 5m")
	if ok && d <= 0 {
		v.Fail("is not longer than nothing", "write the length of the window, such as 1h")
	}
	return d
}

// windowsMark matches the field that makes a document one of the kind AlertWindows,
// also with a slip, and in JSON.
var windowsMark = regexp.MustCompile(`(?mi)(?:^|[-{,])\s*["']?kind["']?\s*:\s*["']?alert-?windows?\b`)

// addUnreadWindows adds AlertWindows that cannot be read, if a text contains any.
func addUnreadWindows(c *format.Contents, text string, at yamldoc.Place) {
	if windowsMark.MatchString(text) {
		c.Entries = append(c.Entries, format.Entry{Kind: format.AlertWindowsKind, At: at, Value: format.AlertWindows{}, Failed: true})
	}
}

// checkPeriods reports AlertWindows of several periods, of which nobody says which
// one Sloth is run with.
func checkPeriods(x *format.Index, _ []slo.SLO, _ time.Time) []yamldoc.Problem {
	if !x.IsPeriodOpen() {
		return nil
	}
	var problems []yamldoc.Problem
	for _, e := range x.All(format.AlertWindowsKind.Name) {
		r := &yamldoc.Report{}
		r.Warn(e.At, fmt.Sprintf("is one of several periods; %s is taken for that which Sloth is run with", x.DefaultWindow().Period),
			"say which one it is in the settings of the data source, or with --default-slo-period")
		problems = append(problems, r.Problems()...)
	}
	return problems
}
