package pyrra

import (
	"cmp"

	"github.com/promise-slo/promise-slo-datasource/pkg/definition/yamldoc"
	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// readAlerting reads what an SLO asks of its alerts. Pyrra's fast and medium burn
// are what pages, its slow and long-term burn what opens a ticket.
func readAlerting(v yamldoc.Value) slo.Alerting {
	o := v.FieldsWarn("Pyrra", []string{"disabled", "burnrates", "absent", "name", "absentName", "severities", "burnRateType"})
	disabled, _ := o.Get("disabled").Bool()
	burnRates, given := o.Get("burnrates").Bool()
	off := disabled || given && !burnRates
	severities := o.Get("severities").Fields("absent", "fastBurn", "mediumBurn", "slowBurn", "longTermBurn")
	const hint = "write an alert on missing data in Grafana"
	o.WarnNoEffect(hint, "absent", "absentName")
	severities.WarnNoEffect(hint, "absent")
	if dynamic := o.Get("burnRateType"); dynamic.Text() == "dynamic" {
		dynamic.WarnLeftOut("has no effect: burn rates do not follow the traffic", "write minBadEvents in the alerting of a promise, against alerts about few events")
	}
	return slo.Alerting{
		Name:   o.Get("name").Text(),
		Page:   slo.Alert{Disabled: off, Labels: readSeverity(severities, "fastBurn", "mediumBurn", "critical")},
		Ticket: slo.Alert{Disabled: off, Labels: readSeverity(severities, "slowBurn", "longTermBurn", "warning")},
	}
}

// readSeverity returns the label of an alert that has one severity, where Pyrra
// has two, which may differ.
func readSeverity(o yamldoc.Object, first, second, otherwise string) map[string]string {
	severity, other := o.Get(first).Text(), o.Get(second).Text()
	if cmp.Or(severity, otherwise) != cmp.Or(other, otherwise) {
		o.Get(second).WarnLeftOut("is not the same as "+first+", which is the one that counts", "write the same severity for both")
	}
	if severity == "" {
		return nil
	}
	return map[string]string{"severity": severity}
}
