package definition

import (
	"cmp"

	"github.com/promise-slo/promise-slo-datasource/pkg/slo"
)

// readPyrraAlerting reads what an SLO asks of its alerts. Pyrra's fast and
// medium burn are what pages, its slow and long-term burn what opens a ticket.
func readPyrraAlerting(v value) slo.Alerting {
	o := v.schema("disabled", "burnrates", "absent", "name", "absentName", "severities")
	disabled, _ := o.get("disabled").boolean()
	burnRates, said := o.get("burnrates").boolean()
	off := disabled || said && !burnRates
	severities := o.get("severities").schema("absent", "fastBurn", "mediumBurn", "slowBurn", "longTermBurn")
	const hint = "write an alert on missing data in Grafana"
	warnOf(o, hint, "absent", "absentName")
	warnOf(severities, hint, "absent")
	return slo.Alerting{
		Name:   o.get("name").text(),
		Page:   slo.Alert{Disabled: off, Labels: readSeverity(severities, "fastBurn", "mediumBurn", "critical")},
		Ticket: slo.Alert{Disabled: off, Labels: readSeverity(severities, "slowBurn", "longTermBurn", "warning")},
	}
}

// readSeverity is the label of an alert that has one severity, where Pyrra has
// two, which may differ.
func readSeverity(o object, field, second, otherwise string) map[string]string {
	severity, other := o.get(field).text(), o.get(second).text()
	if cmp.Or(severity, otherwise) != cmp.Or(other, otherwise) {
		o.get(second).warn("is not the same as "+field+", which is the one that counts", "write the same severity for both")
	}
	if severity == "" {
		return nil
	}
	return map[string]string{"severity": severity}
}
